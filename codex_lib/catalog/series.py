"""Series: what belongs together on a shelf."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.listing import LAST_READ, Wanted, list_ids, sort_of
from codex_lib.db import one, rows
from codex_lib.db.folding import fold
from codex_lib.db.paging import Listing, Paging
from codex_lib.errors import SeriesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.catalog.conditions import Condition
    from codex_lib.db import Database, Row

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
    alphabetical order. unread_count is of whoever asks: live books that they have not
    completed; None if nobody asks. selected_cover_source is "custom" or "book:" and its
    id, None for the first page of the first book.
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
    unread_count: int | None
    selected_cover_source: str | None
    has_custom_cover: bool


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
        series.created_at, series.updated_at,
        CASE WHEN :user_id IS NOT NULL THEN series.book_count - coalesce((
            SELECT read_count FROM series_progress AS read
            WHERE read.series_id = series.id
            AND read.user_id = (SELECT id FROM users WHERE uuid = :user_id)
        ), 0) END AS unread_count,
        (SELECT CASE covers.source WHEN 'custom' THEN 'custom' ELSE 'book:' || (
            SELECT uuid FROM books WHERE books.id = covers.source_book_id) END
        FROM covers WHERE covers.series_id = series.id AND covers.is_selected
        ) AS selected_cover_source,
        EXISTS (SELECT 1 FROM covers WHERE covers.series_id = series.id
            AND covers.source = 'custom') AS has_custom_cover
    FROM series JOIN libraries ON libraries.id = series.library_id
"""
# What a series may be sorted by; the words of the API and their aliases.
SORTS = {
    "name": "sort_key",
    "title": "sort_key",
    "date_added": "created_at",
    "created_at": "created_at",
    "date_updated": "updated_at",
    "updated_at": "updated_at",
    "release_date": "year",
    "year": "year",
    "date_read": LAST_READ,
    "book_count": "book_count",
    "page_count": "page_count",
    "file_size": "file_size",
    "filename": "path",
}


def _series(row: Row) -> Series:
    values = dict(row)
    values.pop("inner_id", None)
    for noun in ("genres", "tags"):
        names = values[noun].split("\n") if values[noun] else []
        values[noun] = sorted(names, key=fold)
    values["has_custom_cover"] = bool(values["has_custom_cover"])
    return Series(**values)


def list_series(  # noqa: PLR0913 - all by keyword
    db: Database,
    paging: Paging,
    *,
    library_id: str | None = None,
    condition: Condition | None = None,
    text: str = "",
    sort: str | None = None,
    order: str = "asc",
    user_id: str | None = None,
) -> Listing[Series]:
    """Return one page of the series that have a live book.

    condition is a filter (catalog/conditions.py), text what catalog/search.py finds;
    all that is given has to hold. user_id is whose progress is told, filtered and
    sorted by. sort is one of SORTS, alone or with its direction after a comma; without
    it the best matches of a text come first, else the list is by name. An unknown
    library gives an empty list. Raises InvalidError.
    """
    if sort is None and not text.strip():
        sort = "name"
    wanted = Wanted(
        of="series",
        library_id=library_id,
        condition=condition,
        text=text,
        sort=sort_of(SORTS, sort, order) if sort is not None else None,
        user_id=user_id,
    )
    ids, total = list_ids(db, paging, wanted)
    data = series_by_ids(db, ids, user_id=user_id)
    return Listing(data, paging.page, paging.page_size, total)


def get_series(db: Database, series_id: str, *, user_id: str | None = None) -> Series:
    """Return one series. Raises SeriesNotFoundError."""
    values = {"id": series_id, "user_id": user_id}
    row = one(db, f"{_SELECT} WHERE series.uuid = :id", values)
    if row is None:
        raise SeriesNotFoundError(series_id)
    return _series(row)


_BY_IDS = f"""
    {_SELECT.replace("SELECT", "SELECT series.id AS inner_id,", 1)}
    WHERE series.id IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 - constants


def series_by_ids(
    db: Database, ids: Sequence[int], *, user_id: str | None = None
) -> list[Series]:
    """Return the series of these inner ids in their order, without those gone."""
    found = rows(db, _BY_IDS, {"ids": json.dumps(list(ids)), "user_id": user_id})
    series = {row["inner_id"]: row for row in found}
    return [_series(series[i]) for i in ids if i in series]


def search_series(
    db: Database,
    query: str,
    *,
    library_id: str | None = None,
    limit: int = 50,
    user_id: str | None = None,
) -> list[Series]:
    """Return the series that a query finds by a title of theirs, best first.

    What it finds: catalog/search.py. A blank query finds nothing.
    """
    if not query.strip():
        return []
    paging = Paging(0, limit, maximum=limit)
    return list_series(
        db, paging, library_id=library_id, text=query, user_id=user_id
    ).data


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
