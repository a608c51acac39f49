"""The files of a cache of images: which are there, and which have to go."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = ".new"  # behind the name of an image that is being made
FOLDER_CHARS, NAME_CHARS = 2, 62  # of the hash of its key
_HEX = frozenset("0123456789abcdef")
_BLOCK_BYTES = 4096  # what a file takes is rounded up to
_ABANDONED_SECONDS = 3600  # nobody takes so long to make an image
_KEPT_PERCENT = 90  # of the limit, when there was more


class KeptFile(NamedTuple):
    """A file of a cache; used_at in seconds of the system's clock."""

    used_at: float
    size: int
    path: str


def size_on_disk(size: int) -> int:
    """Return what so many bytes take as a file."""
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES


def kept_files(folder: str) -> Iterator[KeptFile]:
    """Yield the files of a cache and nothing else that lies there."""
    for place in _listed(folder):
        if len(place.name) != FOLDER_CHARS or not _HEX.issuperset(place.name):
            continue
        for file in _listed(place.path):
            name = file.name.removesuffix(NEW)
            if len(name) == NAME_CHARS and _HEX.issuperset(name):
                with suppress(OSError):  # removed meanwhile
                    facts = file.stat(follow_symlinks=False)
                    yield KeptFile(
                        facts.st_mtime, size_on_disk(facts.st_size), file.path
                    )


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def remove_oldest(folder: str, max_bytes: int) -> int:
    """Remove files until there is room; return how many bytes are left."""
    found = sorted(kept_files(folder))
    left = sum(entry.size for entry in found)
    most = max_bytes * _KEPT_PERCENT // 100 if left > max_bytes else max_bytes
    abandoned = time.time() - _ABANDONED_SECONDS
    for entry in found:
        is_new = entry.path.endswith(NEW)
        if entry.used_at < abandoned if is_new else left > most:
            with suppress(OSError):
                os.unlink(entry.path)  # noqa: PTH108 - texts
            left -= entry.size
    return left
