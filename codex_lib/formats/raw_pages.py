"""Pages of ZIP archives as the bytes lie there, without inflating them.

A deflated entry is what stands between the header and the trailer of a gzip stream, so
a client that takes gzip is given it as it is: 20 µs for a page of 136 kB, where
inflating it takes 500.

Formats: PKWARE APPNOTE 6.3.10, section 4.3.7 (local header); RFC 1952 (gzip).
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.formats.zip_methods import DEFLATED, STORED
from codex_lib.formats.zip_names import decode_name, label

if TYPE_CHECKING:
    from codex_lib.formats.book import Page

GZIP_BYTES = 18  # what wrapping adds
# Reads of what is not in memory say so instead of waiting; Linux alone can.
_NOWAIT = getattr(os, "RWF_NOWAIT", 0)
_LOCAL = struct.Struct("<4s2x2H4x3L2H")
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # no name, no time, system unknown
_GZIP_TAIL = struct.Struct("<2L")
_NAME_ROOM = 512  # name and extra field of a local header, usually far less
_FEW_BYTES = 2**22  # reading more would take longer than others may be kept waiting


class RawPage(NamedTuple):
    """An entry's bytes as they lie in the archive."""

    data: bytes

    def as_gzip(self, page: Page) -> bytes:
        """Return the bytes of a deflated page as a gzip stream."""
        tail = _GZIP_TAIL.pack(page.crc, page.file_size % 2**32)
        return b"".join((_GZIP_HEAD, self.data, tail))


def is_raw(page: Page, file_format: str) -> bool:
    """Return whether read_raw may know how to read a page of such a book."""
    return (
        file_format in ("cbz", "epub")
        and page.method in (STORED, DEFLATED)
        and page.format not in ("", "xhtml")
        and (page.method == DEFLATED or page.compressed_size == page.file_size)
    )


def read_raw(descriptor: int, page: Page, *, wait: bool) -> RawPage | None:
    """Return a page's bytes as they lie in an open archive.

    None when what lies there is not certainly that page: another name, checksum or
    size. Whether the bytes fit the checksum is not looked at. Without wait,
    BlockingIOError is raised when they are not in memory.
    """
    if page.compressed_size > _FEW_BYTES and not wait:
        raise BlockingIOError
    head = bytearray(_LOCAL.size + _NAME_ROOM)
    count = _read_into(head, descriptor, page.offset, wait=wait)
    start = _start_of(head, count, page)
    if start is None:
        return None
    start += page.offset
    if not wait:
        # With both ends in memory, what lies between them is as well: disks are read
        # ahead. Reading all of it this way would cost copying it.
        end = start + page.compressed_size - 1
        _read_into(bytearray(1), descriptor, end, wait=False)
    data = os.pread(descriptor, page.compressed_size, start)
    return RawPage(data) if len(data) == page.compressed_size else None


def _read_into(buffer: bytearray, descriptor: int, offset: int, *, wait: bool) -> int:
    """Read what there is at a place of a file into a buffer; return how much it was."""
    try:
        return os.preadv(descriptor, [buffer], offset, 0 if wait else _NOWAIT)
    except OSError as error:
        if wait:
            raise
        raise BlockingIOError from error  # also where nobody knows what is in memory


def _start_of(buffer: bytearray, count: int, page: Page) -> int | None:
    """Return where the data begins behind a local header, None if it is another's."""
    if count < _LOCAL.size:
        return None
    head = _LOCAL.unpack_from(buffer)
    signature, flags, method, crc, packed, _, name_size, extra_size = head
    if signature != b"PK\x03\x04" or flags & 1 or method != page.method:
        return None
    name_end = _LOCAL.size + name_size
    if flags & 8:  # its numbers stand behind it: the name has to do
        name = bytes(buffer[_LOCAL.size : name_end])
        is_page = label(decode_name(name, flags)) == page.name
    else:
        is_page = crc == page.crc and packed == page.compressed_size
    return name_end + extra_size if is_page else None


def inflate(raw: RawPage, page: Page) -> bytes | None:
    """Return the image of a deflated page, its checksum not looked at; or None."""
    try:
        data = zlib.decompressobj(-15).decompress(raw.data, page.file_size + 1)
    except zlib.error:
        return None
    return data if len(data) == page.file_size else None
