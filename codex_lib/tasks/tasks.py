"""Tasks as people and programs see them: one, a list, figures."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.accounts.times import later
from codex_lib.db import one, rows
from codex_lib.db.naming import only_id, rows_of_id
from codex_lib.db.paging import Listing
from codex_lib.errors import TaskNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database, Row
    from codex_lib.db.paging import Paging

PENDING, PROCESSING = "pending", "processing"
COMPLETED, FAILED, CANCELLED = "completed", "failed", "cancelled"
LIVE = (PENDING, PROCESSING)
# What streams and scans call a task that is worked on.
RUNNING = "running"
# A worker renews its lock many times in this.
STALE_SECONDS = 600


class Progress(NamedTuple):
    """How far a handler is; a total of 0 is not known yet.

    result is what it has done so far, in the shape in which it will return it.
    """

    current: int
    total: int
    message: str = ""
    result: dict[str, Any] | None = None

    @property
    def stored(self) -> str:
        """The JSON that the catalog keeps of it."""
        told: dict[str, Any] = {"current": self.current, "total": self.total}
        return json.dumps(told | ({"message": self.message} if self.message else {}))


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far a task is, in the shape of the API contract, section 2.11.

    A total of 0 is not known yet.
    """

    current: int
    total: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One task, in the shape of the API contract, section 2.11.

    is_cancel_wanted: somebody cancels it, and it is still being worked on.
    """

    id: str
    task_type: str
    status: str
    priority: int
    library_id: str | None
    series_id: str | None
    book_id: str | None
    params: dict[str, Any] | None
    locked_by: str | None
    locked_until: str | None
    attempts: int
    max_attempts: int
    last_error: str | None
    result: dict[str, Any] | None
    scheduled_for: str
    created_at: str
    started_at: str | None
    completed_at: str | None
    progress: TaskProgress | None
    is_cancel_wanted: bool

    @property
    def shown_status(self) -> str:
        """The status in the words of streams."""
        return RUNNING if self.status == PROCESSING else self.status


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks there are; stale ones are under way with nobody at work."""

    pending: int = 0
    processing: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    stale: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class TaskStats:
    """How many tasks there are, of all types and of each."""

    pending: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    stale: int
    total: int
    by_type: dict[str, TaskCounts]


SELECT = """
    SELECT tasks.uuid AS id, tasks.task_type, tasks.status, tasks.priority,
        libraries.uuid AS library_id, series.uuid AS series_id, books.uuid AS book_id,
        tasks.params, tasks.locked_by, tasks.locked_until, tasks.attempts,
        tasks.max_attempts, tasks.last_error, tasks.result, tasks.scheduled_for,
        tasks.created_at, tasks.started_at, tasks.completed_at, tasks.progress,
        tasks.is_cancel_wanted
    FROM tasks
    LEFT JOIN libraries ON libraries.id = tasks.library_id
    LEFT JOIN series ON series.id = tasks.series_id
    LEFT JOIN books ON books.id = tasks.book_id
"""


def task_of(row: Row) -> Task:
    """Return a row of SELECT as a task."""
    values = dict(row)
    for name in ("params", "result", "progress"):
        values[name] = values[name] and json.loads(values[name])
    if values["progress"]:
        values["progress"] = TaskProgress(**values["progress"])
    values["is_cancel_wanted"] = bool(values["is_cancel_wanted"])
    return Task(**values)


def get_task(db: Database, task_id: str) -> Task:
    """Return one task. Raises TaskNotFoundError."""
    row = one(db, f"{SELECT} WHERE tasks.uuid = ?", [task_id])
    if row is None:
        raise TaskNotFoundError(task_id)
    return task_of(row)


def find_task(db: Database, text: str) -> Task:
    """Return the task of an id or of an id's beginning.

    Raises TaskNotFoundError, AmbiguousNameError with the candidates.
    """
    sql = """
        SELECT uuid, task_type || ', ' || status AS label FROM tasks
        WHERE uuid >= :start AND uuid < :end
    """
    found = rows_of_id(db, sql, text)
    if not found:
        raise TaskNotFoundError(text)
    return get_task(db, only_id("task", text, found))


def list_tasks(
    db: Database,
    paging: Paging,
    *,
    status: str | None = None,
    task_type: str | None = None,
) -> Listing[Task]:
    """Return a page of the tasks of a status and a type, newest first.

    running is another word for processing; an unknown status has no tasks.
    """
    wanted = {
        "status": PROCESSING if status == RUNNING else status,
        "task_type": task_type,
    }
    named = [name for name, value in wanted.items() if value is not None]
    where = " AND ".join(f"tasks.{name} = :{name}" for name in named) or "true"
    total = rows(db, f"SELECT count(*) AS n FROM tasks WHERE {where}", wanted)[0]["n"]  # noqa: S608 - constants
    sql = f"""
        {SELECT} WHERE {where}
        ORDER BY tasks.created_at DESC, tasks.id DESC LIMIT :limit OFFSET :offset
    """
    part = {"limit": paging.page_size, "offset": paging.offset}
    found = [task_of(row) for row in rows(db, sql, wanted | part)]
    return Listing(found, paging.page, paging.page_size, total)


def running_tasks(db: Database) -> list[Task]:
    """Return the tasks that are worked on, oldest first."""
    sql = f"{SELECT} WHERE tasks.status = 'processing' ORDER BY tasks.id"
    return [task_of(row) for row in rows(db, sql)]


_COUNTS = """
    SELECT task_type, status, count(*) AS number,
        sum(status = 'processing' AND locked_until < :stale) AS stale
    FROM tasks GROUP BY task_type, status
"""


def task_stats(db: Database, *, now: str) -> TaskStats:
    """Return how many tasks there are, by type in alphabetical order."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows(db, _COUNTS, {"stale": later(now, -STALE_SECONDS)}):
        for of in (counts.setdefault(row["task_type"], {}), counts.setdefault("", {})):
            for name in (row["status"], "total"):
                of[name] = of.get(name, 0) + row["number"]
            of["stale"] = of.get("stale", 0) + row["stale"]
    total = TaskCounts(**counts.pop("", {}))
    by_type = {name: TaskCounts(**counts[name]) for name in sorted(counts)}
    return TaskStats(**asdict(total), by_type=by_type)
