"""What people give a series: 1 to 100, and their notes. Nobody sees another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.series_rows import series_row_id
from codex_lib.db import one, rows, write
from codex_lib.db.ids import new_id
from codex_lib.errors import InvalidError, RatingNotFoundError, UserNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database

LEAST, BEST = 1, 100
MAX_NOTES = 10_000  # characters


@dataclass(frozen=True, slots=True)
class UserRating:
    """What one user gives a series."""

    id: str
    series_id: str
    series_title: str
    rating: int
    notes: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class AverageRating:
    """The mean of what users give a series; None if nobody gave anything."""

    average: float | None
    count: int


_SELECT = """
    SELECT ratings.uuid AS id, series.uuid AS series_id, series.title AS series_title,
        rating, notes, ratings.created_at, ratings.updated_at
    FROM series_ratings AS ratings JOIN series ON series.id = ratings.series_id
    WHERE ratings.user_id = (SELECT id FROM users WHERE uuid = :user_id)
"""


def list_ratings(db: Database, user_id: str) -> list[UserRating]:
    """Return what a user gave all series, the latest first."""
    sql = f"{_SELECT} ORDER BY ratings.updated_at DESC, ratings.series_id"
    return [UserRating(**row) for row in rows(db, sql, {"user_id": user_id})]


def get_rating(db: Database, user_id: str, series_id: str) -> UserRating:
    """Return what a user gave a series.

    Raises SeriesNotFoundError, and RatingNotFoundError if that is nothing.
    """
    row_id = series_row_id(db, series_id)
    sql = f"{_SELECT} AND ratings.series_id = :row_id"
    row = one(db, sql, {"user_id": user_id, "row_id": row_id})
    if row is None:
        raise RatingNotFoundError
    return UserRating(**row)


def average_rating(db: Database, series_id: str) -> AverageRating:
    """Return the mean of all users' ratings of a series. Raises SeriesNotFoundError."""
    sql = """
        SELECT avg(rating) AS average, count(*) AS count
        FROM series_ratings WHERE series_id = ?
    """
    return AverageRating(**rows(db, sql, [series_row_id(db, series_id)])[0])


_SET = """
    INSERT INTO series_ratings (
        user_id, series_id, uuid, rating, notes, created_at, updated_at
    ) VALUES (:user, :series, :uuid, :rating, :notes, :now, :now)
    ON CONFLICT (user_id, series_id) DO UPDATE SET rating = excluded.rating,
        notes = CASE WHEN :keep THEN notes ELSE excluded.notes END,
        updated_at = excluded.updated_at
"""


def set_rating(
    db: Database, user_id: str, series_id: str, values: Mapping[str, Any], *, now: str
) -> UserRating:
    """Store what a user gives a series: rating, and notes, which stay when absent.

    Raises UserNotFoundError, SeriesNotFoundError, InvalidError.
    """
    given = {
        "rating": _checked_rating(values.get("rating")),
        "notes": _checked_notes(values.get("notes")),
        "keep": "notes" not in values,
    }
    with write(db):
        keys = {
            "user": _user_row_id(db, user_id),
            "series": series_row_id(db, series_id),
        }
        rows(db, _SET, {**given, **keys, "uuid": new_id(), "now": now})
    return get_rating(db, user_id, series_id)


def delete_rating(db: Database, user_id: str, series_id: str) -> None:
    """Take back what a user gave a series.

    Raises SeriesNotFoundError, RatingNotFoundError.
    """
    sql = """
        DELETE FROM series_ratings WHERE series_id = ?
        AND user_id = (SELECT id FROM users WHERE uuid = ?) RETURNING uuid
    """
    with write(db):
        if not rows(db, sql, [series_row_id(db, series_id), user_id]):
            raise RatingNotFoundError


def _user_row_id(db: Database, user_id: str) -> int:
    row = one(db, "SELECT id FROM users WHERE uuid = ?", [user_id])
    if row is None:
        raise UserNotFoundError(user_id)
    return int(row["id"])


def _checked_rating(value: object) -> int:
    if type(value) is not int or not LEAST <= value <= BEST:  # a bool is no number
        raise InvalidError("rating", f"must be a whole number from {LEAST} to {BEST}")
    return value


def _checked_notes(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidError("notes", "must be text")
    if len(value) > MAX_NOTES:
        raise InvalidError("notes", f"must not be longer than {MAX_NOTES:,} characters")
    return value.strip() or None
