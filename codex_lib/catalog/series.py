"""Series: what belongs together on a shelf."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.libraries import reading_direction
from codex_lib.catalog.listing import list_page, order_by
from codex_lib.catalog.locks import with_locks
from codex_lib.catalog.search import match_query
from codex_lib.catalog.sort_keys import fold, title_sort_key
from codex_lib.catalog.terms import link_terms
from codex_lib.db import one, rows, write
from codex_lib.errors import InvalidError, SeriesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database, Row
    from codex_lib.db.paging import Listing, Paging

STATUSES = ("ongoing", "ended", "hiatus", "abandoned", "unknown")
PEOPLE = (
    *("writers", "pencillers", "inkers", "colorists", "letterers"),
    *("cover_artists", "editors", "translators"),
)


@dataclass(frozen=True, slots=True)
class Series:
    """One series, in the shape of the API contract, section 2.5.

    path is the folder relative to the library's, None for a series without one.
    book_count, page_count and file_size are of live books. genres and tags are in
    alphabetical order.
    """

    id: str
    library_id: str
    library_name: str
    title: str
    name: str
    title_sort: str | None
    summary: str | None
    publisher: str | None
    imprint: str | None
    year: int | None
    status: str | None
    language: str | None
    age_rating: int | None
    reading_direction: str
    total_book_count: int | None
    genres: list[str]
    tags: list[str]
    book_count: int
    page_count: int
    file_size: int
    path: str | None
    created_at: str
    updated_at: str


_SELECT = """
    SELECT series.uuid AS id, libraries.uuid AS library_id,
        libraries.name AS library_name, series.title, series.title AS name,
        series.title_sort, series.summary, series.publisher, series.imprint,
        series.year, series.status, series.language, series.age_rating,
        coalesce(series.reading_direction, libraries.default_reading_direction)
            AS reading_direction, series.total_book_count,
        (SELECT group_concat(name, char(10)) FROM genres WHERE id IN (
            SELECT genre_id FROM series_genres WHERE series_id = series.id)) AS genres,
        (SELECT group_concat(name, char(10)) FROM tags WHERE id IN (
            SELECT tag_id FROM series_tags WHERE series_id = series.id)) AS tags,
        series.book_count, series.page_count, series.file_size, series.path,
        series.created_at, series.updated_at
    FROM series JOIN libraries ON libraries.id = series.library_id
"""
# What a series may be sorted by; the words of the API and their aliases.
SORTS = {
    "name": "series.sort_key",
    "title": "series.sort_key",
    "date_added": "series.created_at",
    "created_at": "series.created_at",
    "date_updated": "series.updated_at",
    "updated_at": "series.updated_at",
    "release_date": "series.year",
    "year": "series.year",
    "book_count": "series.book_count",
    "page_count": "series.page_count",
    "file_size": "series.file_size",
    "filename": "series.path",
}
_LIVE = "series.book_count > 0"
_IN_LIBRARY = "library_id = (SELECT id FROM libraries WHERE uuid = :library_id)"


def _series(row: Row) -> Series:
    values = dict(row)
    for noun in ("genres", "tags"):
        names = values[noun].split("\n") if values[noun] else []
        values[noun] = sorted(names, key=fold)
    return Series(**values)


def list_series(
    db: Database,
    paging: Paging,
    *,
    library_id: str | None = None,
    sort: str = "name",
    order: str = "asc",
) -> Listing[Series]:
    """Return one page of the series that have a live book.

    sort is one of SORTS, alone or with its direction after a comma. An unknown library
    gives an empty list. Raises InvalidError.
    """
    return list_page(
        db,
        paging,
        select=_SELECT,
        table="series",
        where=f"{_LIVE} AND series.{_IN_LIBRARY}" if library_id else _LIVE,
        order=order_by(SORTS, sort, order),
        params={"library_id": library_id},
        convert=_series,
    )


def get_series(db: Database, series_id: str) -> Series:
    """Return one series. Raises SeriesNotFoundError."""
    row = one(db, f"{_SELECT} WHERE series.uuid = :id", {"id": series_id})
    if row is None:
        raise SeriesNotFoundError(series_id)
    return _series(row)


_FOUND = f"""
    AND {_LIVE} AND (:library_id IS NULL OR series.{_IN_LIBRARY})
    ORDER BY series.sort_key, series.id LIMIT :limit
"""
_SEARCH = f"""
    {_SELECT} WHERE series.id IN (
        SELECT rowid FROM series_search WHERE series_search MATCH :query
    ) {_FOUND}
"""  # noqa: S608 - constants
_SEARCH_INSIDE = f"{_SELECT} WHERE series.title LIKE :query ESCAPE '!' {_FOUND}"


def search_series(
    db: Database, query: str, *, library_id: str | None = None, limit: int = 50
) -> list[Series]:
    """Return series whose titles hold every word of a query, by title.

    Words match from their beginning, case and accents aside; when no title has them so,
    the query as a whole is looked for inside titles, which also finds Japanese. A blank
    query finds nothing.
    """
    params = {"library_id": library_id, "limit": limit}
    match, inside = match_query(query)
    found = rows(db, _SEARCH, {**params, "query": match}) if match else []
    if not found and inside:
        found = rows(db, _SEARCH_INSIDE, {**params, "query": inside})
    return [_series(row) for row in found]


_TEXTS = {"title_sort", "summary", "publisher", "imprint", "language"}
_NUMBERS = {"year", "age_rating", "total_book_count"}
_FIELDS = {*_TEXTS, *_NUMBERS, "title", "status", "reading_direction", "genres", "tags"}


def update_series(
    db: Database, series_id: str, changes: Mapping[str, Any], *, now: str
) -> Series:
    """Change fields of a series and lock them, so that no scan takes them back.

    None clears a field and unlocks it: the next scan fills it again (a title is never
    empty: it becomes at once what a scan makes it). genres and tags are lists of names
    that replace what there is. Raises SeriesNotFoundError, InvalidError.
    """
    values = {name: _checked(name, value) for name, value in changes.items()}
    with write(db):
        row = one(db, "SELECT * FROM series WHERE uuid = ?", [series_id])
        if row is None:
            raise SeriesNotFoundError(series_id)
        for noun in ("genre", "tag"):
            if f"{noun}s" in values:
                names = values.pop(f"{noun}s") or []
                link_terms(db, noun, row["id"], names, now=now)
        if "title" in values:
            values["title"] = values["title"] or _scanned_title(db, row)
        new = {**dict(row), **values}
        values |= {
            "sort_key": title_sort_key(new["title_sort"] or new["title"]),
            "locks": with_locks(row["locks"], changes),
            "sources": _sources(row, changes),
            "updated_at": now,
            "is_stale": 1,
        }
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        sql = f"UPDATE series SET {assignments} WHERE id = :id"  # noqa: S608 - names from a closed list
        rows(db, sql, {**values, "id": row["id"]})
    return get_series(db, series_id)


_FIRST_BOOK = """
    SELECT books.path, data.series, libraries.series_strategy, libraries.series_config
    FROM books JOIN libraries ON libraries.id = books.library_id
    LEFT JOIN book_metadata AS data ON data.book_id = books.id
    WHERE books.series_id = ? ORDER BY books.deleted_at, books.path LIMIT 1
"""


def _scanned_title(db: Database, series: Row) -> str:
    """Return the title that a scan gives a series, by its first book."""
    from codex_lib.catalog.series_strategies import (  # noqa: PLC0415 - as libraries
        series_rule,
    )

    book = one(db, _FIRST_BOOK, [series["id"]])
    if book is None:
        return str(series["title"])
    config = json.loads(book["series_config"] or "null")
    rule = series_rule(book["series_strategy"], config)
    return rule(book["path"], {"series": book["series"]}).name


def _sources(row: Row, changes: Mapping[str, Any]) -> str:
    sources = json.loads(row["sources"])
    for name, value in changes.items():
        sources[name] = None if value is None else "edit"
    told = {name: source for name, source in sources.items() if source}
    return json.dumps(told, ensure_ascii=False)


def _checked(name: str, value: Any) -> Any:  # noqa: ANN401 - a column's value
    if name not in _FIELDS:
        known = ", ".join(sorted(_FIELDS))
        raise InvalidError(name, f"no field of a series; there are {known}")
    if value is None:
        return None
    if name in ("genres", "tags"):
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise InvalidError(name, "must be a list of names")
        return [" ".join(v.split()) for v in value if v.strip()]
    if name in _NUMBERS:
        if type(value) is not int or not 0 <= value <= 9999:  # noqa: PLR2004 - a bool is no year
            raise InvalidError(name, "must be a whole number from 0 to 9999")
        return value
    return _checked_text(name, value)


def _checked_text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidError(name, "must be text and not blank")
    if name == "status" and value not in STATUSES:
        raise InvalidError(name, f"{value!r} is none of {', '.join(STATUSES)}")
    if name == "reading_direction":
        return reading_direction(name, value)
    return value.strip()


def list_people(db: Database, series_id: str) -> dict[str, list[str]]:
    """Return who made a series: role to names in the order they are met, by book order.

    Taken from the live books; a role that nobody has is left out.
    """
    columns = ", ".join(f"data.{role}" for role in PEOPLE)
    sql = f"""
        SELECT {columns} FROM books AS book
        JOIN book_metadata AS data ON data.book_id = book.id
        WHERE book.series_id = (SELECT id FROM series WHERE uuid = ?)
        AND book.deleted_at IS NULL
        ORDER BY book.number NULLS LAST, book.sort_key, book.id
    """  # noqa: S608 - names from a closed list
    found = rows(db, sql, [series_id])
    people = {
        role: [n for row in found for n in (row[role] or "").split("\n") if n]
        for role in PEOPLE
    }
    return {role: list(dict.fromkeys(names)) for role, names in people.items() if names}
