"""The tasks that read a book, a series or a library again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib import clock
from codex_lib.scanning.reanalyze import analyze_books

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.scanning.reanalyze import AnalyzeProgress
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task


def run(
    db: Database,
    task: Task,
    report: Report,
    should_stop: Callable[[], bool],
    *,
    config: Config,
) -> dict[str, Any]:
    """Read the files of the task's books; with force those that were read before, too.

    Books that this task read before it was stopped or killed are not read again.
    Raises what analyze_books raises.
    """

    def tell(progress: AnalyzeProgress) -> None:
        number = f"{progress.done + 1}/{progress.total}"
        report(progress.done, progress.total, f"Reading book {number}")

    result = analyze_books(
        db,
        library_id=task.library_id,
        series_id=task.series_id,
        book_ids=[task.book_id] if task.book_id else None,
        force=(task.params or {}).get("force", True) is not False,
        since=task.created_at,
        page_sizes=config.scanner.page_sizes,
        on_progress=tell,
        should_stop=should_stop,
        now=clock.now(),
    )
    told = {"books_analyzed": result.books_analyzed, "errors": result.errors}
    if not result.cancelled:
        report(result.total_books, result.total_books)
    return told if task.book_id else {"total_books": result.total_books, **told}
