"""CBR: a RAR archive of page images, RAR 1.4 to 7, solid or not, in parts or not.

RAR is parsed in a child process only (the functions that end in _task); pages that are
stored in one piece are read directly. rarfile lists, rars decodes: of all readers in
Python only this pair reads every kind with nothing but wheels from PyPI. External
programs were tried and add nothing: no free one reads every kind.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.book import BookFacts, Page
from codex_lib.formats.book_json import parse_book
from codex_lib.formats.embedded import metadata_name
from codex_lib.formats.image_headers import format_of_suffix, image_header
from codex_lib.formats.isolation import isolated
from codex_lib.formats.limits import METADATA_BYTES
from codex_lib.formats.members import (
    COMPRESSED,
    STORED,
    check_limits,
    check_pages,
    comic_facts,
    is_page,
    read_stored,
)
from codex_lib.formats.solid_run import answered, isolated_run, run_of

if TYPE_CHECKING:
    from codex_lib.formats.rar_directory import RarDirectory, RarEntry

_HEADS = (1024, 64 * 1024)
# Solid archives up to this size are decoded in one go when anything of them is.
_DECODE_BYTES = 256 * 2**20


def read_cbr(path: str) -> BookFacts:
    """Return what a CBR holds; a first volume stands for all of them.

    Pages that are compressed are not decoded: their width and height are 0 and their
    format is that of their suffix, unless a solid archive had to be decoded anyway.
    Raises UnreadableBookError.
    """
    answer, _ = isolated("cbr.facts", path)
    return parse_book(path, answer)


def read_cbr_page(path: str, page: Page) -> bytes:
    """Return a page's image bytes as stored, their checksum checked.

    A page of a solid archive costs decoding all pages before it.
    Raises UnreadableBookError.
    """
    if page.method == STORED:
        data = read_stored(path, page)
        if data is not None:
            return data
    position = page.offset if page.method == COMPRESSED else -1
    return isolated("cbr.page", path, name=page.name, position=position)[1]


def read_cbr_run(path: str, page: Page) -> list[bytes]:
    """Return a page's bytes and, of a solid archive, those of pages behind it.

    Raises UnreadableBookError.
    """
    if page.method == STORED:
        return [read_cbr_page(path, page)]
    return isolated_run("cbr.run", path, page, page.offset)


def facts_task(path: str) -> tuple[dict[str, Any], bytes]:
    """Answer "cbr.facts": the facts of the book."""
    from codex_lib.formats.rar_directory import list_rar  # noqa: PLC0415 - child only

    directory = list_rar(path)
    check_limits(path, directory.entries, directory.packed_bytes)
    files = [entry for entry in directory.entries if entry.is_file]
    chosen = [entry for entry in files if is_page(entry)]
    check_pages(path, chosen, files)
    if any(entry.is_encrypted for entry in chosen):
        raise UnreadableBookError(path, "encrypted: needs a password")
    metadata = _metadata_entry(files)
    decoded = _decode_solid(directory, metadata, chosen)
    pages = [_page(directory, entry, decoded.get(entry.position)) for entry in chosen]
    warnings = [*directory.warnings, *_left_out(directory)]
    embedded = None
    if metadata:
        try:
            data = decoded.get(metadata.position) or _read(directory, metadata)
            embedded = metadata.name, data
        except UnreadableBookError as error:
            warnings.append(error.reason)
    return comic_facts(path, "cbr", pages, embedded, warnings), b""


def _left_out(directory: RarDirectory) -> list[str]:
    """Return a warning when links or old versions bear the names of pages."""
    count = sum(is_page(e) and not e.is_file for e in directory.entries)
    return [f"links and old versions left out: {count}"] if count else []


def page_task(path: str, name: str, position: int) -> tuple[dict[str, Any], bytes]:
    """Answer "cbr.page": the bytes of an entry; position is a hint, -1 for none."""
    from codex_lib.formats.rar_directory import list_rar  # noqa: PLC0415 - child only

    directory = list_rar(path)
    check_limits(path, directory.entries, directory.packed_bytes)
    named = [e for e in directory.entries if e.is_file and e.name == name]
    for entry in sorted(named, key=lambda entry: entry.position != position):
        return {}, _read(directory, entry)
    raise UnreadableBookError(path, f"has no page {name!r} any more")


def run_task(path: str, name: str, position: int) -> tuple[dict[str, Any], bytes]:
    """Answer "cbr.run": the bytes of an entry, of a solid archive also what follows."""
    from codex_lib.formats.rar_data import read_entries  # noqa: PLC0415 - child only
    from codex_lib.formats.rar_directory import list_rar  # noqa: PLC0415 - child only

    directory = list_rar(path)
    check_limits(path, directory.entries, directory.packed_bytes)
    files = [entry for entry in directory.entries if entry.is_file]
    chosen = [e for e in files if (e.name, e.position) == (name, position)]
    if not chosen or not directory.is_solid or chosen[0].is_stored:
        return answered([page_task(path, name, position)[1]])
    pages = [e for e in files if is_page(e) and not e.is_stored and not e.is_encrypted]
    run = run_of(chosen[0], pages, directory.entries)
    with suppress(UnreadableBookError):
        return answered(read_entries(directory, run))
    return answered([_read(directory, chosen[0])])  # one behind it is damaged


def _read(directory: RarDirectory, entry: RarEntry) -> bytes:
    from codex_lib.formats.rar_data import read_entry  # noqa: PLC0415 - child only

    return read_entry(directory, entry)


def _metadata_entry(files: list[RarEntry]) -> RarEntry | None:
    name = metadata_name([entry.name for entry in files])
    small = [e for e in files if e.name == name and e.file_size <= METADATA_BYTES]
    return small[-1] if small else None


def _decode_solid(
    directory: RarDirectory, metadata: RarEntry | None, pages: list[RarEntry]
) -> dict[int, bytes]:
    """Return by position what of a solid archive is decoded in one go.

    Everything up to the metadata, because that has to be decoded on the way there,
    and every page if their checksums are missing. Nothing when the archive is not
    solid, large or damaged.
    """
    from codex_lib.formats.rar_data import read_entries  # noqa: PLC0415 - child only

    needed = [entry for entry in pages if entry.crc is None]
    needed += [metadata] if metadata and not metadata.is_stored else []
    if not directory.is_solid or not needed:
        return {}
    last = max(entry.position for entry in needed)
    wanted = [entry for entry in (*pages, *needed[-1:]) if entry.position <= last]
    if sum(entry.file_size for entry in wanted) > _DECODE_BYTES:
        return {}
    with suppress(UnreadableBookError):
        found = read_entries(directory, wanted)
        return {entry.position: data for entry, data in zip(wanted, found, strict=True)}
    return {}


def _page(directory: RarDirectory, entry: RarEntry, data: bytes | None) -> Page:
    """Return an entry as a page; decoded if its checksum is missing."""
    kind, width, height = format_of_suffix(entry.name), 0, 0
    if data is None and entry.crc is None and not directory.is_solid:
        with suppress(UnreadableBookError):
            data = _read(directory, entry)
    if data is not None:
        kind, width, height = image_header(data)
    elif entry.is_stored:
        kind, width, height = _stored_header(entry)
    crc = entry.crc if entry.crc is not None else zlib.crc32(data or b"")
    volumes = {part.volume for part in entry.parts}
    is_plain = entry.is_stored and len(entry.parts) == 1 and volumes == {directory.path}
    place = entry.parts[0].data_offset if is_plain else entry.position
    packed = sum(part.size for part in entry.parts)
    packed = min(packed, directory.packed_bytes)  # headers can lie
    method = STORED if is_plain else COMPRESSED
    return Page(
        entry.name, kind, entry.file_size, width, height, crc, place, packed, method
    )


def _stored_header(entry: RarEntry) -> tuple[str, int, int]:
    from codex_lib.formats.rar_data import read_head  # noqa: PLC0415 - child only

    found = ("", 0, 0)
    for size in _HEADS:
        found = image_header(read_head(entry, size))
        if found[1] or not found[0]:
            break
    return found
