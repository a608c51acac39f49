"""A worker that is killed in the middle of each type of task: the next one ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

from codex_lib import clock
from codex_lib.catalog.books import list_books
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.libraries import create_library
from codex_lib.db import one, open_catalog, rows
from codex_lib.db.paging import Paging
from codex_lib.events.outbox import TASKS, event_data, read_events
from codex_lib.scanning.scan import scan_library
from codex_lib.tasks.queue import enqueue
from codex_lib.tasks.registry import BOOK, KINDS, LIBRARY, SERIES
from tests.conftest import write_cbz

WORKER = (sys.executable, "-m", "codex_cli", "worker", "--once")
BOOKS = 60
PATIENCE = 60


@pytest.fixture
def db(data_dir):
    with closing(open_catalog(data_dir / "codex.db")) as db:
        yield db


@pytest.fixture
def things(db, tmp_path):
    """The ids of a library with some books that are gone and some copies, by name."""
    folder = tmp_path / "Comics"
    for number in range(BOOKS):
        # Two of a kind each, so that there are duplicates.
        write_cbz(folder / f"Saga/{number}.cbz", seed=number // 2, pages=4)
    library = create_library(db, name="Comics", path=folder, now=clock.now())
    scan_library(db, library.id, now=clock.now(), threads=1)
    for number in range(3):
        (folder / f"Saga/{number}.cbz").unlink()
    scan_library(db, library.id, now=clock.now(), threads=1, allow_missing=True)
    for number in range(5):
        write_cbz(folder / f"New/{number}.cbz", seed=100 + number)
    book = list_books(db, Paging(0, 1)).data[0]
    return {LIBRARY: library.id, SERIES: book.series_id, BOOK: book.id}


def killed_in_the_middle(db, task_id, environ):
    """Run a worker and kill it a moment after it has taken the task."""
    process = subprocess.Popen(WORKER, env=environ, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    sql = "SELECT status FROM tasks WHERE uuid = ?"
    while one(db, sql, [task_id])["status"] == "pending":
        assert time.monotonic() < end
        time.sleep(0.002)
    time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("task_type", KINDS)
def test_what_a_killed_worker_left_is_done_once_and_holds_no_lock(
    db, things, environ, task_type
):
    kind = KINDS[task_type]
    entity = {name: things[name] for name in kind.entities[:1]}
    task_id = enqueue(db, task_type, **entity, now=clock.now())
    killed_in_the_middle(db, task_id, environ)

    done = subprocess.run(
        WORKER,
        env=environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    task = one(db, "SELECT * FROM tasks WHERE uuid = ?", [task_id])
    assert task["status"] == "completed", (task["last_error"], done.stderr)
    assert (task["locked_by"], task["locked_until"]) == (None, None)
    assert task["attempts"] <= 2
    frames = [event_data(event) for event in read_events(db, 0, streams=[TASKS])]
    ends = [
        frame["status"]
        for frame in frames
        if frame["task_id"] == task_id and frame["status"] == "completed"
    ]
    assert ends == ["completed"]
    assert check_catalog(db).is_sound
    uuids = [row["uuid"] for row in rows(db, "SELECT uuid FROM books")]
    paths = rows(db, "SELECT path FROM books WHERE deleted_at IS NULL")
    assert len(uuids) == len(set(uuids))
    assert len(paths) == len({row["path"] for row in paths})
