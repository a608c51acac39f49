"""Columns of books and series as arrays: place i is the row of inner id i."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from codex_lib.db import rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from codex_lib.db import Database, Row

Mask = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.int32]
_SPARE = 4096  # places for rows to come before the arrays have to grow
_BOOKS = "SELECT group_concat(id) AS id, group_concat(series_id) AS series FROM books"
_SOME_BOOKS = """
    SELECT id, series_id, deleted_at IS NULL AS is_live,
        analysis_error IS NOT NULL AS has_error
    FROM books WHERE id IN (SELECT value FROM json_each(?))
"""
_SERIES = """
    SELECT group_concat(id) AS id, group_concat(library_id) AS library,
        group_concat(book_count) AS books FROM series
"""
_SOME_SERIES = """
    SELECT id, library_id, book_count FROM series
    WHERE id IN (SELECT value FROM json_each(?))
"""


def numbers(text: str | None) -> Ids:
    """Return the numbers of an SQL group_concat.

    One text for a column is the cheapest way out of SQLite: 70 ns a number, against
    350 ns for a row of Python objects.
    """
    if not text:
        return np.empty(0, np.int32)
    return np.fromstring(text, dtype=np.int32, sep=",")


def id_column(
    db: Database, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()
) -> Ids:
    """Return the ids that a query selects as id, in its order."""
    whole = f"SELECT group_concat(id) AS ids FROM ({sql})"  # noqa: S608 - a statement of this package
    return numbers(rows(db, whole, params)[0]["ids"])


def as_json(ids: Collection[int]) -> list[str]:
    """Return ids as the one parameter of an IN (SELECT value FROM json_each(?))."""
    return [json.dumps(list(ids))]


def grown(column: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """Return a column with at least so many places, new ones 0."""
    if size <= len(column):
        return column
    longer = np.zeros(size + _SPARE, column.dtype)
    longer[: len(column)] = column
    return longer


class BookColumns:
    """What filters ask of every book; a place without a book has series 0."""

    def __init__(self, db: Database) -> None:
        row = rows(db, _BOOKS)[0]
        ids, series = numbers(row["id"]), numbers(row["series"])
        size = int(ids.max(initial=0)) + _SPARE
        self.series = np.zeros(size, np.int32)
        self.series[ids] = series
        self.live = self.series > 0
        deleted = "SELECT id FROM books WHERE deleted_at IS NOT NULL"
        self.live[id_column(db, deleted)] = False
        self.has_error = np.zeros(size, np.bool_)
        wrong = "SELECT id FROM books WHERE analysis_error IS NOT NULL"
        self.has_error[id_column(db, wrong)] = True

    @property
    def known(self) -> Mask:
        """Tell which places have a book, live or deleted."""
        return self.series > 0

    def update(self, db: Database, ids: Collection[int]) -> None:
        """Read some books again; those that are gone leave empty places."""
        size = max(ids) + 1
        self.series = grown(self.series, size)
        self.live = grown(self.live, size)
        self.has_error = grown(self.has_error, size)
        changed = list(ids)
        self.series[changed] = 0
        self.live[changed] = self.has_error[changed] = False
        for row in rows(db, _SOME_BOOKS, as_json(ids)):
            self.series[row["id"]] = row["series_id"]
            self.live[row["id"]] = row["is_live"]
            self.has_error[row["id"]] = row["has_error"]


class SeriesColumns:
    """What filters ask of every series; books counts live ones."""

    def __init__(self, db: Database) -> None:
        row = rows(db, _SERIES)[0]
        ids = numbers(row["id"])
        size = int(ids.max(initial=0)) + _SPARE
        self.library = np.zeros(size, np.int32)
        self.library[ids] = numbers(row["library"])
        self.books = np.zeros(size, np.int32)
        self.books[ids] = numbers(row["books"])

    @property
    def live(self) -> Mask:
        """Tell which series have a live book."""
        return self.books > 0

    def update(self, db: Database, ids: Collection[int]) -> None:
        """Read some series again; those that are gone leave empty places."""
        size = max(ids) + 1
        self.library = grown(self.library, size)
        self.books = grown(self.books, size)
        self.library[list(ids)] = self.books[list(ids)] = 0
        for row in rows(db, _SOME_SERIES, as_json(ids)):
            self.library[row["id"]] = row["library_id"]
            self.books[row["id"]] = row["book_count"]


class TextColumn:
    """A text column of series that has few values: their numbers, and what they are.

    Number 0 is NULL.
    """

    def __init__(self, db: Database, name: str) -> None:
        self._name = name
        self.values: list[str | None] = [None]
        self._numbers: dict[str, int] = {}
        self.column = np.zeros(_SPARE, np.int32)
        self._set(rows(db, f"SELECT id, {name} AS value FROM series"))  # noqa: S608 - a closed list

    def update(self, db: Database, ids: Collection[int]) -> None:
        """Read some series again."""
        self.column = grown(self.column, max(ids) + 1)
        self.column[list(ids)] = 0
        sql = f"""
            SELECT id, {self._name} AS value FROM series
            WHERE id IN (SELECT value FROM json_each(?))
        """  # noqa: S608 - a closed list
        self._set(rows(db, sql, as_json(ids)))

    def _set(self, found: list[Row]) -> None:
        if not found:
            return
        self.column = grown(self.column, max(row["id"] for row in found) + 1)
        for row in found:
            self.column[row["id"]] = self._number(row["value"])

    def _number(self, value: object) -> int:
        if value is None:
            return 0
        text = str(value)
        number = self._numbers.setdefault(text, len(self.values))
        if number == len(self.values):
            self.values.append(text)
        return number

    def mask(self, numbers_wanted: Collection[int], size: int) -> Mask:
        """Return which series have a value of these numbers."""
        wanted = np.zeros(len(self.values), np.bool_)
        wanted[list(numbers_wanted)] = True
        fits: Mask = wanted[grown(self.column, size)[:size]]
        return fits
