"""The tasks about books' files: reading again, covers, hashes, looks, duplicates."""

from __future__ import annotations

import shutil

import pytest

from codex_lib import clock
from codex_lib.catalog.books import list_books
from codex_lib.catalog.duplicates import list_duplicates
from codex_lib.catalog.image_cache import image_caches
from codex_lib.catalog.series import list_series
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.errors import ConflictError, InvalidError
from codex_lib.events.outbox import event_data, read_events
from codex_lib.tasks.analysis import start_analysis
from codex_lib.tasks.analyze_task import run as run_analyze
from codex_lib.tasks.duplicates_task import run as run_duplicates
from codex_lib.tasks.duplicates_task import start_duplicate_scan
from codex_lib.tasks.tasks import get_task
from codex_lib.tasks.verify_task import run as run_verify
from codex_lib.tasks.worker import run_worker

MONDAY = "2024-01-15T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def shelf(root, make_cbz, scan):
    """Two equal books, and one that cannot be read, in two series; scanned."""
    make_cbz("Bone/Bone 1.cbz", seed=1)
    shutil.copyfile(root / "Bone" / "Bone 1.cbz", root / "Bone" / "Bone 2.cbz")
    (root / "Akira").mkdir()
    (root / "Akira" / "Akira 1.cbz").write_bytes(b"PK\x03\x04 nothing")
    scan()
    return root


@pytest.fixture
def ids(db, shelf):
    """The ids of books and series by title."""
    things = [*list_books(db, Paging()).data, *list_series(db, Paging()).data]
    return {thing.title: thing.id for thing in things}


@pytest.fixture
def work(db, config, add):
    """Return a function that queues a task, lets a worker do it, and returns it."""

    def run(task_type, **options):
        task_id = add(task_type, now=clock.now(), **options)
        run_worker(config, once=True, with_scans=False)
        return get_task(db, task_id)

    return run


def test_a_book_is_read_again(db, shelf, ids, work, make_cbz):
    make_cbz("Bone/Bone 1.cbz", seed=7, pages=5)

    task = work("analyze_book", book_id=ids["Bone 1"], params={"force": True})

    pages = {book.title: book.page_count for book in list_books(db, Paging()).data}
    assert task.result == {"books_analyzed": 1, "errors": 0}
    assert (task.status, task.progress.current, task.progress.total) == (
        *("completed", 1),
        1,
    )
    assert pages["Bone 1"] == 5


@pytest.mark.parametrize(
    ("task_type", "force", "result"),
    [
        ("analyze_series", True, {"total_books": 2, "books_analyzed": 2, "errors": 0}),
        ("analyze_series", False, {"total_books": 0, "books_analyzed": 0, "errors": 0}),
        ("analyze_library", True, {"total_books": 3, "books_analyzed": 2, "errors": 1}),
        (
            *("analyze_library", False),
            {"total_books": 1, "books_analyzed": 0, "errors": 1},
        ),
    ],
)
def test_many_books_are_read_again(ids, library, work, task_type, force, result):
    entity = {"series_id": ids["Bone"]}
    if task_type == "analyze_library":
        entity = {"library_id": library.id}

    task = work(task_type, **entity, params={"force": force})

    assert (task.status, task.result) == ("completed", result)


def test_reading_again_goes_on_after_a_stop(db, config, add, ids, library):
    task_id = add("analyze_library", library_id=library.id, now=clock.now())
    task = get_task(db, task_id)
    told = []

    def report(*args):
        told.append(args)

    first = run_analyze(db, task, report, lambda: len(told) > 1, config=config)
    rest = run_analyze(db, task, report, lambda: False, config=config)

    assert first == {"total_books": 3, "books_analyzed": 1, "errors": 1}
    assert rest == {"total_books": 2, "books_analyzed": 1, "errors": 1}
    assert told[0] == (0, 3, "Reading book 1/3")
    assert told[-1] == (2, 2)


def test_a_cover_is_made_and_told(db, config, ids, work):
    for force in (False, True):
        task = work(
            "generate_thumbnail", book_id=ids["Bone 1"], params={"force": force}
        )
        assert task.result == {"book_id": ids["Bone 1"], "force": force}

    told = [event_data(event) for event in read_events(db, 0, streams=["events"])]
    assert told[-1]["type"] == "cover_updated"
    assert told[-1]["entity_id"] == ids["Bone 1"]
    assert image_caches(config.files).covers.usage().images == 1


def test_a_cover_of_a_book_without_pages_fails(ids, work):
    task = work("generate_thumbnail", book_id=ids["Akira 1"])

    assert task.status == "failed"
    assert "no pages" in task.last_error


def test_covers_of_some_or_all_are_made(ids, library, work):
    one = work("generate_thumbnails", series_id=ids["Bone"])
    again = work("generate_thumbnails", library_id=library.id)
    forced = work("generate_thumbnails", params={"force": True})

    assert one.result == {"total": 2, "enqueued": 2, "skipped": 0, "errors": 0}
    assert again.result == {"total": 2, "enqueued": 0, "skipped": 2, "errors": 0}
    assert forced.result["enqueued"] == 2
    assert one.progress.message == "Made cover 2/2"


@pytest.mark.usefixtures("shelf")
def test_files_are_hashed(db, work):
    task = work("hash_books")

    assert task.result == {"total": 3, "hashed": 3, "errors": 0}
    assert task.progress.message == "Hashed book 3/3"
    assert rows(db, "SELECT id FROM books WHERE file_hash = ''") == []


@pytest.mark.parametrize("rate", ["fast", 0, True])
def test_a_rate_that_is_none_fails_at_once(ids, work, rate):
    task = work("hash_books", book_id=ids["Bone 1"], params={"rate": rate})

    assert (task.status, task.attempts) == ("failed", 1)
    assert task.last_error.startswith("rate: ")


@pytest.mark.usefixtures("shelf")
def test_duplicates_are_found(db, config):
    task_id = start_duplicate_scan(db, now=clock.now())
    with pytest.raises(ConflictError):
        start_duplicate_scan(db, now=clock.now())

    run_worker(config, once=True, with_scans=False)

    task = get_task(db, task_id)
    assert task.result == {"duplicate_groups": 1, "hashed": 2, "errors": 0}
    assert task.progress.message == "Comparing book 2/2"
    assert len(list_duplicates(db)) == 1
    assert start_duplicate_scan(db, now=clock.now()) != task_id


@pytest.mark.usefixtures("shelf")
def test_a_search_that_is_stopped_tells_no_groups(db, add):
    task = get_task(db, add("find_duplicates"))

    result = run_duplicates(db, task, lambda *_: None, lambda: True)

    assert result == {"hashed": 0, "errors": 0}


def test_a_look_tells_what_is_not_whole(shelf, ids, library, work):
    task = work(
        "verify_books",
        library_id=library.id,
        params={"depth": "images", "rate": 10**9},
    )

    (book,) = task.result["books"]
    assert (task.result["sound"], task.result["damaged"]) == (2, 1)
    assert book["book_id"] == ids["Akira 1"]
    assert book["problems"] == ["cut off: the archive's end is missing"]
    assert task.progress.current == 3

    later = work(
        "verify_books", library_id=library.id, params={"since": "2024-01-15T00:00:00Z"}
    )
    assert later.result["skipped"] == 3


@pytest.mark.parametrize("params", [{"since": 7}, {"depth": 7}])
def test_a_look_with_bad_parameters_fails(work, params):
    assert work("verify_books", params=params).status == "failed"


def test_a_look_goes_on_after_a_stop(db, add, ids):
    task = get_task(db, add("verify_books", book_id=ids["Bone 1"]))

    stopped = run_verify(db, task, lambda *_: None, lambda: True)
    done = run_verify(db, task, lambda *_: None, lambda: False)
    again = run_verify(db, task, lambda *_: None, lambda: False)

    counts = [(told["checked"], told["skipped"]) for told in (stopped, done, again)]
    assert counts == [(0, 0), (1, 0), (0, 1)]


def test_covers_that_show_nothing_are_removed(config, ids, make_cbz, scan, work):
    work("generate_thumbnails")
    make_cbz("Bone/Bone 1.cbz", seed=8, pages=4)
    scan()

    task = work("cleanup_orphaned_files")

    assert task.result["thumbnails_deleted"] == 1
    assert task.result["bytes_freed"] > 0
    assert image_caches(config.files).covers.usage().images == 1
    assert task.progress.message == "Removed file 1/1"


def test_asking_for_what_there_is_not_is_an_error(db, shelf, ids, library):
    nothing = [{"book_id": ids["Bone 1"]}, {"series_id": ids["Bone"]}]

    for entity in nothing:
        with pytest.raises(InvalidError, match="read already"):
            start_analysis(db, **entity, force=False, now=MONDAY)
    shutil.rmtree(shelf / "Bone")
    rows(db, "UPDATE books SET deleted_at = ?", [MONDAY])
    with pytest.raises(InvalidError, match="has no books"):
        start_analysis(db, library_id=library.id, now=MONDAY)
    with pytest.raises(InvalidError, match="its file is gone"):
        start_analysis(db, book_id=ids["Bone 1"], now=MONDAY)
