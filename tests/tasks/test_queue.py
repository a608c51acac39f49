from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.catalog.books import list_books
from codex_lib.catalog.libraries import delete_library
from codex_lib.db import rows, write
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    BookNotFoundError,
    InvalidError,
    LibraryNotFoundError,
    SeriesNotFoundError,
    TaskNotFoundError,
)
from codex_lib.tasks.claims import claim, fail_task, finish_task
from codex_lib.tasks.queue import (
    cancel_task,
    enqueue,
    enqueue_books,
    nuke_tasks,
    purge_tasks,
    retry_task,
    unlock_task,
)
from codex_lib.tasks.tasks import get_task, list_tasks

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def completed(db, add, worker, limits):
    """The id of a task that is done."""
    task_id = add()
    task = claim(db, worker, limits, now=MONDAY)
    finish_task(db, task, {"deleted_count": 0}, progress=None, now=MONDAY)
    return task_id


def test_a_new_task_waits_for_a_worker(db, add, library):
    task = get_task(db, add(params={"force": True}, priority=5))

    assert (task.task_type, task.status, task.priority) == (
        "purge_deleted",
        "pending",
        5,
    )
    assert (task.library_id, task.series_id, task.book_id) == (library.id, None, None)
    assert task.params == {"force": True}
    assert (task.attempts, task.max_attempts) == (0, 3)
    assert task.scheduled_for == task.created_at == MONDAY
    assert not task.locked_by
    assert not task.progress


def test_the_same_task_for_the_same_thing_is_there_once(db, add, limits, worker):
    first = add()

    assert add(params={"force": True}) == first
    claim(db, worker, limits, now=MONDAY)
    assert add() == first
    assert add("retention") != first


def test_a_task_that_ended_is_no_reason_not_to_do_it_again(add, completed):
    assert add() != completed


def test_a_task_that_is_asked_for_again_becomes_as_urgent_as_the_new_wish(db, add):
    task_id = add(scheduled_for=TUESDAY, priority=3)

    add(priority=1)
    task = get_task(db, task_id)
    add(priority=9, scheduled_for=TUESDAY)

    assert (task.scheduled_for, task.priority) == (MONDAY, 3)
    assert get_task(db, task_id).priority == 9
    assert get_task(db, task_id).scheduled_for == MONDAY


def test_everything_that_happens_to_a_task_is_told(add, frames, library):
    task_id = add()

    assert frames() == [
        {
            "task_id": task_id,
            "task_type": "purge_deleted",
            "status": "pending",
            "started_at": None,
            "library_id": library.id,
        }
    ]


def test_a_task_that_was_there_already_is_told_once(add, frames):
    add()
    add()

    assert len(frames()) == 1


@pytest.mark.parametrize(
    ("task_type", "entity", "error"),
    [
        ("purge_deleted", "library_id", LibraryNotFoundError),
        ("purge_deleted", "series_id", SeriesNotFoundError),
        ("analyze_book", "book_id", BookNotFoundError),
    ],
)
def test_what_is_not_there_cannot_be_worked_on(db, of_books, task_type, entity, error):
    with pytest.raises(error):
        enqueue(db, task_type, **{entity: str(uuid4())}, now=MONDAY)

    assert list_tasks(db, Paging()).total == 0


@pytest.mark.parametrize(
    ("task_type", "entities", "field"),
    [
        ("paint_covers", {}, "task_type"),
        ("purge_deleted", {}, "library_id"),
        ("purge_deleted", {"book_id": "x"}, "book_id"),
        ("purge_deleted", {"library_id": "x", "series_id": "x"}, "series_id"),
        ("retention", {"library_id": "x"}, "library_id"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(db, task_type, entities, field):
    with pytest.raises(InvalidError) as refused:
        enqueue(db, task_type, **entities, now=MONDAY)

    assert refused.value.field == field


def test_many_books_have_a_task_each(db, of_books, make_cbz, scan):
    for number in range(3):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number)
    scan()
    books = [book.id for book in list_books(db, Paging()).data]
    enqueue(db, "analyze_book", book_id=books[0], now=MONDAY)

    made = enqueue_books(
        db, "analyze_book", [*books, str(uuid4())], params={"force": True}, now=MONDAY
    )

    assert made == 2
    found = list_tasks(db, Paging(), task_type="analyze_book").data
    assert {task.book_id for task in found} == set(books)


def test_a_task_that_waits_is_cancelled_at_once(db, add, frames):
    task_id = add()

    task = cancel_task(db, task_id, now=TUESDAY)

    assert (task.status, task.completed_at) == ("cancelled", TUESDAY)
    assert frames()[-1]["status"] == "cancelled"
    assert frames()[-1]["completed_at"] == TUESDAY
    assert cancel_task(db, task_id, now=TUESDAY).completed_at == TUESDAY


def test_a_task_that_runs_is_asked_to_stop(db, add, worker, limits):
    task_id = add()
    claim(db, worker, limits, now=MONDAY)

    task = cancel_task(db, task_id, now=TUESDAY)

    assert (task.status, task.is_cancel_wanted) == ("processing", True)


def test_a_task_that_has_ended_cannot_be_cancelled(db, completed):
    with pytest.raises(InvalidError, match="completed already"):
        cancel_task(db, completed, now=TUESDAY)


@pytest.mark.parametrize("change", [cancel_task, retry_task, unlock_task])
def test_an_unknown_task_cannot_be_changed(db, change):
    with pytest.raises(TaskNotFoundError):
        change(db, str(uuid4()), now=MONDAY)


def test_a_task_that_failed_can_run_again_with_all_its_attempts(
    db, add, worker, limits
):
    task_id = add()
    task = claim(db, worker, limits, now=MONDAY)
    fail_task(db, task, LibraryNotFoundError("x"), progress=None, now=MONDAY)

    task = retry_task(db, task_id, now=TUESDAY)

    assert (task.status, task.attempts, task.completed_at) == ("pending", 0, None)
    assert task.scheduled_for == TUESDAY


def test_a_task_that_waits_for_its_next_attempt_can_have_it_now(
    db, add, worker, limits
):
    task_id = add()
    task = claim(db, worker, limits, now=MONDAY)
    fail_task(db, task, OSError("x"), progress=None, now=MONDAY)

    assert retry_task(db, task_id, now=MONDAY).scheduled_for == MONDAY


def test_trying_again_what_is_done_anyway_gives_the_task_that_does_it(
    db, add, worker, limits
):
    task_id = add()
    task = claim(db, worker, limits, now=MONDAY)
    fail_task(db, task, LibraryNotFoundError("x"), progress=None, now=MONDAY)
    other = add()

    assert retry_task(db, task_id, now=MONDAY).id == other
    assert get_task(db, task_id).status == "failed"


def test_only_what_failed_is_tried_again(db, add, completed):
    for task_id in (completed, add()):
        with pytest.raises(InvalidError, match="only a failed task"):
            retry_task(db, task_id, now=MONDAY)


def test_a_task_can_be_taken_from_a_worker_that_hangs(db, add, worker, limits):
    task_id = add()
    held = claim(db, worker, limits, now=MONDAY)

    task = unlock_task(db, task_id, now=TUESDAY)
    again = claim(db, "other", limits, now=TUESDAY)
    finish_task(db, held, {}, progress=None, now=TUESDAY)

    assert (task.status, task.locked_by, task.attempts) == ("pending", None, 0)
    assert again.id == task_id
    assert get_task(db, task_id).status == "processing"


def test_nobody_is_at_work_on_what_has_ended(db, completed):
    with pytest.raises(InvalidError, match="completed"):
        unlock_task(db, completed, now=MONDAY)


def test_a_purge_forgets_what_ended_long_enough_ago(db, add, completed):
    waiting = add()

    assert purge_tasks(db, days=1, now="2024-01-16T10:29:00.000000Z") == 0
    assert purge_tasks(db, days=1, now="2024-01-16T10:31:00.000000Z") == 1
    assert [task.id for task in list_tasks(db, Paging()).data] == [waiting]


def test_a_purge_of_many_goes_on_to_the_end(db, make_libraries):
    with write(db):
        for library in make_libraries(501):
            task_id = enqueue(db, "purge_deleted", library_id=library, now=MONDAY)
            cancel_task(db, task_id, now=MONDAY)

    assert purge_tasks(db, days=0, now=TUESDAY) == 501


def test_a_purge_of_what_is_to_come_is_refused(db):
    with pytest.raises(InvalidError):
        purge_tasks(db, days=-1, now=MONDAY)


def test_everything_can_be_forgotten(db, add, completed, frames):
    waiting = add()
    told = len(frames())

    assert nuke_tasks(db, now=TUESDAY) == 2

    assert list_tasks(db, Paging()).total == 0
    news = frames()[told:]
    assert [(frame["task_id"], frame["status"]) for frame in news] == [
        (waiting, "cancelled")
    ]


def test_a_task_goes_with_its_library(db, add, library):
    add()

    delete_library(db, library.id, now=TUESDAY)

    assert rows(db, "SELECT id FROM tasks") == []
