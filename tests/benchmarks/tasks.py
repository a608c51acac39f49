"""How many tiny tasks a worker does: each is a purge of a library without books."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from measures import Line

from codex_lib import clock
from codex_lib.db import many, open_catalog, rows, write
from codex_lib.db.ids import new_ids
from codex_lib.tasks.queue import enqueue

if TYPE_CHECKING:
    from pathlib import Path

    from codex_lib.db import Database

COUNT = 10_000
BATCH = 500
CODEX = (sys.executable, "-m", "codex_cli")
_LIBRARIES = """
    INSERT INTO libraries (
        uuid, name, path, series_strategy, book_strategy, number_strategy,
        default_reading_direction, created_at, updated_at
    ) VALUES (?, ?, ?, 'flat', 'filename', 'smart', 'ltr', '', '')
"""


def measure_tasks(work: Path) -> list[Line]:
    """Measure queueing and working, by one worker and by two."""
    lines = []
    for workers in (1, 2):
        data = work / f"tasks-{workers}"
        with closing(open_catalog(data / "codex.db")) as db:
            queueing = _queue(db, data)
            working = _work(data, workers)
            _check(db)
        if workers == 1:
            lines.append(_line("tasks queued", queueing))
        lines.append(_line(f"tasks done, workers: {workers}", working))
    return lines


def _line(what: str, seconds: float) -> Line:
    rate = COUNT / seconds
    return Line(what, rate, rate, "tasks/s")


def _queue(db: Database, data: Path) -> float:
    made = new_ids(COUNT)
    with write(db):
        many(db, _LIBRARIES, [(uuid, uuid, f"{data}/{uuid}") for uuid in made])
    began = time.perf_counter()
    for start in range(0, COUNT, BATCH):
        with write(db):
            for uuid in made[start : start + BATCH]:
                enqueue(db, "purge_deleted", library_id=uuid, now=clock.now())
    return time.perf_counter() - began


def _work(data: Path, count: int) -> float:
    environ = os.environ | {"CODEX_DATA_DIR": str(data)}
    command = [*CODEX, "worker", "--once"]
    began = time.perf_counter()
    workers = [subprocess.Popen(command, env=environ) for _ in range(count)]
    for worker in workers:
        worker.wait()
    return time.perf_counter() - began


def _check(db: Database) -> None:
    sql = """
        SELECT status, attempts, count(*) FROM tasks WHERE library_id IS NOT NULL
        GROUP BY status, attempts
    """
    found = [tuple(row) for row in rows(db, sql)]
    if found != [("completed", 1, COUNT)]:
        raise SystemExit(f"not each task was done once: {found}")
