"""The task scan_library, done here and now."""

from __future__ import annotations

import threading
import time

import pytest

from codex_lib.catalog.libraries import get_library
from codex_lib.errors import InvalidError, LossRefusedError
from codex_lib.scanning.lock import scan_lock
from codex_lib.tasks.claims import claim_task
from codex_lib.tasks.registry import handler_of
from codex_lib.tasks.scan_task import run
from codex_lib.tasks.scans import start_scan

MONDAY = "2024-01-15T10:30:00.000000Z"


@pytest.fixture
def do(db, library, config, worker):
    """Return a function that does a scan's task; told holds what it reported."""

    def work(*, should_stop=lambda: False, told=None, **options):
        report = (lambda *_: None) if told is None else lambda *args: told.append(args)
        status = start_scan(db, library.id, now=MONDAY, **options)
        task = claim_task(db, status.task_id, worker, now=MONDAY)
        return run(db, task, report, should_stop, config=config)

    return work


def test_the_registry_knows_it():
    assert handler_of("scan_library") is run


def test_it_scans_the_library_and_returns_the_counters(db, library, do, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    make_cbz("Bone/Bone 02.cbz").write_bytes(b"no archive")

    assert do() == {
        "files_total": 2,
        "files_processed": 2,
        "series_created": 1,
        "books_created": 2,
        "books_updated": 0,
        "books_deleted": 0,
        "books_restored": 0,
        "books_purged": 0,
        "tasks_queued": 0,
        "errors": 1,
        "unreadable": ["Bone/Bone 02.cbz: not a ZIP archive but text"],
    }
    assert get_library(db, library.id).book_count == 2


def test_it_tells_how_far_it_is(do, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    told = []

    do(told=told)

    assert [progress[:3] for progress in told] == [
        (0, 0, "Looking for files"),
        (1, 1, "Scanning file 1/1"),
        (1, 1, "Putting series in order 1/1"),
    ]
    assert told[0][3] is None
    assert told[1][3]["files_processed"] == told[2][3]["files_processed"] == 1
    assert told[2][3]["series_created"] == 1


def test_deep_reads_every_file_again(do, make_cbz, db, library, worker):
    make_cbz("Bone/Bone 01.cbz")
    assert do()["books_created"] == 1
    finish(db, worker)

    assert do(mode="deep")["books_updated"] == 1


def finish(db, worker):
    sql = "UPDATE tasks SET status = 'completed', completed_at = ?"
    db.execute(sql, [MONDAY])


def test_a_folder_of_the_library_is_scanned_alone(do, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    make_cbz("Maus/Maus 01.cbz", seed=2)

    assert do(under="Maus")["files_total"] == 1


@pytest.mark.parametrize("under", ["../secrets", "Bone/../../x", "/etc", 5])
def test_no_other_folder_is_scanned(do, under):
    with pytest.raises(InvalidError, match="must be a folder of the library"):
        do(under=under)


def test_a_disk_that_is_gone_fails_unless_it_is_believed(
    db, root, do, make_cbz, worker
):
    book = make_cbz("Bone/Bone 01.cbz")
    do()
    finish(db, worker)
    book.unlink()
    book.parent.rmdir()

    with pytest.raises(LossRefusedError):
        do()
    finish(db, worker)
    assert do(allow_missing=True)["books_deleted"] == 1


def test_it_stops_when_told_and_what_it_read_stays(db, library, do, make_cbz):
    for number in range(70):
        make_cbz(f"Bone/Bone {number:02}.cbz", pages=1, seed=number)
    told = []

    result = do(told=told, should_stop=lambda: len(told) > 1)

    assert 0 < result["books_created"] < 70
    assert result["files_processed"] == result["books_created"]
    assert get_library(db, library.id).book_count == result["books_created"]


def test_it_waits_for_another_scan_to_end(db, library, do, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    told, found = [], []
    with scan_lock(db.path.parent, library.id, library.name):
        thread = threading.Thread(target=lambda: found.append(do(told=told)))
        thread.start()
        while not told:
            time.sleep(0.005)
    thread.join()

    assert told[0][2] == "A scan of Comics is already running; waiting for its end"
    assert found[0]["books_created"] == 1


def test_it_can_be_stopped_while_it_waits(db, library, do):
    told = []
    with scan_lock(db.path.parent, library.id, library.name):
        assert do(told=told, should_stop=lambda: len(told) > 0) == {}
