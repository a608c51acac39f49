"""Books and series as flat records of what people may change, for editing by the file.

A record has an id, some fields that only say what it is, and every field that can be
edited, by the names and with the values that the API has for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.metadata import EDITABLE, LIST_COLUMNS, checked_book_field
from codex_lib.catalog.series_metadata import SERIES_FIELDS, checked_series_field
from codex_lib.db import rows
from codex_lib.db.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codex_lib.db import Database, Row


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of thing becomes records.

    context: fields that cannot be edited. never_empty: fields that always have a value,
    so that null can only unlock them. key: a value in a form in which equal ones are
    equal, checked; it raises InvalidError.
    """

    noun: str
    fields: tuple[str, ...]
    context: tuple[str, ...]
    never_empty: frozenset[str]
    select: str
    values: Callable[[Row], dict[str, Any]]
    key: Callable[[str, Any], object]


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog has of one thing: its record, and what of it is locked."""

    record: dict[str, Any]
    locks: frozenset[str]


def known_records(
    db: Database, kind: Kind, *, ids: Sequence[int] = (), uuids: Sequence[str] = ()
) -> list[Known]:
    """Return records by inner ids, or by ids, in that order, without those gone."""
    wanted, column = (list(ids), "id") if ids else (list(uuids), "uuid")
    sql = kind.select.format(column=column)
    found = rows(db, sql, {"ids": json.dumps(wanted)})
    by_key = {row["inner_id" if ids else "id"]: row for row in found}
    return [_known(kind, by_key[key]) for key in wanted if key in by_key]


def _known(kind: Kind, row: Row) -> Known:
    values = {"id": row["id"], **{name: row[name] for name in kind.context}}
    locks = frozenset(row["locks"].split("\n")) - {""}
    return Known(values | kind.values(row), locks)


_SHARED = ("title", "sort_title", "number")
_DATA = ", ".join(f"data.{name}" for name in EDITABLE if name not in _SHARED)
_SELECT_BOOKS = f"""
    SELECT books.id AS inner_id, books.uuid AS id, libraries.name AS library_name,
        series.title AS series_name, books.path, books.locks, books.title,
        books.title_sort AS sort_title, books.number, {_DATA}
    FROM books JOIN series ON series.id = books.series_id
    JOIN libraries ON libraries.id = books.library_id
    LEFT JOIN book_metadata AS data ON data.book_id = books.id
    WHERE books.{{column}} IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 - names from closed lists


def _book_values(row: Row) -> dict[str, Any]:
    values = {name: row[name] for name in EDITABLE}
    for name in LIST_COLUMNS:
        values[name] = values[name].split("\n") if values[name] else []
    if values["black_and_white"] is not None:
        values["black_and_white"] = bool(values["black_and_white"])
    return values


_TERMS = """
    (SELECT group_concat(name, char(10)) FROM (SELECT name FROM {0}s WHERE id IN (
        SELECT {0}_id FROM series_{0}s WHERE series_id = series.id
    ) ORDER BY name_key)) AS {0}s
"""
_COLUMNS = ", ".join(
    f"series.{name}" for name in SERIES_FIELDS if name not in ("genres", "tags")
)
_SELECT_SERIES = f"""
    SELECT series.id AS inner_id, series.uuid AS id, libraries.name AS library_name,
        series.path, series.locks, {_COLUMNS}, {_TERMS.format("genre")},
        {_TERMS.format("tag")}
    FROM series JOIN libraries ON libraries.id = series.library_id
    WHERE series.{{column}} IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 - names from closed lists


def _series_values(row: Row) -> dict[str, Any]:
    values = {name: row[name] for name in SERIES_FIELDS}
    for name in ("genres", "tags"):
        values[name] = values[name].split("\n") if values[name] else []
    values["custom_metadata"] = json.loads(values["custom_metadata"] or "null")
    return values


def _series_key(name: str, value: Any) -> object:  # noqa: ANN401 - any JSON
    stored = checked_series_field(name, value)
    if name in ("genres", "tags"):
        return {fold(text) for text in stored or []}
    return stored


BOOKS = Kind(
    noun="book",
    fields=EDITABLE,
    context=("library_name", "series_name", "path"),
    never_empty=frozenset({"title", "number"}),
    select=_SELECT_BOOKS,
    values=_book_values,
    key=checked_book_field,
)
SERIES = Kind(
    noun="series",
    fields=SERIES_FIELDS,
    context=("library_name", "path"),
    never_empty=frozenset({"title"}),
    select=_SELECT_SERIES,
    values=_series_values,
    key=_series_key,
)
