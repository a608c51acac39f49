"""CBT: a tar archive of page images, plain or compressed with gzip, bzip2 or xz.

tar has no directory and no checksums of contents: a scan reads every page once, in
order, in a child process. A page of a plain archive is then read at its offset. Nothing
is ever written to disk.
"""

from __future__ import annotations

import lzma
import os
import zlib
from tarfile import ReadError, TarError, TarFile, TarInfo
from typing import TYPE_CHECKING, Any, Literal

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import BookFacts, Page
from codex_lib.formats.book_json import parse_book
from codex_lib.formats.embedded import metadata_name
from codex_lib.formats.entries import is_page_name
from codex_lib.formats.image_headers import image_header
from codex_lib.formats.isolation import isolated
from codex_lib.formats.members import (
    COMPRESSED,
    STORED,
    check_pages,
    check_size,
    check_totals,
    comic_facts,
    opened,
    read_stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# What tarfile raised for 5,500 damaged archives; long chains of headers recurse.
TAR_ERRORS = (
    *(TarError, OSError, EOFError, zlib.error, lzma.LZMAError),
    *(ValueError, OverflowError, RecursionError),
)
_Mode = Literal["r:", "r:gz", "r:bz2", "r:xz"]
_COMPRESSIONS: dict[bytes, _Mode] = {
    b"\x1f\x8b": "r:gz",
    b"BZh": "r:bz2",
    b"\xfd7zXZ\x00": "r:xz",
}
_BLOCK = 512
_CHECKSUM = slice(148, 156)


def read_cbt(path: str) -> BookFacts:
    """Return what a CBT holds, with every format and pixel size.

    Raises UnreadableBookError.
    """
    answer, _ = isolated("cbt.facts", path)
    return parse_book(path, answer)


def read_cbt_page(path: str, page: Page) -> bytes:
    """Return a page's image bytes as stored, their checksum checked.

    A page of a compressed archive costs decompressing all that lies before it.
    Raises UnreadableBookError.
    """
    if page.method == STORED:
        data = read_stored(path, page)
        if data is not None:
            return data
    return isolated("cbt.page", path, name=page.name, crc=page.crc)[1]


def is_tar(head: bytes) -> bool:
    """Tell whether a file's first 512 bytes are a tar header, of any age.

    By the header's checksum: archives older than POSIX have no magic number.
    """
    block = head[:_BLOCK]
    try:
        declared = int(block[_CHECKSUM].strip(b" \0") or b"-", 8)
    except ValueError:
        return False
    blank = bytearray(block)
    blank[_CHECKSUM] = b" " * 8
    return len(block) == _BLOCK and sum(blank) == declared


def facts_task(path: str) -> tuple[dict[str, Any], bytes]:
    """Answer "cbt.facts": the facts of the book."""
    pages: list[Page] = []
    found: dict[str, bytes] = {}
    names: list[str] = []
    warnings = []
    mode = tar_mode(path)
    try:
        for member, archive in members_of(path, mode):
            name = member_name(member)
            names.append(name)
            if is_page_name(name) and member.size:
                pages.append(_page(member, _data(archive, member), mode))
            elif metadata_name([name]) and member.size <= limits.METADATA_BYTES:
                found[name] = _data(archive, member)
    except TAR_ERRORS as error:
        if not pages:
            raise UnreadableBookError(path, "not a tar archive, or damaged") from error
        warnings.append("cut off or damaged: the archive ends early")
    check_pages(path, pages, names)
    best = metadata_name(found)
    embedded = (best, found[best]) if best else None
    return comic_facts(path, "cbt", pages, embedded, warnings), b""


def page_task(path: str, name: str, crc: int) -> tuple[dict[str, Any], bytes]:
    """Answer "cbt.page": the bytes of the entry of that name and checksum."""
    try:
        for member, archive in members_of(path, tar_mode(path)):
            if member_name(member) == name:
                data = _data(archive, member)
                if zlib.crc32(data) == crc:
                    return {}, data
    except TAR_ERRORS as error:
        raise UnreadableBookError(path, f"{name!r} is damaged or cut off") from error
    raise UnreadableBookError(path, f"has no page {name!r} any more, or another one")


def tar_mode(path: str) -> _Mode:
    """Return how tarfile should open a file, by its first bytes."""
    with opened(path) as file:
        head = file.read(8)
    modes = (mode for magic, mode in _COMPRESSIONS.items() if head.startswith(magic))
    return next(modes, "r:")


def members_of(path: str, mode: _Mode) -> Iterator[tuple[TarInfo, TarFile]]:
    """Yield the plain files of an archive, in order, as long as limits allow.

    Links, devices and sparse files (a page of 1 TB in 1 kB) are left out.
    """
    packed = os.stat(path).st_size  # noqa: PTH116 - paths may hold bytes that pathlib alters
    count = unpacked = 0
    with TarFile.open(path, mode) as archive:
        while (member := archive.next()) is not None:
            count += 1
            unpacked += member.size
            check_size(path, member.name, member.size)
            check_totals(path, count, unpacked, packed)
            if member.isreg() and not member.issparse():
                yield member, archive
            archive.members.clear()  # type: ignore[attr-defined]  # keeps every header
        if mode == "r:" and not _ends_properly(archive):
            raise ReadError


def _ends_properly(archive: TarFile) -> bool:
    """Tell whether a plain archive ends with zeros or nothing, not with rubbish."""
    if archive.fileobj is None:  # pragma: no cover - for the types
        return False
    archive.fileobj.seek(archive.offset)
    return not archive.fileobj.read(_BLOCK).strip(b"\0")


def _data(archive: TarFile, member: TarInfo) -> bytes:
    """Return a plain file's bytes; tarfile raises ReadError when it is cut off."""
    stream = archive.extractfile(member)
    return stream.read() if stream else b""


def member_name(member: TarInfo) -> str:
    """Return the path of a file in the archive, with "/" between the parts."""
    name = member.name.replace("\\", "/")
    return name.removeprefix("./")


def _page(member: TarInfo, data: bytes, mode: _Mode) -> Page:
    kind, width, height = image_header(data)
    method = STORED if mode == "r:" else COMPRESSED
    return Page(
        *(member_name(member), kind, len(data), width, height, zlib.crc32(data)),
        *(member.offset_data, member.size, method),
    )
