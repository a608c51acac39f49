"""External ratings: what other catalogs give a series, one for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.series_rows import series_row_id, touch_series
from codex_lib.catalog.sources import MAX_SOURCES, checked_source
from codex_lib.db import rows, write
from codex_lib.db.ids import new_id
from codex_lib.errors import InvalidError, RatingNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database

BEST = 100
MOST_VOTES = 2**53 - 1  # what every JSON reader takes


@dataclass(frozen=True, slots=True)
class ExternalRating:
    """What another catalog gives a series: 0 to 100, by so many votes.

    fetched_at is when that was said.
    """

    id: str
    series_id: str
    source_name: str
    rating: float
    vote_count: int | None
    fetched_at: str
    created_at: str
    updated_at: str


_LIST = """
    SELECT ratings.uuid AS id, series.uuid AS series_id, source_name, rating,
        vote_count, fetched_at, ratings.created_at, ratings.updated_at
    FROM external_ratings AS ratings JOIN series ON series.id = ratings.series_id
    WHERE ratings.series_id = ? ORDER BY source_name
"""


def list_external_ratings(db: Database, series_id: str) -> list[ExternalRating]:
    """Return the external ratings of a series by source. Raises SeriesNotFoundError."""
    found = rows(db, _LIST, [series_row_id(db, series_id)])
    return [ExternalRating(**row) for row in found]


_SET = """
    INSERT INTO external_ratings (
        series_id, source_name, uuid, rating, vote_count, fetched_at, created_at,
        updated_at
    ) VALUES (:row_id, :source, :uuid, :rating, :vote_count, :now, :now, :now)
    ON CONFLICT (series_id, source_name) DO UPDATE SET
        rating = excluded.rating, vote_count = excluded.vote_count,
        fetched_at = excluded.fetched_at, updated_at = excluded.updated_at
"""


def set_external_rating(  # noqa: PLR0913 - all by keyword
    db: Database,
    series_id: str,
    *,
    source_name: str,
    rating: float,
    vote_count: int | None = None,
    now: str,
) -> ExternalRating:
    """Say what another catalog gives a series, in place of what was said before.

    rating is from 0 to 100, whatever scale the other has. Raises SeriesNotFoundError,
    InvalidError.
    """
    source = checked_source(source_name)
    if not 0 <= rating <= BEST:  # "not a number" neither
        raise InvalidError("rating", f"must be from 0 to {BEST}")
    if vote_count is not None and not 0 <= vote_count <= MOST_VOTES:
        raise InvalidError("vote_count", f"must be from 0 to {MOST_VOTES}")
    values = {"source": source, "rating": float(rating), "vote_count": vote_count}
    with write(db):
        row_id = series_row_id(db, series_id)
        rows(db, _SET, {**values, "row_id": row_id, "uuid": new_id(), "now": now})
        touch_series(db, [row_id], "external_ratings", now=now)
        found = list_external_ratings(db, series_id)
        if len(found) > MAX_SOURCES:
            raise InvalidError("source_name", f"a series has at most {MAX_SOURCES}")
    return next(item for item in found if item.source_name == source)


def delete_external_rating(
    db: Database, series_id: str, source_name: str, *, now: str
) -> None:
    """Forget what another catalog gives a series; it is named by source or by id.

    Raises SeriesNotFoundError, RatingNotFoundError.
    """
    sql = """
        DELETE FROM external_ratings WHERE series_id = ? AND ? IN (source_name, uuid)
        RETURNING uuid
    """
    with write(db):
        row_id = series_row_id(db, series_id)
        source = " ".join(source_name.lower().split())
        if not rows(db, sql, [row_id, source]):
            raise RatingNotFoundError(source_name)
        touch_series(db, [row_id], "external_ratings", now=now)
