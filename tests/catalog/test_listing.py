import subprocess
import sys
import textwrap

import pytest

from codex_lib.catalog import listing
from codex_lib.catalog.books import list_books
from codex_lib.catalog.listing import Sort, sort_of
from codex_lib.catalog.series import list_series
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.errors import InvalidError

SORTS = {"name": "sort_key", "count": "book_count", "series": listing.SHELF}


@pytest.mark.parametrize(
    ("sort", "order", "text"),
    [
        ("name", "asc", "sort_key ASC NULLS LAST, id ASC"),
        ("name", "desc", "sort_key DESC NULLS LAST, id DESC"),
        ("name,desc", "asc", "sort_key DESC NULLS LAST, id DESC"),
        (" Name , DESC ", "asc", "sort_key DESC NULLS LAST, id DESC"),
        ("count,", "DESC", "book_count DESC NULLS LAST, id DESC"),
        ("series", "asc", "number ASC NULLS LAST, sort_key ASC, id ASC"),
        ("series", "desc", "number DESC NULLS LAST, sort_key DESC, id DESC"),
    ],
)
def test_a_sort_becomes_an_order_with_the_id_as_tie_break(sort, order, text):
    assert sort_of(SORTS, sort, order).sql == text


def test_a_sort_is_a_column_and_a_direction():
    assert sort_of(SORTS, "count,desc", "asc") == Sort("book_count", descending=True)


@pytest.mark.parametrize(
    ("sort", "order", "field", "reason"),
    [
        ("age", "asc", "sort", "'age' is none of name, count"),
        ("", "asc", "sort", "'' is none of name, count"),
        ("name", "up", "order", "'up' is neither asc nor desc"),
        ("name,up", "asc", "order", "'up' is neither asc nor desc"),
        ("name; DROP TABLE books", "asc", "sort", "none of name, count"),
        ("name", "asc; DROP TABLE books", "order", "neither asc nor desc"),
    ],
)
def test_what_is_no_sort_is_refused_naming_what_there_is(sort, order, field, reason):
    with pytest.raises(InvalidError) as error:
        sort_of(SORTS, sort, order)

    assert error.value.field == field
    assert reason in error.value.reason


@pytest.fixture
def shelf(db, make_cbz, scan, root):
    """Seven books of three series, of which one is deleted and one damaged."""
    for number in range(1, 4):
        make_cbz(f"Akira/{number}.cbz", seed=number, pages=2)
        make_cbz(f"Bone/{number}.cbz", seed=10 + number, pages=1)
    make_cbz("Saga/1.cbz").write_bytes(b"rubbish")
    scan()
    (root / "Bone" / "2.cbz").unlink()
    scan(allow_missing=True)
    return db


def places(found):
    return [f"{book.series_name} {book.title}" for book in found.data]


def test_pages_follow_one_another_with_the_total_on_each(shelf):
    pages = [list_books(shelf, Paging(n, 4), sort="series") for n in range(3)]

    assert [places(page) for page in pages] == [
        ["Akira 1", "Akira 2", "Akira 3", "Bone 1"],
        ["Bone 3", "Saga 1"],
        [],
    ]
    assert {(p.page_size, p.total, p.total_pages) for p in pages} == {(4, 6, 2)}
    assert [page.page for page in pages] == [0, 1, 2]


def test_rows_of_equal_value_keep_one_order_over_all_pages(shelf):
    def pages_of(order):
        return [
            book.id
            for number in range(6)
            for book in list_books(
                shelf, Paging(number, 1), sort="page_count", order=order
            ).data
        ]

    up, down = pages_of("asc"), pages_of("desc")

    assert up == down[::-1]
    assert len(set(up)) == 6


def test_totals_are_those_of_the_list(shelf, library):
    def total(**options):
        return list_books(shelf, Paging(0, 1), **options).total

    series = list_series(shelf, Paging()).data[1]
    assert total() == total(library_id=library.id) == 6
    assert total(include_deleted=True) == 7
    assert total(include_deleted=True, library_id=library.id) == 7
    assert total(include_deleted=True, library_id="nothing") == 0
    assert total(series_id=series.id) == 2
    assert total(series_id=series.id, include_deleted=True) == 3
    assert total(with_errors=True) == 1
    assert total(text="1") == 3
    assert list_series(shelf, Paging(0, 1), library_id=library.id).total == 3


def test_books_of_a_series_may_be_sorted_by_series_too(shelf):
    series = list_series(shelf, Paging()).data[1]

    found = list_books(shelf, Paging(), series_id=series.id, sort="series,desc")

    assert places(found) == ["Bone 3", "Bone 1"]


def test_an_order_without_a_sort_turns_what_is_usual_round(shelf):
    series = list_series(shelf, Paging()).data[1]

    assert places(list_books(shelf, Paging(), series_id=series.id, order="desc")) == [
        "Bone 3",
        "Bone 1",
    ]
    names = [s.title for s in list_series(shelf, Paging(), order="desc").data]
    assert names == ["Saga", "Bone", "Akira"]
    with pytest.raises(InvalidError, match="neither asc nor desc"):
        list_books(shelf, Paging(), series_id=series.id, order="up")


def test_books_with_errors_by_series(shelf):
    found = list_books(shelf, Paging(), with_errors=True, sort="series")

    assert (places(found), found.total) == (["Saga 1"], 1)


def test_a_series_without_a_live_book_is_in_no_list(shelf):
    rows(shelf, "UPDATE series SET book_count = 0 WHERE title = 'Saga'")
    rows(shelf, "UPDATE libraries SET series_count = 2")

    assert [s.title for s in list_series(shelf, Paging()).data] == ["Akira", "Bone"]


def test_plain_lists_load_no_numpy(shelf, run_python):
    code = f"""
        from codex_lib.catalog.books import list_books
        from codex_lib.db import open_catalog
        from codex_lib.db.paging import Paging
        db = open_catalog({str(shelf.path)!r})
        print(list_books(db, Paging()).total, "numpy" in __import__("sys").modules)
    """

    assert run_python(code) == "6 False\n"


@pytest.fixture
def run_python():
    """Return a function that runs code in another interpreter."""

    def run(code):
        command = [sys.executable, "-c", textwrap.dedent(code)]
        return subprocess.run(
            command, check=True, capture_output=True, text=True
        ).stdout

    return run
