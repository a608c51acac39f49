from __future__ import annotations

import pytest

from codex_lib.catalog.libraries import delete_library
from codex_lib.catalog.metadata import update_book
from codex_lib.db import rows
from codex_lib.errors import LibraryNotFoundError
from codex_lib.events.outbox import event_data, read_events
from codex_lib.scanning.reanalyze import analyze_books

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def shelf(root, make_cbz, scan):
    """A readable book and one that is not, scanned."""
    make_cbz("Bone/Bone 1.cbz", seed=1, Title="One", Genre="Drama")
    (root / "Bone" / "Bone 2.cbz").write_bytes(b"PK\x03\x04 nothing")
    scan()
    return root / "Bone"


@pytest.fixture
def analyze(db):
    return lambda now=TUESDAY, **options: analyze_books(db, now=now, **options)


def test_a_book_is_read_again_with_its_series(books, series, shelf, make_cbz, analyze):
    make_cbz("Bone/Bone 1.cbz", seed=1, pages=5, Title="New", Genre="Comedy")

    result = analyze(book_ids=[books()["Bone/Bone 1.cbz"]["uuid"]])

    book = books()["Bone/Bone 1.cbz"]
    assert (result.total_books, result.books_analyzed, result.errors) == (1, 1, 0)
    assert (book["page_count"], book["given_title"]) == (5, "New")
    assert (book["analyzed_at"], book["updated_at"]) == (TUESDAY, TUESDAY)
    assert series()["Bone"]["page_count"] == 5
    assert series()["Bone"]["is_stale"] == 0


def test_what_was_edited_stays(db, books, shelf, make_cbz, analyze):
    book_id = books()["Bone/Bone 1.cbz"]["uuid"]
    update_book(db, book_id, {"title": "Mine", "summary": "Mine too"}, now=MONDAY)
    make_cbz("Bone/Bone 1.cbz", seed=1, Title="New", Summary="Another")

    analyze()

    book = books()["Bone/Bone 1.cbz"]
    assert (book["title"], book["summary"]) == ("Mine", "Mine too")


def test_an_unreadable_book_keeps_its_reason_until_it_is_replaced(
    db, books, shelf, make_cbz, analyze
):
    assert (analyze().books_analyzed, analyze().errors) == (1, 1)
    assert "cut off" in books()["Bone/Bone 2.cbz"]["analysis_error"]
    make_cbz("Bone/Bone 2.cbz", seed=2)

    result = analyze(force=False)

    assert (result.total_books, result.books_analyzed) == (1, 1)
    assert books()["Bone/Bone 2.cbz"]["analysis_error"] is None
    told = [event_data(event) for event in read_events(db, 0)]
    covers = [data for data in told if data["type"] == "cover_updated"]
    assert [data["entity_id"] for data in covers] == [
        books()["Bone/Bone 2.cbz"]["uuid"]
    ]
    assert told[-2]["type"] == "book_updated"


def test_a_book_whose_file_is_gone_is_left_to_scans(books, shelf, analyze):
    before = books()
    (shelf / "Bone 1.cbz").unlink()

    result = analyze()

    assert (result.books_analyzed, result.errors) == (0, 2)
    assert books()["Bone/Bone 1.cbz"]["page_count"] == 3
    assert books().keys() == before.keys()


def test_a_run_that_was_stopped_goes_on(shelf, make_cbz, analyze):
    make_cbz("Bone/Bone 2.cbz", seed=2)
    told = []

    first = analyze(on_progress=told.append, should_stop=lambda: len(told) > 0)
    rest = analyze(since=TUESDAY)

    assert (first.books_analyzed, first.cancelled) == (1, True)
    assert [tuple(progress) for progress in told] == [(0, 2, "Bone/Bone 1.cbz")]
    assert (rest.total_books, rest.books_analyzed, rest.cancelled) == (1, 1, False)


def test_books_that_a_scan_moves_or_misses_meanwhile(
    books, shelf, make_cbz, scan, analyze
):
    for number in (2, 3):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number)
    scan()

    def meddle(progress):
        if progress.done == 0:
            (shelf / "Bone 2.cbz").unlink()
            (shelf / "Bone 3.cbz").rename(shelf / "Bone 9.cbz")
            scan(allow_missing=True)

    result = analyze(on_progress=meddle)

    assert (result.total_books, result.books_analyzed, result.errors) == (3, 2, 0)
    assert list(books()) == ["Bone/Bone 1.cbz", "Bone/Bone 9.cbz"]


def test_a_move_while_a_file_is_read_is_not_undone(
    books, shelf, scan, analyze, monkeypatch
):
    from codex_lib.scanning import reanalyze  # noqa: PLC0415 - to look into

    real = reanalyze.analyze_file

    def slowly(root, file, **options):
        found = real(root, file, **options)
        if (shelf / "Bone 1.cbz").exists():
            (shelf / "Bone 1.cbz").rename(shelf / "Bone 7.cbz")
            scan()
        return found

    monkeypatch.setattr(reanalyze, "analyze_file", slowly)

    analyze(book_ids=[books()["Bone/Bone 1.cbz"]["uuid"]])

    assert "Bone/Bone 7.cbz" in books()
    assert "Bone/Bone 1.cbz" not in books()


def test_a_library_that_is_deleted_meanwhile_is_an_error(db, library, shelf, analyze):
    with pytest.raises(LibraryNotFoundError):
        analyze(library_id="01900000-0000-7000-8000-000000000000")

    with pytest.raises(LibraryNotFoundError):
        analyze(on_progress=lambda _: delete_library(db, library.id, now=TUESDAY))

    assert rows(db, "SELECT * FROM books") == []
