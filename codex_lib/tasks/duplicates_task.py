"""The task that finds equal books, and asking for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib import clock
from codex_lib.db import rows, write
from codex_lib.errors import ConflictError
from codex_lib.scanning.duplicates import find_duplicates
from codex_lib.tasks.hash_task import rate_of, telling
from codex_lib.tasks.queue import enqueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task

TYPE = "find_duplicates"
_LIVE = f"""
    SELECT uuid FROM tasks WHERE task_type = '{TYPE}'
    AND status IN ('pending', 'processing')
"""  # noqa: S608 - a constant


def start_duplicate_scan(db: Database, *, now: str) -> str:
    """Queue a search for equal books and return its task.

    Raises ConflictError while one waits or runs.
    """
    with write(db, quiet=True):
        if rows(db, _LIVE):
            raise ConflictError("A search for duplicates is waiting or running already")
        return enqueue(db, TYPE, now=now)


def run(
    db: Database, task: Task, report: Report, should_stop: Callable[[], bool]
) -> dict[str, Any]:
    """Hash the books that may be equal, then group them."""
    result = find_duplicates(
        db,
        rate=rate_of(task),
        on_progress=telling(report, "Comparing book"),
        should_stop=should_stop,
        now=clock.now(),
    )
    if result.cancelled:
        return {"hashed": result.hashed, "errors": result.failed}
    return {
        "duplicate_groups": result.duplicate_groups,
        "hashed": result.hashed,
        "errors": result.failed,
    }
