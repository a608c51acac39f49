"""A ZIP archive made while it is sent: several files in one, stored as they are.

Nothing is compressed, because what books hold is compressed already, so the length is
known before the first byte, and no more than a few pieces are ever in memory.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PIECE_BYTES = 2**19
_NOTE = "Missing files.txt"


class ZippedStream(NamedTuple):
    """An archive to be sent: its length, how many files, and its bytes in pieces.

    Should a file change or vanish on the way, pieces raises OSError or RuntimeError.
    """

    length: int
    files: int
    pieces: Iterator[bytes]


def stream_zip(files: Iterable[tuple[str, str]]) -> ZippedStream:
    """Return an archive of files, given by path and name, in that order.

    Equal names are numbered: "Saga 1 (2).cbz". A file that cannot be read is left out,
    and a text in the archive names it.
    """
    from zipstream import ZipStream  # noqa: PLC0415 - slow

    archive = ZipStream(sized=True)
    taken: set[str] = set()
    missing = []
    for path, name in files:
        if _is_readable(path):
            archive.add_path(path, _free_name(name, taken), recurse=False)
        else:
            missing.append(name)
    count = len(taken)
    if missing and count:
        archive.add("\n".join([*missing, ""]), _free_name(_NOTE, taken))
    return ZippedStream(len(archive), count, _joined(iter(archive)))


def _is_readable(path: str) -> bool:
    """Return whether a path is a plain file that may be opened."""
    try:
        is_plain = stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - paths may hold bytes that pathlib alters
    except OSError:
        return False
    return is_plain and os.access(path, os.R_OK)


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that nothing in the archive has yet, in any case."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, no path
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){suffix}"
    taken.add(free.casefold())
    return free


def _joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in larger pieces: each costs a way to a thread and back."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE_BYTES:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
