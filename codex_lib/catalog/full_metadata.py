"""Everything that is known of a series, in one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.custom_metadata import custom_metadata_value
from codex_lib.catalog.external_ratings import ExternalRating, list_external_ratings
from codex_lib.catalog.links import ExternalLink, list_external_links
from codex_lib.catalog.series_metadata import (
    SERIES_FIELDS,
    SeriesLocks,
    series_locks,
    update_series,
)
from codex_lib.catalog.titles import AlternateTitle, list_alternate_titles
from codex_lib.db import one, rows, write
from codex_lib.db.folding import fold
from codex_lib.errors import SeriesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database


@dataclass(frozen=True, slots=True)
class TermName:
    """A genre or tag of a series."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SeriesMetadata:
    """All metadata of a series.

    reading_direction is None for a series that is read as its library says.
    """

    id: str
    series_id: str
    title: str
    title_sort: str | None
    summary: str | None
    publisher: str | None
    imprint: str | None
    status: str | None
    age_rating: int | None
    language: str | None
    reading_direction: str | None
    year: int | None
    total_book_count: int | None
    custom_metadata: Any
    locks: SeriesLocks
    genres: list[TermName]
    tags: list[TermName]
    alternate_titles: list[AlternateTitle]
    external_ratings: list[ExternalRating]
    external_links: list[ExternalLink]
    created_at: str
    updated_at: str


# Cleared by replacing everything. A title is never empty, and genres and tags have
# addresses of their own.
_REPLACED = [n for n in SERIES_FIELDS if n not in ("title", "genres", "tags")]
_SELECT = """
    SELECT id AS inner_id, uuid AS id, uuid AS series_id, title, title_sort, summary,
        publisher, imprint, status, age_rating, language, reading_direction, year,
        total_book_count, custom_metadata, locks, created_at, updated_at
    FROM series WHERE uuid = ?
"""


def get_series_metadata(db: Database, series_id: str) -> SeriesMetadata:
    """Return all metadata of a series. Raises SeriesNotFoundError."""
    row = one(db, _SELECT, [series_id])
    if row is None:
        raise SeriesNotFoundError(series_id)
    values = dict(row)
    inner_id = values.pop("inner_id")
    values["custom_metadata"] = custom_metadata_value(values["custom_metadata"])
    values["locks"] = series_locks(values["locks"])
    return SeriesMetadata(
        **values,
        genres=_terms(db, "genre", inner_id),
        tags=_terms(db, "tag", inner_id),
        alternate_titles=list_alternate_titles(db, series_id),
        external_ratings=list_external_ratings(db, series_id),
        external_links=list_external_links(db, series_id),
    )


def update_series_metadata(
    db: Database, series_id: str, changes: Mapping[str, Any], *, now: str
) -> SeriesMetadata:
    """Change metadata of a series as update_series does and return all of it.

    Raises SeriesNotFoundError, InvalidError.
    """
    with write(db):
        update_series(db, series_id, changes, now=now)
        return get_series_metadata(db, series_id)


def replace_series_metadata(
    db: Database, series_id: str, values: Mapping[str, Any], *, now: str
) -> SeriesMetadata:
    """Give a series exactly this metadata: what is absent is cleared.

    As update_series does it; only the title, genres and tags stay when absent.
    Raises SeriesNotFoundError, InvalidError.
    """
    changes = dict.fromkeys(_REPLACED) | dict(values)
    return update_series_metadata(db, series_id, changes, now=now)


def _terms(db: Database, noun: str, series_id: int) -> list[TermName]:
    sql = f"""
        SELECT uuid AS id, name FROM {noun}s
        JOIN series_{noun}s ON {noun}_id = {noun}s.id WHERE series_id = ?
    """  # noqa: S608 - a closed list
    found = [TermName(**row) for row in rows(db, sql, [series_id])]
    return sorted(found, key=lambda term: fold(term.name))
