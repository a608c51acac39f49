"""codex demo: a small library that Codex draws itself, scanned and shown."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.images import drawn_lines
from codex_cli.options import AsJson
from codex_cli.output import has_colors, note, print_json, say
from codex_cli.progress import scan_bar
from codex_cli.scan_report import summary
from codex_cli.shelf import print_series

if TYPE_CHECKING:
    from codex_lib.catalog.series import Series
    from codex_lib.db import Database
    from codex_lib.scanning.result import ScanResult

app = command_group("Draw a small library, scan it and show it.")

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]", help="Where to; a temporary folder if none is named."
    ),
]
COVERS = 3
COVER_COLUMNS = 24


@app.command()
def demo(ctx: typer.Context, folder: Folder = None, as_json: AsJson = False) -> None:
    """Draw a small library, scan it and show it.

    It gets a catalog of its own in the same folder, so that yours stays as it is;
    with --data-dir it goes into the catalog there.
    """
    from codex_lib.demo.library import make_demo_library

    place = folder.expanduser().absolute() if folder else Path(_temporary())
    note(f"Drawing a few series in {place} …")
    made = make_demo_library(place / "Demonstration")
    if ctx.obj.data_dir is None:
        ctx.obj = ctx.obj._replace(data_dir=place / "data")
    with catalog(ctx) as db:
        result, found = _scanned(db, made.folder)
        covers = _covers(db, found) if has_colors(sys.stdout) else []
    if as_json:
        print_json({"data_dir": ctx.obj.data_dir, "scan": result, "series": found})
        return
    say(summary(result))
    say()
    print_series(found)
    if covers:
        say("\n".join(["", *covers]))
    _suggest(str(ctx.obj.data_dir))


def _temporary() -> str:
    return tempfile.mkdtemp(prefix="codex-demo-")


def _scanned(db: Database, folder: Path) -> tuple[ScanResult, list[Series]]:
    from codex_lib.catalog.series import list_series
    from codex_lib.clock import now
    from codex_lib.db.paging import Paging
    from codex_lib.scanning.scan import scan_library
    from codex_lib.scanning.targets import resolve_target

    library = resolve_target(db, str(folder), now=now()).library
    with scan_bar(library.name) as show:
        result = scan_library(db, library.id, now=now(), on_progress=show)
    return result, list_series(db, Paging(), library_id=library.id).data


def _covers(db: Database, found: list[Series]) -> list[str]:
    from codex_lib.catalog.covers import get_series_cover
    from codex_lib.formats.images import cell_colors

    images = [get_series_cover(db, series.id) for series in found[:COVERS]]
    drawn = [
        drawn_lines(cell_colors(image.data, columns=COVER_COLUMNS, rows=COVER_COLUMNS))
        for image in images
    ]
    return ["  ".join(lines) for lines in zip(*drawn, strict=False)]


def _suggest(data_dir: str) -> None:
    program = "codex" if shutil.which("codex") else shlex.quote(sys.argv[0])
    codex = f"{program} --data-dir {shlex.quote(data_dir)}"
    say()
    say("Go on with")
    for command in ("books list", "books search moon", "doctor"):
        say(f"  {codex} {command}")
    say("and with your own books")
    say(f"  {program} scan FOLDER")
