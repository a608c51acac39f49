"""Every entry of a RAR archive against its checksum. Runs in the child process only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.image_ends import image_problem
from codex_lib.formats.members import check_limits, is_page
from codex_lib.formats.rar_data import read_entries, read_entry
from codex_lib.formats.rar_directory import list_rar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_lib.formats.rar_directory import RarDirectory, RarEntry

# Of a solid archive so much is unpacked at once: each time it begins at the beginning.
_TOGETHER_BYTES = 256 * 2**20


def check_task(path: str, *, decode: bool) -> tuple[dict[str, Any], bytes]:
    """Answer "cbr.check": what is wrong with the entries; decode looks at pixels."""
    directory = list_rar(path)
    check_limits(path, directory.entries, directory.packed_bytes)
    files = [entry for entry in directory.entries if entry.is_file]
    check = _solid if directory.is_solid else _single
    return {"problems": list(check(directory, files, decode=decode))}, b""


def _single(
    directory: RarDirectory, files: list[RarEntry], *, decode: bool
) -> Iterator[str]:
    for entry in files:
        try:
            data = read_entry(directory, entry)
        except UnreadableBookError as error:
            yield error.reason
        else:
            yield from _image(entry, data, decode=decode)


def _solid(
    directory: RarDirectory, files: list[RarEntry], *, decode: bool
) -> Iterator[str]:
    for group in groups_of(files, _TOGETHER_BYTES):
        try:
            found = read_entries(directory, group)
        except UnreadableBookError:
            first = _first_bad(directory, group)
            yield f"{first.name!r} is damaged or cut off, and what lies behind it"
            return
        for entry, data in zip(group, found, strict=True):
            yield from _image(entry, data, decode=decode)


def groups_of(files: list[RarEntry], most: int) -> Iterator[list[RarEntry]]:
    """Yield files in groups of so many bytes; a larger one by itself."""
    group: list[RarEntry] = []
    size = 0
    for entry in files:
        if group and size + entry.file_size > most:
            yield group
            group, size = [], 0
        group.append(entry)
        size += entry.file_size
    if group:
        yield group


def _first_bad(directory: RarDirectory, files: list[RarEntry]) -> RarEntry:
    """Return the first entry that cannot be unpacked, in a few attempts."""
    low, high = 0, len(files) - 1
    while low < high:
        middle = (low + high) // 2
        try:
            read_entries(directory, [files[middle]])
            low = middle + 1
        except UnreadableBookError:
            high = middle
    return files[low]


def _image(entry: RarEntry, data: bytes, *, decode: bool) -> Iterator[str]:
    problem = image_problem(data, decode=decode) if is_page(entry) else None
    if problem:
        yield f"{entry.name!r} {problem}"
