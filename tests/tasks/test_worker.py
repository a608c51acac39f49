"""A worker in a thread of the test, with tasks that behave as the test needs."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing, contextmanager

import pytest

from codex_lib import clock
from codex_lib.catalog.libraries import update_library
from codex_lib.db import open_catalog, rows
from codex_lib.db.paging import Paging
from codex_lib.errors import CatalogBusyError, CatalogError, ScanRunningError
from codex_lib.settings.values import Change, set_setting
from codex_lib.tasks import slots, worker
from codex_lib.tasks.claims import claim
from codex_lib.tasks.liveness import living_worker
from codex_lib.tasks.queue import cancel_task, nuke_tasks
from codex_lib.tasks.registry import KINDS, LIBRARY, Kind
from codex_lib.tasks.slots import store_end
from codex_lib.tasks.stopping import Stop
from codex_lib.tasks.tasks import get_task, list_tasks
from codex_lib.tasks.worker import run_worker

PATIENCE = 20
begun, release, obeys = threading.Event(), threading.Event(), threading.Event()


def work(db, task, report, should_stop):
    """Work until it is released or told to stop; deaf to that unless it obeys."""
    report(1, 2, "Half")
    begun.set()
    while not release.is_set():
        if obeys.is_set() and should_stop():
            return {"is_whole": False}
        time.sleep(0.005)
    return {"is_whole": True}


def stumble(db, task, report, should_stop):
    raise ScanRunningError("Comics")


def crash(db, task, report, should_stop):
    raise ZeroDivisionError


def obey_config(db, task, report, should_stop, *, config):
    return {"workers": config.task.worker_count}


@pytest.fixture
def handled(monkeypatch):
    """Return a function that lets purges be done by a function above."""

    def by(function, **options):
        handler = f"{__name__}:{function.__name__}"
        kind = Kind("purge_deleted", handler, entities=(LIBRARY,), **options)
        monkeypatch.setitem(KINDS, "purge_deleted", kind)

    return by


@pytest.fixture
def slow(handled):
    """Purges take until they are released."""
    for event in (begun, release):
        event.clear()
    obeys.set()
    handled(work)
    yield
    release.set()


@pytest.fixture
def until():
    """Return a function that waits for a condition."""

    def wait(condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.01)

    return wait


@pytest.fixture
def at_work(config):
    """Return a context manager with a worker at work; at its end it is stopped."""

    @contextmanager
    def run(**options):
        stop = Stop()
        options = {"stop": stop, "with_scans": False, **options}
        thread = threading.Thread(target=run_worker, args=(config,), kwargs=options)
        thread.start()
        try:
            yield stop
        finally:
            stop.request()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    return run


def test_a_worker_does_what_is_due_and_ends(db, add, library, config, column):
    purge, retention = add(), add("retention")
    later = add(
        "scan_library",
        library_id=library.id,
        scheduled_for="2999-01-01T00:00:00.000000Z",
    )

    run_worker(config, once=True)

    assert column(purge, "status") == column(retention, "status") == "completed"
    assert get_task(db, purge).result["deleted_count"] == 0
    assert column(later, "status") == "pending"


def test_a_task_that_comes_later_is_seen_at_once(db, at_work, add, column, until):
    with at_work():
        time.sleep(0.3)  # it has nothing to do, and waits
        began = time.monotonic()
        task_id = add(now=clock.now())
        until(lambda: column(task_id, "status") == "completed")

    assert time.monotonic() - began < 3


def test_a_task_that_becomes_due_is_done(db, at_work, add, column, until):
    set_setting(db, "task.poll_interval_seconds", 1, Change(clock.now()))
    now = clock.now()
    with at_work():
        due = f"{now[:-8]}999999Z"
        task_id = add(scheduled_for=due, now=now)
        until(lambda: column(task_id, "status") == "completed")

    assert column(task_id, "started_at") >= due


def test_progress_is_told_while_a_task_runs(at_work, slow, add, frames, until):
    task_id = add()
    with at_work():
        until(lambda: any("progress" in frame for frame in frames()))
        release.set()

    told = [frame for frame in frames() if "progress" in frame]
    assert told[0] == {
        **told[0],
        "task_id": task_id,
        "status": "running",
        "progress": {"current": 1, "total": 2, "message": "Half"},
    }
    assert len([frame for frame in told if frame["status"] == "running"]) == 1


def test_a_cancelled_task_stops_and_keeps_what_it_has_done(
    db, at_work, slow, add, until, column, frames
):
    task_id = add()
    with at_work():
        assert begun.wait(PATIENCE)
        cancel_task(db, task_id, now=clock.now())
        until(lambda: column(task_id, "status") == "cancelled")

    assert get_task(db, task_id).result == {"is_whole": False}
    assert frames()[-1]["status"] == "cancelled"


def test_a_task_that_was_forgotten_stops(db, at_work, slow, add, frames):
    task_id = add()
    with at_work() as stop:
        assert begun.wait(PATIENCE)
        nuke_tasks(db, now=clock.now())
        time.sleep(0.6)
        stop.request()

    assert frames()[-1]["task_id"] == task_id
    assert frames()[-1]["status"] == "cancelled"


def test_a_worker_that_is_stopped_gives_back_what_it_has(
    db, config, at_work, slow, add
):
    task_id = add()
    with at_work():
        assert begun.wait(PATIENCE)

    task = get_task(db, task_id)
    assert (task.status, task.attempts, task.locked_by) == ("pending", 0, None)
    release.set()
    run_worker(config, once=True, with_scans=False)
    assert get_task(db, task_id).result == {"is_whole": True}


def test_a_task_that_does_not_stop_is_given_back_without_it(
    db, at_work, slow, add, monkeypatch, caplog
):
    monkeypatch.setattr(worker, "LEAVE_SECONDS", 0.1)
    obeys.clear()
    task_id = add()
    with at_work():
        assert begun.wait(PATIENCE)

    task = get_task(db, task_id)
    assert (task.status, task.attempts) == ("pending", 0)
    assert f"{task_id} does not stop" in caplog.text
    release.set()


@pytest.mark.parametrize(
    ("function", "error"),
    [
        (stumble, "A scan of Comics is already running"),
        (crash, "ZeroDivisionError"),
    ],
)
def test_a_task_that_fails_is_tried_later_and_ends_no_other(
    db, add, config, handled, caplog, function, error
):
    handled(function)
    failed, other = add(), add("retention")

    run_worker(config, once=True)

    task = get_task(db, failed)
    assert (task.status, task.attempts, task.last_error) == ("pending", 1, error)
    assert get_task(db, other).status == "completed"
    assert failed in caplog.text


def test_a_handler_that_wants_the_settings_gets_them(db, add, config, handled):
    handled(obey_config, wants_config=True)
    task_id = add()

    run_worker(config, once=True)

    assert get_task(db, task_id).result == {"workers": 4}


def test_several_tasks_run_at_the_same_time(
    db, at_work, slow, add, make_libraries, until
):
    for library in make_libraries(6):
        add(library_id=library)
    with at_work():
        until(lambda: list_tasks(db, Paging(), status="running").total == 4)
        time.sleep(0.3)  # for a fifth, which should not start
        assert list_tasks(db, Paging(), status="pending").total == 2
        release.set()
        until(lambda: list_tasks(db, Paging(), status="completed").total == 6)


def test_locks_are_renewed_while_a_task_runs(
    db, at_work, slow, add, column, until, monkeypatch
):
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.1)
    task_id = add()
    with at_work():
        assert begun.wait(PATIENCE)
        first = column(task_id, "locked_until")
        until(lambda: column(task_id, "locked_until") > first)


def test_what_a_dead_worker_had_is_taken_up(db, add, config, limits, column, caplog):
    task_id = add()
    with living_worker(db.path.parent) as name:
        claim(db, name, limits, now=clock.now())

    run_worker(config, once=True)

    assert (column(task_id, "status"), column(task_id, "attempts")) == ("completed", 2)
    assert "The worker died" in caplog.text


def test_libraries_that_want_it_are_scanned_when_a_worker_starts(
    db, config, library, make_cbz
):
    make_cbz("Bone/Bone 1.cbz")
    changes = {"scanning_config": {"scan_on_start": True}}
    update_library(db, library.id, changes, now=clock.now())

    run_worker(config, once=True, with_scans=False)
    assert list_tasks(db, Paging()).total == 0
    run_worker(config, once=True)

    scans = list_tasks(db, Paging()).data
    assert [(task.task_type, task.status) for task in scans] == [
        ("scan_library", "completed")
    ]


def test_a_busy_catalog_is_waited_for(db, config, add, monkeypatch, caplog, column):
    set_setting(db, "task.poll_interval_seconds", 1, Change(clock.now()))
    task_id = add()
    failures = [CatalogBusyError("busy")]

    def busy_at_first(*args, **options):
        if failures:
            raise failures.pop()
        return claim(*args, **options)

    monkeypatch.setattr(slots, "claim", busy_at_first)
    run_worker(config, once=True)

    assert column(task_id, "status") == "completed"
    assert "Tasks cannot be taken: busy" in caplog.text


def test_the_main_thread_outlives_a_busy_catalog(db, config, monkeypatch, caplog):
    failures = [CatalogBusyError("held by a restore")]
    recover = worker.recover_tasks

    def busy_at_first(*args, **options):
        if failures:
            raise failures.pop()
        return recover(*args, **options)

    monkeypatch.setattr(worker, "recover_tasks", busy_at_first)
    run_worker(config, once=True)

    assert "held by a restore" in caplog.text


def test_the_end_of_a_task_is_stored_as_soon_as_that_is_possible(monkeypatch, caplog):
    monkeypatch.setattr(slots, "AGAIN_SECONDS", 0.01)
    failures = [CatalogError("full"), CatalogBusyError("busy")]
    stored = []

    def end():
        if failures:
            raise failures.pop()
        stored.append(1)

    store_end(end, Stop())

    assert stored == [1]
    assert "full" in caplog.text


def test_a_worker_that_has_to_stop_does_not_wait_for_the_catalog(caplog):
    caplog.set_level(logging.WARNING)
    stop = Stop()
    stop.request()

    def end():
        raise CatalogError("full")

    store_end(end, stop)

    assert "cannot be stored yet: full" in caplog.text


def test_workers_share_the_work(config, add, make_libraries, db):
    for library in make_libraries(40):
        add(library_id=library)

    threads = [
        threading.Thread(target=run_worker, args=(config,), kwargs={"once": True})
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    with closing(open_catalog(config.catalog_path)) as other:
        done = rows(other, "SELECT status, attempts FROM tasks")
    assert [tuple(row) for row in done] == [("completed", 1)] * 40
