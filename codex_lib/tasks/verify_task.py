"""The task that looks whether the files of books are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib import clock
from codex_lib.accounts.times import parse_time
from codex_lib.formats.soundness import CHECKSUMS
from codex_lib.scanning.verify import verify_books
from codex_lib.tasks.hash_task import rate_of, telling

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database
    from codex_lib.scanning.verify import VerifyResult
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task

_TOLD_BOOKS = 100
_COUNTS = (
    *("total", "checked", "sound", "damaged", "bit_rot", "edited", "missing"),
    *("skipped", "bytes_read"),
)


def run(
    db: Database, task: Task, report: Report, should_stop: Callable[[], bool]
) -> dict[str, Any]:
    """Look at the books that this task, or since, has not looked at yet.

    Raises InvalidError for bad parameters, and what verify_books raises.
    """
    params = task.params or {}
    since = params.get("since")
    result = verify_books(
        db,
        library_id=task.library_id,
        series_id=task.series_id,
        book_ids=[task.book_id] if task.book_id else None,
        depth=params.get("depth", CHECKSUMS),
        since=task.created_at if since is None else parse_time("since", since),
        rate=rate_of(task),
        on_progress=telling(report, "Looked at book"),
        should_stop=should_stop,
        now=clock.now(),
    )
    if not result.cancelled:
        report(result.total, result.total)
    return _told(result)


def _told(result: VerifyResult) -> dict[str, Any]:
    """Return the counts, and the first books that are not whole."""
    told: dict[str, Any] = {name: getattr(result, name) for name in _COUNTS}
    books = [book._asdict() for book in result.books[:_TOLD_BOOKS]]
    return {"depth": result.depth, **told, "books": books}
