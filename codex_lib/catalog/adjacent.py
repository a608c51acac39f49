"""The books before and after one, in the order in which its series is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.books import Book, books_by_ids
from codex_lib.db import one
from codex_lib.errors import BookNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database, Row


@dataclass(frozen=True, slots=True)
class Adjacent:
    """The neighbors of a book; None before the first and after the last."""

    prev: Book | None
    next: Book | None


_PLACE = "SELECT id, series_id, number, sort_key FROM books WHERE uuid = ?"
# Each is one step in the index books_by_series, which holds books without a number
# first; they are read last.
_STEP = """
    SELECT id FROM books WHERE series_id = :series_id AND deleted_at IS NULL
    AND {there} LIMIT 1
"""
_AFTER = "(sort_key, id) > (:sort_key, :id) ORDER BY sort_key, id"
_BEFORE = "(sort_key, id) < (:sort_key, :id) ORDER BY sort_key DESC, id DESC"
_NEXT_NUMBER = """
    (number, sort_key, id) > (:number, :sort_key, :id) ORDER BY number, sort_key, id
"""
_PREVIOUS_NUMBER = """
    (number, sort_key, id) < (:number, :sort_key, :id)
    ORDER BY number DESC, sort_key DESC, id DESC
"""
_FIRST_WITHOUT = "number IS NULL ORDER BY sort_key, id"
_LAST_WITH = "number IS NOT NULL ORDER BY number DESC, sort_key DESC, id DESC"
# By whether the book has a number: where to look before it, then after it.
STEPS = {
    True: ((_PREVIOUS_NUMBER,), (_NEXT_NUMBER, _FIRST_WITHOUT)),
    False: (
        (f"number IS NULL AND {_BEFORE}", _LAST_WITH),
        (f"number IS NULL AND {_AFTER}",),
    ),
}


def adjacent_books(
    db: Database, book_id: str, *, user_id: str | None = None
) -> Adjacent:
    """Return the live books before and after one in its series.

    By number, those without one last, then by sort title. A deleted book still has its
    place. Raises BookNotFoundError.
    """
    place = one(db, _PLACE, [book_id])
    if place is None:
        raise BookNotFoundError(book_id)
    before, after = STEPS[place["number"] is not None]
    ids = [_first(db, place, before), _first(db, place, after)]
    known = [inner_id for inner_id in ids if inner_id is not None]
    found = dict(zip(known, books_by_ids(db, known, user_id=user_id), strict=True))
    return Adjacent(*(None if inner is None else found[inner] for inner in ids))


def _first(db: Database, place: Row, steps: tuple[str, ...]) -> int | None:
    for step in steps:
        row = one(db, _STEP.format(there=step), dict(place))
        if row is not None:
            return int(row["id"])
    return None
