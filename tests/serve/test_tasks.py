"""Tasks in real processes, killed at any time."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from contextlib import closing

import pytest

from codex_lib import clock
from codex_lib.db import many, one, open_catalog, rows, write
from codex_lib.db.ids import new_ids
from codex_lib.events.outbox import TASKS, event_data, read_events
from codex_lib.tasks.queue import cancel_task, enqueue
from codex_lib.tasks.tasks import get_task

MONDAY = "2024-01-15T10:30:00.000000Z"
WORKER = (sys.executable, "-m", "codex_cli", "worker", "--once")
GONE = 20_000
NOT_COPIED = ("id", "uuid", "path", "deleted_at")


@pytest.fixture
def db(data_dir):
    with closing(open_catalog(data_dir / "codex.db")) as db:
        yield db


@pytest.fixture
def make_libraries(db, tmp_path):
    """Return a function that makes many libraries, and gives their ids."""

    def make(count):
        sql = """
            INSERT INTO libraries (
                uuid, name, path, series_strategy, book_strategy, number_strategy,
                default_reading_direction, created_at, updated_at
            ) VALUES (?, ?, ?, 'flat', 'filename', 'smart', 'ltr', ?, ?)
        """
        made = new_ids(count)
        found = [(uuid, uuid, f"{tmp_path}/{uuid}", MONDAY, MONDAY) for uuid in made]
        with write(db):
            many(db, sql, found)
        return made

    return make


@pytest.fixture
def gone(db, library, make_cbz, scan):
    """A library of thousands of books whose file is gone, which take a second to go."""
    make_cbz("Bone/Bone 1.cbz")
    scan()
    names = [row["name"] for row in rows(db, "PRAGMA table_info(books)")]
    same = ", ".join(name for name in names if name not in NOT_COPIED)
    sql = f"""
        INSERT INTO books (uuid, path, deleted_at, {same})
        SELECT ?, ?, ?, {same} FROM books WHERE path = 'Bone/Bone 1.cbz'
    """  # noqa: S608 - names of columns
    copies = [(uuid, f"Bone/{uuid}.cbz", MONDAY) for uuid in new_ids(GONE)]
    with write(db):
        many(db, sql, copies)
    return library


def left(db):
    return one(db, "SELECT count(*) AS n FROM books WHERE deleted_at IS NOT NULL")["n"]


def told(db, task_id):
    events = map(event_data, read_events(db, 0, streams=[TASKS], limit=100_000))
    return [frame for frame in events if frame["task_id"] == task_id]


def task_process(server):
    """The id of the process that works on tasks: the one that is locked as a worker."""
    folder = server.data_dir
    names = [path.name for path in folder.glob("worker-*.lock")]
    pids = {int(name.split("-")[1]) for name in names}
    return next(iter(pids & set(server.workers)), None)


@pytest.fixture
def busy_server(serve, until, data_dir):
    """A server that works on tasks."""
    server = serve(tasks=True)
    server.data_dir = data_dir
    until(lambda: task_process(server))
    return server


def test_a_server_does_what_is_asked_of_it(busy_server, admin, until, make_libraries):
    headers, library = admin(busy_server), make_libraries(1)[0]
    body = {"task_type": {"type": "purge_deleted", "library_id": library}}

    def task(path="", method="GET", sent=None):
        reply = busy_server.request(
            f"/api/v1/tasks{path}", method=method, body=sent, headers=headers
        )
        assert reply.status == 200, reply.body
        return reply.json

    task_id = task(method="POST", sent=body)["task_id"]
    took = until(lambda: task(f"/{task_id}")["status"] == "completed")

    assert took < 3
    assert task("/stats")["completed"] >= 1


def test_a_killed_worker_is_replaced_and_its_task_done(busy_server, db, gone, until):
    task_id = enqueue(db, "purge_deleted", library_id=gone.id, now=clock.now())
    until(lambda: left(db) < GONE)

    os.kill(task_process(busy_server), signal.SIGKILL)
    assert left(db) > 0
    until(lambda: get_task(db, task_id).status == "completed")

    task = get_task(db, task_id)
    assert (task.attempts, task.locked_by, left(db)) == (2, None, 0)
    statuses = [frame["status"] for frame in told(db, task_id)]
    assert [statuses[0], statuses[-1]] == ["pending", "completed"]
    assert statuses.count("pending") == 2
    assert "The task process ended by SIGKILL" in busy_server.log


def test_a_server_that_stops_leaves_its_task_to_the_next(
    busy_server, serve, db, gone, until
):
    task_id = enqueue(db, "purge_deleted", library_id=gone.id, now=clock.now())
    until(lambda: left(db) < GONE)

    assert busy_server.stop() == 0

    task = get_task(db, task_id)
    assert (task.status, task.attempts, task.locked_by) == ("pending", 0, None)
    assert 0 < left(db) < GONE
    serve(tasks=True)
    until(lambda: get_task(db, task_id).status == "completed")
    assert left(db) == 0


def test_a_task_that_is_cancelled_stops(busy_server, db, gone, until):
    task_id = enqueue(db, "purge_deleted", library_id=gone.id, now=clock.now())
    until(lambda: left(db) < GONE)

    cancel_task(db, task_id, now=clock.now())
    until(lambda: get_task(db, task_id).status == "cancelled")

    assert 0 < left(db) < GONE


def test_a_worker_whose_server_was_killed_ends(busy_server, until, data_dir):
    busy_server.stop(signal.SIGKILL)

    until(lambda: not list(data_dir.glob("worker-*.lock")))


def test_sighup_replaces_the_task_process_too(busy_server, until):
    before = task_process(busy_server)

    busy_server.process.send_signal(signal.SIGHUP)

    until(lambda: task_process(busy_server) not in (None, before))
    assert busy_server.log == ""


@pytest.mark.parametrize(
    ("args", "more"), [(["--no-tasks"], {}), ([], {"CODEX_DISABLE_WORKERS": "true"})]
)
def test_tasks_can_be_left_to_others(serve, until, data_dir, db, codex, args, more):
    server = serve(*args, tasks=True, **more)
    until(lambda: len(server.workers) == 2)
    task_id = enqueue(db, "retention", now=clock.now())
    assert not list(data_dir.glob("worker-*.lock"))

    done = codex("worker", "--once")

    assert (done.returncode, done.stderr) == (0, "")
    assert get_task(db, task_id).status == "completed"


def test_two_workers_do_each_of_many_tasks_once(start, db, make_libraries, until):
    count = 500
    for library in make_libraries(count):
        enqueue(db, "purge_deleted", library_id=library, now=clock.now())

    workers = [start(*WORKER) for _ in range(2)]
    until(lambda: all(worker.process.poll() == 0 for worker in workers))

    done = rows(db, "SELECT status, attempts FROM tasks WHERE library_id IS NOT NULL")
    assert [tuple(row) for row in done] == [("completed", 1)] * count
    events = read_events(db, 0, streams=[TASKS], limit=100_000)
    seen = Counter(
        (frame["task_id"], frame["status"]) for frame in map(event_data, events)
    )
    assert set(seen.values()) == {1}
    assert {status for _, status in seen} == {"pending", "running", "completed"}


def test_a_worker_that_is_killed_again_and_again_loses_nothing(start, db, gone, until):
    task_id = enqueue(db, "purge_deleted", library_id=gone.id, now=clock.now())
    before = GONE
    for _ in range(2):
        worker = start(*WORKER)
        until(lambda before=before: left(db) < before)
        worker.process.kill()
        worker.process.wait()
        before = left(db)
    assert get_task(db, task_id).status == "processing"

    last = start(*WORKER)
    until(lambda: last.process.poll() is not None)

    task = get_task(db, task_id)
    assert (task.status, task.attempts, left(db)) == ("completed", 3, 0)
