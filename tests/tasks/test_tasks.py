from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.accounts.times import later
from codex_lib.db.paging import Paging
from codex_lib.errors import AmbiguousNameError, TaskNotFoundError
from codex_lib.tasks.claims import claim
from codex_lib.tasks.queue import cancel_task
from codex_lib.tasks.tasks import (
    find_task,
    get_task,
    list_tasks,
    running_tasks,
    task_stats,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def three(db, add, worker, limits):
    """The ids of a task that runs, one that waits and one that was cancelled."""
    running = add("retention")
    claim(db, worker, limits, now=MONDAY)
    cancelled = add(now=TUESDAY)
    cancel_task(db, cancelled, now=TUESDAY)
    return running, add(now=TUESDAY), cancelled


def ids(listing):
    return [task.id for task in listing.data]


def test_tasks_are_listed_newest_first(db, three):
    running, waiting, cancelled = three

    found = list_tasks(db, Paging(0, 2))

    assert ids(found) == [waiting, cancelled]
    assert (found.total, ids(list_tasks(db, Paging(1, 2)))) == (3, [running])


def test_a_list_can_be_of_one_status_or_type(db, three):
    running, waiting, cancelled = three

    assert ids(list_tasks(db, Paging(), status="pending")) == [waiting]
    assert ids(list_tasks(db, Paging(), status="running")) == [running]
    assert ids(list_tasks(db, Paging(), status="processing")) == [running]
    assert ids(list_tasks(db, Paging(), status="done")) == []
    assert ids(list_tasks(db, Paging(), task_type="retention")) == [running]
    of_both = list_tasks(db, Paging(), status="cancelled", task_type="purge_deleted")
    assert (ids(of_both), of_both.total) == ([cancelled], 1)


def test_the_tasks_that_run_are_listed(db, three):
    assert [task.id for task in running_tasks(db)] == [three[0]]


def test_tasks_are_counted(db, three):
    stats = task_stats(db, now=MONDAY)

    assert (stats.pending, stats.processing, stats.cancelled) == (1, 1, 1)
    assert (stats.completed, stats.failed, stats.stale, stats.total) == (0, 0, 0, 3)
    assert list(stats.by_type) == ["purge_deleted", "retention"]
    assert (stats.by_type["purge_deleted"].total, stats.by_type["retention"].total) == (
        2,
        1,
    )


def test_a_task_whose_worker_is_silent_for_long_is_stale(db, three):
    assert task_stats(db, now=later(MONDAY, 629)).stale == 0
    assert task_stats(db, now=later(MONDAY, 631)).stale == 1
    assert task_stats(db, now=TUESDAY).by_type["retention"].stale == 1


def test_no_tasks_are_counted_as_none(db):
    stats = task_stats(db, now=MONDAY)

    assert (stats.total, stats.pending, stats.by_type) == (0, 0, {})


def test_a_task_is_found_by_its_id_or_the_ids_start(db, three):
    for task_id in three:
        assert find_task(db, task_id.upper()).id == task_id
    assert find_task(db, three[0][:23]).id == three[0]
    with pytest.raises(AmbiguousNameError, match="retention, processing"):
        find_task(db, three[0][:4])


@pytest.mark.parametrize("find", [find_task, get_task])
def test_an_unknown_task_is_not_found(db, find):
    with pytest.raises(TaskNotFoundError, match="Task not found"):
        find(db, str(uuid4()))
