"""What somebody is reading, reads next and has read, as books and series.

Only live books. Each query walks an index of somebody's progress from its end; the
conditions of a partial index are repeated word for word, else SQLite does not use it.
Totals come from the counters of series_progress: 7,000 of these are summed up in 0.3
ms, where 50,000 books would take 50.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib.catalog.books import Book, books_by_ids
from codex_lib.catalog.series import Series, series_by_ids
from codex_lib.db import read, rows
from codex_lib.db.paging import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_lib.db import Database, Row
    from codex_lib.db.paging import Paging

_OF_USER = "user_id = (SELECT id FROM users WHERE uuid = :user_id)"
_LIBRARY = "library_id = (SELECT id FROM libraries WHERE uuid = :library_id)"
_WINDOW = "LIMIT :limit OFFSET :offset"
_LATEST_FIRST = f"ORDER BY read.updated_at DESC, read.book_id DESC {_WINDOW}"
# NOT INDEXED: by its key, which is the order in which series lie.
_COUNTED = f"""
    FROM series_progress AS counted NOT INDEXED
    CROSS JOIN series ON series.id = counted.series_id WHERE counted.{_OF_USER}
"""
# Where nothing but its library and its count is asked of a series.
_NARROW = "series INDEXED BY series_counts"
_COUNTED_NARROW = _COUNTED.replace("JOIN series", f"JOIN {_NARROW}")
_COUNTED_ALONE = f"FROM series_progress AS counted WHERE counted.{_OF_USER}"


_BOOKS = f"""
    SELECT read.book_id AS id FROM read_progress AS read
    CROSS JOIN books ON books.id = read.book_id
    WHERE read.{_OF_USER} AND books.deleted_at IS NULL
"""  # noqa: S608 - constants
# Of so few books each is looked at; many are met soon enough by going back in time.
_FEW = 500
_BOOKS_OF_SERIES = f"""
    SELECT read.book_id AS id
    FROM (SELECT counted.series_id AS id {{which}}) AS wanted
    CROSS JOIN books ON books.series_id = wanted.id
    CROSS JOIN read_progress AS read ON read.{_OF_USER} AND read.book_id = books.id
    WHERE books.deleted_at IS NULL
"""  # noqa: S608 - constants


def books_in_progress(
    db: Database, paging: Paging, *, user_id: str, library_id: str | None = None
) -> Listing[Book]:
    """Return the books that somebody is in the middle of, latest progress first.

    An unknown library gives an empty list.
    """
    values = _values(paging, user_id, library_id)
    status = "read.status = 'in_progress'"
    return _latest_books(db, paging, values, counter="started_count", status=status)


def books_recently_read(
    db: Database, paging: Paging, *, user_id: str, library_id: str | None = None
) -> Listing[Book]:
    """Return the books that somebody has read or is reading, latest progress first.

    An unknown library gives an empty list.
    """
    values = _values(paging, user_id, library_id)
    counter, status = "read_count + started_count", "read.status <> 'unread'"
    return _latest_books(db, paging, values, counter=counter, status=status)


def _latest_books(
    db: Database, paging: Paging, values: dict[str, Any], *, counter: str, status: str
) -> Listing[Book]:
    """Return the books whose progress has a status; counter: how many are counted."""
    which = _COUNTED_ALONE
    total = f"SELECT coalesce(sum({counter}), 0) AS n {_COUNTED_ALONE}"
    page = f"{_BOOKS} AND {status} {_LATEST_FIRST}"
    if values["library_id"]:
        which = f"{_COUNTED_NARROW} AND {counter} > 0 AND series.{_LIBRARY}"
        total = f"SELECT coalesce(sum({counter}), 0) AS n {which}"
        page = f"{_BOOKS} AND {status} AND books.{_LIBRARY} {_LATEST_FIRST}"
    with read(db):
        count = rows(db, total, values)[0]["n"]
        if values["library_id"] and count <= _FEW:
            some = _BOOKS_OF_SERIES.format(which=which)
            page = f"{some} AND {status} {_LATEST_FIRST}"
        return _book_page(db, paging, rows(db, page, values), count, values["user_id"])


# The index books_by_series has books without a number first; they are read last.
_FIRST_UNREAD = """
    SELECT books.id FROM books
    WHERE books.series_id = counted.series_id AND books.deleted_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM read_progress AS read WHERE read.user_id = counted.user_id
        AND read.book_id = books.id AND read.status = 'read'
    )
"""
_NEXT = f"""
    SELECT coalesce(
        ({_FIRST_UNREAD} AND number IS NOT NULL
        ORDER BY number, sort_key, id LIMIT 1),
        ({_FIRST_UNREAD} AND number IS NULL ORDER BY sort_key, id LIMIT 1)
    ) AS id
"""
_ON_DECK = f"""
    FROM series_progress AS counted
    CROSS JOIN {_NARROW} ON series.id = counted.series_id
    WHERE counted.{_OF_USER}
    AND counted.started_count = 0 AND counted.read_count > 0
    AND series.book_count > counted.read_count
"""
_LATEST_COMPLETED = f"""
    ORDER BY counted.last_completed_at DESC, counted.series_id DESC {_WINDOW}
"""


def books_on_deck(
    db: Database, paging: Paging, *, user_id: str, library_id: str | None = None
) -> Listing[Book]:
    """Return of each series that somebody has begun the book to read next.

    That is the first unread one in the order of the series, even if it stands before
    the one read last. Series of which a book is in progress or all are read have none;
    the one in which a book was completed last comes first. An unknown library gives an
    empty list.
    """
    values = _values(paging, user_id, library_id)
    which = f"{_ON_DECK} AND series.{_LIBRARY}" if library_id else _ON_DECK
    with read(db):
        count = rows(db, f"SELECT count(*) AS n {which}", values)[0]["n"]
        found = rows(db, f"{_NEXT} {which} {_LATEST_COMPLETED}", values)
        return _book_page(db, paging, found, count, user_id)


def series_in_progress(
    db: Database, paging: Paging, *, user_id: str, library_id: str | None = None
) -> Listing[Series]:
    """Return the series of which somebody is in the middle of a book, by sort title.

    An unknown library gives an empty list.
    """
    values = _values(paging, user_id, library_id)
    which = f"{_COUNTED} AND counted.started_count > 0"
    if library_id:
        which = f"{which} AND series.{_LIBRARY}"
    page = f"SELECT series.id {which} ORDER BY series.sort_key, series.id {_WINDOW}"
    with read(db):
        count = rows(db, f"SELECT count(*) AS n {which}", values)[0]["n"]
        ids = [row["id"] for row in rows(db, page, values)]
        data = series_by_ids(db, ids, user_id=user_id)
    return Listing(data, paging.page, paging.page_size, count)


def _values(paging: Paging, user_id: str, library_id: str | None) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "library_id": library_id,
        "limit": paging.page_size,
        "offset": paging.offset,
    }


def _book_page(
    db: Database, paging: Paging, found: Iterable[Row], total: int, user_id: str
) -> Listing[Book]:
    data = books_by_ids(db, [row["id"] for row in found], user_id=user_id)
    return Listing(data, paging.page, paging.page_size, total)
