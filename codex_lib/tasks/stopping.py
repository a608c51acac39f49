"""How a worker is told to stop: by a signal, by its server's end, or by a caller."""

from __future__ import annotations

import os
import signal
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class Stop:
    """A wish to stop, and the pauses that it cuts short.

    Not an Event: setting one from a signal handler can wait for the very thread that
    the handler interrupts. parent: the process without which there is no point in
    going on.
    """

    def __init__(self, *, parent: int = 0) -> None:
        self._is_wanted = False
        self._parent = parent
        self._wake: SimpleQueue[None] = SimpleQueue()

    @property
    def is_wanted(self) -> bool:
        """Whether to stop."""
        is_orphan = bool(self._parent) and os.getppid() != self._parent
        return self._is_wanted or is_orphan

    def request(self) -> None:
        """Ask to stop; from any thread or signal handler."""
        self._is_wanted = True
        self.wake()

    def wake(self) -> None:
        """End the pause."""
        self._wake.put(None)

    def pause(self, seconds: float) -> None:
        """Wait so long, or until something happens."""
        try:
            self._wake.get(timeout=seconds)
        except Empty:
            return

    def take_signals(self) -> None:
        """Let signals to stop ask for it, and a second one end the process at once."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._is_wanted:  # pragma: no cover - ends the process that measures
            os._exit(128 + number)
        self.request()
