"""Which workers live: each holds a lock on a file of its own beside the catalog.

The system drops the lock with the process, however that ends, so that the tasks of a
killed worker are free at once. Where files cannot be locked the time of the task's
own lock decides.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from codex_lib.db.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PATTERN = "worker-*.lock"


@contextmanager
def living_worker(folder: Path) -> Iterator[str]:
    """Be a worker for a block, and have its name; folder is the catalog's.

    What dead workers left there is removed.
    """
    name = f"{os.getpid()}-{new_id()}"
    path = _path(folder, name)
    file = _locked(path)
    with file:
        for other in folder.glob(PATTERN):
            is_dead(folder, other.stem.removeprefix("worker-"))
        try:
            yield name
        finally:
            path.unlink(missing_ok=True)


def _locked(path: Path) -> TextIO:
    """Make and lock a file; until then it may pass for a dead worker's and be gone."""
    while True:
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:  # this file system knows no locks
            return file
        if path.exists():
            return file
        file.close()


def is_dead(folder: Path, name: str) -> bool:
    """Return whether a worker has ended, for sure; what it left is removed."""
    path = _path(folder, name)
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return True
    except OSError:  # it lives, or this file system cannot tell
        return False
    return True


def _path(folder: Path, name: str) -> Path:
    return folder / f"worker-{name}.lock"
