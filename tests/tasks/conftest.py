"""A queue, a worker, and libraries to do something to."""

from __future__ import annotations

import pytest

from codex_lib.config.load import load_config
from codex_lib.db import many, one, write
from codex_lib.db.ids import new_ids
from codex_lib.events.outbox import TASKS, event_data, read_events
from codex_lib.tasks.liveness import living_worker
from codex_lib.tasks.queue import enqueue
from codex_lib.tasks.registry import BOOK, KINDS, Kind, limits_of

MONDAY = "2024-01-15T10:30:00.000000Z"


@pytest.fixture
def make_config(tmp_path):
    """Return a function that makes settings over the catalog of the fixture db."""

    def make(**settings):
        environ = {f"CODEX_{name.upper()}": str(settings[name]) for name in settings}
        data = tmp_path / "data"
        return load_config(config_file=None, data_dir=data, environ=environ, cwd=data)

    return make


@pytest.fixture
def config(make_config):
    return make_config()


@pytest.fixture
def limits(config):
    return limits_of(config)


@pytest.fixture
def worker(db):
    """The name of a worker that lives."""
    with living_worker(db.path.parent) as name:
        yield name


@pytest.fixture
def add(db, library):
    """Return a function that queues a task, a purge of the library unless told."""

    def run(task_type="purge_deleted", *, now=MONDAY, **options):
        if task_type == "purge_deleted" and not options.keys() & {"series_id"}:
            options.setdefault("library_id", library.id)
        return enqueue(db, task_type, **options, now=now)

    return run


@pytest.fixture
def make_libraries(db, tmp_path):
    """Return a function that makes many libraries of a folder, and gives their ids."""

    def make(count):
        made = new_ids(count)
        sql = """
            INSERT INTO libraries (
                uuid, name, path, series_strategy, book_strategy, number_strategy,
                default_reading_direction, created_at, updated_at
            ) VALUES (?, ?, ?, 'flat', 'filename', 'smart', 'ltr', ?, ?)
        """
        rows = [(uuid, uuid, f"{tmp_path}/{uuid}", MONDAY, MONDAY) for uuid in made]
        with write(db):
            many(db, sql, rows)
        return made

    return make


@pytest.fixture
def frames(db):
    """Return a function that gives what was told of tasks, oldest first."""

    def read():
        return [event_data(event) for event in read_events(db, 0, streams=[TASKS])]

    return read


@pytest.fixture
def column(db):
    """Return a function that gives a column of a task as it is stored."""

    def read(task_id, name):
        row = one(db, "SELECT * FROM tasks WHERE uuid = ?", [task_id])
        return row[name]

    return read


@pytest.fixture
def of_books(monkeypatch):
    """A type of task that is about one book."""
    kind = Kind("analyze_book", "none:run", entities=(BOOK,), needs_entity=True)
    monkeypatch.setitem(KINDS, "analyze_book", kind)
