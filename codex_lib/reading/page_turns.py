"""Progress that follows the pages which somebody is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.db import one, write
from codex_lib.reading.progress import set_progress

if TYPE_CHECKING:
    from codex_lib.db import Database

_STATE = """
    SELECT books.page_count, read.current_page, read.completed FROM books
    LEFT JOIN read_progress AS read ON read.book_id = books.id
        AND read.user_id = (SELECT id FROM users WHERE uuid = :user_id)
    WHERE books.uuid = :book_id
"""


def note_page(
    db: Database, book_id: str, *, user_id: str, page_number: int, now: str
) -> None:
    """Move somebody's progress on to a page; the last one completes the book.

    Never back: a page before the current one, and any page of a completed book, change
    nothing. Raises BookNotFoundError, UserNotFoundError.
    """
    with write(db):
        row = one(db, _STATE, {"book_id": book_id, "user_id": user_id})
        count = row["page_count"] if row else 0
        if row and (row["completed"] or (row["current_page"] or 0) >= page_number):
            return
        set_progress(
            db,
            book_id,
            user_id=user_id,
            current_page=page_number,
            completed=page_number == count,
            now=now,
        )
