"""How far people are in books: the row of one, and the counters of a series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.db import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a person is in a book, in the shape of the API contract, section 2.9.

    current_page counts from 1, 0 is before the first. progress_percentage is 0 to 1,
    of books without fixed pages. is_completed is completed once more: clients know one
    or the other name.
    """

    id: str
    user_id: str
    book_id: str
    current_page: int
    progress_percentage: float | None
    completed: bool
    is_completed: bool
    started_at: str
    updated_at: str
    completed_at: str | None


# To be joined to books AS read: read_progress of the user whose id is :user_id.
JOIN_PROGRESS = """
    LEFT JOIN read_progress AS read ON read.book_id = books.id
        AND read.user_id = (SELECT id FROM users WHERE uuid = :user_id)
"""
PROGRESS_COLUMNS = """
    read.uuid AS progress_id, read.current_page, read.progress_percentage,
    read.completed, read.started_at, read.updated_at AS read_at, read.completed_at
"""


def take_progress(values: dict[str, Any], user_id: str | None) -> Progress | None:
    """Take PROGRESS_COLUMNS out of a book's row; None if there is no progress.

    values also has the book's id.
    """
    uuid = values.pop("progress_id")
    columns = {name: values.pop(name) for name in _COLUMNS}
    if uuid is None or user_id is None:
        return None
    return progress_of(columns, uuid=uuid, user_id=user_id, book_id=values["id"])


_COLUMNS = (
    *("current_page", "progress_percentage", "completed", "started_at", "read_at"),
    "completed_at",
)


def progress_of(
    columns: Mapping[str, Any], *, uuid: str, user_id: str, book_id: str
) -> Progress:
    """Return progress from its columns, named as in PROGRESS_COLUMNS."""
    is_completed = bool(columns["completed"])
    return Progress(
        id=uuid,
        user_id=user_id,
        book_id=book_id,
        current_page=columns["current_page"],
        progress_percentage=columns["progress_percentage"],
        completed=is_completed,
        is_completed=is_completed,
        started_at=columns["started_at"],
        updated_at=columns["read_at"],
        completed_at=columns["completed_at"],
    )


_FORGET = """
    DELETE FROM series_progress WHERE series_id = :series_id
    AND (:user IS NULL OR user_id = :user)
"""
_COUNT = """
    INSERT INTO series_progress (
        user_id, series_id, read_count, started_count, last_completed_at, last_read_at
    )
    SELECT read.user_id, :series_id, sum(read.status = 'read'),
        sum(read.status = 'in_progress'), max(read.completed_at), max(read.updated_at)
    FROM books CROSS JOIN read_progress AS read ON read.book_id = books.id
    WHERE books.series_id = :series_id AND books.deleted_at IS NULL
    AND (:user IS NULL OR read.user_id = :user)
    GROUP BY read.user_id
"""


def recount_series(db: Database, series_id: int, *, user: int | None = None) -> None:
    """Count a series' read and started books anew, for one person or for all.

    series_id and user are inner ids. Belongs into the transaction that changed the
    progress, or which live books the series has.
    """
    values = {"series_id": series_id, "user": user}
    rows(db, _FORGET, values)
    rows(db, _COUNT, values)
