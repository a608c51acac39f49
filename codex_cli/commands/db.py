"""codex db: the catalog file itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog, settings
from codex_cli.details import print_details
from codex_cli.exit_codes import ExitCode
from codex_cli.groups import command_group
from codex_cli.options import AsJson, Yes
from codex_cli.output import confirm, print_json, printable, say
from codex_cli.tables import Column, print_table
from codex_cli.wording import count, duration, file_size

if TYPE_CHECKING:
    from codex_lib.catalog.check import CheckReport
    from codex_lib.db.maintenance import BackupReport

app = command_group("The catalog file: check, back up, restore.")
PROBLEM_COLUMNS = (
    Column("TABLE"),
    Column("NAME", flexible=True),
    Column("FIELD"),
    Column("FOUND", right=True, flexible=True),
    Column("EXPECTED", right=True, flexible=True),
    Column("STATE"),
)


@app.command()
def check(
    ctx: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild what is off.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the file, its counters and indexes; changes nothing unless told.

    Exit code 1 if something is off and was not repaired.
    """
    from codex_lib.catalog.check import check_catalog

    with catalog(ctx) as db:
        report = check_catalog(db, repair=repair)
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    if not report.is_sound:
        raise typer.Exit(ExitCode.ERROR)


def _print_report(report: CheckReport) -> None:
    if not report.problems:
        say("The catalog is in order.")
        return
    rows = [
        (
            problem.table,
            problem.name,
            problem.field,
            problem.found,
            problem.expected,
            "repaired" if problem.repaired else "off",
        )
        for problem in report.problems
    ]
    print_table(PROBLEM_COLUMNS, rows)
    if not report.is_sound:
        say('"codex db check --repair" rebuilds what is off.')


@app.command()
def info(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show where the catalog is, how large, and what it holds."""
    from codex_lib.db.maintenance import catalog_info

    with catalog(ctx) as db:
        found = catalog_info(db)
    if as_json:
        print_json(found)
        return
    print_details(
        [
            ("File", found.path),
            ("Size", file_size(found.file_size)),
            ("Free in it", file_size(found.free_bytes)),
            ("File system", found.file_system),
            ("SQLite", f"{found.sqlite_version}, journal mode {found.journal_mode}"),
            ("Schema", found.schema_version),
            ("Commits", f"{found.catalog_version:,}"),
            ("Libraries", f"{found.library_count:,}"),
            ("Series", f"{found.series_count:,}"),
            ("Books", f"{found.book_count:,}"),
            ("Missing", f"{found.deleted_book_count:,}"),
            ("Unreadable", f"{found.unreadable_book_count:,}"),
            ("Pages", f"{found.page_count:,}"),
        ]
    )


@app.command()
def backup(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to make.")],
    as_json: AsJson = False,
) -> None:
    """Copy the catalog while it is in use, then check the copy."""
    from codex_lib.db.maintenance import backup_catalog

    with catalog(ctx) as db:
        report = backup_catalog(db, target.expanduser().absolute())
    if as_json:
        print_json(report)
        return
    _print_copy(report, "checked")


def _print_copy(report: BackupReport, state: str) -> None:
    books, size = count(report.book_count, "book"), file_size(report.file_size)
    seconds = duration(report.seconds)
    say(f"{printable(report.path)}: {books}, {size}, {state} in {seconds}")


@app.command()
def restore(
    ctx: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="A copy made by codex db backup.")
    ],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the catalog's place; the present one is kept beside it."""
    from codex_lib.db.maintenance import restore_catalog

    config = settings(ctx)
    target = config.catalog_path
    if target.exists() and not yes:
        confirm(f"Replace {target} by {source}?")
    allowed = ctx.obj.allow_network_db or config.database.allow_network
    report = restore_catalog(
        target, source.expanduser().absolute(), allow_network=allowed
    )
    if as_json:
        print_json(report)
    else:
        _print_copy(report, "restored")


@app.command()
def vacuum(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Give the room that deleted rows left back to the disk."""
    from codex_lib.db.maintenance import vacuum_catalog

    with catalog(ctx) as db:
        before, after = vacuum_catalog(db)
    if as_json:
        print_json({"size_before": before, "size_after": after})
    else:
        say(f"{file_size(before)} before, {file_size(after)} after")
