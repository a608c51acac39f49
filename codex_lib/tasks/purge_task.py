"""The task purge_deleted: forgets books of a library or series whose file is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib import clock
from codex_lib.scanning.purge import list_deleted_books, purge_library, purge_series

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task


def run(
    db: Database, task: Task, report: Report, should_stop: Callable[[], bool]
) -> dict[str, Any]:
    """Forget them, some hundred at a time; what is left when stopped goes next time.

    Raises LibraryNotFoundError, SeriesNotFoundError, and ScanRunningError while the
    library is scanned.
    """
    now = clock.now()
    entity = {"library_id": task.library_id, "series_id": task.series_id}
    total = len(list_deleted_books(db, **entity))

    def watch(done: int) -> bool:
        if total:
            report(done, total, f"Forgot book {done}/{total}")
        return not should_stop()

    if task.library_id:
        count = purge_library(db, task.library_id, now=now, watch=watch)
    else:
        count = purge_series(db, str(task.series_id), now=now, watch=watch)
    return {"deleted_count": count, "library_id": task.library_id}
