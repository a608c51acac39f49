"""Which books a piece of work is about: those of a library, of a series, or some."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from codex_lib.db import one, rows
from codex_lib.errors import (
    BookNotFoundError,
    LibraryNotFoundError,
    SeriesNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.db import Database


def choose_books(  # noqa: PLR0913 - all by keyword
    db: Database,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_ids: Sequence[str] | None = None,
    where: str = "true",
    values: dict[str, Any] | None = None,
) -> list[int]:
    """Return the inner ids of live books, by library and path; all if nothing is said.

    where is a further condition on books and their checks, a constant of the caller.
    Raises LibraryNotFoundError, SeriesNotFoundError, BookNotFoundError.
    """
    check_chosen(db, library_id=library_id, series_id=series_id, book_ids=book_ids)
    sql = f"""
        SELECT books.id FROM books
        JOIN libraries ON libraries.id = books.library_id
        JOIN series ON series.id = books.series_id
        LEFT JOIN book_checks AS checks ON checks.book_id = books.id
        WHERE books.deleted_at IS NULL
        AND (:library IS NULL OR libraries.uuid = :library)
        AND (:series IS NULL OR series.uuid = :series)
        AND (:books IS NULL OR books.uuid IN (SELECT value FROM json_each(:books)))
        AND {where} ORDER BY books.library_id, books.path
    """  # noqa: S608 - constants of the callers
    told = {
        "library": library_id,
        "series": series_id,
        "books": None if book_ids is None else json.dumps(list(book_ids)),
        **(values or {}),
    }
    return [row["id"] for row in rows(db, sql, told)]


def check_chosen(
    db: Database,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_ids: Sequence[str] | None = None,
) -> None:
    """Raise an error for what does not exist; a deleted book does.

    LibraryNotFoundError, SeriesNotFoundError, BookNotFoundError.
    """
    if library_id is not None and not _exists(db, "libraries", library_id):
        raise LibraryNotFoundError(library_id)
    if series_id is not None and not _exists(db, "series", series_id):
        raise SeriesNotFoundError(series_id)
    for book_id in book_ids or ():
        if not _exists(db, "books", book_id):
            raise BookNotFoundError(book_id)


def _exists(db: Database, table: str, uuid: str) -> bool:
    return one(db, f"SELECT 1 FROM {table} WHERE uuid = ?", [uuid]) is not None  # noqa: S608 - a constant
