"""When a library is scanned: the options of libraries create and update."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from codex_cli.options import json_object

if TYPE_CHECKING:
    from codex_lib.catalog.libraries import Library

ScanningConfig = Annotated[
    dict[str, Any] | None,
    typer.Option(
        parser=json_object,
        metavar="JSON",
        help="When it is scanned, and how: all of the six options below at once.",
    ),
]
Cron = Annotated[
    str | None,
    typer.Option(
        metavar="SCHEDULE",
        help='When it is scanned by itself, as "0 3 * * *"; "" is never.',
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of --cron, as Asia/Tokyo; else this machine's."),
]
DefaultMode = Annotated[
    Literal["normal", "deep"] | None,
    typer.Option(help="What such a scan reads: what is new or changed, or all."),
]
ScanOnStart = Annotated[
    bool | None,
    typer.Option(
        "--scan-on-start/--no-scan-on-start", help="Scan it when the server starts."
    ),
]
PurgeOnScan = Annotated[
    bool | None,
    typer.Option(
        "--purge-deleted-on-scan/--keep-deleted-on-scan",
        help="Forget books whose file is gone after every scan, with their progress.",
    ),
]
Watch = Annotated[
    bool | None,
    typer.Option(
        "--watch/--no-watch", help="Scan when something changes in the folder."
    ),
]


def scanning_changes(
    config: dict[str, Any] | None,
    options: dict[str, Any],
    library: Library | None = None,
) -> dict[str, Any]:
    """Return {"scanning_config": ...} for what was given; {} if nothing was.

    Single options change what --scanning-config gives, else what the library has.
    """
    named = {key: value for key, value in options.items() if value is not None}
    if not named:
        return {} if config is None else {"scanning_config": config}
    if config is None:
        known = library.scanning_config if library else None
        config = asdict(known) if known else {}
    return {"scanning_config": config | named}
