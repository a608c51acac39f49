from __future__ import annotations

import pytest

from codex_lib.accounts.times import later
from codex_lib.catalog.libraries import delete_library
from codex_lib.db import rows, write
from codex_lib.errors import (
    InvalidError,
    LibraryNotFoundError,
    LossRefusedError,
    ScanRunningError,
)
from codex_lib.tasks.claims import (
    claim,
    claim_task,
    fail_task,
    finish_task,
    give_back,
    held_tasks,
    next_claimable,
    put_in_order,
    recover_tasks,
    renew_locks,
    store_progress,
)
from codex_lib.tasks.liveness import living_worker
from codex_lib.tasks.queue import cancel_task, nuke_tasks
from codex_lib.tasks.registry import ORDER, limits_of
from codex_lib.tasks.tasks import Progress, get_task

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def claimed(db, add, worker, limits):
    """A task that the worker has."""
    add()
    return claim(db, worker, limits, now=MONDAY)


def test_a_claimed_task_is_the_workers_for_half_a_minute(db, claimed, worker, frames):
    assert (claimed.status, claimed.attempts) == ("processing", 1)
    assert claimed.locked_by == worker
    assert claimed.locked_until == later(MONDAY, 30)
    assert claimed.started_at == MONDAY
    assert (frames()[-1]["status"], frames()[-1]["started_at"]) == ("running", MONDAY)
    assert held_tasks(db, worker) == {claimed.id: False}


def test_nobody_else_gets_a_claimed_task(db, claimed, limits):
    assert claim(db, "other", limits, now=TUESDAY) is None
    assert claim_task(db, claimed.id, "other", now=TUESDAY) is None


def test_the_most_urgent_task_goes_first(db, add, make_libraries, worker, limits):
    low, high, early, last = (
        add(library_id=library, priority=priority, scheduled_for=due)
        for library, priority, due in zip(
            make_libraries(4),
            (-1, 1, 0, 0),
            (MONDAY, TUESDAY, MONDAY, TUESDAY),
            strict=True,
        )
    )
    retention = add("retention")
    scan = add("scan_library", library_id=make_libraries(1)[0])

    order = []
    for _ in range(6):
        task = claim(db, worker, limits, now=TUESDAY)
        order.append(task.id)
        finish_task(db, task, {}, progress=None, now=TUESDAY)

    assert order == [scan, high, early, last, low, retention]


def test_a_task_is_not_done_before_its_time(db, add, worker, limits):
    add(scheduled_for=TUESDAY)

    assert claim(db, worker, limits, now=MONDAY) is None
    assert claim(db, worker, limits, now=TUESDAY) is not None


def test_one_named_task_can_be_claimed(db, add, worker):
    task_id = add(scheduled_for=TUESDAY)

    assert claim_task(db, task_id, worker, now=MONDAY).locked_by == worker


def test_no_more_tasks_run_than_may(db, add, make_libraries, make_config, worker):
    limits = limits_of(make_config(task_worker_count=2))
    for library in make_libraries(3):
        add(library_id=library)

    got = [claim(db, worker, limits, now=MONDAY) for _ in range(3)]

    assert [task is not None for task in got] == [True, True, False]
    assert next_claimable(db, limits, now=MONDAY) is None


def test_a_type_that_may_run_no_more_lets_others_pass(
    db, add, make_libraries, make_config, worker
):
    limits = limits_of(make_config(scanner_max_concurrent_scans=1))
    for library in make_libraries(2):
        add("scan_library", library_id=library)
    purge = add()

    got = [claim(db, worker, limits, now=MONDAY) for _ in range(3)]

    assert got[0].task_type == "scan_library"
    assert got[1].id == purge
    assert got[2] is None


def test_tasks_of_a_former_version_get_their_place(db, add, worker, limits):
    task_id = add()
    with write(db):
        rows(db, "UPDATE tasks SET rank = 77")
    assert claim(db, worker, limits, now=MONDAY) is None

    put_in_order(db)

    assert claim(db, worker, limits, now=MONDAY).id == task_id
    assert ORDER.index("purge_deleted") == 1


def test_a_lock_is_renewed(db, claimed, worker):
    renew_locks(db, worker, now=TUESDAY)
    renew_locks(db, "other", now=MONDAY)

    assert get_task(db, claimed.id).locked_until == later(TUESDAY, 30)


def test_progress_is_kept_and_told(db, claimed, worker, frames):
    told = {claimed.id: Progress(3, 9, "Third", {"deleted_count": 3})}

    store_progress(db, worker, told, now=MONDAY)

    task = get_task(db, claimed.id)
    assert (task.progress.current, task.progress.total) == (3, 9)
    assert task.result == {"deleted_count": 3}
    assert frames()[-1]["progress"] == {"current": 3, "total": 9, "message": "Third"}


def test_progress_without_words_has_none(db, claimed, worker, frames):
    store_progress(db, worker, {claimed.id: Progress(3, 9)}, now=MONDAY)

    assert get_task(db, claimed.id).progress.message is None
    assert frames()[-1]["progress"] == {"current": 3, "total": 9}


def test_a_finished_task_keeps_its_result(db, claimed, frames, worker):
    finish_task(db, claimed, {"deleted_count": 9}, progress=Progress(9, 9), now=TUESDAY)

    task = get_task(db, claimed.id)
    assert (task.status, task.completed_at) == ("completed", TUESDAY)
    assert task.result == {"deleted_count": 9}
    assert (task.locked_by, task.locked_until) == (None, None)
    assert frames()[-1]["status"] == "completed"
    assert frames()[-1]["progress"] == {"current": 9, "total": 9}
    assert held_tasks(db, worker) == {}


def test_a_task_that_is_cancelled_does_not_become_completed(db, claimed, frames):
    cancel_task(db, claimed.id, now=MONDAY)

    finish_task(db, claimed, {"deleted_count": 9}, progress=None, now=TUESDAY)

    task = get_task(db, claimed.id)
    assert (task.status, task.completed_at) == ("cancelled", TUESDAY)
    assert task.result == {"deleted_count": 9}
    assert frames()[-1]["status"] == "cancelled"


@pytest.mark.parametrize(("attempt", "wait"), [(1, 120), (2, 240)])
def test_a_failed_task_is_tried_again_after_a_while(
    db, claimed, worker, limits, frames, attempt, wait
):
    task = claimed
    for number in range(attempt):
        if number:
            task = claim(db, worker, limits, now=TUESDAY)
        error = ScanRunningError("Comics")
        fail_task(db, task, error, progress=None, now=MONDAY)

    task = get_task(db, claimed.id)
    assert (task.status, task.attempts) == ("pending", attempt)
    assert task.scheduled_for == later(MONDAY, wait)
    assert task.last_error == "A scan of Comics is already running"
    assert (task.completed_at, task.progress) == (None, None)
    assert frames()[-1]["error"] == task.last_error
    assert frames()[-1]["status"] == "pending"


def test_the_third_failure_is_the_last(db, claimed, worker, limits, frames):
    task = claimed
    for _ in range(2):
        fail_task(db, task, OSError(), progress=None, now=MONDAY)
        task = claim(db, worker, limits, now=TUESDAY)
    fail_task(db, task, OSError(), progress=Progress(1, 2), now=TUESDAY)

    task = get_task(db, claimed.id)
    assert (task.status, task.attempts, task.last_error) == ("failed", 3, "OSError")
    assert (frames()[-1]["status"], frames()[-1]["error"]) == ("failed", "OSError")


@pytest.mark.parametrize(
    "error",
    [
        LibraryNotFoundError("x"),
        InvalidError("mode", "x"),
        LossRefusedError("Comics", ["nothing left"]),
    ],
)
def test_what_cannot_get_better_is_not_tried_again(db, claimed, error):
    fail_task(db, claimed, error, progress=None, now=TUESDAY)

    task = get_task(db, claimed.id)
    assert (task.status, task.completed_at) == ("failed", TUESDAY)


def test_a_failed_task_that_was_cancelled_is_cancelled(db, claimed):
    cancel_task(db, claimed.id, now=MONDAY)

    fail_task(db, claimed, OSError("x"), progress=None, now=TUESDAY)

    assert get_task(db, claimed.id).status == "cancelled"


def test_a_task_that_was_given_back_has_lost_no_attempt(db, claimed, worker, limits):
    give_back(db, claimed, {"deleted_count": 2}, progress=Progress(2, 9), now=TUESDAY)

    task = get_task(db, claimed.id)
    assert (task.status, task.attempts) == ("pending", 0)
    assert (task.result, task.progress, task.last_error) == (None, None, None)
    assert claim(db, worker, limits, now=TUESDAY).id == claimed.id


def test_a_task_that_was_forgotten_while_it_ran_ends_for_those_who_watch(
    db, claimed, frames, library
):
    delete_library(db, library.id, now=MONDAY)

    finish_task(db, claimed, {}, progress=None, now=TUESDAY)

    assert frames()[-1]["task_id"] == claimed.id
    assert frames()[-1]["status"] == "cancelled"


def test_a_task_that_somebody_else_has_by_now_is_left_alone(
    db, claimed, limits, frames
):
    with write(db):
        rows(db, "UPDATE tasks SET locked_by = 'other'")
    told = frames()

    finish_task(db, claimed, {}, progress=None, now=TUESDAY)
    store_progress(db, claimed.locked_by, {claimed.id: Progress(1, 2)}, now=TUESDAY)

    assert get_task(db, claimed.id).status == "processing"
    assert frames() == told


def test_a_living_worker_keeps_its_tasks(db, claimed):
    assert recover_tasks(db, now=MONDAY) == []


def test_the_tasks_of_a_dead_worker_wait_again(db, add, limits):
    task_id = add()
    with living_worker(db.path.parent) as name:
        claim(db, name, limits, now=MONDAY)

    recovered = recover_tasks(db, now=MONDAY)

    assert [task.id for task in recovered] == [task_id]
    task = get_task(db, task_id)
    assert (task.status, task.attempts) == ("pending", 1)
    assert (task.locked_by, task.last_error) == (None, "The worker died")


def test_a_worker_that_does_not_renew_its_lock_loses_its_tasks(db, claimed):
    assert len(recover_tasks(db, now=later(MONDAY, 31))) == 1


def test_a_task_that_killed_three_workers_fails(db, claimed, limits):
    for _ in range(2):
        recover_tasks(db, now=TUESDAY)
        claim(db, "dead", limits, now=TUESDAY)
    recover_tasks(db, now=TUESDAY)

    task = get_task(db, claimed.id)
    assert (task.status, task.attempts) == ("failed", 3)
    assert task.last_error == "The worker died"
    assert task.completed_at == TUESDAY


def test_a_cancelled_task_of_a_dead_worker_is_cancelled(db, claimed):
    cancel_task(db, claimed.id, now=MONDAY)

    recover_tasks(db, now=TUESDAY)

    assert get_task(db, claimed.id).status == "cancelled"


def test_after_all_was_forgotten_nothing_is_held(db, claimed, worker):
    nuke_tasks(db, now=MONDAY)

    assert held_tasks(db, worker) == {}
