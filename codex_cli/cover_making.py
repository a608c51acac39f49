"""Making covers in advance: the work, the bar above it and what is told of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from codex_cli.context import opened, settings
from codex_cli.exit_codes import ExitCode
from codex_cli.output import note, print_json, say
from codex_cli.progress import count_bar, stop_on_interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_cli.scan_report import Outcome
    from codex_lib.catalog.cover_making import MadeCovers
    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.scanning.targets import Target

SHOWN_FAILURES = 10


def make_covers(
    ctx: typer.Context,
    *,
    library: str | None,
    series: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Make covers for a command and tell what became of them."""
    from codex_lib.catalog.names import find_library, find_series

    config = settings(ctx)
    with opened(ctx, config) as db:
        library_id = find_library(db, library).id if library else None
        series_id = find_series(db, series).id if series else None
        made = covers_of(
            *(db, config),
            library_id=library_id,
            series_id=series_id,
            force=force,
        )
    if as_json:
        print_json(made)
    else:
        tell_covers(made)
    if made.is_stopped:
        raise typer.Exit(ExitCode.INTERRUPTED)
    if made.failed:
        raise typer.Exit(ExitCode.UNREADABLE)


def covers_of(
    db: Database,
    config: Config,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    force: bool = False,
    quiet: bool = False,
) -> MadeCovers:
    """Make covers with a bar on the terminal; Ctrl-C ends it in order."""
    from codex_lib.catalog.cover_making import generate_covers
    from codex_lib.catalog.image_cache import image_caches

    with (
        stop_on_interrupt() as should_stop,
        count_bar("Covers", "covers", quiet=quiet) as show,
    ):
        return generate_covers(
            db,
            image_caches(config.files).covers,
            library_id=library_id,
            series_id=series_id,
            force=force,
            processes=os.cpu_count() or 1,
            on_progress=show,
            should_stop=should_stop,
        )


def add_covers(
    db: Database,
    config: Config,
    targets: Iterable[Target],
    outcome: Outcome,
    *,
    quiet: bool,
) -> None:
    """Make the covers of libraries that were scanned, unless that was stopped."""
    if outcome.exit_code == ExitCode.INTERRUPTED:
        return
    for library_id in dict.fromkeys(target.library.id for target in targets):
        made = covers_of(db, config, library_id=library_id, quiet=quiet)
        if made.failed or not quiet:
            note(counts(made))


def counts(made: MadeCovers) -> str:
    """Return what became of covers as one line."""
    return (
        f"Covers: {made.made:,} made, {made.skipped:,} there already,"
        f" {made.failed:,} failed"
    )


def tell_covers(made: MadeCovers) -> None:
    """Print what became of covers; a few failures to stderr."""
    for failure in made.failures[:SHOWN_FAILURES]:
        note(f"{failure.title}: {failure.reason}")
    if made.failed > SHOWN_FAILURES:
        note(f"... and {made.failed - SHOWN_FAILURES:,} more; --json tells them")
    say(counts(made))
