"""A scan in this process that is a task for all others to see: its state, its end.

So a scan from the terminal stands in lists and streams as one of a worker does, can be
cancelled like it, and keeps a second one away. Should its process die a worker does
what is left of it.
"""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.libraries import get_library
from codex_lib.clock import now
from codex_lib.db import open_catalog, write
from codex_lib.errors import CodexError, ScanRunningError
from codex_lib.scanning.scan import scan_library
from codex_lib.tasks.claims import (
    claim_task,
    fail_task,
    finish_task,
    held_tasks,
    recover_tasks,
    renew_locks,
    store_progress,
)
from codex_lib.tasks.liveness import living_worker
from codex_lib.tasks.queue import cancel_task, enqueue
from codex_lib.tasks.scan_status import SCAN, counts_of
from codex_lib.tasks.scan_task import progress_of
from codex_lib.tasks.scans import live_scan, replace_params, widened
from codex_lib.tasks.tasks import PENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from codex_lib.db import Database
    from codex_lib.scanning.result import ScanProgress, ScanResult
    from codex_lib.tasks.tasks import Task

    OnProgress = Callable[[ScanProgress], None]

# How often the catalog is told how far it is, and asked whether to go on.
BEAT_SECONDS = 0.5
RENEWED_EVERY = 20  # beats


def scan_now(  # noqa: PLR0913 - as scan_library
    db: Database,
    library_id: str,
    *,
    deep: bool = False,
    under: str = "",
    allow_missing: bool = False,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
    **options: Any,  # noqa: ANN401 - the rest of scan_library's
) -> ScanResult:
    """Scan a library as scan_library does, and let everybody know.

    It takes the place of a scan that waits for a worker, unless that one is to do more:
    then it is not told to anybody, and the other one follows. Raises what scan_library
    raises.
    """
    params: dict[str, Any] = {"mode": "deep" if deep else "normal"}
    params |= {"under": under} if under else {}
    params |= {"allow_missing": True} if allow_missing else {}
    with living_worker(db.path.parent) as worker:
        task = _taken(db, library_id, params, worker)
        beat = Beat(task, on_progress, should_stop)
        with _ended(db, task, beat), beat.beating(db):
            beat.result = scan_library(
                db,
                library_id,
                now=now(),
                deep=deep,
                under=under,
                allow_missing=allow_missing,
                on_progress=beat.note,
                should_stop=beat.is_over,
                **options,
            )
        return beat.result


def _taken(
    db: Database, library_id: str, params: dict[str, Any], worker: str
) -> Task | None:
    """Return the task that is to be ours; None while one waits that does more."""
    recover_tasks(db, now=now())
    moment = now()
    with write(db, quiet=True):
        live = live_scan(db, library_id)
        if live is None:
            task_id = enqueue(
                db, SCAN, library_id=library_id, params=params, now=moment
            )
            return claim_task(db, task_id, worker, now=moment)
        if live.status != PENDING:
            raise ScanRunningError(get_library(db, library_id).name)
        if widened(live.params or {}, params) != params:
            return None
        replace_params(db, live, params, now=moment)
        return claim_task(db, live.id, worker, now=moment)


@contextmanager
def _ended(db: Database, task: Task | None, beat: Beat) -> Iterator[None]:
    """Keep in the task how a block ended, unless the process is about to end."""
    try:
        yield
    except CodexError as error:
        if task is not None:
            # Whoever started it is told, so nobody has to try again.
            last = replace(task, attempts=task.max_attempts)
            fail_task(db, last, error, progress=None, now=now())
        raise
    if task is not None:
        result = beat.result
        if result.cancelled:
            cancel_task(db, task.id, now=now())
        finish_task(db, task, counts_of(result), progress=None, now=now())


class Beat:
    """What a scan tells the catalog and is told by it, on a thread of its own.

    The scan itself never waits for that. Without a task nothing is told.
    """

    def __init__(
        self,
        task: Task | None,
        on_progress: OnProgress | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.result: ScanResult
        self._task = task
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._cancelled = threading.Event()
        self._ended = threading.Event()
        self._newest: ScanProgress | None = None
        self._beats = 0

    def note(self, progress: ScanProgress) -> None:
        """Take note of how far the scan is."""
        self._newest = progress
        if self._on_progress:
            self._on_progress(progress)

    def is_over(self) -> bool:
        """Return whether the scan has to stop: somebody here or elsewhere said so."""
        asked = self._should_stop is not None and self._should_stop()
        return asked or self._cancelled.is_set()

    @contextmanager
    def beating(self, db: Database) -> Iterator[None]:
        """Tell and ask for the time of a block."""
        if self._task is None:
            yield
            return
        thread = threading.Thread(target=self._run, args=(db.path, self._task))
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _run(self, path: Path, task: Task) -> None:
        with closing(open_catalog(path, allow_network=True)) as db:
            while not self._ended.wait(BEAT_SECONDS):
                with suppress(CodexError):  # a busy catalog: the next time then
                    self._beat(db, task.id, str(task.locked_by))

    def _beat(self, db: Database, task_id: str, worker: str) -> None:
        self._beats += 1
        if self._beats % RENEWED_EVERY == 0:
            renew_locks(db, worker, now=now())
        if self._should_stop is not None and self._should_stop():
            cancel_task(db, task_id, now=now())  # so that no worker goes on with it
        if held_tasks(db, worker).get(task_id, True):
            self._cancelled.set()
        newest, self._newest = self._newest, None
        if newest is not None:
            told = {task_id: progress_of(newest)}
            store_progress(db, worker, told, now=now())
