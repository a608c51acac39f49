"""Books: one file, or folder of images, each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.listing import list_page, order_by
from codex_lib.catalog.paths import disk_path
from codex_lib.catalog.search import match_query
from codex_lib.db import one, rows
from codex_lib.errors import BookNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database, Row
    from codex_lib.db.paging import Listing, Paging


@dataclass(frozen=True, slots=True)
class Book:
    """One book, in the shape of the API contract, section 2.6.

    file_path is absolute, as stored (catalog/paths.py). page_count is 0 and analyzed
    false until the file was readable once. number is its position in the series, or
    None. analysis_warnings say what is wrong with a readable file.
    """

    id: str
    library_id: str
    library_name: str
    series_id: str
    series_name: str
    title: str
    sort_title: str | None
    file_path: str
    file_name: str
    file_format: str
    file_size: int
    file_hash: str
    page_count: int
    number: float | None
    volume: int | None
    chapter: str | None
    reading_direction: str
    analyzed: bool
    analysis_error: str | None
    analysis_warnings: list[str]
    deleted: bool
    modified_at: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class BookDetail:
    """A book with what its file says of itself; contract section 2.7.

    metadata has the columns of book_metadata by the names of the API, people and other
    lists as lists, fields without a value as None; None when the file says nothing.
    """

    book: Book
    metadata: dict[str, Any] | None


_SELECT = """
    SELECT books.uuid AS id, libraries.uuid AS library_id,
        libraries.name AS library_name, series.uuid AS series_id,
        series.title AS series_name, books.title, books.title_sort AS sort_title,
        libraries.path AS root, books.path, books.file_name, books.file_format,
        books.file_size, books.file_hash, books.page_count, books.number,
        coalesce(books.volume, data.volume) AS volume, books.chapter,
        coalesce(data.reading_direction, series.reading_direction,
            libraries.default_reading_direction) AS reading_direction,
        books.analyzed_at, books.analysis_error, books.analysis_warnings,
        books.deleted_at, books.mtime_ns, books.created_at, books.updated_at
    FROM books JOIN libraries ON libraries.id = books.library_id
    JOIN series ON series.id = books.series_id
    LEFT JOIN book_metadata AS data ON data.book_id = books.id
"""
# What a book may be sorted by; the words of the API and their aliases.
SORTS = {
    "title": "books.sort_key",
    "name": "books.sort_key",
    "number": "books.number",
    "chapter_number": "books.number",
    "filename": "books.file_key",
    "file_size": "books.file_size",
    "page_count": "books.page_count",
    "modified_at": "books.mtime_ns",
    "created_at": "books.created_at",
    "date_added": "books.created_at",
    "updated_at": "books.updated_at",
}
_IN_LIBRARY = "books.library_id = (SELECT id FROM libraries WHERE uuid = :library_id)"
_IN_SERIES = "books.series_id = (SELECT id FROM series WHERE uuid = :series_id)"
_LIVE = "books.deleted_at IS NULL"
_WITH_ERRORS = "books.analysis_error IS NOT NULL"


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, written with a Z


def modified_at(mtime_ns: int) -> str:
    """Return a file's time as UTC text; times outside the years 1 to 9999 are cut."""
    seconds = min(max(mtime_ns // 10**9, -62_135_596_800), 253_402_300_799)
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()}Z"


def _book(row: Row) -> Book:
    values = dict(row)
    values["file_path"] = os.path.join(values.pop("root"), values.pop("path"))  # noqa: PTH118 - hot
    values["analyzed"] = values.pop("analyzed_at") is not None
    values["deleted"] = values.pop("deleted_at") is not None
    values["modified_at"] = modified_at(values.pop("mtime_ns"))
    warnings = values["analysis_warnings"]
    values["analysis_warnings"] = warnings.split("\n") if warnings else []
    return Book(**values)


def list_books(  # noqa: PLR0913 - all by keyword
    db: Database,
    paging: Paging,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    sort: str | None = None,
    order: str = "asc",
    include_deleted: bool = False,
    with_errors: bool = False,
) -> Listing[Book]:
    """Return one page of books; deleted ones only when asked for.

    with_errors leaves only those whose file cannot be read.

    sort is one of SORTS, alone or with its direction after a comma; without it the
    books of one series come by number, all others by title. An unknown library or
    series gives an empty list. Raises InvalidError.
    """
    conditions = [
        *([] if include_deleted else [_LIVE]),
        *([_IN_LIBRARY] if library_id else []),
        *([_IN_SERIES] if series_id else []),
        *([_WITH_ERRORS] if with_errors else []),
    ]
    return list_page(
        db,
        paging,
        select=_SELECT,
        table="books",
        where=" AND ".join(conditions) or "true",
        order=order_by(SORTS, sort or ("number" if series_id else "title"), order),
        params={"library_id": library_id, "series_id": series_id},
        convert=_book,
    )


def get_book(db: Database, book_id: str) -> Book:
    """Return one book, also a deleted one. Raises BookNotFoundError."""
    row = one(db, f"{_SELECT} WHERE books.uuid = :id", {"id": book_id})
    if row is None:
        raise BookNotFoundError(book_id)
    return _book(row)


_FOUND = f"""
    AND {_LIVE} AND (:library_id IS NULL OR {_IN_LIBRARY})
    ORDER BY books.sort_key, books.id LIMIT :limit
"""
_SEARCH = f"""
    {_SELECT} WHERE books.id IN (
        SELECT rowid FROM books_search WHERE books_search MATCH :query LIMIT 2000
    ) {_FOUND}
"""  # noqa: S608 - constants
_SEARCH_INSIDE = f"""
    {_SELECT} WHERE (books.title LIKE :query ESCAPE '!'
        OR books.file_name LIKE :query ESCAPE '!') {_FOUND}
"""


def search_books(
    db: Database, query: str, *, library_id: str | None = None, limit: int = 50
) -> list[Book]:
    """Return books whose title or file name holds every word of a query, by title.

    Words match from their beginning, case and accents aside; when no book has them so,
    the query as a whole is looked for inside titles and file names. A blank query finds
    nothing. Of a word that more than 2,000 books hold, only 2,000 are considered.
    """
    params = {"library_id": library_id, "limit": limit}
    match, inside = match_query(query)
    found = rows(db, _SEARCH, {**params, "query": match}) if match else []
    if not found and inside:
        found = rows(db, _SEARCH_INSIDE, {**params, "query": inside})
    return [_book(row) for row in found]


def disk_file(db: Database, book_id: str) -> tuple[str, str]:
    """Return the path on disk of a book and its format. Raises BookNotFoundError."""
    sql = """
        SELECT libraries.path AS root, books.path, books.file_format FROM books
        JOIN libraries ON libraries.id = books.library_id WHERE books.uuid = :id
    """
    row = one(db, sql, {"id": book_id})
    if row is None:
        raise BookNotFoundError(book_id)
    return disk_path(row["root"], row["path"]), row["file_format"]
