"""A page by the index in memory is the page that SQLite's indexes give."""

import itertools
from dataclasses import replace

import pytest

from codex_lib.catalog.books import SORTS as BOOK_SORTS
from codex_lib.catalog.books import list_books
from codex_lib.catalog.conditions import AllOf, Test
from codex_lib.catalog.listing import (
    LAST_READ,
    SHELF,
    Sort,
    Wanted,
    _by_index,
    list_ids,
)
from codex_lib.catalog.search import CONSIDERED, best_matches
from codex_lib.catalog.series import SORTS as SERIES_SORTS
from codex_lib.catalog.series import list_series
from codex_lib.catalog.shelf_index import lists
from codex_lib.catalog.shelf_index.lists import list_by_memory
from codex_lib.db import rows
from codex_lib.db.paging import Paging

ALL = Paging(0, 10**6, maximum=10**6)
COLUMNS = {
    "series": [c for c in dict.fromkeys(SERIES_SORTS.values()) if c != LAST_READ],
    "books": [c for c in dict.fromkeys(BOOK_SORTS.values()) if c != SHELF],
}
PLAIN = [
    Wanted(of=of, sort=Sort(column, descending), library_id=library)
    for of, columns in COLUMNS.items()
    for column in columns
    for descending in (False, True)
    for library in (None, "l1", "nothing")
]


@pytest.mark.parametrize("wanted", PLAIN)
@pytest.mark.parametrize("deleted", [False, True])
def test_both_engines_give_equal_pages_at_any_depth(pair, wanted, deleted):
    if wanted.of == "books":
        wanted = replace(wanted, include_deleted=deleted)

    for number, size in ((0, 3), (1, 3), (4, 3), (0, 100), (9, 100)):
        paging = Paging(number, size)
        by_memory = list_by_memory(pair.kept, paging, wanted)
        assert by_memory == _by_index(pair.plain, paging, wanted)


@pytest.mark.parametrize("column", [*COLUMNS["books"], SHELF])
@pytest.mark.parametrize("descending", [False, True])
def test_both_engines_give_a_series_in_one_order(pair, column, descending):
    for row in rows(pair.plain, "SELECT uuid FROM series"):
        sort = Sort(column, descending)
        wanted = Wanted(of="books", sort=sort, series_id=row["uuid"])

        by_memory = list_by_memory(pair.kept, ALL, wanted)

        assert by_memory == list_ids(pair.plain, ALL, wanted)


def test_both_engines_give_the_books_with_errors(pair):
    wanted = Wanted(of="books", sort=Sort("number", descending=True), with_errors=True)

    assert list_by_memory(pair.kept, ALL, wanted) == list_ids(pair.plain, ALL, wanted)


def test_a_kept_catalog_is_asked_in_memory_only_far_from_the_start(pair, monkeypatch):
    asked = []
    monkeypatch.setattr(
        lists, "list_by_memory", lambda *args: asked.append(args) or ([], 0)
    )
    by_size = Wanted(of="books", sort=Sort("file_size", descending=False))
    in_library = replace(by_size, library_id="l1")
    in_series = Wanted(of="books", sort=Sort(SHELF, descending=True), series_id="none")
    near, far = Paging(10, 100), Paging(11, 100)

    for db, paging, wanted in itertools.product(
        (pair.kept, pair.plain), (near, far), (by_size, in_library, in_series)
    ):
        list_ids(db, paging, wanted)

    kept = [(paging, wanted) for db, paging, wanted in asked if db is pair.kept]
    assert kept == [(near, in_library), (far, by_size), (far, in_library)]
    assert len(asked) == len(kept)


def test_a_condition_without_a_sort_keeps_a_series_in_its_order(pair):
    everything = AllOf(())
    for row in rows(pair.plain, "SELECT uuid FROM series"):
        for order in ("asc", "desc"):
            options = {"series_id": row["uuid"], "order": order}
            plain = list_books(pair.plain, ALL, **options).data
            kept = list_books(pair.kept, ALL, condition=everything, **options).data

            assert [book.id for book in kept] == [book.id for book in plain]


def test_unnumbered_books_end_their_series_in_both_directions(pair):
    for order in ("asc", "desc"):
        books = list_books(pair.kept, ALL, sort="series", order=order).data
        by_series = itertools.groupby(books, key=lambda book: book.series_id)
        groups = [[book.number for book in group] for _, group in by_series]

        assert len(groups) == len({book.series_id for book in books})
        for numbers in groups:
            known = [number for number in numbers if number is not None]
            assert known == sorted(known, reverse=order == "desc")
            assert numbers[len(known) :] == [None] * (len(numbers) - len(known))


def test_series_by_reading_are_those_of_who_asks(pair):
    ana, bob = (
        row["uuid"] for row in rows(pair.plain, "SELECT uuid FROM users ORDER BY id")
    )
    found = {
        user: [
            series.id
            for series in list_series(
                pair.kept, ALL, sort="date_read,desc", user_id=user
            ).data
        ]
        for user in (ana, bob, "nobody", None)
    }

    sql = """
        SELECT series.uuid FROM series LEFT JOIN series_progress AS read
            ON read.series_id = series.id AND read.user_id = ?
        WHERE book_count > 0 ORDER BY last_read_at DESC NULLS LAST, series.id DESC
    """
    for number, user in ((1, ana), (2, bob), (3, "nobody")):
        assert found[user] == [row["uuid"] for row in rows(pair.plain, sql, [number])]
    assert found[None] == found["nobody"]
    assert found[ana] != found[bob]


def test_who_is_not_known_has_read_nothing(pair):
    for of in ("series", "books"):
        for status, is_everything in (("unread", True), ("read", False)):
            wanted = Wanted(
                of=of,
                sort=Sort("sort_key", descending=False),
                condition=Test("read_status", "is", status),
                user_id="nobody",
            )
            total = list_by_memory(pair.kept, ALL, wanted)[1]
            everything = list_by_memory(
                pair.kept, ALL, replace(wanted, condition=None)
            )[1]
            assert total == (everything if is_everything else 0)


def add_books(db, count):
    """Give a catalog so many more books called "Bone" and a number."""
    sql = """
        INSERT INTO books (uuid, library_id, series_id, path, file_name, file_key,
            file_format, file_size, mtime_ns, page_count, title, sort_key, title_key,
            created_at, updated_at, deleted_at)
        SELECT 'b' || value, 1 + value % 2, 1, value, '', '', '', 0, 0, 0,
            'Bone ' || value, format('bone %010d', value), 'bone ' || value,
            '', '', iif(value % 10, NULL, 'gone')
        FROM json_each(?)
    """
    rows(db, sql, [str(list(range(count)))])


@pytest.mark.parametrize("size", [7, 100, 499])
def test_pages_of_more_matches_than_are_ranked_have_no_gaps(pair, size):
    add_books(pair.writer, 1200)
    for wanted in (
        Wanted(of="books", text="bone"),
        Wanted(of="books", text="bone", library_id="l1"),
        Wanted(of="books", text="bone", include_deleted=True),
    ):
        whole, total = list_by_memory(pair.kept, ALL, wanted)

        pages = [
            list_by_memory(pair.kept, Paging(number, size, maximum=size), wanted)
            for number in range(-(-total // size) + 1)
        ]

        assert {found[1] for found in pages} == {total}
        assert [i for ids, _ in pages for i in ids] == whole
        assert len(set(whole)) == len(whole) == total > 500


def test_a_title_itself_comes_first_among_more_than_are_ranked(pair):
    add_books(pair.writer, 1200)
    rename = """
        UPDATE books SET title = replace(title, 'Bone', 'Zorro'),
            sort_key = replace(sort_key, 'bone', 'zorro'),
            title_key = replace(title_key, 'bone', 'zorro') WHERE uuid LIKE 'b%'
    """
    rows(pair.writer, rename)
    last = """
        UPDATE books SET title = 'Zorro', title_key = 'zorro', sort_key = 'zorro'
        WHERE uuid = 'b1199' RETURNING id
    """
    (itself,) = rows(pair.writer, last)

    found, _ = list_by_memory(pair.kept, Paging(0, 5), Wanted(of="books", text="ZORRO"))

    assert found[0] == itself["id"]
    assert len(best_matches(pair.kept, "books", "zorro")) == CONSIDERED
