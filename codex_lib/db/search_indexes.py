"""Keeping the search indexes of the catalog in shape, a little at a time.

Every transaction adds a segment to an FTS5 index, and a search asks all segments. FTS5
would merge them by itself when it sees fit: at a million books that held the write lock
for up to 0.6 s in the middle of somebody's edit. So it is told not to, and whoever
writes much merges in short transactions of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.db import rows, write

if TYPE_CHECKING:
    from codex_lib.db import Database

SEARCH_INDEXES = (
    *("series_search", "series_trigrams"),
    *("books_search", "books_trigrams"),
)
MERGED_PAGES = 32  # a step: 1 to 5 ms
# Segments that FTS5 merges by itself after all, when nobody else did for a long time.
CRISIS_SEGMENTS = 400


def merge_step(db: Database, index: str) -> bool:
    """Merge a little of a search index; return whether there was anything to merge.

    One short transaction that no list notices.
    """
    before = db.total_changes
    with write(db, quiet=True):
        sql = f"INSERT INTO {index} ({index}, rank) VALUES ('merge', {MERGED_PAGES})"  # noqa: S608 - a closed list
        rows(db, sql)
    # FTS5's manual: fewer than two changes, and there was nothing to do.
    return db.total_changes - before > 1


def merge_search_indexes(db: Database, *, steps: int | None = None) -> None:
    """Merge every search index in so many steps at most, or until it is done."""
    for index in SEARCH_INDEXES:
        left = steps
        while (left is None or left > 0) and merge_step(db, index):
            left = None if left is None else left - 1
