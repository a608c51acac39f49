"""codex libraries: make, show, change and remove them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.analyzing import analyze_library
from codex_cli.context import catalog, settings
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.options import (
    AsJson,
    BookConfig,
    BookStrategy,
    Cleared,
    LibraryArg,
    NumberConfig,
    NumberStrategy,
    ReadingDirection,
    SeriesConfig,
    SeriesStrategy,
    Yes,
    given,
)
from codex_cli.output import confirm, print_json, print_whole, say
from codex_cli.purging import DryRun, print_purgeable, purge_asking
from codex_cli.scanning_options import (
    Cron,
    DefaultMode,
    PurgeOnScan,
    ScanningConfig,
    ScanOnStart,
    TimeZone,
    Watch,
    scanning_changes,
)
from codex_cli.tables import Column, print_table
from codex_cli.verifying import verify_library
from codex_cli.wording import count, local_time

if TYPE_CHECKING:
    from codex_lib.catalog.libraries import Library
    from codex_lib.catalog.scanning_config import ScanningConfig as Scanning
    from codex_lib.scanning.preview import PreviewSeries

app = command_group("Folders of series and books.")

FolderArg = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The folder with the books.")
]
Name = Annotated[str | None, typer.Option(metavar="TEXT", help="Its name.")]
Description = Annotated[
    str | None, typer.Option(metavar="TEXT", help="A note about it.")
]
SeriesRule = Annotated[
    SeriesStrategy, typer.Option(help="How folders and names make series.")
]
BookRule = Annotated[
    BookStrategy | None, typer.Option(help="Where a book's title comes from.")
]
NumberRule = Annotated[
    NumberStrategy | None, typer.Option(help="Where a book's number comes from.")
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format", metavar="FORMAT", help="Only files of this format (repeatable)."
    ),
]
Excluded = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude", metavar="GLOB", help="Leave out paths like this (repeatable)."
    ),
]
Direction = Annotated[
    ReadingDirection | None,
    typer.Option("--reading-direction", help="For books that do not tell."),
]


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the libraries."""
    from codex_lib.catalog.libraries import list_libraries

    with catalog(ctx) as db:
        found = list_libraries(db)
    if as_json:
        print_whole(found)
    elif found:
        _print_libraries(found)
    else:
        say('No libraries yet. "codex scan FOLDER" makes one.')


def _print_libraries(found: list[Library]) -> None:
    columns = [
        Column("NAME", flexible=True),
        Column("SERIES", right=True),
        Column("BOOKS", right=True),
        Column("LAST SCAN", optional=2),
        Column("FOLDER", flexible=True, optional=1),
    ]
    rows = [
        (
            library.name,
            f"{library.series_count or 0:,}",
            f"{library.book_count or 0:,}",
            local_time(library.last_scanned_at),
            library.path,
        )
        for library in found
    ]
    print_table(columns, rows)


@app.command()
def show(ctx: typer.Context, library: LibraryArg, as_json: AsJson = False) -> None:
    """Show one library and its rules."""
    from codex_lib.catalog.names import find_library

    with catalog(ctx) as db:
        found = find_library(db, library)
    _print_library(found, as_json=as_json)


def _print_library(library: Library, *, as_json: bool) -> None:
    if as_json:
        print_json(library)
        return
    print_details(
        [
            ("Name", library.name),
            ("Folder", library.path),
            ("Description", library.description),
            ("Series", f"{library.series_count or 0:,}"),
            ("Books", f"{library.book_count or 0:,}"),
            ("Last scan", local_time(library.last_scanned_at) or "never"),
            ("Series strategy", _rule(library.series_strategy, library.series_config)),
            ("Book strategy", _rule(library.book_strategy, library.book_config)),
            ("Number strategy", _rule(library.number_strategy, library.number_config)),
            ("Formats", library.allowed_formats),
            ("Left out", (library.excluded_patterns or "").split("\n")),
            ("Reading direction", library.default_reading_direction),
            *_scanning_fields(library.scanning_config),
            ("Active", library.is_active),
            ("Made", local_time(library.created_at)),
            ("Id", library.id),
        ]
    )


def _scanning_fields(config: Scanning | None) -> list[tuple[str, object]]:
    if config is None:
        return []
    zone = f" ({config.time_zone})" if config.time_zone else ""
    state = "" if config.enabled else ", switched off"
    schedule = config.cron_schedule and f"{config.cron_schedule}{zone}{state}"
    return [
        ("Scanned at", schedule),
        ("Scanned at start", config.scan_on_start),
        ("Scan mode", config.default_mode),
        ("Purged after scans", config.purge_deleted_on_scan),
        ("Watched", config.watch),
    ]


def _rule(strategy: str, config: object) -> str:
    return f"{strategy} {config}" if config else strategy


@app.command()
def create(
    ctx: typer.Context,
    *,
    folder: FolderArg,
    name: Name = None,
    description: Description = None,
    series_strategy: SeriesRule = "series_volume",
    series_config: SeriesConfig = None,
    book_strategy: BookRule = None,
    book_config: BookConfig = None,
    number_strategy: NumberRule = None,
    number_config: NumberConfig = None,
    scanning_config: ScanningConfig = None,
    cron: Cron = None,
    time_zone: TimeZone = None,
    default_mode: DefaultMode = None,
    scan_on_start: ScanOnStart = None,
    purge_deleted_on_scan: PurgeOnScan = None,
    watch: Watch = None,
    formats: Formats = None,
    exclude: Excluded = None,
    direction: Direction = None,
    as_json: AsJson = False,
) -> None:
    """Make a library of a folder, named after it unless told; scan it next."""
    from codex_lib.catalog.libraries import create_library
    from codex_lib.clock import now

    options = given(
        description=description,
        series_config=series_config,
        book_strategy=book_strategy,
        book_config=book_config,
        number_strategy=number_strategy,
        number_config=number_config,
        allowed_formats=formats,
        excluded_patterns="\n".join(exclude or []) or None,
        default_reading_direction=direction,
    )
    scanning = {
        "cron_schedule": cron,
        "time_zone": time_zone,
        "default_mode": default_mode,
        "scan_on_start": scan_on_start,
        "purge_deleted_on_scan": purge_deleted_on_scan,
        "watch": watch,
    }
    options |= scanning_changes(scanning_config, scanning)
    path = folder.expanduser().absolute()
    with catalog(ctx) as db:
        made = create_library(
            db,
            name=name or path.name,
            path=str(path),
            series_strategy=series_strategy,
            **options,
            now=now(),
        )
    _print_library(made, as_json=as_json)


@app.command()
def update(
    ctx: typer.Context,
    *,
    library: LibraryArg,
    name: Name = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="FOLDER", help="Where its books are now."),
    ] = None,
    description: Description = None,
    book_strategy: BookRule = None,
    book_config: BookConfig = None,
    number_strategy: NumberRule = None,
    number_config: NumberConfig = None,
    scanning_config: ScanningConfig = None,
    cron: Cron = None,
    time_zone: TimeZone = None,
    default_mode: DefaultMode = None,
    scan_on_start: ScanOnStart = None,
    purge_deleted_on_scan: PurgeOnScan = None,
    watch: Watch = None,
    formats: Formats = None,
    exclude: Excluded = None,
    direction: Direction = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether it is in use.")
    ] = None,
    clear: Cleared = None,
    as_json: AsJson = False,
) -> None:
    """Change a library; what is not named stays as it is."""
    from codex_lib.catalog.libraries import update_library
    from codex_lib.catalog.names import find_library
    from codex_lib.clock import now

    changes = dict.fromkeys(clear or []) | given(
        name=name,
        path=str(folder.expanduser().absolute()) if folder else None,
        description=description,
        book_strategy=book_strategy,
        book_config=book_config,
        number_strategy=number_strategy,
        number_config=number_config,
        allowed_formats=formats,
        excluded_patterns="\n".join(exclude or []) or None,
        default_reading_direction=direction,
        is_active=active,
    )
    scanning = {
        "cron_schedule": cron,
        "time_zone": time_zone,
        "default_mode": default_mode,
        "scan_on_start": scan_on_start,
        "purge_deleted_on_scan": purge_deleted_on_scan,
        "watch": watch,
    }
    with catalog(ctx) as db:
        found = find_library(db, library)
        changes |= scanning_changes(scanning_config, scanning, found)
        changed = update_library(db, found.id, changes, now=now())
    _print_library(changed, as_json=as_json)


@app.command()
def delete(
    ctx: typer.Context, library: LibraryArg, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Forget a library and all that is known of its books; no file is touched."""
    from codex_lib.catalog.libraries import delete_library
    from codex_lib.catalog.names import find_library
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_library(db, library)
        books = count(found.book_count or 0, "book")
        if not yes:
            confirm(f"Forget {found.name} and its {books}? The files stay.")
        delete_library(db, found.id, now=now())
    if as_json:
        print_json({"id": found.id, "name": found.name, "deleted": True})
    else:
        say(f"Forgot {found.name} and its {books}; the files are untouched.")


@app.command()
def purge(
    ctx: typer.Context,
    library: LibraryArg,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget the books of a library whose file is gone, and what was read in them."""
    from codex_lib.catalog.names import find_library
    from codex_lib.clock import now
    from codex_lib.scanning import purge as purging

    with catalog(ctx) as db:
        found = find_library(db, library)
        books = purging.list_deleted_books(db, library_id=found.id)
        if dry_run:
            emptied = purging.list_emptied_series(db, library_id=found.id)
            print_purgeable(found.name, books, emptied, as_json=as_json)
            return
        forget = partial(purging.purge_library, db, found.id, now=now())
        purge_asking(found.name, books, forget, yes=yes, as_json=as_json)


@app.command()
def preview(
    ctx: typer.Context,
    *,
    folder: FolderArg,
    series_strategy: SeriesRule = "series_volume",
    series_config: SeriesConfig = None,
    formats: Formats = None,
    exclude: Excluded = None,
    as_json: AsJson = False,
) -> None:
    """Show the series that a folder would make; stores nothing, opens no book."""
    from codex_lib.scanning.preview import preview_library

    settings(ctx)  # a bad setting is told here as everywhere
    found = preview_library(
        folder.expanduser().absolute(),
        series_strategy=series_strategy,
        series_config=series_config,
        allowed_formats=formats,
        excluded_patterns="\n".join(exclude or []) or None,
    ).detected_series
    if as_json:
        print_whole(found)
    elif found:
        _print_preview(found)
    else:
        say("No books in this folder.")


def _print_preview(found: list[PreviewSeries]) -> None:
    columns = [
        Column("SERIES", flexible=True),
        Column("BOOKS", right=True),
        Column("FOLDER", flexible=True, optional=1),
        Column("FOR EXAMPLE", flexible=True, optional=2),
    ]
    rows = [
        (series.name, series.book_count, series.path, ", ".join(series.sample_books))
        for series in found
    ]
    print_table(columns, rows)


app.command("analyze")(analyze_library)
app.command("verify")(verify_library)
