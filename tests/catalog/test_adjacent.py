"""The books before and after one."""

from __future__ import annotations

import pytest

from codex_lib.catalog import adjacent
from codex_lib.catalog.adjacent import adjacent_books
from codex_lib.catalog.books import list_books
from codex_lib.db import rows, write
from codex_lib.db.paging import Paging
from codex_lib.errors import BookNotFoundError


@pytest.fixture
def series(db, make_cbz, scan):
    """Seven books: a number twice, one with a fraction, two without any."""
    numbers = {"a": 2, "b": 1, "c": 1.5, "d": 1, "e": None, "f": None, "g": 10}
    for seed, name in enumerate(numbers, 1):
        make_cbz(f"Bone/{name}.cbz", seed=seed)
    scan()
    with write(db):
        for name, number in numbers.items():
            values = [number, f"{name}.cbz"]
            rows(db, "UPDATE books SET number = ? WHERE file_name = ?", values)


@pytest.fixture
def ids(db, series):
    """Return the ids of the books by title."""
    return {row["title"]: row["uuid"] for row in rows(db, "SELECT * FROM books")}


@pytest.fixture
def around(db, ids):
    """Return a function that gives the titles before and after a title."""

    def find(title):
        found = adjacent_books(db, ids[title])
        return tuple(book and book.title for book in (found.prev, found.next))

    return find


def test_the_way_is_by_number_then_title_those_without_a_number_last(around):
    steps = {title: around(title) for title in "abcdefg"}

    assert steps == {
        "b": (None, "d"),
        "d": ("b", "c"),
        "c": ("d", "a"),
        "a": ("c", "g"),
        "g": ("a", "e"),
        "e": ("g", "f"),
        "f": ("e", None),
    }


def test_the_way_is_the_order_of_the_list(db, ids, around):
    series_id = rows(db, "SELECT uuid FROM series")[0]["uuid"]
    listed = [book.title for book in list_books(db, Paging(), series_id=series_id).data]

    walked = [listed[0]]
    while around(walked[-1])[1]:
        walked.append(around(walked[-1])[1])

    assert walked == listed


def test_deleted_books_are_passed_over_but_know_their_place(db, around):
    rows(db, "UPDATE books SET deleted_at = created_at WHERE title = 'c'")

    assert around("d")[1] == "a"
    assert around("c") == ("d", "a")


def test_a_book_of_another_series_is_no_neighbor(db, make_cbz, scan):
    make_cbz("Akira/1.cbz", seed=11)
    make_cbz("Bone/2.cbz", seed=12)
    scan()
    book = list_books(db, Paging()).data[0]

    found = adjacent_books(db, book.id)

    assert (found.prev, found.next) == (None, None)


def test_an_unknown_book_is_not_found(db):
    with pytest.raises(BookNotFoundError):
        adjacent_books(db, "nothing")


@pytest.mark.parametrize(
    "step",
    [step for both in adjacent.STEPS.values() for steps in both for step in steps],
)
def test_every_step_is_one_in_the_index(db, step):
    sql = f"EXPLAIN QUERY PLAN {adjacent._STEP.format(there=step)}"
    values = {"series_id": 1, "number": 1.0, "sort_key": "a", "id": 1}

    plan = [row["detail"] for row in rows(db, sql, values)]

    assert len(plan) == 1
    assert plan[0].startswith("SEARCH books USING INDEX books_by_series")
