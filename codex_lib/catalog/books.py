"""Books: one file, or folder of images, each."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.listing import SHELF, Wanted, list_ids, sort_of
from codex_lib.catalog.paths import disk_path
from codex_lib.catalog.progress import (
    JOIN_PROGRESS,
    PROGRESS_COLUMNS,
    Progress,
    take_progress,
)
from codex_lib.db import one, rows
from codex_lib.db.paging import Listing, Paging
from codex_lib.errors import BookNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.catalog.conditions import Condition
    from codex_lib.db import Database, Row


@dataclass(frozen=True, slots=True)
class Book:
    """One book, in the shape of the API contract, section 2.6.

    file_path is absolute, as stored (catalog/paths.py). page_count is 0 and analyzed
    false until the file was readable once. number is its position in the series, or
    None. analysis_warnings say what is wrong with a readable file. read_progress is
    that of whoever asks.
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
    read_progress: Progress | None


@dataclass(frozen=True, slots=True)
class BookDetail:
    """A book with what its file says of itself; contract section 2.7.

    metadata has the columns of book_metadata by the names of the API, people and other
    lists as lists, fields without a value as None; None when the file says nothing.
    """

    book: Book
    metadata: dict[str, Any] | None


_SELECT = f"""
    SELECT books.uuid AS id, libraries.uuid AS library_id,
        libraries.name AS library_name, series.uuid AS series_id,
        series.title AS series_name, books.title, books.title_sort AS sort_title,
        libraries.path AS root, books.path, books.file_name, books.file_format,
        books.file_size, books.file_hash, books.page_count, books.number,
        coalesce(books.volume, data.volume) AS volume, books.chapter,
        coalesce(data.reading_direction, series.reading_direction,
            libraries.default_reading_direction) AS reading_direction,
        books.analyzed_at, books.analysis_error, books.analysis_warnings,
        books.deleted_at, books.mtime_ns, books.created_at, books.updated_at,
        {PROGRESS_COLUMNS}
    FROM books JOIN libraries ON libraries.id = books.library_id
    JOIN series ON series.id = books.series_id
    LEFT JOIN book_metadata AS data ON data.book_id = books.id
    {JOIN_PROGRESS}
"""  # noqa: S608 - constants
# What a book may be sorted by: the words of the API and their aliases, and the columns.
SORTS = {
    "title": "sort_key",
    "name": "sort_key",
    "series": SHELF,
    "number": "number",
    "chapter_number": "number",
    "filename": "file_key",
    "file_size": "file_size",
    "page_count": "page_count",
    "release_date": "release_date",
    "modified_at": "mtime_ns",
    "created_at": "created_at",
    "date_added": "created_at",
    "updated_at": "updated_at",
    "date_updated": "updated_at",
}

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, written with a Z


def modified_at(mtime_ns: int) -> str:
    """Return a file's time as UTC text; times outside the years 1 to 9999 are cut."""
    seconds = min(max(mtime_ns // 10**9, -62_135_596_800), 253_402_300_799)
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()}Z"


def _book(row: Row, user_id: str | None) -> Book:
    values = dict(row)
    values.pop("inner_id", None)
    values["read_progress"] = take_progress(values, user_id)
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
    condition: Condition | None = None,
    text: str = "",
    sort: str | None = None,
    order: str = "asc",
    include_deleted: bool = False,
    with_errors: bool = False,
    user_id: str | None = None,
) -> Listing[Book]:
    """Return one page of books; deleted ones only when asked for.

    condition is a filter (catalog/conditions.py), text what catalog/search.py finds,
    with_errors leaves only those whose file cannot be read; all that is given has to
    hold. user_id is whose progress is told and filtered by.

    sort is one of SORTS, alone or with its direction after a comma. Without it the best
    matches of a text come first, the books of one series in its order, and all others
    by title. An unknown library or series gives an empty list. Raises InvalidError.
    """
    if sort is None and not text.strip():
        sort = "series" if series_id else "title"
    wanted = Wanted(
        of="books",
        library_id=library_id,
        series_id=series_id,
        condition=condition,
        text=text,
        sort=sort_of(SORTS, sort, order) if sort is not None else None,
        user_id=user_id,
        include_deleted=include_deleted,
        with_errors=with_errors,
    )
    ids, total = list_ids(db, paging, wanted)
    data = books_by_ids(db, ids, user_id=user_id)
    return Listing(data, paging.page, paging.page_size, total)


def get_book(db: Database, book_id: str, *, user_id: str | None = None) -> Book:
    """Return one book, also a deleted one. Raises BookNotFoundError."""
    values = {"id": book_id, "user_id": user_id}
    row = one(db, f"{_SELECT} WHERE books.uuid = :id", values)
    if row is None:
        raise BookNotFoundError(book_id)
    return _book(row, user_id)


_BY_IDS = f"""
    {_SELECT.replace("SELECT", "SELECT books.id AS inner_id,", 1)}
    WHERE books.id IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 - constants


def books_by_ids(
    db: Database, ids: Sequence[int], *, user_id: str | None = None
) -> list[Book]:
    """Return the books of these inner ids in their order, without those gone."""
    found = rows(db, _BY_IDS, {"ids": json.dumps(list(ids)), "user_id": user_id})
    books = {row["inner_id"]: row for row in found}
    return [_book(books[i], user_id) for i in ids if i in books]


def search_books(
    db: Database,
    query: str,
    *,
    library_id: str | None = None,
    limit: int = 50,
    user_id: str | None = None,
) -> list[Book]:
    """Return the books that a query finds by title or file name, best first.

    What it finds: catalog/search.py. A blank query finds nothing.
    """
    if not query.strip():
        return []
    paging = Paging(0, limit, maximum=limit)
    return list_books(
        db, paging, library_id=library_id, text=query, user_id=user_id
    ).data


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
