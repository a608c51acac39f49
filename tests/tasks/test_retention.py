from __future__ import annotations

import pytest

from codex_lib import clock
from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.times import later
from codex_lib.accounts.tokens import create_token, revoke_token
from codex_lib.accounts.users import create_user
from codex_lib.db import write
from codex_lib.db.paging import Paging
from codex_lib.events.outbox import emit, newest_event, oldest_event
from codex_lib.tasks import retention
from codex_lib.tasks.queue import cancel_task
from codex_lib.tasks.tasks import get_task, list_tasks
from codex_lib.tasks.worker import run_worker


@pytest.fixture
def retain(db, config, add):
    """Return a function that runs the task, and returns it."""

    def run():
        task_id = add("retention")
        run_worker(config, once=True)
        return get_task(db, task_id)

    return run


def test_tasks_are_kept_for_days(db, add, retain):
    now = clock.now()
    old = add()
    cancel_task(db, old, now=later(now, -8 * 86400))
    young = add()
    cancel_task(db, young, now=later(now, -6 * 86400))

    result = retain().result

    assert result == {"tasks": 1, "events": 0, "tokens": 0}
    left = [
        task.id for task in list_tasks(db, Paging(), task_type="purge_deleted").data
    ]
    assert left == [young]


def test_of_finished_retentions_the_newest_stays(db, retain):
    retain()
    task = retain()

    assert [found.id for found in list_tasks(db, Paging()).data] == [task.id]


def test_the_newest_events_are_kept(db, retain, monkeypatch):
    monkeypatch.setattr(retention, "KEPT_EVENTS", 10)
    monkeypatch.setattr(retention, "EVENTS_AT_ONCE", 4)
    with write(db):
        for _ in range(30):
            emit(db, "library_updated", library_id="x", now=clock.now())

    result = retain().result

    assert result["events"] > 20
    # The task's own end was told after that.
    assert 10 <= newest_event(db) - oldest_event(db) + 1 <= 14


def test_a_retention_that_is_to_stop_leaves_the_events_to_the_next(db, add):
    task = get_task(db, add("retention"))

    done = retention.run(db, task, lambda *_args: None, lambda: True)

    assert done["events"] == 0


def test_sessions_that_are_over_are_forgotten(db, retain):
    user = create_user(
        db,
        username="ana",
        email="ana@example.com",
        password="Green-Apple-7",
        costs=Costs(8192, 1, 1),
        now=clock.now(),
    )
    long_ago, secret = "2001-01-01T00:00:00.000000Z", "s" * 32
    token = create_token(db, user, secret=secret, hours=1, now=long_ago)
    revoke_token(db, token.access_token, secret=secret, now=long_ago)

    assert retain().result["tokens"] == 1
