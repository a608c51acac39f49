from __future__ import annotations

import pytest

from codex_lib.catalog.books import list_books
from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging
from codex_lib.scanning import purge
from codex_lib.tasks.purge_task import run
from codex_lib.tasks.tasks import get_task
from codex_lib.tasks.worker import run_worker


@pytest.fixture
def gone(db, root, make_cbz, scan):
    """A series of five books, four of which are gone; its id."""
    for number in range(5):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number)
    scan()
    for number in range(4):
        (root / "Bone" / f"Bone {number}.cbz").unlink()
    scan(allow_missing=True)
    return list_series(db, Paging()).data[0].id


def left(db):
    return list_books(db, Paging(), include_deleted=True).total


@pytest.mark.parametrize("of_series", [False, True])
def test_deleted_books_are_forgotten(db, config, add, gone, library, of_series):
    task_id = add(series_id=gone) if of_series else add()

    run_worker(config, once=True, with_scans=False)

    task = get_task(db, task_id)
    assert (task.status, task.result["deleted_count"]) == ("completed", 4)
    assert (task.progress.current, task.progress.total) == (4, 4)
    assert task.progress.message == "Forgot book 4/4"
    assert left(db) == 1


def test_a_purge_stops_between_batches_and_the_next_goes_on(db, add, gone, monkeypatch):
    monkeypatch.setattr(purge, "BATCH_BOOKS", 2)
    task, told = get_task(db, add()), []

    def report(*args):
        told.append(args)

    first = run(db, task, report, lambda: True)
    assert (first["deleted_count"], left(db)) == (2, 3)
    run(db, task, report, lambda: False)

    assert left(db) == 1
    assert told[0] == (2, 4, "Forgot book 2/4")
