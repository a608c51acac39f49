"""The bytes of entries of a RAR archive, stored or compressed, of one volume or more.

rars decodes every generation but takes whole files into memory and cannot read an
entry that spans volumes. So it is given an excerpt: a small archive in memory with the
headers and the packed data of only those entries that are needed, their pieces joined.
For a page of a book that is not solid that is the page alone.

Formats: the RAR 5.0 and RAR 3.x technical notes (rarlab.com/technote.htm). Runs in the
child process only.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING

import rars

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.rar_directory import DECODE_ERRORS, ENCRYPTED, read_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.formats.rar_directory import Part, RarDirectory, RarEntry

_RAR4_MARK, _RAR5_MARK = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_RAR4_MAIN, _RAR5_MAIN, _RAR5_END = 0x73, 1, 5
_RAR4_SOLID, _RAR5_SOLID = 0x08, 0x04
_RAR4_SPLIT, _RAR5_SPLIT = 0x03, 0x18
_RAR4_LARGE, _RAR5_EXTRA = 0x100, 0x01
_RAR5 = 5


def read_entry(directory: RarDirectory, entry: RarEntry) -> bytes:
    """Return an entry's bytes, checked against its checksum.

    In a solid archive that costs decoding all that comes before it.
    Raises UnreadableBookError.
    """
    if entry.is_encrypted:
        raise UnreadableBookError(directory.path, ENCRYPTED)
    if entry.is_stored:
        return _read_stored(directory.path, entry)
    return read_entries(directory, [entry])[0]


def read_entries(directory: RarDirectory, wanted: Sequence[RarEntry]) -> list[bytes]:
    """Return the bytes of several entries, in the order asked for, decoded in one go.

    Raises UnreadableBookError when any of them cannot be read.
    """
    needed: Sequence[RarEntry] = wanted
    if directory.is_solid:
        last = max(entry.position for entry in wanted)
        needed = [entry for entry in directory.entries if entry.position <= last]
    try:
        if all(entry.parts for entry in needed):
            places = {entry.position: i for i, entry in enumerate(needed)}
            small = excerpt(directory, needed)
            archive = rars.RarFile.from_bytes(small, options=read_options())
        else:
            places = {entry.position: entry.position for entry in needed}
            archive = rars.RarFile(directory.path, options=read_options())
        members = {info.member_index: info for info in archive.infolist()}
        chosen = [members[places[entry.position]] for entry in wanted]
        found: list[bytes] = archive.read_many(chosen, options=read_options())
    except DECODE_ERRORS as error:
        raise _damaged(directory.path, wanted[-1]) from error
    except MemoryError as error:  # rars says so of a dictionary beyond the limit
        reason = f"{wanted[-1].name!r} needs too much memory"
        raise UnreadableBookError(directory.path, reason) from error
    for entry, data in zip(wanted, found, strict=True):
        if entry.crc is not None and zlib.crc32(data) != entry.crc:
            raise _damaged(directory.path, entry)
    return found


def read_head(entry: RarEntry, size: int) -> bytes:
    """Return the first bytes of a stored entry, at most size; fewer if it is cut off.

    Of an entry in pieces only the first piece is read.
    """
    part = entry.parts[0]
    return _read(part, part.data_offset, min(size, part.size))


def excerpt(directory: RarDirectory, entries: Sequence[RarEntry]) -> bytes:
    """Return a RAR archive in one piece that holds only these entries."""
    is_rar5 = directory.generation == _RAR5
    if is_rar5:
        flags = _RAR5_SOLID if directory.is_solid else 0
        chunks = [_RAR5_MARK, _rar5_block(bytes((_RAR5_MAIN, 0, flags)))]
    else:
        flags = _RAR4_SOLID if directory.is_solid else 0
        fixed = struct.pack("<BHH6x", _RAR4_MAIN, flags, 13)
        chunks = [_RAR4_MARK, _rar4_block(fixed)]
    for entry in entries:
        chunks.append(_joined_header(entry, is_rar5=is_rar5))
        chunks.append(_packed(directory.path, entry))
    if is_rar5:
        chunks.append(_rar5_block(bytes((_RAR5_END, 0, 0))))
    return b"".join(chunks)


def _read_stored(path: str, entry: RarEntry) -> bytes:
    data = _packed(path, entry)
    is_whole = entry.crc is None or zlib.crc32(data) == entry.crc
    if len(data) != entry.file_size or not is_whole:
        raise _damaged(path, entry)
    return data


def _packed(path: str, entry: RarEntry) -> bytes:
    """Return the data of an entry as it lies in the archive, its pieces joined."""
    pieces = [_read(part, part.data_offset, part.size) for part in entry.parts]
    if [len(piece) for piece in pieces] != [part.size for part in entry.parts]:
        raise _damaged(path, entry)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _read(part: Part, offset: int, size: int) -> bytes:
    """Return bytes of a volume; what lies behind its end is left out."""
    with open(part.volume, "rb") as file:  # noqa: PTH123 - paths may hold bytes that pathlib alters
        there = os.fstat(file.fileno()).st_size - offset
        file.seek(offset)
        return file.read(max(0, min(size, there)))


def _joined_header(entry: RarEntry, *, is_rar5: bool) -> bytes:
    """Return the header of an entry as if all its data stood behind it.

    The header of the last piece has the checksum of the whole file.
    """
    part = entry.parts[-1]
    header = _read(part, part.header_offset, part.header_size)
    if len(entry.parts) == 1:
        return header
    size = sum(part.size for part in entry.parts)
    return _resized_rar5(header, size) if is_rar5 else _resized_rar4(header, size)


def _resized_rar4(header: bytes, size: int) -> bytes:
    """Return a RAR 3 file header with another packed size and no split flags."""
    changed = bytearray(header)
    (flags,) = struct.unpack_from("<H", changed, 3)
    struct.pack_into("<H", changed, 3, flags & ~_RAR4_SPLIT)
    struct.pack_into("<I", changed, 7, size & 0xFFFFFFFF)
    if flags & _RAR4_LARGE:
        struct.pack_into("<I", changed, 32, size >> 32)
    return _rar4_block(bytes(changed[2:]))


def _resized_rar5(header: bytes, size: int) -> bytes:
    """Return a RAR 5 file header with another packed size and no split flags."""
    at = _number(header, 4)[1]  # behind the checksum and the header's size
    kind, at = _number(header, at)
    flags, at = _number(header, at)
    fields = [kind, flags & ~_RAR5_SPLIT]
    if flags & _RAR5_EXTRA:
        extra, at = _number(header, at)
        fields.append(extra)
    _, at = _number(header, at)
    return _rar5_block(b"".join(map(_vint, (*fields, size))) + header[at:])


def _rar4_block(rest: bytes) -> bytes:
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest


def _rar5_block(rest: bytes) -> bytes:
    sized = _vint(len(rest)) + rest
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return the variable-length number at a place, and the place behind it."""
    number = shift = 0
    while data[at] & 0x80:
        number |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
    return number | data[at] << shift, at + 1


def _vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _damaged(path: str, entry: RarEntry) -> UnreadableBookError:
    return UnreadableBookError(path, f"{entry.name!r} is damaged or cut off")
