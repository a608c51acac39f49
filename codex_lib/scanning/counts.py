"""Stored counters of series, libraries, genres and tags, kept with what they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.catalog.progress import recount_series
from codex_lib.db import rows

if TYPE_CHECKING:
    from codex_lib.db import Database

_SERIES = """
    UPDATE series SET
        book_count = book_count + ?, page_count = page_count + ?,
        file_size = file_size + ?, is_stale = 1, updated_at = ?
    WHERE id = ? RETURNING book_count
"""
_LIBRARY = """
    UPDATE libraries SET
        book_count = book_count + ?, page_count = page_count + ?,
        file_size = file_size + ?, series_count = series_count + ?
    WHERE id = ?
"""
_TERMS = """
    UPDATE {noun}s SET series_count = series_count + :step
    WHERE id IN (SELECT {noun}_id FROM series_{noun}s WHERE series_id = :series_id)
"""


class Deltas:
    """Changes of live books, gathered by series and stored in one go."""

    def __init__(self) -> None:
        self._by_series: dict[int, list[int]] = {}
        self._progress: set[int] = set()

    def add(self, series_id: int, books: int, pages: int, size: int) -> None:
        """Note that books, pages and bytes came to a series, or left it (negative)."""
        counts = self._by_series.setdefault(series_id, [0, 0, 0])
        counts[0] += books
        counts[1] += pages
        counts[2] += size

    def recount_progress(self, series_id: int) -> None:
        """Note that a book which somebody may have read came to a series or left it.

        New books need no such note: nobody has read them.
        """
        self._progress.add(series_id)

    def store(self, db: Database, library_id: int, *, now: str) -> None:
        """Add up the counters, inside the transaction that changed the books.

        Every series named becomes stale: its fields follow when the scan ends.
        """
        total, series_count = [0, 0, 0], 0
        for series_id, counts in self._by_series.items():
            row = rows(db, _SERIES, [*counts, now, series_id])[0]
            after = row["book_count"]
            step = (after > 0) - (after - counts[0] > 0)
            if step:
                series_count += step
                count_terms(db, series_id, step)
            total = [a + b for a, b in zip(total, counts, strict=True)]
        rows(db, _LIBRARY, [*total, series_count, library_id])
        for series_id in sorted(self._progress):
            recount_series(db, series_id)
        self._by_series.clear()
        self._progress.clear()


def count_terms(db: Database, series_id: int, step: int) -> None:
    """Count a series in (1) or out (-1) of its genres and tags."""
    for noun in ("genre", "tag"):
        values = {"series_id": series_id, "step": step}
        rows(db, _TERMS.format(noun=noun), values)
