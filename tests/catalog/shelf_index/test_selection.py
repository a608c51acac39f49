"""Conditions that mix what is true of series with what is true of books."""

import pytest

from codex_lib.catalog.conditions import AllOf, AnyOf, Test
from codex_lib.catalog.listing import Sort, Wanted
from codex_lib.catalog.shelf_index.lists import list_by_memory
from codex_lib.db import rows
from codex_lib.db.paging import Paging

BY_NAME = Sort("sort_key", descending=False)
ALL = Paging(0, 10**6, maximum=10**6)
GENRE = Test("genre", "is", "Noir")
WRONG = Test("has_error", "is", value=True)
FINE = Test("has_error", "is", value=False)
LIVE = "SELECT books.id FROM books JOIN series ON series.id = series_id WHERE"
NOIR = """
    series_id IN (SELECT series_id FROM series_genres JOIN genres ON genres.id =
    genre_id WHERE name = 'Noir')
"""


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        (AllOf(()), "true"),
        (AnyOf(()), "false"),
        (AllOf((GENRE,)), NOIR),
        (AllOf((GENRE, WRONG)), f"{NOIR} AND analysis_error IS NOT NULL"),
        (AnyOf((GENRE, WRONG)), f"({NOIR} OR analysis_error IS NOT NULL)"),
        (AnyOf((WRONG, FINE)), "true"),
        (AllOf((WRONG, FINE)), "false"),
        (AllOf((AnyOf(()), WRONG)), "false"),
        (AnyOf((AllOf(()), WRONG)), "true"),
        (AllOf((Test("genre", "is_not", "Noir"), FINE)), None),
        (Test("library_id", "is", "l1"), "books.library_id = 1"),
        (Test("library_id", "is_not", "l1"), "books.library_id = 2"),
        (Test("library_id", "is", "nothing"), "false"),
        (Test("library_id", "is_not", "nothing"), "true"),
        (Test("series_id", "is", "nothing"), "false"),
        (Test("series_id", "is_not", "nothing"), "true"),
        (
            Test("tag", "is_not_null"),
            "series_id IN (SELECT series_id FROM series_tags)",
        ),
        (Test("title", "is_null"), "false"),
    ],
)
def test_books_are_those_of_sql(pair, condition, where):
    if where is None:
        where = f"NOT {NOIR} AND analysis_error IS NULL"
    wanted = Wanted(of="books", sort=BY_NAME, condition=condition)

    ids, total = list_by_memory(pair.kept, ALL, wanted)

    sql = f"{LIVE} deleted_at IS NULL AND {where} ORDER BY books.sort_key, books.id"
    assert ids == [row["id"] for row in rows(pair.plain, sql)]
    assert total == len(ids)


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        (Test("year", "is", "1996"), "year = 1996"),
        (Test("year", "is_null"), "year IS NULL"),
        (Test("publisher", "is", "image"), "false"),
        (Test("publisher", "contains", "HORSE"), "publisher = 'Dark Horse'"),
        (
            Test("publisher", "does_not_contain", "HORSE"),
            "publisher IS NOT 'Dark Horse'",
        ),
        (Test("status", "ends_with", "D"), "status = 'ended'"),
        (Test("name", "is", "bone"), "false"),
        (Test("name", "is", "Bone"), "title = 'Bone'"),
        (Test("name", "begins_with", "B"), "title LIKE 'B%'"),
        (Test("library_id", "is_not", "l1"), "library_id = 2"),
    ],
)
def test_series_are_those_of_sql(pair, condition, where):
    wanted = Wanted(of="series", sort=BY_NAME, condition=condition)

    ids, _ = list_by_memory(pair.kept, ALL, wanted)

    sql = f"""
        SELECT id FROM series WHERE book_count > 0 AND {where} ORDER BY sort_key, id
    """  # noqa: S608 - of the table above
    assert ids == [row["id"] for row in rows(pair.plain, sql)]


def test_one_series_is_named_by_its_id(pair):
    for row in rows(pair.plain, "SELECT id, uuid, book_count FROM series"):
        condition = Test("series_id", "is", row["uuid"])
        wanted = Wanted(of="books", sort=BY_NAME, condition=condition)

        assert list_by_memory(pair.kept, ALL, wanted)[1] == row["book_count"]
