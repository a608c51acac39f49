"""The process beside the web workers that works on tasks.

It is forked like them, so that it shares what the supervisor has loaded, and started
again when it dies: at once after a long life, else after a pause that doubles.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from codex_lib.errors import CodexError
from codex_lib.tasks.stopping import STOP_SIGNALS, Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config

logger = logging.getLogger("codex.server")
LONG_LIFE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 60.0
LOOK_SECONDS = 0.05
UNKNOWN = 1 << 8  # the status of an exit with code 1


class TaskProcess:
    """One process at a time; pid is 0 while there is none."""

    def __init__(self, config: Config) -> None:
        self.pid = 0
        self._config = config
        self._starts = 0
        self._failures = 0
        self._began = self._start_at = 0.0

    def manage(self, prepare: Callable[[], None]) -> None:
        """Start the process if it is missing and due; prepare is called in it."""
        if self.pid or time.monotonic() < self._start_at:
            return
        parent = os.getpid()
        # A signal that comes before the process has its own handlers is kept for them.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        self.pid = os.fork()
        if self.pid == 0:  # pragma: no cover - in the new process
            os._exit(self._work(parent, prepare))
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._began = time.monotonic()
        self._starts += 1

    def _work(self, parent: int, prepare: Callable[[], None]) -> int:
        """Work on tasks; return the exit code."""
        from codex_lib.tasks.worker import run_worker  # noqa: PLC0415 - only here

        try:
            prepare()
            stop = Stop(parent=parent)
            stop.take_signals()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            run_worker(self._config, with_scans=not self._starts, stop=stop)
        except CodexError as error:
            logger.error("No tasks are worked on: %s", error)  # noqa: TRY400 - says it all
            return 1
        except BaseException:
            # The last place: behind it only the supervisor's own code would go on.
            logger.exception("The task process failed")
            return 1
        return 0

    def reap(self) -> None:
        """Take note of the process's end, and choose when the next one starts."""
        if not self.pid:
            return
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:  # the supervisor was faster
            pid, status = self.pid, UNKNOWN
        if pid:  # pragma: no branch - seen by timing only
            self._note_end(os.waitstatus_to_exitcode(status))

    def _note_end(self, code: int) -> None:
        self.pid = 0
        if not code:  # it was told to
            return
        now = time.monotonic()
        is_young = now - self._began < LONG_LIFE_SECONDS
        self._failures = self._failures + 1 if is_young else 0
        pause = 2.0 ** (self._failures - 1) if self._failures else 0.0
        self._start_at = now + min(pause, LONGEST_PAUSE_SECONDS)
        how = f"with code {code}" if code > 0 else f"by {signal.Signals(-code).name}"
        logger.error("The task process ended %s; it is restarted", how)

    def kill(self, number: int) -> None:
        """Send the process a signal, if there is one."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def end(self, limit: float) -> None:
        """Wait for the process to end until a monotonic time, then end it."""
        while self.pid and time.monotonic() < limit:
            with suppress(ChildProcessError):
                if not os.waitpid(self.pid, os.WNOHANG)[0]:
                    time.sleep(LOOK_SECONDS)
                    continue
            self.pid = 0
        self.kill(signal.SIGKILL)
