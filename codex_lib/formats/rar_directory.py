"""What lies where in a RAR archive: its headers, of all volumes, nothing decoded.

rarfile reads the headers alone (1 ms for a book of 150 MB); rars, which decodes, takes
the whole file into memory first (150 ms). Where rarfile fails (RAR 1.4, odd comments),
rars lists. Runs in the child process only.
"""

from __future__ import annotations

import os
import struct
from typing import Any, NamedTuple

import rarfile
import rars

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.members import opened
from codex_lib.formats.rar_volumes import next_volumes

# What the two raised for 25,000 damaged archives; anything else ends the child.
LIST_ERRORS = (
    *(rarfile.Error, OSError, EOFError, struct.error),
    *(ValueError, LookupError, OverflowError),
)
DECODE_ERRORS = (rars.Error, OSError, ValueError, LookupError, OverflowError)
ENCRYPTED = "encrypted: needs a password"
_BLOCKS = 2 * limits.ENTRIES  # headers of one volume, services included
_VOLUMES = 1_000
_RAR5 = 50  # version needed to extract
DICTIONARY_BYTES = 512 * 2**20

# Comments are compressed, and rarfile would run an external program for them.
rarfile.RAR_MAX_COMMENT = -1


class Part(NamedTuple):
    """The header and the data of an entry, or of a piece of it, in one volume."""

    volume: str
    header_offset: int
    header_size: int
    data_offset: int
    size: int


class RarEntry(NamedTuple):
    """One file of the archive.

    position is its place among all entries. crc is None when the archive has none.
    is_file: it is no folder, no link and no older version of another entry.
    parts is empty when rars listed the archive; position is then its member_index.
    """

    name: str
    file_size: int
    crc: int | None
    position: int
    is_stored: bool
    is_encrypted: bool
    is_file: bool
    parts: tuple[Part, ...]


class RarDirectory(NamedTuple):
    """The entries of an archive in stored order; generation is 4 (and older) or 5."""

    path: str
    generation: int
    entries: list[RarEntry]
    is_solid: bool
    packed_bytes: int
    warnings: list[str]


class _Volume(NamedTuple):
    blocks: list[Any]
    trouble: str | None
    size: int


def list_rar(path: str) -> RarDirectory:
    """Return what a RAR archive holds; a first volume stands for all of them.

    Raises UnreadableBookError: no RAR archive, encrypted, not the first volume, a
    volume missing, or too many entries.
    """
    with opened(path):  # for a clear reason when it is gone or locked
        pass
    try:
        volumes = _read_volumes(path)
    except LIST_ERRORS as error:
        return _list_with_rars(path, _reason(error))
    directory = _directory(path, volumes)
    trouble = volumes[-1].trouble
    if directory.entries and not trouble:
        return directory
    try:
        other = _list_with_rars(path, trouble or "no entries")
    except UnreadableBookError:
        if not directory.entries:
            raise
        return directory
    return other if len(other.entries) > len(directory.entries) else directory


def _read_volumes(path: str) -> list[_Volume]:
    volumes = [_read_volume(path)]
    reason = _not_first(volumes[0].blocks)
    if reason:
        raise UnreadableBookError(path, reason)
    following = path
    while _continues(volumes[-1].blocks):
        names = next_volumes(following)
        following = next(filter(os.path.exists, names), "")
        if not following or len(volumes) == _VOLUMES:
            name = os.path.basename(names[0])  # noqa: PTH119 - paths may hold bytes that pathlib alters
            raise UnreadableBookError(path, f"a part is missing: {name}")
        volumes.append(_read_volume(following))
    return volumes


def _read_volume(path: str) -> _Volume:
    blocks: list[Any] = []

    def keep(block: object) -> None:
        if len(blocks) == _BLOCKS:
            reason = f"limit: more than {_BLOCKS:,} headers"
            raise UnreadableBookError(path, reason)
        blocks.append(block)

    archive = rarfile.RarFile(path, info_callback=keep, part_only=True)
    if any(block.flags & rarfile.RAR_MAIN_PASSWORD for block in _mains(blocks)) or (
        archive.needs_password() and not _files(blocks)
    ):
        raise UnreadableBookError(path, ENCRYPTED)
    return _Volume(blocks, archive.strerror(), os.stat(path).st_size)  # noqa: PTH116 - paths may hold bytes that pathlib alters


def _mains(blocks: list[Any]) -> list[Any]:
    return [block for block in blocks if block.type == rarfile.RAR_BLOCK_MAIN]


def _files(blocks: list[Any]) -> list[Any]:
    return [block for block in blocks if block.type == rarfile.RAR_BLOCK_FILE]


def _not_first(blocks: list[Any]) -> str | None:
    """Say which part of an archive this is, None if it is the first or the only one."""
    numbers = [getattr(block, "main_volume_number", None) for block in _mains(blocks)]
    numbers += [getattr(block, "endarc_volnr", None) for block in blocks]
    # A part that does not tell its number still shows that it begins in mid-file.
    numbers += [
        block.flags & rarfile.RAR_FILE_SPLIT_BEFORE for block in _files(blocks)[:1]
    ]
    number = next(filter(None, numbers), 0)
    if not number:
        return None
    return f"part {number + 1} of a multi-volume archive: the book is its first part"


def _continues(blocks: list[Any]) -> bool:
    """Tell whether another volume follows this one."""
    for block in blocks:
        if (
            block.type == rarfile.RAR_BLOCK_ENDARC
            and block.flags & rarfile.RAR_ENDARC_NEXT_VOLUME
        ):
            return True
    # RAR 2 writes no end block.
    last = _files(blocks)[-1:]
    return any(block.flags & rarfile.RAR_FILE_SPLIT_AFTER for block in last)


def _directory(path: str, volumes: list[_Volume]) -> RarDirectory:
    entries: list[RarEntry] = []
    for volume in volumes:
        for block in _files(volume.blocks):
            if entries and block.flags & rarfile.RAR_FILE_SPLIT_BEFORE:
                entries[-1] = _joined(entries[-1], block)
            else:
                entries.append(_entry(len(entries), block))
    mains = [main for volume in volumes for main in _mains(volume.blocks)]
    return RarDirectory(
        path,
        5 if any(hasattr(main, "main_flags") for main in mains) else 4,
        entries,
        any(main.flags & rarfile.RAR_MAIN_SOLID for main in mains),
        sum(volume.size for volume in volumes),
        _warnings(volumes),
    )


def _entry(index: int, block: Any) -> RarEntry:  # noqa: ANN401 - rarfile is untyped
    is_old = getattr(block, "file_version", None) or (
        block.extract_version < _RAR5 and block.flags & rarfile.RAR_FILE_VERSION
    )
    is_link = block.is_symlink() or block.file_redir is not None
    return RarEntry(
        name=block.filename,
        file_size=block.file_size,
        crc=block.CRC,
        position=index,
        is_stored=block.compress_type == rarfile.RAR_M0,
        is_encrypted=block.needs_password(),
        is_file=not (is_old or is_link or block.is_dir()),
        parts=(_part(block),),
    )


def _part(block: Any) -> Part:  # noqa: ANN401 - same
    return Part(
        *(block.volume_file, block.header_offset, block.header_size),
        *(block.data_offset, block.add_size),
    )


def _joined(entry: RarEntry, block: Any) -> RarEntry:  # noqa: ANN401 - same
    """Return an entry with another piece; the last piece has its final CRC."""
    return entry._replace(crc=block.CRC, parts=(*entry.parts, _part(block)))


def _warnings(volumes: list[_Volume]) -> list[str]:
    trouble = volumes[-1].trouble
    if any(_is_cut_off(volume) for volume in volumes):
        return ["cut off: the end of the archive is missing"]
    return ["damaged: its list of files ends early"] if trouble else []


def _is_cut_off(volume: _Volume) -> bool:
    """Tell whether data would end behind the file's end, or the end block is missing.

    Only RAR 5 has one for certain.
    """
    files = _files(volume.blocks)
    if any(file.data_offset + file.add_size > volume.size for file in files):
        return True
    is_rar5 = any(file.extract_version >= _RAR5 for file in files)
    return is_rar5 and volume.blocks[-1].type != rarfile.RAR_BLOCK_ENDARC


def _list_with_rars(path: str, reason: str) -> RarDirectory:
    """Return what rars finds in a file that rarfile could not list for this reason."""
    try:
        archive = rars.RarFile(path, options=read_options())
        infos = archive.infolist()
    except rars.PasswordRequired as error:
        raise UnreadableBookError(path, ENCRYPTED) from error
    except DECODE_ERRORS as error:
        raise UnreadableBookError(
            path, f"not a RAR archive or damaged: {reason}"
        ) from error
    if any(info.is_split_before or info.is_split_after for info in infos):
        raise UnreadableBookError(path, f"damaged: {reason}")
    return RarDirectory(
        path,
        4,
        [_rars_entry(archive, info) for info in infos],
        any(info.is_solid for info in infos),
        os.stat(path).st_size,  # noqa: PTH116 - paths may hold bytes that pathlib alters
        [],
    )


def _rars_entry(archive: Any, info: Any) -> RarEntry:  # noqa: ANN401 - rars is untyped
    try:
        archive.readlink(info)
        is_link = True
    except DECODE_ERRORS:
        is_link = False
    return RarEntry(
        name=info.filename.replace("\\", "/"),
        file_size=info.file_size,
        crc=info.crc,
        position=info.member_index,
        is_stored=False,
        is_encrypted=info.is_encrypted,
        is_file=not (is_link or info.is_dir()),
        parts=(),
    )


def read_options() -> Any:  # noqa: ANN401 - same
    """Return the limits under which rars reads and decodes."""
    return rars.ReadOptions(
        max_member_output_bytes=limits.ENTRY_BYTES,
        max_total_output_bytes=limits.ARCHIVE_BYTES,
        max_header_count=_BLOCKS,
        rar50_dictionary_size_limit=DICTIONARY_BYTES,
    )


def _reason(error: Exception) -> str:
    """Return one short line of what a library said."""
    return (str(error).partition("\n")[0] or type(error).__name__)[:100]
