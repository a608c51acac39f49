"""Covers in the cache that show nothing any more: of books that are gone or changed.

The cache drops what was not used for longest by itself; this makes room at once. What
people upload lies in the catalog and goes with its series or book.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.cover_choices import (
    cover_look,
    find_book_cover,
    find_series_cover,
)
from codex_lib.db import rows
from codex_lib.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codex_lib.catalog.image_cache import ImageCache
    from codex_lib.db import Database

_BOOKS = "SELECT uuid FROM books WHERE page_count > 0 ORDER BY id"
# The others show a book's cover.
_SERIES = """
    SELECT DISTINCT series.uuid FROM covers JOIN series ON series.id = covers.series_id
    WHERE covers.is_selected AND covers.source_book_id IS NULL
"""
_TOLD_FAILURES = 10


class OrphanedFile(NamedTuple):
    """A file of the cache that nothing shows."""

    path: str
    size_bytes: int


@dataclass(slots=True)
class CleanedCovers:
    """What became of orphaned files; errors tells why the first few are still there."""

    thumbnails_deleted: int = 0
    bytes_freed: int = 0
    failures: int = 0
    errors: list[str] = field(default_factory=list)
    cancelled: bool = False


def list_orphaned_covers(db: Database, cache: ImageCache) -> list[OrphanedFile]:
    """Return the files of a cache of covers that nothing shows any more."""
    found = cache.others(_keys(db))
    return [OrphanedFile(entry.path, entry.size) for entry in found]


def cleanup_orphaned_covers(
    db: Database,
    cache: ImageCache,
    *,
    on_progress: Callable[[int, int, str], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> CleanedCovers:
    """Remove them. One that is made at this moment may go as well; it is made again."""
    result = CleanedCovers()
    found = cache.others(_keys(db))
    for done, entry in enumerate(found, 1):
        if should_stop():
            result.cancelled = True
            break
        try:
            cache.drop(entry)
        except OSError as error:
            result.failures += 1
            result.errors += [str(error)] if result.failures <= _TOLD_FAILURES else []
        else:
            result.thumbnails_deleted += 1
            result.bytes_freed += entry.size
        if on_progress:
            on_progress(done, len(found), f"Removed file {done}/{len(found)}")
    return result


def _keys(db: Database) -> Iterator[str]:
    """Yield the key of every cover that something shows."""
    look = cover_look(db)
    for sql, find in ((_BOOKS, find_book_cover), (_SERIES, find_series_cover)):
        for row in rows(db, sql):
            try:
                yield from find(db, row["uuid"], look=look).keys
            except NotFoundError:  # pragma: no cover - deleted in this moment
                continue
