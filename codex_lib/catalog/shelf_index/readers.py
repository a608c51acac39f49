"""What one person has read: masks over books, counters over series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codex_lib.catalog.shelf_index.columns import (
    Ids,
    Mask,
    as_json,
    grown,
    id_column,
    numbers,
)
from codex_lib.db import rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from codex_lib.db import Database

_BOOKS = "SELECT book_id AS id FROM read_progress WHERE user_id = ? AND status = ?"
_SERIES = """
    SELECT group_concat(series_id) AS id, group_concat(read_count) AS read,
        group_concat(started_count) AS started
    FROM series_progress WHERE user_id = ?
"""
_BY_TIME = """
    SELECT series_id AS id FROM series_progress WHERE user_id = ?
    ORDER BY last_read_at, series_id
"""
_SOME_BOOKS = """
    SELECT book_id, status FROM read_progress
    WHERE user_id = ? AND book_id IN (SELECT value FROM json_each(?))
"""


class Reader:
    """The progress of one person; user is an inner id."""

    def __init__(self, db: Database, user: int) -> None:
        self._user = user
        self.is_stale = False  # the counters of series
        self._read = np.zeros(1, np.bool_)
        self._started = np.zeros(1, np.bool_)
        for status in ("read", "in_progress"):
            ids = id_column(db, _BOOKS, [user, status])
            mask = np.zeros(int(ids.max(initial=0)) + 1, np.bool_)
            mask[ids] = True
            if status == "read":
                self._read = mask
            else:
                self._started = mask
        self._load_series(db)

    def _load_series(self, db: Database) -> None:
        row = rows(db, _SERIES, [self._user])[0]
        ids = numbers(row["id"])
        size = int(ids.max(initial=0)) + 1
        self._read_books = np.zeros(size, np.int32)
        self._started_books = np.zeros(size, np.int32)
        self._read_books[ids] = numbers(row["read"])
        self._started_books[ids] = numbers(row["started"])
        self.series_by_time = id_column(db, _BY_TIME, [self._user])
        self.is_stale = False

    def refresh(self, db: Database) -> None:
        """Read the counters of series again, if they have changed."""
        if self.is_stale:
            self._load_series(db)

    def update(self, db: Database, books: Collection[int]) -> None:
        """Read the progress in some books again."""
        size = max(books) + 1
        self._read = grown(self._read, size)
        self._started = grown(self._started, size)
        self._read[list(books)] = self._started[list(books)] = False
        for row in rows(db, _SOME_BOOKS, [self._user, *as_json(books)]):
            self._read[row["book_id"]] = row["status"] == "read"
            self._started[row["book_id"]] = row["status"] == "in_progress"

    def books(self, status: str, size: int) -> Mask:
        """Return which books are unread, in_progress or read."""
        read = grown(self._read, size)[:size]
        started = grown(self._started, size)[:size]
        if status == "read":
            return read
        return started if status == "in_progress" else ~(read | started)

    def series(self, status: str, live_books: Ids) -> Mask:
        """Return which series are unread, in_progress or read; contract 5.2."""
        size = len(live_books)
        read_books = grown(self._read_books, size)[:size]
        started = grown(self._started_books, size)[:size] > 0
        read = (live_books > 0) & (read_books >= live_books)
        if status == "read":
            return read
        in_progress = ~read & (started | (read_books > 0))
        return in_progress if status == "in_progress" else ~(read | in_progress)
