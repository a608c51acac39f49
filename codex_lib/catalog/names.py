"""How people name a library, a series or a book: id, beginning of an id, or name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.catalog.books import Book, get_book
from codex_lib.catalog.libraries import Library, get_library
from codex_lib.catalog.paths import stored_path
from codex_lib.catalog.series import Series, get_series
from codex_lib.catalog.sort_keys import sort_key, title_sort_key
from codex_lib.db import rows
from codex_lib.db.naming import MOST, only_id, rows_of_id
from codex_lib.errors import (
    BookNotFoundError,
    LibraryNotFoundError,
    NotFoundError,
    SeriesNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.db import Database, Row

_ALL = {
    "library": "SELECT uuid, name AS label FROM libraries",
    "series": "SELECT uuid, title AS label FROM series",
    "book": "SELECT uuid, title AS label FROM books",
}


def find_library(db: Database, text: str) -> Library:
    """Return the library that a text names; its name in any case, accents aside.

    Raises LibraryNotFoundError, AmbiguousNameError with the candidates.
    """
    sql = "SELECT uuid, name AS label, path AS detail FROM libraries"
    key = title_sort_key(stored_path(text))
    named = [row for row in rows(db, sql) if title_sort_key(row["label"]) == key]
    return get_library(db, _only(db, "library", text, named, LibraryNotFoundError))


_SERIES = """
    SELECT series.uuid, series.title AS label, libraries.name AS detail FROM series
    JOIN libraries ON libraries.id = series.library_id
    WHERE series.sort_key = :key AND (:with_deleted OR series.book_count > 0)
    AND (:library_id IS NULL OR libraries.uuid = :library_id)
"""


def find_series(
    db: Database,
    text: str,
    *,
    library_id: str | None = None,
    with_deleted: bool = False,
) -> Series:
    """Return the series that a text names, in one library or in all.

    with_deleted: also one of which every book is gone. Raises SeriesNotFoundError,
    AmbiguousNameError with the candidates.
    """
    key = title_sort_key(stored_path(text))
    values = {"key": key, "library_id": library_id, "with_deleted": with_deleted}
    named = rows(db, _SERIES, values)
    return get_series(db, _only(db, "series", text, named, SeriesNotFoundError))


_BOOKS = """
    SELECT books.uuid, books.title AS label, series.title AS detail FROM books
    JOIN series ON series.id = books.series_id
    WHERE books.sort_key = :key AND books.deleted_at IS NULL LIMIT :limit
"""
_BOOK_FILES = """
    SELECT books.uuid, books.title AS label, series.title AS detail FROM books
    JOIN series ON series.id = books.series_id
    WHERE books.file_key = :key AND books.file_name = :name
    AND books.deleted_at IS NULL LIMIT :limit
"""


def find_book(db: Database, text: str) -> Book:
    """Return the book that a text names: its title, or its file name with the suffix.

    Raises BookNotFoundError, AmbiguousNameError with the candidates.
    """
    name = stored_path(text)
    named = rows(db, _BOOKS, {"key": title_sort_key(name), "limit": MOST})
    if not named:
        values = {"key": sort_key(name), "name": name, "limit": MOST}
        named = rows(db, _BOOK_FILES, values)
    return get_book(db, _only(db, "book", text, named, BookNotFoundError))


def _only(
    db: Database,
    noun: str,
    text: str,
    named: Sequence[Row],
    missing: type[NotFoundError],
) -> str:
    """Return the one id; an id wins over a name that looks like one."""
    sql = f"{_ALL[noun]} WHERE uuid >= :start AND uuid < :end"
    found = rows_of_id(db, sql, text) or named
    if not found:
        raise missing(text)
    return only_id(noun, text, found)
