from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.catalog.libraries import create_library
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.reading import lists
from codex_lib.reading.lists import (
    books_in_progress,
    books_on_deck,
    books_recently_read,
    series_in_progress,
)
from codex_lib.reading.progress import mark_book_read, mark_series_read, set_progress
from codex_lib.scanning.scan import scan_library

DAYS = [f"2024-01-{day}T10:30:00.000000Z" for day in range(10, 30)]
BOOK_LISTS = [books_in_progress, books_on_deck, books_recently_read]


@pytest.fixture
def open_at(db, ana, books):
    """Return a function by which Ana opens a book on a day, at page 1."""

    def turn(title, day=0, page=1, **given):
        wanted = {"user_id": ana, "current_page": page, "now": DAYS[day], **given}
        return set_progress(db, books[title], **wanted)

    return turn


@pytest.fixture
def finish(db, ana, books):
    """Return a function by which Ana finishes a book on a day."""

    def mark(title, day=0):
        return mark_book_read(db, books[title], user_id=ana, now=DAYS[day])

    return mark


@pytest.fixture
def titles(db, ana):
    """Return a function that calls a list for Ana and returns its titles."""

    def get(function, paging=Paging(0, 100), **which):  # noqa: B008 - never changed
        listing = function(db, paging, user_id=ana, **which)
        if not paging.page and len(listing.data) < paging.page_size:
            assert listing.total == len(listing.data)
        return [item.title for item in listing.data]

    return get


@pytest.fixture
def other(db, tmp_path, books):
    """A second library with one book, and its id."""
    root = tmp_path / "Other"
    (root / "Saga").mkdir(parents=True)
    source = tmp_path / "Comics" / "Maus" / "Maus.cbz"
    (root / "Saga" / "Saga 1.cbz").write_bytes(source.read_bytes())
    library = create_library(db, name="Other", path=root, now=DAYS[0])
    scan_library(db, library.id, now=DAYS[0], threads=1)
    books["Saga 1"] = rows(db, "SELECT uuid FROM books WHERE title = 'Saga 1'")[0][0]
    return library.id


# In progress and recently read


def test_books_in_progress_come_latest_first(open_at, finish, titles):
    open_at("Bone 1", 1)
    open_at("Maus", 3)
    open_at("Bone 2", 2)
    open_at("Bone 3", 4, page=0)
    assert titles(books_in_progress) == ["Maus", "Bone 2", "Bone 1"]

    open_at("Bone 1", 5)
    finish("Maus", 6)
    assert titles(books_in_progress) == ["Bone 1", "Bone 2"]


def test_a_book_without_pages_is_in_progress_by_its_percentage(open_at, titles):
    open_at("Bone 1", page=0, progress_percentage=0.01)

    assert titles(books_in_progress) == ["Bone 1"]


def test_recently_read_has_what_was_completed_and_not_what_was_only_touched(
    open_at, finish, titles
):
    open_at("Bone 1", 1)
    finish("Maus", 3)
    open_at("Bone 2", 2)
    open_at("Bone 3", 4, page=0)

    assert titles(books_recently_read) == ["Maus", "Bone 2", "Bone 1"]


def test_books_have_the_progress_of_who_asks(db, ana, ben, books, open_at):
    mine = open_at("Bone 1", page=2)
    set_progress(db, books["Bone 1"], user_id=ben, current_page=3, now=DAYS[0])

    listing = books_in_progress(db, Paging(), user_id=ana)

    assert [book.read_progress for book in listing.data] == [mine]


@pytest.mark.parametrize("function", [*BOOK_LISTS, series_in_progress])
def test_who_has_read_nothing_has_empty_lists(db, ben, finish, open_at, function):
    finish("Bone 1")
    open_at("Maus")

    listing = function(db, Paging(), user_id=ben)

    assert (listing.data, listing.total) == ([], 0)


# On deck


def test_the_next_book_is_the_first_unread_one(finish, titles):
    finish("Bone 1")
    assert titles(books_on_deck) == ["Bone 2"]

    finish("Bone 3", 1)
    assert titles(books_on_deck) == ["Bone 2"]


def test_it_may_stand_before_what_was_read(finish, titles):
    finish("Bone 3")

    assert titles(books_on_deck) == ["Bone 1"]


def test_a_series_not_begun_or_read_to_its_end_has_none(
    db, ana, finish, series, titles
):
    finish("Maus")
    assert titles(books_on_deck) == []

    mark_series_read(db, series["Bone"], user_id=ana, now=DAYS[1])
    assert titles(books_on_deck) == []


def test_a_series_in_the_middle_of_a_book_has_none(finish, open_at, titles):
    finish("Bone 1")
    open_at("Bone 2")

    assert titles(books_on_deck) == []


def test_a_book_that_was_only_touched_is_unread(finish, open_at, titles):
    finish("Bone 1")
    open_at("Bone 2", page=0)

    assert titles(books_on_deck) == ["Bone 2"]


def test_a_new_book_of_a_series_read_to_its_end_is_next(finish, make_cbz, scan, titles):
    finish("Maus")
    make_cbz("Maus/Maus 2.cbz", seed=20)
    scan()

    assert titles(books_on_deck) == ["Maus 2"]


def test_books_without_a_number_are_read_last(finish, change, titles):
    change("UPDATE books SET number = NULL WHERE title = 'Bone 1'")
    finish("Bone 2")
    assert titles(books_on_deck) == ["Bone 3"]

    finish("Bone 3")
    assert titles(books_on_deck) == ["Bone 1"]


def test_deleted_books_are_not_next_and_do_not_count(finish, root, scan, titles):
    finish("Bone 1")
    (root / "Bone" / "Bone 2.cbz").unlink()
    scan()
    assert titles(books_on_deck) == ["Bone 3"]

    finish("Bone 3")
    assert titles(books_on_deck) == []


def test_the_series_completed_last_comes_first(make_cbz, scan, db, ana, titles):
    for name in ("A", "B", "C"):
        for number in (1, 2, 3):
            make_cbz(f"{name}/{name} {number}.cbz", seed=ord(name) * 10 + number)
    scan()
    found = {row[0]: row[1] for row in rows(db, "SELECT title, uuid FROM books")}
    for title, day in (("A 1", 1), ("B 1", 3), ("C 1", 2), ("A 2", 4)):
        mark_book_read(db, found[title], user_id=ana, now=DAYS[day])

    assert titles(books_on_deck) == ["A 3", "B 2", "C 2"]
    assert titles(books_on_deck, Paging(1, 2)) == ["C 2"]
    assert books_on_deck(db, Paging(1, 2), user_id=ana).total == 3


# Series


def test_series_in_progress_come_by_sort_title(db, ana, open_at, finish, titles):
    open_at("Maus", 1)
    open_at("Bone 1", 2)
    assert titles(series_in_progress) == ["Bone", "Maus"]

    finish("Bone 1")
    finish("Bone 2")
    assert titles(series_in_progress) == ["Maus"]
    (found,) = series_in_progress(db, Paging(), user_id=ana).data
    assert found.unread_count == 1


def test_a_deleted_book_puts_no_series_in_progress(open_at, root, scan, titles):
    open_at("Bone 1")
    (root / "Bone" / "Bone 1.cbz").unlink()
    scan()

    assert titles(series_in_progress) == titles(books_in_progress) == []
    assert titles(books_recently_read) == []


# One library


@pytest.mark.parametrize("few", [0, 500], ids=["by time", "by series"])
def test_lists_of_one_library(
    library, other, open_at, finish, titles, monkeypatch, few
):
    monkeypatch.setattr(lists, "_FEW", few)
    open_at("Saga 1", 1)
    open_at("Bone 3", 2)
    open_at("Maus", 4)
    finish("Maus", 4)
    open_at("Bone 1", 3)

    for function, mine, theirs in (
        (books_in_progress, ["Bone 1", "Bone 3"], ["Saga 1"]),
        (books_recently_read, ["Maus", "Bone 1", "Bone 3"], ["Saga 1"]),
        (series_in_progress, ["Bone"], ["Saga"]),
    ):
        assert titles(function, library_id=library.id) == mine
        assert titles(function, library_id=other) == theirs
        assert titles(function, library_id=str(uuid4())) == []
        page = Paging(1, 1)
        assert titles(function, page, library_id=library.id) == mine[1:2]


def test_on_deck_of_one_library(library, other, finish, titles):
    finish("Bone 1")

    assert titles(books_on_deck, library_id=library.id) == ["Bone 2"]
    assert titles(books_on_deck, library_id=other) == []
    assert titles(books_on_deck, library_id=str(uuid4())) == []


# How they are found


@pytest.mark.parametrize("where", ["everywhere", "library"])
@pytest.mark.parametrize(
    ("function", "index", "sorted_anew"),
    [
        (books_in_progress, "read_progress_by_status", 0),
        (books_recently_read, "read_progress_by_time", 0),
        (books_on_deck, "series_progress_on_deck", 0),
        # No index has the order of other tables; those in progress are few.
        (series_in_progress, "PRIMARY KEY", 1),
    ],
)
def test_lists_walk_an_index(
    db, ana, library, books, monkeypatch, function, index, sorted_anew, where
):
    monkeypatch.setattr(lists, "_FEW", -1)
    asked = []
    db.set_trace_callback(asked.append)
    library_id = library.id if where == "library" else None
    function(db, Paging(), user_id=ana, library_id=library_id)
    db.set_trace_callback(None)

    queries = [sql for sql in asked if "progress" in sql and "json_each" not in sql]
    plans = [plan_of(db, sql) for sql in queries]
    every = "\n".join(plans)
    assert len(plans) == 2
    assert index in every
    assert "SCAN" not in every
    assert every.count("TEMP B-TREE") == sorted_anew


def test_the_few_books_of_a_library_are_found_by_series(db, ana, library, books):
    asked = []
    db.set_trace_callback(asked.append)
    books_recently_read(db, Paging(), user_id=ana, library_id=library.id)
    db.set_trace_callback(None)

    (plan,) = [plan_of(db, sql) for sql in asked if "AS wanted" in sql]
    assert "SCAN" not in plan
    assert "books_by_series" in plan


def plan_of(db, sql):
    return "\n".join(row["detail"] for row in rows(db, f"EXPLAIN QUERY PLAN {sql}"))
