"""What people know of a series: its metadata, and the locks that keep their edits."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.announce import tell_series
from codex_lib.catalog.custom_metadata import custom_metadata_text
from codex_lib.catalog.libraries import reading_direction
from codex_lib.catalog.locks import lock_changes, locks_of, with_locks
from codex_lib.catalog.series import STATUSES, Series, get_series
from codex_lib.catalog.sort_keys import title_sort_key
from codex_lib.catalog.terms import checked_names, link_terms
from codex_lib.catalog.titles import series_keys
from codex_lib.db import one, rows, write
from codex_lib.errors import InvalidError, SeriesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database, Row

_NUMBERS = {"year", "age_rating", "total_book_count"}


@dataclass(frozen=True, slots=True)
class SeriesLocks:
    """Of each field of a series whether scans leave it alone."""

    title: bool
    title_sort: bool
    summary: bool
    publisher: bool
    imprint: bool
    status: bool
    age_rating: bool
    language: bool
    reading_direction: bool
    year: bool
    total_book_count: bool
    genres: bool
    tags: bool
    custom_metadata: bool


SERIES_FIELDS = tuple(field.name for field in fields(SeriesLocks))


def update_series(
    db: Database, series_id: str, changes: Mapping[str, Any], *, now: str
) -> Series:
    """Change fields of a series and lock them, so that no scan takes them back.

    None clears a field and unlocks it: the next scan fills it again (a title is never
    empty: it becomes at once what a scan makes it). Whoever wants it to stay empty
    locks it with set_series_locks. genres and tags are lists of names that replace what
    there is; custom_metadata is any JSON. Raises SeriesNotFoundError, InvalidError.
    """
    values = {
        name: checked_series_field(name, value) for name, value in changes.items()
    }
    with write(db):
        row = _row(db, series_id)
        for noun in ("genre", "tag"):
            if f"{noun}s" in values:
                names = values.pop(f"{noun}s") or []
                link_terms(db, noun, row["id"], names, now=now)
        if "title" in values:
            values["title"] = values["title"] or _scanned_title(db, row)
        values |= _keys(db, {**dict(row), **values})
        values |= {
            "locks": with_locks(row["locks"], changes),
            "sources": _sources(row, changes),
            "updated_at": now,
            "is_stale": 1,
        }
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        sql = f"UPDATE series SET {assignments} WHERE id = :id"  # noqa: S608 - names from a closed list
        rows(db, sql, {**values, "id": row["id"]})
        tell_series(db, "series_updated", [row["id"]], now=now, fields=changes)
    return get_series(db, series_id)


def get_series_locks(db: Database, series_id: str) -> SeriesLocks:
    """Return the locks of a series. Raises SeriesNotFoundError."""
    return series_locks(_row(db, series_id)["locks"])


def series_locks(locks: str) -> SeriesLocks:
    """Return the locks that the catalog has as text."""
    return SeriesLocks(**locks_of(locks, SERIES_FIELDS))


def set_series_locks(
    db: Database, series_id: str, wanted: Mapping[str, bool], *, now: str
) -> SeriesLocks:
    """Lock and unlock fields of a series; no value changes, fields not named stay.

    The next scan fills what is unlocked. Not the title: that follows its folder when
    it is renamed, or update_series clears it. Raises SeriesNotFoundError, InvalidError.
    """
    changes = lock_changes(wanted, SERIES_FIELDS)
    with write(db):
        row = _row(db, series_id)
        locks = with_locks(row["locks"], changes)
        if locks != row["locks"]:
            sql = """
                UPDATE series SET locks = ?, updated_at = ?, is_stale = 1 WHERE id = ?
            """
            rows(db, sql, [locks, now, row["id"]])
    return series_locks(locks)


def _row(db: Database, series_id: str) -> Row:
    row = one(db, "SELECT * FROM series WHERE uuid = ?", [series_id])
    if row is None:
        raise SeriesNotFoundError(series_id)
    return row


def _keys(db: Database, series: Mapping[str, Any]) -> dict[str, str]:
    """Return what a series sorts by and is found by."""
    title_key, others = series_keys(db, series["id"], series["title"])
    return {
        "sort_key": title_sort_key(series["title_sort"] or series["title"]),
        "title_key": title_key,
        "other_keys": others,
    }


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


def checked_series_field(name: str, value: Any) -> Any:  # noqa: ANN401 - a column's value
    """Return the value of one of SERIES_FIELDS as it is stored, genres as a list.

    Raises InvalidError.
    """
    if name not in SERIES_FIELDS:
        known = ", ".join(sorted(SERIES_FIELDS))
        raise InvalidError(name, f"no field of a series; there are {known}")
    if value is None:
        return None
    if name in ("genres", "tags"):
        return checked_names(name, value)
    if name == "custom_metadata":
        return custom_metadata_text(value)
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
