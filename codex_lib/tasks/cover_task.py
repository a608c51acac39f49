"""The tasks that make covers in advance: one, or those of a series, a library, all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib import clock
from codex_lib.catalog.announce import tell_cover
from codex_lib.catalog.cover_choices import find_book_cover
from codex_lib.catalog.cover_making import generate_covers
from codex_lib.catalog.covers import make_cover
from codex_lib.catalog.image_cache import image_caches
from codex_lib.db import rows, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task


def run_one(
    db: Database,
    task: Task,
    report: Report,
    should_stop: Callable[[], bool],  # noqa: ARG001 - over before anybody could ask
    *,
    config: Config,
) -> dict[str, Any]:
    """Make the cover of a book; with force also if there is one.

    Raises BookNotFoundError, PageNotFoundError, UnreadableBookError.
    """
    book_id, force = str(task.book_id), _force(task)
    cache = image_caches(config.files).covers
    found = find_book_cover(db, book_id)
    report(0, 1, "Making the cover")
    if force:
        cache.remove(found.keys[0])
    make_cover(db, found, cache)
    with write(db, quiet=True):
        for row in rows(db, "SELECT id FROM books WHERE uuid = ?", [book_id]):
            tell_cover(db, "book", row["id"], now=clock.now())
    report(1, 1)
    return {"book_id": book_id, "force": force}


def run(
    db: Database,
    task: Task,
    report: Report,
    should_stop: Callable[[], bool],
    *,
    config: Config,
) -> dict[str, Any]:
    """Make the covers that are not there yet; with force all of them.

    Raises LibraryNotFoundError, SeriesNotFoundError.
    """

    def tell(done: int, total: int, _title: str) -> None:
        report(done, total, f"Made cover {done}/{total}")

    made = generate_covers(
        db,
        image_caches(config.files).covers,
        library_id=task.library_id,
        series_id=task.series_id,
        force=_force(task),
        on_progress=tell,
        should_stop=should_stop,
    )
    return {
        "total": made.done,
        "enqueued": made.made,
        "skipped": made.skipped,
        "errors": made.failed,
    }


def _force(task: Task) -> bool:
    return (task.params or {}).get("force") is True
