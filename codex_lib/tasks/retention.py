"""The task retention: forgets what is kept for a time only.

Finished tasks, events that nobody comes back for, and ended sessions. It runs every
hour, so of its own finished tasks only the newest stays: they would bury the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib import clock
from codex_lib.accounts.tokens import forget_ended_tokens
from codex_lib.db import rows, write
from codex_lib.events.outbox import KEPT_EVENTS, newest_event, oldest_event, trim_events
from codex_lib.settings.definitions import TASK_RETENTION
from codex_lib.settings.values import get_value
from codex_lib.tasks.queue import purge_tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task

TYPE = "retention"
EVENTS_AT_ONCE = 5000  # in a transaction, 20 ms
_FORMER = """
    DELETE FROM tasks WHERE task_type = ? AND uuid <> ?
    AND status IN ('completed', 'failed', 'cancelled') RETURNING id
"""


def run(
    db: Database, task: Task, report: Report, should_stop: Callable[[], bool]
) -> dict[str, Any]:
    """Forget what is old enough; return how much of each."""
    now = clock.now()
    days = get_value(db, TASK_RETENTION)
    with write(db, quiet=True):
        rows(db, _FORMER, [TYPE, task.id])
    report(0, 3, "Tasks")
    found = {"tasks": purge_tasks(db, days=days, now=now)}
    report(1, 3, "Events")
    found["events"] = _trim_events(db, should_stop)
    report(2, 3, "Sessions")
    found["tokens"] = forget_ended_tokens(db, now=now)
    report(3, 3)
    return found


def _trim_events(db: Database, should_stop: Callable[[], bool]) -> int:
    """Drop old events some at a time, so that others can write in between."""
    count = 0
    while not should_stop():
        above = newest_event(db) - oldest_event(db) + 1 - EVENTS_AT_ONCE
        with write(db, quiet=True):
            dropped = trim_events(db, kept=max(KEPT_EVENTS, above))
        count += dropped
        if dropped < EVENTS_AT_ONCE:
            break
    return count
