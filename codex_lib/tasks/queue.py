"""The queue from outside: what is put in, taken back, tried again and thrown away."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from codex_lib.accounts.times import later
from codex_lib.db import many, one, rows, write
from codex_lib.db.ids import new_id, new_ids
from codex_lib.errors import (
    BookNotFoundError,
    InvalidError,
    LibraryNotFoundError,
    NotFoundError,
    SeriesNotFoundError,
)
from codex_lib.tasks.changes import change_tasks, tell_task
from codex_lib.tasks.registry import kind_of
from codex_lib.tasks.tasks import CANCELLED, FAILED, LIVE, PENDING, get_task, task_of
from codex_lib.tasks.tasks import SELECT as SELECT_TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codex_lib.db import Database
    from codex_lib.tasks.registry import Kind
    from codex_lib.tasks.tasks import Task

MAX_ATTEMPTS = 3
DAY = 86400
BATCH = 500  # tasks a transaction, 50 ms
_ENTITIES: dict[str, tuple[str, type[NotFoundError]]] = {
    "library_id": ("libraries", LibraryNotFoundError),
    "series_id": ("series", SeriesNotFoundError),
    "book_id": ("books", BookNotFoundError),
}
_SAME = """
    task_type = :task_type AND coalesce(library_id, 0) = coalesce(:library_id, 0)
    AND coalesce(series_id, 0) = coalesce(:series_id, 0)
    AND coalesce(book_id, 0) = coalesce(:book_id, 0)
"""
_INSERT = """
    INSERT INTO tasks (
        uuid, task_type, status, rank, priority, library_id, series_id, book_id,
        params, max_attempts, scheduled_for, created_at
    ) VALUES (
        :uuid, :task_type, 'pending', :rank, :priority, :library_id, :series_id,
        :book_id, :params, :max_attempts, :scheduled_for, :now
    ) ON CONFLICT DO NOTHING RETURNING id
"""
_HURRY = f"""
    UPDATE tasks SET priority = max(priority, :priority),
        scheduled_for = min(scheduled_for, :scheduled_for)
    WHERE {_SAME} AND status = 'pending'
    AND (priority < :priority OR scheduled_for > :scheduled_for) RETURNING id
"""  # noqa: S608 - constants
_LIVE = f"""
    SELECT uuid FROM tasks WHERE {_SAME} AND status IN ('pending', 'processing')
"""  # noqa: S608 - constants


def enqueue(  # noqa: PLR0913 - all that is said of a task, by keyword
    db: Database,
    task_type: str,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_id: str | None = None,
    params: Mapping[str, Any] | None = None,
    priority: int | None = None,
    scheduled_for: str | None = None,
    now: str,
) -> str:
    """Put a task into the queue and return its id.

    The same type of task for the same thing is there once: if it waits or runs
    already, its id is returned, params are not compared, and one that waits is as
    urgent from now on as the more urgent of both. Raises InvalidError,
    LibraryNotFoundError, SeriesNotFoundError, BookNotFoundError.
    """
    kind = kind_of(task_type)
    given = {"library_id": library_id, "series_id": series_id, "book_id": book_id}
    _check_entities(kind, given)
    with write(db, quiet=True):
        entities = {name: _row_id(db, name, value) for name, value in given.items()}
        values = {
            "uuid": new_id(),
            "task_type": task_type,
            "rank": kind.rank,
            "priority": kind.priority if priority is None else priority,
            **entities,
            "params": json.dumps(params) if params else None,
            "max_attempts": MAX_ATTEMPTS,
            "scheduled_for": scheduled_for or now,
            "now": now,
        }
        made = change_tasks(db, _INSERT, values, now=now)
        if made:
            return made[0].id
        change_tasks(db, _HURRY, values, now=now)
        return str(rows(db, _LIVE, values)[0]["uuid"])


def _check_entities(kind: Kind, given: Mapping[str, str | None]) -> None:
    named = [name for name, value in given.items() if value is not None]
    for name in named:
        if name not in kind.entities:
            raise InvalidError(name, f"is nothing for {kind.name}")
    if len(named) > 1:
        raise InvalidError(named[1], f"cannot be given beside {named[0]}")
    if kind.needs_entity and not named:
        wanted = " or ".join(kind.entities)
        raise InvalidError(kind.entities[0], f"{kind.name} needs {wanted}")


def _row_id(db: Database, name: str, uuid: str | None) -> int | None:
    if uuid is None:
        return None
    table, missing = _ENTITIES[name]
    found = one(db, f"SELECT id FROM {table} WHERE uuid = ?", [uuid])  # noqa: S608 - a constant
    if found is None:
        raise missing(uuid)
    return int(found["id"])


def enqueue_books(  # noqa: PLR0913 - all that is said of the tasks, by keyword
    db: Database,
    task_type: str,
    book_ids: Iterable[str],
    *,
    params: Mapping[str, Any] | None = None,
    priority: int | None = None,
    now: str,
) -> int:
    """Put a task for each book into the queue; return how many are new.

    Some hundred in a transaction. Books that have such a task, or are gone, are passed
    over.
    """
    kind, left, count = kind_of(task_type), iter(book_ids), 0
    values = {
        "task_type": task_type,
        "rank": kind.rank,
        "priority": kind.priority if priority is None else priority,
        "library_id": None,
        "series_id": None,
        "params": json.dumps(params) if params else None,
        "max_attempts": MAX_ATTEMPTS,
        "scheduled_for": now,
        "now": now,
    }
    while batch := list(islice(left, BATCH)):
        with write(db, quiet=True):
            for uuid, book in zip(new_ids(len(batch)), batch, strict=True):
                found = one(db, "SELECT id FROM books WHERE uuid = ?", [book])
                if found:
                    own = {"uuid": uuid, "book_id": found["id"]}
                    count += len(change_tasks(db, _INSERT, values | own, now=now))
    return count


_CANCEL_PENDING = """
    UPDATE tasks SET status = 'cancelled', completed_at = :now
    WHERE uuid = :id AND status = 'pending' RETURNING id
"""
_CANCEL_RUNNING = """
    UPDATE tasks SET is_cancel_wanted = 1
    WHERE uuid = :id AND status = 'processing' RETURNING id
"""


def cancel_task(db: Database, task_id: str, *, now: str) -> Task:
    """Take back a task that waits at once; one that runs stops within a second or so.

    What it has done so far stays. Cancelling twice is no error. Raises
    TaskNotFoundError, InvalidError for a task that has completed or failed.
    """
    values = {"id": task_id, "now": now}
    with write(db, quiet=True):
        changed = change_tasks(db, _CANCEL_PENDING, values, now=now)
        changed += change_tasks(db, _CANCEL_RUNNING, values, now=now)
        task = get_task(db, task_id)
        if not changed and task.status != CANCELLED:
            raise InvalidError("status", f"the task is {task.status} already")
    return task


_AGAIN = """
    UPDATE tasks SET status = 'pending', attempts = 0, is_cancel_wanted = 0,
        locked_by = NULL, locked_until = NULL, completed_at = NULL, progress = NULL,
        scheduled_for = :now
    WHERE uuid = :id RETURNING id
"""
_OTHER = """
    SELECT other.uuid FROM tasks AS other JOIN tasks AS task
    ON other.task_type = task.task_type
        AND coalesce(other.library_id, 0) = coalesce(task.library_id, 0)
        AND coalesce(other.series_id, 0) = coalesce(task.series_id, 0)
        AND coalesce(other.book_id, 0) = coalesce(task.book_id, 0)
    WHERE task.uuid = :id AND other.status IN ('pending', 'processing')
"""


def retry_task(db: Database, task_id: str, *, now: str) -> Task:
    """Let a task that failed run again, with all its attempts, and return it.

    If the same is to be done by another task already, that one is returned. A task
    that waits for its next attempt has it now. Raises TaskNotFoundError, InvalidError.
    """
    with write(db, quiet=True):
        task = get_task(db, task_id)
        is_waiting = task.status == PENDING and task.attempts > 0
        if task.status != FAILED and not is_waiting:
            raise InvalidError("status", f"only a failed task; this is {task.status}")
        other = rows(db, _OTHER, {"id": task_id})
        if other and other[0]["uuid"] != task_id:
            return get_task(db, other[0]["uuid"])
        return change_tasks(db, _AGAIN, {"id": task_id, "now": now}, now=now)[0]


def unlock_task(db: Database, task_id: str, *, now: str) -> Task:
    """Take a task from the worker that has it, and let it run again.

    For a worker that hangs: one that died loses its tasks by itself. Should it come
    back it notices and stops. Raises TaskNotFoundError, InvalidError.
    """
    with write(db, quiet=True):
        task = get_task(db, task_id)
        if task.status not in LIVE:
            raise InvalidError("status", f"nobody works on it; it is {task.status}")
        return change_tasks(db, _AGAIN, {"id": task_id, "now": now}, now=now)[0]


_OLD = """
    DELETE FROM tasks WHERE id IN (
        SELECT id FROM tasks
        WHERE completed_at < :before AND status NOT IN ('pending', 'processing')
        LIMIT :limit
    ) RETURNING id
"""


def purge_tasks(db: Database, *, days: int, now: str) -> int:
    """Forget the tasks that ended more days ago; return how many.

    Raises InvalidError for a negative number.
    """
    if days < 0:
        raise InvalidError("days", "must not be negative")
    values = {"before": later(now, -days * DAY), "limit": BATCH}
    total = 0
    while True:
        with write(db, quiet=True):
            count = len(rows(db, _OLD, values))
        total += count
        if count < BATCH:
            return total


def nuke_tasks(db: Database, *, now: str) -> int:
    """Forget all tasks, those that wait and run as well; return how many.

    What runs notices and stops.
    """
    live = f"{SELECT_TASKS} WHERE tasks.status IN ('pending', 'processing')"
    with write(db, quiet=True):
        for row in rows(db, live):
            gone = replace(task_of(row), status=CANCELLED, completed_at=now)
            tell_task(db, gone, now=now)
        total = int(rows(db, "SELECT count(*) AS n FROM tasks")[0]["n"])
        many(db, "DELETE FROM tasks", [()])
    return total
