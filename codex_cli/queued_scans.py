"""Scans that a worker does: asking for them, waiting for their end, stopping them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from codex_cli.failures import report_failure
from codex_cli.output import note, print_whole, printable, say
from codex_cli.progress import scan_bar
from codex_cli.scan_report import Outcome
from codex_cli.tables import Column, print_table
from codex_cli.wording import local_time
from codex_lib.clock import now
from codex_lib.errors import CodexError, RefusedError, ScanNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.catalog.libraries import Library
    from codex_lib.db import Database
    from codex_lib.scanning.result import ScanProgress, ScanResult
    from codex_lib.scanning.targets import Target
    from codex_lib.tasks.scan_status import ScanStatus
    from codex_lib.tasks.tasks import Task

POLL_SECONDS = 0.25
PATIENCE_SECONDS = 3.0  # until it is said that no worker has taken it
COLUMNS = (
    Column("LIBRARY", flexible=True),
    Column("STATUS"),
    Column("FILES", right=True),
    Column("BOOKS ADDED", right=True, optional=2),
    Column("ERRORS", right=True),
    Column("STARTED", optional=1),
    Column("ENDED", optional=3),
)


class ScanQueue:
    """The scans that one command has put into the queue."""

    def __init__(self, db: Database, *, quiet: bool, as_json: bool) -> None:
        self._db = db
        self._quiet = quiet
        self._as_json = as_json
        self._queued: list[tuple[Library, ScanStatus]] = []
        self._outcome = Outcome()

    def put(self, chosen: list[Target], *, deep: bool, allow_missing: bool) -> None:
        """Queue a scan of each; one that cannot be does not stop the next."""
        from codex_lib.tasks.scans import start_scan

        for target in chosen:
            try:
                status = start_scan(
                    self._db,
                    target.library.id,
                    mode="deep" if deep else "normal",
                    under=target.under,
                    allow_missing=allow_missing,
                    now=now(),
                )
            except CodexError as error:
                self._fail(error)
            else:
                self._queued.append((target.library, status))

    def _fail(self, error: CodexError) -> None:
        code = report_failure(error, as_json=self._as_json)
        self._outcome.failures.append(code)

    def print_queued(self) -> Outcome:
        """Tell which scans wait, and return what could not be queued."""
        if self._as_json:
            print_whole([status for _, status in self._queued])
        elif not self._quiet:
            for library, _ in self._queued:
                say(printable(f"{library.name}: a scan waits for a worker."))
        return self._outcome

    def wait(self) -> Outcome:
        """Show how the scans get on; return what came of them when all have ended."""
        try:
            for library, status in self._queued:
                self._wait_for(library, str(status.task_id))
        except KeyboardInterrupt:
            note('The scan goes on; "codex scan --cancel" stops it.')
            raise
        return self._outcome

    def _wait_for(self, library: Library, task_id: str) -> None:
        try:
            with scan_bar(library.name, quiet=self._quiet) as show:
                task = _ended(self._db, task_id, show)
            self._outcome.results.append(_result(self._db, library, task))
        except CodexError as error:
            self._fail(error)


def _ended(
    db: Database, task_id: str, show: Callable[[ScanProgress], None] | None
) -> Task:
    """Return a task once it has ended."""
    from codex_lib.scanning.result import ScanProgress
    from codex_lib.tasks.tasks import get_task

    impatient_at = time.monotonic() + PATIENCE_SECONDS
    while (task := get_task(db, task_id)).completed_at is None:
        if task.progress is not None and show is not None:
            done, total = task.progress.current, task.progress.total
            show(ScanProgress(done, total, "", "read" if total else "walk"))
        if task.status == "pending" and time.monotonic() >= impatient_at:
            note('Waiting for a worker; "codex serve" and "codex worker" have one …')
            impatient_at = float("inf")
        time.sleep(POLL_SECONDS)
    return task


def _result(db: Database, library: Library, task: Task) -> ScanResult:
    """Return what the scan of a task did. Raises CodexError if it failed."""
    from codex_lib.scanning.result import ScanResult
    from codex_lib.tasks.scans import last_result

    if task.status == "failed":
        # What can be tried again was; else it is refused.
        is_last = task.attempts >= task.max_attempts
        raise (CodexError if is_last else RefusedError)(task.last_error)
    if not task.result:  # taken back before it began
        return ScanResult(library.id, library.name, "normal", cancelled=True)
    return last_result(db, library.id)


def print_statuses(
    db: Database,
    libraries: list[Library],
    is_named: bool,
    *,
    as_json: bool,
) -> None:
    """Print how the newest scan of each library does, or did.

    Raises ScanNotFoundError for one that was named and never scanned.
    """
    from codex_lib.tasks.scans import scan_status

    found = []
    for library in libraries:
        try:
            found.append((library.name, scan_status(db, library.id)))
        except ScanNotFoundError:
            if is_named:
                raise
    if as_json:
        print_whole([status for _, status in found])
    elif found:
        print_table(COLUMNS, [_cells(name, status) for name, status in found])
    else:
        say("Nothing was scanned yet.")


def _cells(name: str, status: ScanStatus) -> tuple[str, ...]:
    files = f"{status.files_processed:,}/{status.files_total:,}"
    return (
        name,
        status.status,
        files if status.files_total else "",
        f"{status.books_found:,}",
        f"{len(status.errors):,}",
        local_time(status.started_at),
        local_time(status.completed_at),
    )


def cancel_scans(
    db: Database,
    libraries: list[Library],
    is_named: bool,
    *,
    as_json: bool,
) -> None:
    """Stop the scans of libraries; if none was named, those that there are.

    Raises ScanNotFoundError if there is none.
    """
    from codex_lib.tasks.scans import active_scans, cancel_scan

    active = {status.library_id for status in active_scans(db)}
    wanted = [one for one in libraries if is_named or one.id in active]
    if not wanted:
        raise ScanNotFoundError("any library", is_active=True)
    for library in wanted:
        cancel_scan(db, library.id, now=now())
    if as_json:
        print_whole([{"library_id": one.id, "name": one.name} for one in wanted])
        return
    for library in wanted:
        say(printable(f"{library.name}: the scan is being stopped."))
