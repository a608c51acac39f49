"""Setting and telling how far somebody is in a book.

Each change is one transaction that also counts the series anew. Of two devices that
write at once the one that arrives last wins; nobody gets an error. A deleted book keeps
its progress, and it can still be told and changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib.catalog.progress import Progress, progress_of, recount_series
from codex_lib.db import many, one, read, rows, write
from codex_lib.db.ids import new_id, new_ids
from codex_lib.db.paging import Listing
from codex_lib.errors import (
    BookNotFoundError,
    InvalidError,
    ProgressNotFoundError,
    SeriesNotFoundError,
    UserNotFoundError,
)

if TYPE_CHECKING:
    from codex_lib.db import Database, Row
    from codex_lib.db.paging import Paging

# Of a book whose pages are not counted: what every client's integers can hold.
LAST_PAGE = 2**31 - 1
_PLACE = """
    SELECT id, series_id, page_count,
        (SELECT id FROM users WHERE uuid = :user_id) AS user FROM books
    WHERE uuid = :book_id
"""
_COLUMNS = """
    read.uuid, read.current_page, read.progress_percentage, read.completed,
    read.started_at, read.updated_at AS read_at, read.completed_at
"""
_GET = f"""
    SELECT {_COLUMNS} FROM read_progress AS read
    WHERE read.user_id = :user AND read.book_id = :id
"""  # noqa: S608 - constants


def get_progress(db: Database, book_id: str, *, user_id: str) -> Progress:
    """Return where somebody is in a book.

    Raises BookNotFoundError, ProgressNotFoundError if they have not begun.
    """
    place = _place(db, book_id, user_id)
    row = one(db, _GET, {"user": place["user"], "id": place["id"]})
    if row is None:
        raise ProgressNotFoundError(book_id)
    return _progress(row, user_id=user_id, book_id=book_id)


def _place(db: Database, book_id: str, user_id: str) -> Row:
    """Return the inner ids of a book, its series and a user, and the page count."""
    found = one(db, _PLACE, {"book_id": book_id, "user_id": user_id})
    if found is None:
        raise BookNotFoundError(book_id)
    if found["user"] is None:
        raise UserNotFoundError(user_id)
    return found


def _progress(row: Row, *, user_id: str, book_id: str) -> Progress:
    columns = dict(row)
    uuid = columns.pop("uuid")
    return progress_of(columns, uuid=uuid, user_id=user_id, book_id=book_id)


_STORE = """
    INSERT INTO read_progress (
        user_id, book_id, uuid, current_page, progress_percentage, completed,
        started_at, updated_at, completed_at
    ) VALUES (
        :user, :id, :uuid, :current_page, :percentage, :completed,
        :now, :now, iif(:completed, :now, NULL)
    )
    ON CONFLICT (user_id, book_id) DO UPDATE SET
        current_page = excluded.current_page,
        progress_percentage = excluded.progress_percentage,
        completed = excluded.completed, updated_at = excluded.updated_at,
        completed_at = iif(
            excluded.completed, coalesce(completed_at, excluded.completed_at), NULL
        )
"""


def set_progress(  # noqa: PLR0913 - all by keyword
    db: Database,
    book_id: str,
    *,
    user_id: str,
    current_page: int,
    completed: bool = False,
    progress_percentage: float | None = None,
    now: str,
) -> Progress:
    """Store where somebody is in a book, and return it.

    All of the position is replaced: without a percentage none is known any more, so
    that a page and a percentage never contradict each other. The last page does not
    complete a book by itself. The time of the beginning stays, and so does that of the
    first completion until the book is no longer completed.
    Raises BookNotFoundError, and InvalidError for a page that the book does not have (0
    is before the first) or a percentage that is not 0 to 1.
    """
    with write(db):
        place = _place(db, book_id, user_id)
        _check(place["page_count"], current_page, progress_percentage)
        values = {
            "user": place["user"],
            "id": place["id"],
            "uuid": new_id(),
            "current_page": current_page,
            "percentage": progress_percentage,
            "completed": completed,
            "now": now,
        }
        rows(db, _STORE, values)
        recount_series(db, place["series_id"], user=place["user"])
        return get_progress(db, book_id, user_id=user_id)


def _check(page_count: int, current_page: int, percentage: float | None) -> None:
    last = page_count or LAST_PAGE
    if not 0 <= current_page <= last:
        reason = f"{current_page} is not between 0 and {last}"
        raise InvalidError("current_page", reason)
    if percentage is not None and not 0 <= percentage <= 1:
        reason = f"{percentage} is not between 0 and 1"
        raise InvalidError("progress_percentage", reason)


def mark_book_read(db: Database, book_id: str, *, user_id: str, now: str) -> Progress:
    """Complete a book up to its last page, and return the progress.

    Raises BookNotFoundError.
    """
    with write(db):
        return set_progress(
            db,
            book_id,
            user_id=user_id,
            current_page=_place(db, book_id, user_id)["page_count"],
            completed=True,
            now=now,
        )


def delete_progress(db: Database, book_id: str, *, user_id: str) -> bool:
    """Make a book unread: forget where somebody is in it; tell whether they had begun.

    Raises BookNotFoundError.
    """
    sql = "DELETE FROM read_progress WHERE user_id = ? AND book_id = ? RETURNING 1"
    with write(db):
        place = _place(db, book_id, user_id)
        found = rows(db, sql, [place["user"], place["id"]])
        if found:
            recount_series(db, place["series_id"], user=place["user"])
    return bool(found)


_UNFINISHED = """
    SELECT books.id, books.page_count AS current_page FROM books
    LEFT JOIN read_progress AS read
        ON read.user_id = :user AND read.book_id = books.id
    WHERE books.series_id = :series AND books.deleted_at IS NULL
    AND (read.status, read.current_page) IS NOT ('read', books.page_count)
"""
_BOOK_COUNT = "SELECT book_count FROM series WHERE id = ?"


def mark_series_read(db: Database, series_id: str, *, user_id: str, now: str) -> int:
    """Complete all live books of a series; return how many there are.

    What was read before stays as it is. Raises SeriesNotFoundError.
    """
    with write(db):
        series, user = _series_place(db, series_id, user_id)
        found = rows(db, _UNFINISHED, {"user": user, "series": series})
        fixed = {"user": user, "percentage": None, "completed": True, "now": now}
        uuids = new_ids(len(found))
        values = [
            {**fixed, **dict(row), "uuid": uuid}
            for row, uuid in zip(found, uuids, strict=True)
        ]
        many(db, _STORE, values)
        recount_series(db, series, user=user)
        return int(rows(db, _BOOK_COUNT, [series])[0]["book_count"])


_FORGET = """
    DELETE FROM read_progress WHERE user_id = :user AND book_id IN (
        SELECT id FROM books WHERE series_id = :series AND deleted_at IS NULL
    ) RETURNING 1
"""


def mark_series_unread(db: Database, series_id: str, *, user_id: str) -> int:
    """Forget the progress in all live books of a series; return in how many it was.

    Raises SeriesNotFoundError.
    """
    with write(db):
        series, user = _series_place(db, series_id, user_id)
        found = rows(db, _FORGET, {"user": user, "series": series})
        recount_series(db, series, user=user)
    return len(found)


_SERIES_PLACE = """
    SELECT id, (SELECT id FROM users WHERE uuid = :user_id) AS user FROM series
    WHERE uuid = :series_id
"""


def _series_place(db: Database, series_id: str, user_id: str) -> tuple[int, int]:
    """Return the inner ids of a series and a user."""
    found = one(db, _SERIES_PLACE, {"series_id": series_id, "user_id": user_id})
    if found is None:
        raise SeriesNotFoundError(series_id)
    if found["user"] is None:
        raise UserNotFoundError(user_id)
    return found["id"], found["user"]


# Both walk an index from its end: read_progress_by_time and read_progress_by_status.
_OF_USER = "read.user_id = (SELECT id FROM users WHERE uuid = :user_id)"
_ALL = f"""
    FROM read_progress AS read CROSS JOIN books ON books.id = read.book_id
    WHERE {_OF_USER}
"""
_CURRENT = f"{_ALL} AND read.status = 'in_progress' AND books.deleted_at IS NULL"
_LATEST_FIRST = """
    ORDER BY read.updated_at DESC, read.book_id DESC LIMIT :limit OFFSET :offset
"""


def list_progress(db: Database, paging: Paging, *, user_id: str) -> Listing[Progress]:
    """Return all progress of somebody, latest first, also in deleted books."""
    count = f"SELECT count(*) AS total FROM read_progress AS read WHERE {_OF_USER}"  # noqa: S608 - constants
    return _listed(db, paging, user_id, _ALL, count)


def list_currently_reading(
    db: Database, paging: Paging, *, user_id: str
) -> Listing[Progress]:
    """Return the progress in live books that somebody is in the middle of.

    Latest first. A book of which no page was seen yet is not among them.
    """
    count = f"""
        SELECT coalesce(sum(started_count), 0) AS total
        FROM series_progress AS read WHERE {_OF_USER}
    """  # noqa: S608 - constants
    return _listed(db, paging, user_id, _CURRENT, count)


def _listed(
    db: Database, paging: Paging, user_id: str, which: str, count: str
) -> Listing[Progress]:
    page = f"SELECT books.uuid AS book_id, {_COLUMNS} {which} {_LATEST_FIRST}"
    values: dict[str, Any] = {"user_id": user_id}
    window = {"limit": paging.page_size, "offset": paging.offset}
    with read(db):
        total = rows(db, count, values)[0]["total"]
        found = rows(db, page, values | window)
    data = [_progress_of_row(row, user_id) for row in found]
    return Listing(data, paging.page, paging.page_size, total)


def _progress_of_row(row: Row, user_id: str) -> Progress:
    return _progress(row, user_id=user_id, book_id=row["book_id"])
