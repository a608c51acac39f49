"""What people have read stays counted, whatever scans find."""

from __future__ import annotations

import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.catalog.check import check_catalog
from codex_lib.db import rows
from codex_lib.reading.progress import mark_book_read, set_progress
from codex_lib.scanning.purge import purge_library

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def ana(db):
    """The id of somebody who reads."""
    return create_user(
        db,
        username="ana",
        email="ana@example.com",
        password="Green.Apple7",
        costs=Costs(8192, 1, 1),
        now=MONDAY,
    ).id


@pytest.fixture
def shelf(db, make_cbz, scan, ana):
    """Bone of three books, one read and one begun, and Maus of one."""
    for number in (1, 2, 3):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number)
    make_cbz("Maus/Maus.cbz", seed=9)
    scan()
    found = {row[0]: row[1] for row in rows(db, "SELECT title, uuid FROM books")}
    mark_book_read(db, found["Bone 1"], user_id=ana, now=MONDAY)
    set_progress(db, found["Bone 2"], user_id=ana, current_page=1, now=TUESDAY)


@pytest.fixture
def counted(db):
    """Return a function that returns (read, in progress, last read) by series title."""
    sql = """
        SELECT title, read_count, started_count, last_read_at FROM series_progress
        JOIN series ON series.id = series_id
    """

    def get():
        assert check_catalog(db).problems == []
        return {row[0]: tuple(row)[1:] for row in rows(db, sql)}

    return get


def noted(db):
    sql = "SELECT max(id) AS id FROM changes WHERE what = 'series_progress'"
    return rows(db, sql)[0]["id"]


def test_a_missing_book_does_not_count_and_counts_again_when_it_returns(
    shelf, root, scan, counted, tmp_path
):
    file, aside = root / "Bone" / "Bone 2.cbz", tmp_path / "aside.cbz"
    file.rename(aside)
    scan()
    assert counted() == {"Bone": (1, 0, MONDAY)}

    aside.rename(file)
    scan()
    assert counted() == {"Bone": (1, 1, TUESDAY)}


def test_a_book_takes_what_was_read_along_to_another_series(shelf, root, scan, counted):
    (root / "Bone" / "Bone 1.cbz").rename(root / "Maus" / "Bone 1.cbz")

    assert scan().moved == 1

    assert counted() == {"Bone": (0, 1, TUESDAY), "Maus": (1, 0, MONDAY)}


def test_books_of_two_series_that_change_places_are_counted_where_they_are(
    shelf, root, scan, counted
):
    bone, maus = root / "Bone" / "Bone 1.cbz", root / "Maus" / "Maus.cbz"
    bone.rename(root / "Maus" / "Bone 1.cbz")
    maus.rename(root / "Bone" / "Maus.cbz")

    assert scan().moved == 2

    assert counted() == {"Bone": (0, 1, TUESDAY), "Maus": (1, 0, MONDAY)}


def test_a_series_that_moves_as_a_whole_keeps_its_counters(shelf, root, scan, counted):
    (root / "Bone").rename(root / "Bones")

    scan(allow_missing=True)

    assert counted() == {"Bones": (1, 1, TUESDAY)}


def test_a_file_that_cannot_be_read_any_more_counts_as_before(
    shelf, root, scan, counted
):
    (root / "Bone" / "Bone 1.cbz").write_bytes(b"PK\x03\x04 and then nothing")

    assert scan().unreadable

    assert counted() == {"Bone": (1, 1, TUESDAY)}


def test_a_book_that_was_never_readable_can_be_read_and_counts(
    db, ana, root, scan, make_cbz, counted
):
    (root / "Saga").mkdir()
    (root / "Saga" / "Saga 1.cbz").write_bytes(b"PK\x03\x04 and then nothing")
    scan()
    book = rows(db, "SELECT uuid FROM books WHERE title = 'Saga 1'")[0]["uuid"]

    assert mark_book_read(db, book, user_id=ana, now=MONDAY).current_page == 0
    assert counted() == {"Saga": (1, 0, MONDAY)}
    make_cbz("Saga/Saga 1.cbz", seed=5)
    scan()
    assert counted() == {"Saga": (1, 0, MONDAY)}


def test_a_purge_leaves_the_counters_right(db, shelf, library, root, scan, counted):
    (root / "Bone" / "Bone 1.cbz").unlink()
    scan()

    assert purge_library(db, library.id, now=TUESDAY) == 1

    assert counted() == {"Bone": (0, 1, TUESDAY)}


def test_a_purged_series_takes_its_counters_along(
    db, shelf, library, root, scan, counted
):
    for path in (root / "Bone").iterdir():
        path.unlink()
    scan(allow_missing=True)
    assert counted() == {}

    purge_library(db, library.id, now=TUESDAY)

    assert counted() == {}
    assert rows(db, "SELECT * FROM read_progress") == []


def test_new_and_changed_books_do_not_touch_what_was_counted(
    db, shelf, make_cbz, scan, counted
):
    before = noted(db)
    make_cbz("Bone/Bone 4.cbz", seed=4)
    make_cbz("Bone/Bone 1.cbz", seed=1, pages=7)

    result = scan()

    assert (result.added, result.changed) == (1, 1)
    assert counted() == {"Bone": (1, 1, TUESDAY)}
    assert noted(db) == before
