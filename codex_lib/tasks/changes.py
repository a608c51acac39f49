"""Every change of a task goes through here, and is told in the same transaction."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from codex_lib.db import rows
from codex_lib.events.outbox import SCANS, TASKS, emit_frame
from codex_lib.tasks.scan_status import SCAN, status_of
from codex_lib.tasks.tasks import COMPLETED, PROCESSING, SELECT, task_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database
    from codex_lib.tasks.tasks import Task

FRAME = "task_progress"
SCAN_FRAME = "scan_progress"
_ENTITIES = ("library_id", "series_id", "book_id")


def change_tasks(
    db: Database, sql: str, values: Mapping[str, object], *, now: str
) -> list[Task]:
    """Run a statement on tasks that ends in RETURNING id; return them as they are now.

    Inside a write block.
    """
    changed = []
    for row in rows(db, sql, values):
        found = rows(db, f"{SELECT} WHERE tasks.id = ?", [row["id"]])
        changed.append(task_of(found[0]))
    for task in changed:
        tell_task(db, task, now=now)
    return changed


def tell_task(db: Database, task: Task, *, now: str) -> None:
    """Write the events that tell how a task is; inside a write block."""
    emit_frame(db, TASKS, FRAME, task_frame(task), now=now)
    if task.task_type == SCAN:
        emit_frame(db, SCANS, SCAN_FRAME, asdict(status_of(task)), now=now)


def task_frame(task: Task) -> dict[str, Any]:
    """Return how a task is in the shape of the API contract, section 6.3."""
    frame: dict[str, Any] = {
        "task_id": task.id,
        "task_type": task.task_type,
        "status": task.shown_status,
        "started_at": task.started_at,
    }
    if task.progress:
        frame["progress"] = {
            name: value
            for name, value in asdict(task.progress).items()
            if value is not None
        }
    if task.last_error and task.status not in (PROCESSING, COMPLETED):
        frame["error"] = task.last_error
    if task.completed_at:
        frame["completed_at"] = task.completed_at
    entities = {name: getattr(task, name) for name in _ENTITIES}
    return frame | {name: value for name, value in entities.items() if value}
