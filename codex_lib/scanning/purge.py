"""Forgetting the books whose file is gone, and what hangs on them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.announce import tell_books, tell_series
from codex_lib.db import one, rows, write
from codex_lib.errors import LibraryNotFoundError, SeriesNotFoundError
from codex_lib.events.outbox import emit
from codex_lib.scanning.lock import scan_lock
from codex_lib.settings.definitions import PURGE_EMPTY_SERIES
from codex_lib.settings.values import get_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database

    Watch = Callable[[int], bool]

# Books a transaction: 50 ms with all that hangs on them, so that readers and other
# writers get in between.
BATCH_BOOKS = 256


@dataclass(frozen=True, slots=True)
class DeletedBook:
    """A book whose file is gone; reader_count: people whose progress it has.

    path is relative to the library's folder.
    """

    id: str
    title: str
    series_name: str
    path: str
    deleted_at: str
    reader_count: int


def purge_library(
    db: Database, library_id: str, *, now: str, watch: Watch | None = None
) -> int:
    """Forget the deleted books of a library, and return how many they were.

    With them go their metadata, progress and covers; live books and files are not
    touched. A series that has no book any more goes as well, if the setting
    purge.purge_empty_series says so and nobody has edited, rated, linked or named it
    or chosen its cover. Raises LibraryNotFoundError and ScanRunningError; the books
    go some hundred at a time, and what a stopped purge has left the next one takes.
    watch is told how many are gone and says whether to go on.
    """
    sql = "SELECT id, uuid, name FROM libraries WHERE uuid = ?"
    library = one(db, sql, [library_id])
    if library is None:
        raise LibraryNotFoundError(library_id)
    with scan_lock(db.path.parent, library["uuid"], library["name"]):
        return purge_books(db, library["id"], now=now, watch=watch)


def purge_series(
    db: Database, series_id: str, *, now: str, watch: Watch | None = None
) -> int:
    """Forget the deleted books of a series, as purge_library does those of all.

    Raises SeriesNotFoundError, ScanRunningError.
    """
    sql = """
        SELECT series.id, series.library_id, libraries.uuid, libraries.name FROM series
        JOIN libraries ON libraries.id = series.library_id WHERE series.uuid = ?
    """
    found = one(db, sql, [series_id])
    if found is None:
        raise SeriesNotFoundError(series_id)
    with scan_lock(db.path.parent, found["uuid"], found["name"]):
        series = found["id"]
        count = purge_books(
            db, found["library_id"], now=now, series=series, watch=watch
        )
        keys = {"series_id": series_id, "library_id": found["uuid"], "count": count}
        with write(db):
            emit(db, "series_bulk_purged", now=now, **keys)
        return count


_DELETED_IDS = """
    SELECT id FROM books WHERE {owner} = :owner AND deleted_at IS NOT NULL LIMIT :limit
"""
# Series without a live book that nobody has given anything of their own.
_UNWANTED = """
    FROM series WHERE {owner} AND book_count = 0 AND locks = ''
    AND NOT EXISTS (SELECT 1 FROM series_ratings WHERE series_id = series.id)
    AND NOT EXISTS (SELECT 1 FROM alternate_titles WHERE series_id = series.id)
    AND NOT EXISTS (SELECT 1 FROM external_ratings WHERE series_id = series.id)
    AND NOT EXISTS (SELECT 1 FROM external_links WHERE series_id = series.id)
    AND NOT EXISTS (SELECT 1 FROM covers WHERE covers.series_id = series.id)
"""
_EMPTY = f"""
    SELECT id {_UNWANTED}
    AND NOT EXISTS (SELECT 1 FROM books WHERE books.series_id = series.id)
"""  # noqa: S608 - constants
_LIBRARY = "library_id = (SELECT id FROM libraries WHERE uuid = :uuid)"


def purge_books(
    db: Database,
    library: int,
    *,
    now: str,
    series: int | None = None,
    watch: Watch | None = None,
) -> int:
    """Forget the deleted books of a library or one of its series; return how many.

    Inner ids. Whoever calls it holds the library's scan lock: a scan that runs may be
    about to bring a deleted book back.
    """
    owner, value = ("library_id", library) if series is None else ("series_id", series)
    some, total = _DELETED_IDS.format(owner=owner), 0
    values = {"owner": value, "limit": BATCH_BOOKS}
    while True:
        with write(db):
            ids = [row["id"] for row in rows(db, some, values)]
            tell_books(db, "book_deleted", ids, now=now)
            _forget(db, "books", ids)
        count = len(ids)
        total += count
        if watch is not None and not watch(total):
            return total
        if count < BATCH_BOOKS:
            break
    if get_value(db, PURGE_EMPTY_SERIES):
        key = "series.library_id" if series is None else "series.id"
        with write(db):
            empty = rows(db, _EMPTY.format(owner=f"{key} = ?"), [value])
            ids = [row["id"] for row in empty]
            tell_series(db, "series_deleted", ids, now=now)
            _forget(db, "series", ids)
    return total


def _forget(db: Database, table: str, ids: list[int]) -> None:
    sql = f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a closed list
    rows(db, sql, [json.dumps(ids)])


_DELETED = """
    SELECT books.uuid AS id, books.title, series.title AS series_name, books.path,
        books.deleted_at,
        (SELECT count(*) FROM read_progress WHERE book_id = books.id) AS reader_count
    FROM books JOIN series ON series.id = books.series_id
    WHERE {owner} AND books.deleted_at IS NOT NULL ORDER BY books.path
"""


def list_deleted_books(
    db: Database, *, library_id: str | None = None, series_id: str | None = None
) -> list[DeletedBook]:
    """Return the books that a purge of a library, or of a series, would forget.

    By path; nothing for an unknown one.
    """
    owner = f"books.{_LIBRARY}"
    if series_id is not None:
        owner = "books.series_id = (SELECT id FROM series WHERE uuid = :uuid)"
    sql = _DELETED.format(owner=owner)
    found = rows(db, sql, {"uuid": series_id or library_id})
    return [DeletedBook(**dict(row)) for row in found]


def list_emptied_series(
    db: Database, *, library_id: str | None = None, series_id: str | None = None
) -> list[str]:
    """Return the titles of the series that a purge would forget, as things stand."""
    if not get_value(db, PURGE_EMPTY_SERIES):
        return []
    owner = f"series.{_LIBRARY}" if series_id is None else "series.uuid = :uuid"
    sql = f"SELECT title {_UNWANTED.format(owner=owner)} ORDER BY sort_key"
    return [row["title"] for row in rows(db, sql, {"uuid": series_id or library_id})]
