"""Taking turns at the write lock of a catalog.

SQLite lets whoever asks first after a release have the lock, and those who wait ask
again after sleeps of up to 100 ms: a scan that writes all the time starves everybody
else. Here who waits holds a turnstile that the next one has to pass: the lock goes to
those who wait, in a millisecond.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAP_SECONDS = 0.0005
_SUFFIXES = (".turn", ".write")


class Turns:
    """The two lock files of one connection; they hold nothing and are never removed."""

    def __init__(self, path: Path) -> None:
        self._files: list[int] = []
        for suffix in _SUFFIXES:
            name = path.with_suffix(suffix)
            self._files.append(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))

    def close(self) -> None:
        """Close the files, which gives up their locks."""
        for file in self._files:
            os.close(file)
        self._files.clear()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Hold the write lock for a block, after at most so many seconds.

        After that the block runs without it: SQLite then says who may write.
        """
        until = time.monotonic() + seconds
        turnstile, lock = self._files
        try:
            if _locked(turnstile, until):
                _locked(lock, until)
                fcntl.flock(turnstile, fcntl.LOCK_UN)
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def _locked(file: int, until: float) -> bool:
    """Lock a file; False if that was not possible in time."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(_NAP_SECONDS)
        else:
            return True
