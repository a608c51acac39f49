"""What books and series sort by and are found by, as it has to be stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.sort_keys import (
    book_sort_key,
    release_date,
    sort_key,
    title_sort_key,
)
from codex_lib.db.folding import fold, other_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Row


class StoredKey(NamedTuple):
    """A column that is made from others.

    sql gives id, title, what is found in the column, and what key_of makes it from.
    """

    table: str
    field: str
    sql: str
    key_of: Callable[[Row], str | int | None]


def _series_sort_key(row: Row) -> str:
    return title_sort_key(row["title_sort"] or row["title"])


def _book_sort_key(row: Row) -> str:
    return book_sort_key(
        row["title"],
        row["title_sort"],
        given_title=row["given_title"],
        given_title_sort=row["given_title_sort"],
    )


def _file_key(row: Row) -> str:
    return sort_key(row["file_name"])


def _title_key(row: Row) -> str:
    return fold(row["title"])


def _series_other_keys(row: Row) -> str:
    return other_keys(fold(row["title"]), *json.loads(row["others"]))


def _book_other_keys(row: Row) -> str:
    return other_keys(fold(row["title"]), row["file_name"])


def _release_date(row: Row) -> int | None:
    return release_date(dict(row))


KEYS = (
    StoredKey(
        *("series", "sort_key"),
        "SELECT id, title, title_sort, sort_key AS found FROM series",
        _series_sort_key,
    ),
    StoredKey(
        *("series", "title_key"),
        "SELECT id, title, title_key AS found FROM series",
        _title_key,
    ),
    StoredKey(
        *("series", "other_keys"),
        """
        SELECT id, title, other_keys AS found, (
            SELECT json_group_array(title) FROM (
                SELECT title FROM alternate_titles
                WHERE series_id = series.id ORDER BY alternate_titles.id
            )
        ) AS others FROM series
        """,
        _series_other_keys,
    ),
    StoredKey(
        *("books", "sort_key"),
        """
        SELECT books.id, books.title, books.title_sort, sort_key AS found,
            data.title AS given_title, data.title_sort AS given_title_sort
        FROM books LEFT JOIN book_metadata AS data ON data.book_id = books.id
        """,
        _book_sort_key,
    ),
    StoredKey(
        *("books", "file_key"),
        "SELECT id, title, file_name, file_key AS found FROM books",
        _file_key,
    ),
    StoredKey(
        *("books", "title_key"),
        "SELECT id, title, title_key AS found FROM books",
        _title_key,
    ),
    StoredKey(
        *("books", "other_keys"),
        "SELECT id, title, file_name, other_keys AS found FROM books",
        _book_other_keys,
    ),
    StoredKey(
        *("books", "release_date"),
        """
        SELECT books.id, books.title, release_date AS found, year, month, day
        FROM books LEFT JOIN book_metadata AS data ON data.book_id = books.id
        """,
        _release_date,
    ),
)
