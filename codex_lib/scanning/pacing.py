"""Reading whole files, no faster than wanted, and stopping on the way."""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE_BYTES = 2**20
_NAP_SECONDS = 0.2
# A pipe put in a book's place must not block.
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


class Pace:
    """So many bytes a second at most, None for no limit, until somebody says stop."""

    def __init__(
        self,
        bytes_per_second: int | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self._rate = bytes_per_second
        self._should_stop = should_stop
        self._due = time.monotonic()
        self._is_stopped = False
        self.bytes_read = 0

    def is_stopped(self) -> bool:
        """Tell whether somebody said stop; once true it stays so."""
        if self._should_stop is not None and not self._is_stopped:
            self._is_stopped = self._should_stop()
        return self._is_stopped

    def spend(self, count: int) -> None:
        """Note that bytes were read, and wait until more may be."""
        self.bytes_read += count
        if not self._rate:
            return
        # Time that was not used is not saved up.
        self._due = max(self._due, time.monotonic()) + count / self._rate
        while not self.is_stopped() and (left := self._due - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_SECONDS))


def read_pieces(path: str, pace: Pace) -> Iterator[bytes]:
    """Yield the bytes of a plain file in pieces, fewer if somebody says stop.

    Raises OSError, also for what is no plain file.
    """
    descriptor = os.open(path, _OPEN)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file", path)
        while not pace.is_stopped() and (data := os.read(descriptor, PIECE_BYTES)):
            yield data
            pace.spend(len(data))
    finally:
        os.close(descriptor)
