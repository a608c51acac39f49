"""The queue from inside: what a worker takes, keeps, and gives back.

A task that a worker has taken is changed only by that worker, by its name: one whose
lock went to somebody else changes nothing any more.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codex_lib.accounts.times import later
from codex_lib.db import one, rows, write
from codex_lib.errors import InvalidError, NotFoundError, RefusedError
from codex_lib.tasks.changes import change_tasks, tell_task
from codex_lib.tasks.liveness import is_dead
from codex_lib.tasks.registry import ORDER
from codex_lib.tasks.tasks import CANCELLED, COMPLETED, FAILED, PENDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database
    from codex_lib.tasks.registry import Limits
    from codex_lib.tasks.tasks import Progress, Task

LOCK_SECONDS = 30  # renewed by a worker every third of it
BACKOFF_SECONDS = 60
DIED = "The worker died"
# Trying again cannot help.
PERMANENT = (NotFoundError, InvalidError, RefusedError)

_RUNNING = """
    SELECT task_type, count(*) AS number FROM tasks WHERE status = 'processing'
    GROUP BY task_type
"""
_NEXT = """
    SELECT id FROM tasks
    WHERE status = 'pending' AND rank = ? AND task_type = ? AND scheduled_for <= ?
    ORDER BY priority DESC, scheduled_for, id LIMIT 1
"""
_CLAIM = """
    UPDATE tasks SET status = 'processing', locked_by = :worker, locked_until = :until,
        attempts = attempts + 1, started_at = :now, completed_at = NULL,
        is_cancel_wanted = 0, progress = NULL, result = NULL
    WHERE {which} AND status = 'pending' RETURNING id
"""


def claim(db: Database, worker: str, limits: Limits, *, now: str) -> Task | None:
    """Take the most urgent task that may run now, within the limits of all workers.

    By type, then by priority, then by the time for which it is scheduled.
    """
    with write(db, quiet=True):
        found = next_claimable(db, limits, now=now)
        if found is None:
            return None
        return _claim(db, "id = :which", found, worker, now)


def claim_task(db: Database, task_id: str, worker: str, *, now: str) -> Task | None:
    """Take one task, whatever else runs; None if somebody has it already."""
    with write(db, quiet=True):
        return _claim(db, "uuid = :which", task_id, worker, now)


def _claim(
    db: Database, where: str, which: object, worker: str, now: str
) -> Task | None:
    until = later(now, LOCK_SECONDS)
    values = {"which": which, "worker": worker, "until": until, "now": now}
    claimed = change_tasks(db, _CLAIM.format(which=where), values, now=now)
    return claimed[0] if claimed else None


def next_claimable(db: Database, limits: Limits, *, now: str) -> int | None:
    """Return the inner id of the task that goes next, None if none may run now."""
    running = {row["task_type"]: row["number"] for row in rows(db, _RUNNING)}
    if sum(running.values()) >= limits.total:
        return None
    for task_type, limit in limits.by_type.items():
        if running.get(task_type, 0) < limit:
            found = one(db, _NEXT, [ORDER.index(task_type), task_type, now])
            if found:
                return int(found["id"])
    return None


def put_in_order(db: Database) -> None:
    """Give the tasks that wait the ranks of this version of Codex."""
    sql = """
        UPDATE tasks SET rank = :rank
        WHERE status = 'pending' AND task_type = :task_type AND rank <> :rank
        RETURNING id
    """
    with write(db, quiet=True):
        for rank, task_type in enumerate(ORDER):
            rows(db, sql, {"rank": rank, "task_type": task_type})


def held_tasks(db: Database, worker: str) -> dict[str, bool]:
    """Return the ids of a worker's tasks, and of each whether it is to be cancelled."""
    sql = """
        SELECT uuid, is_cancel_wanted FROM tasks
        WHERE status = 'processing' AND locked_by = ?
    """
    return {
        row["uuid"]: bool(row["is_cancel_wanted"]) for row in rows(db, sql, [worker])
    }


def renew_locks(db: Database, worker: str, *, now: str) -> None:
    """Keep a worker's tasks for longer."""
    sql = """
        UPDATE tasks SET locked_until = ? WHERE status = 'processing' AND locked_by = ?
        RETURNING id
    """
    with write(db, quiet=True):
        rows(db, sql, [later(now, LOCK_SECONDS), worker])


_HELD = "WHERE uuid = :id AND locked_by = :worker AND status = 'processing'"
_PROGRESS = f"""
    UPDATE tasks SET progress = :progress, result = :result {_HELD} RETURNING id
"""  # noqa: S608 - constants
_END = f"""
    UPDATE tasks SET status = iif(is_cancel_wanted, 'cancelled', :status),
        completed_at = iif(is_cancel_wanted OR :status <> 'pending', :now, NULL),
        result = CASE
            WHEN is_cancel_wanted OR :status <> 'pending' THEN coalesce(:result, result)
        END,
        progress = iif(is_cancel_wanted OR :status <> 'pending', :progress, NULL),
        scheduled_for = iif(:status = 'pending', :due, scheduled_for),
        attempts = attempts - :unused, last_error = :error,
        locked_by = NULL, locked_until = NULL
    {_HELD} RETURNING id
"""  # noqa: S608 - constants


def store_progress(
    db: Database, worker: str, progress: Mapping[str, Progress], *, now: str
) -> None:
    """Keep and tell how far some of a worker's tasks are, by their ids."""
    with write(db, quiet=True):
        for task_id, told in progress.items():
            values = {
                "id": task_id,
                "worker": worker,
                "progress": told.stored,
                "result": told.result and json.dumps(told.result),
            }
            change_tasks(db, _PROGRESS, values, now=now)


def finish_task(
    db: Database,
    task: Task,
    result: Mapping[str, Any],
    *,
    progress: Progress | None,
    now: str,
) -> None:
    """Keep the result of a task that is done; cancelled, if that was wanted."""
    _end(db, task, COMPLETED, result=result, progress=progress, now=now)


def give_back(
    db: Database,
    task: Task,
    result: Mapping[str, Any] | None = None,
    *,
    progress: Progress | None = None,
    now: str,
) -> None:
    """Let a task that was stopped be done later, or end it if it was cancelled."""
    _end(db, task, PENDING, result=result, progress=progress, unused=1, now=now)


def fail_task(
    db: Database,
    task: Task,
    error: Exception,
    *,
    progress: Progress | None,
    now: str,
) -> None:
    """Let a task that failed be tried again after a while, if that could help."""
    is_last = isinstance(error, PERMANENT) or task.attempts >= task.max_attempts
    status = FAILED if is_last else PENDING
    _end(db, task, status, error=error, progress=progress, now=now)


def _end(  # noqa: PLR0913 - all by keyword
    db: Database,
    task: Task,
    status: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: Exception | None = None,
    progress: Progress | None,
    unused: int = 0,
    now: str,
) -> None:
    wait = BACKOFF_SECONDS * 2**task.attempts if error else 0
    values = {
        "id": task.id,
        "worker": task.locked_by,
        "status": status,
        "result": None if result is None else json.dumps(result),
        "error": error and (str(error) or type(error).__name__),
        "progress": progress and progress.stored,
        "unused": unused,
        "due": later(now, wait),
        "now": now,
    }
    with write(db, quiet=True):
        if not change_tasks(db, _END, values, now=now):
            _tell_if_gone(db, task, now)


def _tell_if_gone(db: Database, task: Task, now: str) -> None:
    """Tell the end of a task that was forgotten while it ran."""
    if not rows(db, "SELECT id FROM tasks WHERE uuid = ?", [task.id]):
        gone = replace(task, status=CANCELLED, completed_at=now)
        tell_task(db, gone, now=now)


_RECOVER = """
    UPDATE tasks SET status = CASE
            WHEN is_cancel_wanted THEN 'cancelled'
            WHEN attempts >= max_attempts THEN 'failed' ELSE 'pending' END,
        completed_at = CASE
            WHEN is_cancel_wanted OR attempts >= max_attempts THEN :now END,
        last_error = :died, progress = NULL, scheduled_for = :now,
        locked_by = NULL, locked_until = NULL
    WHERE status = 'processing' AND locked_by = :worker
    AND (:is_dead OR locked_until < :now) RETURNING id
"""


def recover_tasks(db: Database, *, now: str) -> list[Task]:
    """Put back the tasks of workers that died; failed, if it was the last attempt.

    A worker has died if its process is gone, or if it has not renewed its lock.
    """
    sql = """
        SELECT locked_by, min(locked_until) AS until FROM tasks
        WHERE status = 'processing' GROUP BY locked_by
    """
    folder, recovered = db.path.parent, []
    for row in rows(db, sql):
        dead = is_dead(folder, row["locked_by"])
        if dead or row["until"] < now:
            values = {
                "worker": row["locked_by"],
                "is_dead": dead,
                "died": DIED,
                "now": now,
            }
            with write(db, quiet=True):
                recovered += change_tasks(db, _RECOVER, values, now=now)
    return recovered
