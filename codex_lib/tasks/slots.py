"""The threads of a worker: each takes one task after the other while there are any.

Threads and not processes: what takes the time of a scan or a thumbnail gives Python's
lock away, a thread costs no memory while it is idle, and what may crash or hang in a
file's decoder runs in a process of its own already (codex_lib.formats.isolation).
"""

from __future__ import annotations

import logging
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

from codex_lib import clock
from codex_lib.errors import CatalogError, CodexError, ConflictError
from codex_lib.tasks.claims import (
    claim,
    fail_task,
    finish_task,
    give_back,
    next_claimable,
)
from codex_lib.tasks.registry import KINDS, handler_of, limits_of
from codex_lib.tasks.tasks import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.tasks.stopping import Stop
    from codex_lib.tasks.tasks import Task

    End = Callable[[], None]

logger = logging.getLogger("codex.tasks")
# The catalog is busy or its disk full: how long to wait before storing a task's end.
AGAIN_SECONDS = 2.0


class Report(Protocol):
    """How a handler tells how far it is; a total of 0 is not known yet."""

    def __call__(
        self,
        current: int,
        total: int,
        message: str = "",
        result: dict[str, Any] | None = None,
    ) -> None:
        """Tell it; result is what has been done so far."""


class Running:
    """A task that is worked on, between its handler and the rest of the worker.

    The handler touches only memory here: the worker's main thread stores progress and
    looks whether the task is to stop.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.progress: Progress | None = None
        self.is_to_stop = False
        self.was_told = False

    def report(
        self,
        current: int,
        total: int,
        message: str = "",
        result: dict[str, Any] | None = None,
    ) -> None:
        """Note how far the task is."""
        self.progress = Progress(current, total, message, result)

    def should_stop(self) -> bool:
        """Return whether the handler is to stop, and note that it knows."""
        self.was_told = self.was_told or self.is_to_stop
        return self.is_to_stop


class Slots:
    """The tasks that run in this process and the threads that run them."""

    def __init__(
        self, config: Config, worker: str, open_db: Callable[[], Database], stop: Stop
    ) -> None:
        self.worker = worker
        self.limits = limits_of(config)
        self._config = config
        self._open = open_db
        self._stop = stop
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._running: dict[str, Running] = {}

    @property
    def is_idle(self) -> bool:
        """Whether no thread is at work."""
        return not self._threads

    def running(self) -> dict[str, Running]:
        """Return the tasks that run now, by id."""
        with self._lock:
            return dict(self._running)

    def grow(self, db: Database) -> None:
        """Start one thread more if a task could run on it; it starts the next."""
        if not self._is_full() and next_claimable(db, self.limits, now=clock.now()):
            with self._lock:
                # Started inside the lock: a thread in the set has run or will.
                thread = threading.Thread(target=self._drain, name="task", daemon=True)
                self._threads.add(thread)
                thread.start()

    def _is_full(self) -> bool:
        with self._lock:
            busy = len(self._threads) >= self.limits.total
        return busy or self._stop.is_wanted

    def stop(self) -> None:
        """Ask every handler to stop."""
        for running in self.running().values():
            running.is_to_stop = True

    def _drain(self) -> None:
        """Work on tasks until none is left; what a thread of this process does."""
        try:
            with closing(self._open()) as db:
                while not self._stop.is_wanted and self._next(db):
                    pass
        except (CatalogError, ConflictError) as error:  # a full disk, a long restore
            logger.warning("Tasks cannot be taken: %s", error)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
            self._stop.wake()

    def _next(self, db: Database) -> bool:
        """Work on one task; return whether there was one."""
        task = claim(db, self.worker, self.limits, now=clock.now())
        if task is None:
            return False
        running = Running(task)
        with self._lock:
            self._running[task.id] = running
        running.is_to_stop = self._stop.is_wanted
        self.grow(db)
        try:
            store_end(self._run(db, running), self._stop)
        finally:
            with self._lock:
                del self._running[task.id]
        return True

    def _run(self, db: Database, running: Running) -> End:
        """Work on a task; return what stores its end."""
        task = running.task
        try:
            result = self._handle(db, running)
        except CodexError as error:
            logger.warning("%s %s: %s", task.task_type, task.id, error)
            return ending(fail_task, db, running, error)
        except Exception as error:
            # A fault in one task must end neither the others nor the worker.
            logger.exception("%s %s failed", task.task_type, task.id)
            return ending(fail_task, db, running, error)
        end = give_back if running.was_told else finish_task
        return ending(end, db, running, result)

    def _handle(self, db: Database, running: Running) -> dict[str, Any]:
        task = running.task
        more = {"config": self._config} if KINDS[task.task_type].wants_config else {}
        handler = handler_of(task.task_type)
        return handler(db, task, running.report, running.should_stop, **more)


def ending(
    end: Callable[..., None], db: Database, running: Running, outcome: object
) -> End:
    """Return a call that stores how a task ended."""
    task, progress = running.task, running.progress
    return lambda: end(db, task, outcome, progress=progress, now=clock.now())


def store_end(end: End, stop: Stop) -> None:
    """Store how a task ended, however long the catalog refuses it."""
    while True:
        try:
            end()
        except (CatalogError, ConflictError) as error:
            logger.warning("The end of a task cannot be stored yet: %s", error)
            if stop.is_wanted:
                return  # the next worker finds the task unfinished
            stop.pause(AGAIN_SECONDS)
        else:
            return
