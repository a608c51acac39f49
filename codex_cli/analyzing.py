"""codex books, series and libraries analyze: reading files again, here or queued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import opened, settings
from codex_cli.exit_codes import ExitCode
from codex_cli.options import AsJson, BookArg, LibraryArg, SeriesArg
from codex_cli.output import print_json, say
from codex_cli.progress import count_bar, stop_on_interrupt
from codex_cli.wording import count
from codex_lib.clock import now

if TYPE_CHECKING:
    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.scanning.reanalyze import AnalyzeProgress, AnalyzeResult

Unanalyzed = Annotated[
    bool, typer.Option("--unanalyzed", help="Only what was not readable so far.")
]
Enqueue = Annotated[
    bool, typer.Option("--enqueue", help="Leave it to a worker, and do not wait.")
]


def analyze_book(
    ctx: typer.Context,
    *,
    book: BookArg,
    unanalyzed: Unanalyzed = False,
    enqueue: Enqueue = False,
    as_json: AsJson = False,
) -> None:
    """Read a book's file again; what you edited or locked stays.

    Exit code: 6 it cannot be read.
    """
    from codex_lib.catalog.names import find_book

    config = settings(ctx)
    with opened(ctx, config) as db:
        ids = {"book_id": find_book(db, book).id}
        _analyze(
            db, config, ids, unanalyzed=unanalyzed, enqueue=enqueue, as_json=as_json
        )


def analyze_series(
    ctx: typer.Context,
    *,
    series: SeriesArg,
    unanalyzed: Unanalyzed = False,
    enqueue: Enqueue = False,
    as_json: AsJson = False,
) -> None:
    """Read the files of a series' books again; what you edited or locked stays.

    Exit codes: 6 some cannot be read; 130 stopped by Ctrl-C.
    """
    from codex_lib.catalog.names import find_series

    config = settings(ctx)
    with opened(ctx, config) as db:
        ids = {"series_id": find_series(db, series).id}
        _analyze(
            db, config, ids, unanalyzed=unanalyzed, enqueue=enqueue, as_json=as_json
        )


def analyze_library(
    ctx: typer.Context,
    *,
    library: LibraryArg,
    unanalyzed: Unanalyzed = False,
    enqueue: Enqueue = False,
    as_json: AsJson = False,
) -> None:
    """Read the files of a library's books again, without looking for new ones.

    What you edited or locked stays. Exit codes: 6 some cannot be read; 130 stopped by
    Ctrl-C.
    """
    from codex_lib.catalog.names import find_library

    config = settings(ctx)
    with opened(ctx, config) as db:
        ids = {"library_id": find_library(db, library).id}
        _analyze(
            db, config, ids, unanalyzed=unanalyzed, enqueue=enqueue, as_json=as_json
        )


def _analyze(
    db: Database,
    config: Config,
    ids: dict[str, str],
    *,
    unanalyzed: bool,
    enqueue: bool,
    as_json: bool,
) -> None:
    if enqueue:
        from codex_lib.tasks.analysis import start_analysis

        task_id = start_analysis(db, **ids, force=not unanalyzed, now=now())
        _tell_queued(task_id, as_json=as_json)
        return
    result = _read(db, config, ids, unanalyzed=unanalyzed)
    if as_json:
        print_json(result)
    else:
        again = f"Read {count(result.books_analyzed, 'book')} again"
        bad = (
            f"; {count(result.errors, 'book')} cannot be read" if result.errors else ""
        )
        say(f"{again}{bad}.")
    if result.cancelled:
        raise typer.Exit(ExitCode.INTERRUPTED)
    if result.errors:
        raise typer.Exit(ExitCode.UNREADABLE)


def _tell_queued(task_id: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"task_id": task_id})
    else:
        say(f"Task {task_id} waits for a worker.")


def _read(
    db: Database, config: Config, ids: dict[str, str], *, unanalyzed: bool
) -> AnalyzeResult:
    from codex_lib.scanning.reanalyze import analyze_books

    with stop_on_interrupt() as should_stop, count_bar("Reading", "books") as show:

        def tell(progress: AnalyzeProgress) -> None:
            if show:
                show(*progress)

        return analyze_books(
            db,
            library_id=ids.get("library_id"),
            series_id=ids.get("series_id"),
            book_ids=[ids["book_id"]] if "book_id" in ids else None,
            force=not unanalyzed,
            page_sizes=config.scanner.page_sizes,
            on_progress=tell,
            should_stop=should_stop,
            now=now(),
        )
