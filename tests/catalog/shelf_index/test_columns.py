"""Columns have room for rows to come, and follow those that change."""

import numpy as np
import pytest

from codex_lib.catalog.shelf_index import columns
from codex_lib.catalog.shelf_index.columns import (
    BookColumns,
    SeriesColumns,
    TextColumn,
    as_json,
    grown,
    id_column,
    numbers,
)
from codex_lib.db import rows
from tests.catalog.shelf_index.shelves import add_far_book, dice


@pytest.mark.parametrize(
    ("text", "expected"), [(None, []), ("", []), ("7", [7]), ("3,1,2", [3, 1, 2])]
)
def test_numbers_of_a_text(text, expected):
    found = numbers(text)

    assert found.tolist() == expected
    assert found.dtype == np.int32


def test_ids_come_in_the_order_of_the_query(db):
    sql = "SELECT value AS id FROM json_each(?) ORDER BY value % 3, value"

    assert id_column(db, sql, as_json([5, 6, 7, 9])).tolist() == [6, 9, 7, 5]


def test_a_column_that_is_long_enough_stays_as_it_is():
    column = np.arange(5)

    assert grown(column, 5) is column


def test_a_column_grows_by_zeros_and_room_for_more():
    longer = grown(np.ones(5, np.bool_), 10)

    assert len(longer) > 10
    assert longer.tolist() == [True] * 5 + [False] * (len(longer) - 5)


def state_of_books(loaded):
    known = np.flatnonzero(loaded.known)
    return {
        int(i): (int(loaded.series[i]), bool(loaded.live[i]), bool(loaded.has_error[i]))
        for i in known
    }


def test_books_are_as_the_table_has_them_and_stay_so(pair, monkeypatch):
    monkeypatch.setattr(columns, "_SPARE", 1)
    loaded = BookColumns(pair.plain)
    ids = {row["id"] for row in rows(pair.plain, "SELECT id FROM books")}
    gone = min(ids)

    add_far_book(pair.writer, dice(1))
    rows(pair.writer, "DELETE FROM books WHERE id = ?", [gone])
    rows(pair.writer, "UPDATE books SET deleted_at = 'x' WHERE id % 3 = 0")
    rows(pair.writer, "UPDATE books SET deleted_at = NULL WHERE id % 3 = 1")
    rows(pair.writer, "UPDATE books SET analysis_error = NULL WHERE id % 2 = 0")
    rows(pair.writer, "UPDATE books SET series_id = 2 WHERE id > 30")
    now = {row["id"] for row in rows(pair.plain, "SELECT id FROM books")}
    loaded.update(pair.plain, ids | now)

    sql = """
        SELECT id, series_id, deleted_at IS NULL AS live,
            analysis_error IS NOT NULL AS has_error FROM books
    """
    expected = {
        r["id"]: (r["series_id"], r["live"], r["has_error"])
        for r in rows(pair.plain, sql)
    }
    assert state_of_books(loaded) == expected
    assert state_of_books(BookColumns(pair.plain)) == expected
    assert gone not in expected
    assert max(expected) > 9000


def test_series_are_as_the_table_has_them_and_stay_so(pair, monkeypatch):
    monkeypatch.setattr(columns, "_SPARE", 1)
    loaded = SeriesColumns(pair.plain)
    rows(pair.writer, "DELETE FROM series WHERE id = 3")
    rows(pair.writer, "PRAGMA foreign_keys = OFF")
    rows(pair.writer, "UPDATE series SET id = 9000 WHERE id = 10")
    rows(pair.writer, "UPDATE series SET book_count = 0, library_id = 2 WHERE id = 4")

    loaded.update(pair.plain, {3, 4, 10, 9000})

    fresh = SeriesColumns(pair.plain)
    assert loaded.library[:9001].tolist() == fresh.library[:9001].tolist()
    assert loaded.books[:9001].tolist() == fresh.books[:9001].tolist()
    assert loaded.live.tolist()[3:5] == [False, False]
    assert loaded.library[[3, 4, 10]].tolist() == [0, 2, 0]
    assert loaded.library[9000] > 0


def test_texts_are_numbered_and_follow_too(pair, monkeypatch):
    monkeypatch.setattr(columns, "_SPARE", 1)
    column = TextColumn(pair.plain, "publisher")
    rows(pair.writer, "UPDATE series SET publisher = 'New' WHERE id < 3")
    rows(pair.writer, "UPDATE series SET publisher = NULL WHERE id = 3")
    rows(pair.writer, "DELETE FROM series WHERE id = 4")
    rows(pair.writer, "PRAGMA foreign_keys = OFF")
    rows(pair.writer, "UPDATE series SET id = 9000, publisher = 'New' WHERE id = 10")

    column.update(pair.plain, {1, 2, 3, 4, 10, 9000})

    new = column.values.index("New")
    assert np.flatnonzero(column.mask([new], 9001)).tolist() == [1, 2, 9000]
    assert column.mask([0], 9001)[[3, 4, 10]].tolist() == [True, True, True]
    assert not column.mask([], 20_000).any()
    assert len(column.mask([], 20_000)) == 20_000


def test_a_catalog_without_rows_has_empty_columns(db):
    assert not BookColumns(db).known.any()
    assert not SeriesColumns(db).live.any()
    column = TextColumn(db, "status")
    assert column.values == [None]
    column.update(db, {5})
    assert column.mask([0], 6).all()
