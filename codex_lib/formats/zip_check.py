"""Every entry of a ZIP archive against its checksum, in pieces."""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.entries import is_page_name
from codex_lib.formats.image_ends import ImageEnd, image_problem
from codex_lib.formats.zip_archive import open_zip
from codex_lib.formats.zip_methods import DEFLATED, STORED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_lib.formats.zip_archive import Entry, ZipArchive

_PIECE_BYTES = 2**20
_LOCAL = struct.Struct("<4s22x2H")


def zip_problems(path: str, *, decode: bool) -> Iterator[str | None]:
    """Yield for each entry what is wrong with it, None if nothing is.

    Pages are looked at as images, too, and decoded if wanted. Raises
    UnreadableBookError when the directory cannot be read.
    """
    with (
        open_zip(path) as archive,
        open(path, "rb") as file,  # noqa: PTH123 - paths may hold bytes that pathlib alters
    ):
        for entry in archive.entries:
            problem = _problem(archive, file.fileno(), entry, decode=decode)
            yield f"{entry.name!r} {problem}" if problem else None


def _problem(
    archive: ZipArchive, descriptor: int, entry: Entry, *, decode: bool
) -> str | None:
    is_page = is_page_name(entry.name)
    if entry.is_encrypted:
        return "is encrypted"
    if entry.method not in (STORED, DEFLATED) or (is_page and decode):
        return _whole_problem(archive, entry, is_page=is_page, decode=decode)
    image = ImageEnd()
    size = crc = 0
    try:
        for piece in _pieces(descriptor, entry):
            size += len(piece)
            crc = zlib.crc32(piece, crc)
            if is_page:
                image.feed(piece)
    except (OSError, zlib.error):
        return "is damaged (it does not inflate)"
    if (size, crc) != (entry.file_size, entry.crc):
        return "is damaged (its checksum is wrong)"
    return image.problem() if is_page else None


def _whole_problem(
    archive: ZipArchive, entry: Entry, *, is_page: bool, decode: bool
) -> str | None:
    """Check an entry in one piece: for pixels, and for rare methods."""
    try:
        data = archive.read(entry)
    except UnreadableBookError as error:
        return error.reason.removeprefix(f"{entry.name!r} ")
    return image_problem(data, decode=decode) if is_page else None


def _pieces(descriptor: int, entry: Entry) -> Iterator[bytes]:
    """Yield an entry's bytes; none if it is not where the directory says.

    Never more than a piece beyond what it declares.
    """
    head = os.pread(descriptor, _LOCAL.size, entry.offset)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        return
    _, name, extra = _LOCAL.unpack(head)
    start = entry.offset + _LOCAL.size + name + extra
    stored = _stored(descriptor, start, entry.compressed_size)
    yield from stored if entry.method == STORED else _inflated(stored, entry.file_size)


def _stored(descriptor: int, start: int, size: int) -> Iterator[bytes]:
    end = start + size
    while start < end:
        data = os.pread(descriptor, min(_PIECE_BYTES, end - start), start)
        if not data:
            return
        yield data
        start += len(data)


def _inflated(packed: Iterator[bytes], most: int) -> Iterator[bytes]:
    decoder, count = zlib.decompressobj(-15), 0
    for piece in packed:
        rest = piece
        while rest and not decoder.eof and count <= most:
            data = decoder.decompress(rest, _PIECE_BYTES)
            rest = decoder.unconsumed_tail
            count += len(data)
            yield data
    yield decoder.flush() if count <= most else b""
