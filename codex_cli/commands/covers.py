"""codex covers: the cover of a book or series, as a file or in the terminal."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.images import deliver, drawn_lines
from codex_cli.options import AsJson, Output
from codex_cli.output import print_json, say
from codex_lib.errors import SeriesNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database
    from codex_lib.formats.images import RenderedImage

app = command_group("The covers of books and series.")

BookOrSeriesArg = Annotated[
    str,
    typer.Argument(
        metavar="BOOK|SERIES", help="A series or else a book: name, id or id's start."
    ),
]
LARGEST = 10_000
DEFAULT_SIDE = 400
WIDEST = 80  # columns
PROMPT = 2  # rows that stay free


def _cover(db: Database, name: str, side: int) -> RenderedImage:
    from codex_lib.catalog.covers import get_book_cover, get_series_cover
    from codex_lib.catalog.names import find_book, find_series

    try:
        series = find_series(db, name)
    except SeriesNotFoundError:
        return get_book_cover(db, find_book(db, name).id, max_dimension=side)
    return get_series_cover(db, series.id, max_dimension=side)


@app.command()
def get(
    ctx: typer.Context,
    name: BookOrSeriesArg,
    output: Output = None,
    size: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=LARGEST, help="Its longer side, in pixels."
        ),
    ] = DEFAULT_SIDE,
    as_json: AsJson = False,
) -> None:
    """Write a cover as a JPEG image."""
    with catalog(ctx) as db:
        image = _cover(db, name, size)
    deliver(image, output, as_json=as_json)


@app.command()
def show(
    ctx: typer.Context,
    name: BookOrSeriesArg,
    columns: Annotated[
        int | None, typer.Option(metavar="N", min=4, help="At most this many columns.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a cover in the terminal."""
    from codex_lib.formats.images import cell_colors

    terminal = shutil.get_terminal_size()
    width = min(columns or WIDEST, terminal.columns)
    height = max(terminal.lines - PROMPT, width // 2)
    with catalog(ctx) as db:
        image = _cover(db, name, DEFAULT_SIDE)
    cells = cell_colors(image.data, columns=width, rows=height, source=name)
    if as_json:
        print_json({"columns": len(cells[0]), "rows": len(cells), "cells": cells})
    else:
        say("\n".join(drawn_lines(cells)))
