"""The task that makes the full hash of books' files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from codex_lib.errors import InvalidError
from codex_lib.scanning.hashes import hash_books

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task


class _Counted(Protocol):  # pragma: no cover - has no code
    """How far something is."""

    @property
    def done(self) -> int:
        """What is done."""

    @property
    def total(self) -> int:
        """Of how much."""


def run(
    db: Database, task: Task, report: Report, should_stop: Callable[[], bool]
) -> dict[str, Any]:
    """Hash the files that have no hash yet; what was done before a stop stays.

    Raises InvalidError, LibraryNotFoundError, SeriesNotFoundError, BookNotFoundError.
    """
    result = hash_books(
        db,
        library_id=task.library_id,
        series_id=task.series_id,
        book_ids=[task.book_id] if task.book_id else None,
        rate=rate_of(task),
        on_progress=telling(report, "Hashed book"),
        should_stop=should_stop,
    )
    return {"total": result.total, "hashed": result.hashed, "errors": result.failed}


def telling(report: Report, words: str) -> Callable[[_Counted], None]:
    """Return a function that tells how far something is by the words and its count."""

    def tell(progress: _Counted) -> None:
        number = f"{progress.done}/{progress.total}"
        report(progress.done, progress.total, f"{words} {number}")

    return tell


def rate_of(task: Task) -> int | None:
    """Return the bytes a second that a task may read. Raises InvalidError."""
    rate = (task.params or {}).get("rate")
    if rate is None:
        return None
    if type(rate) is not int or rate < 1:
        raise InvalidError("rate", "must be a number of bytes a second, above 0")
    return rate
