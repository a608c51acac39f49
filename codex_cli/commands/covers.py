"""codex covers: the cover of a book or series, as a file or in the terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.cover_making import make_covers
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.images import deliver, drawn_lines
from codex_cli.options import (
    AsJson,
    InLibrary,
    InSeries,
    Output,
    SeriesArg,
    Yes,
)
from codex_cli.output import confirm, print_json, print_whole, printable, say
from codex_cli.tables import Column, print_table
from codex_cli.wording import local_time
from codex_lib.errors import InvalidError, SeriesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.catalog.books import Book
    from codex_lib.catalog.chosen_covers import Cover
    from codex_lib.catalog.series import Series
    from codex_lib.db import Database
    from codex_lib.formats.images import RenderedImage

app = command_group("The covers of books and series.")

BookOrSeriesArg = Annotated[
    str,
    typer.Argument(
        metavar="BOOK|SERIES", help="A series or else a book: name, id or id's start."
    ),
]
ImageFile = Annotated[
    str, typer.Argument(metavar="FILE", help="An image of at most 10 MiB; - is stdin.")
]
LARGEST = 10_000
DEFAULT_SIDE = 400
WIDEST = 80  # columns
PROMPT = 2  # rows that stay free


def _cover(db: Database, name: str, side: int) -> RenderedImage:
    from codex_lib.catalog.covers import get_book_cover, get_series_cover

    noun, thing = _named(db, name)
    cover_of = get_series_cover if noun == "series" else get_book_cover
    return cover_of(db, thing.id, max_dimension=side)


def _given_cover(db: Database, series: str, cover: str) -> RenderedImage:
    from codex_lib.catalog.chosen_covers import find_cover, get_cover_image
    from codex_lib.catalog.names import find_series

    found = find_series(db, series)
    return get_cover_image(db, found.id, find_cover(db, found.id, cover).id)


def _named(db: Database, name: str) -> tuple[str, Book | Series]:
    """Return what a name names, a series before a book."""
    from codex_lib.catalog.names import find_book, find_series

    try:
        return "series", find_series(db, name)
    except SeriesNotFoundError:
        return "book", find_book(db, name)


@app.command("list")
def list_(ctx: typer.Context, series: SeriesArg, as_json: AsJson = False) -> None:
    """List the covers that a series was given."""
    from codex_lib.catalog.chosen_covers import list_covers
    from codex_lib.catalog.names import find_series

    with catalog(ctx) as db:
        covers = list_covers(db, find_series(db, series).id)
    if as_json:
        print_whole(covers)
    elif covers:
        _print_covers(covers)
    else:
        say("None so far: it shows the cover of its first book.")


def _print_covers(covers: Sequence[Cover]) -> None:
    columns = [
        Column("SOURCE", flexible=True),
        Column("FORMAT"),
        Column("SIZE", optional=2),
        Column("SHOWN"),
        Column("ADDED", optional=1),
        Column("ID"),
    ]
    rows = [
        (
            cover.source,
            cover.format,
            f"{cover.width} x {cover.height}" if cover.width else None,
            "shown" if cover.is_selected else None,
            local_time(cover.created_at),
            shown_id(cover.id),
        )
        for cover in covers
    ]
    print_table(columns, rows)


@app.command("set")
def set_(
    ctx: typer.Context, name: BookOrSeriesArg, file: ImageFile, as_json: AsJson = False
) -> None:
    """Give a series or a book an image of yours as its cover."""
    from codex_lib.catalog.chosen_covers import add_book_cover, add_series_cover
    from codex_lib.clock import now

    data = _image_data(file)
    with catalog(ctx) as db:
        noun, thing = _named(db, name)
        add = add_series_cover if noun == "series" else add_book_cover
        add(db, thing.id, data, now=now())
    _tell(thing, "custom", "shows your image now", as_json=as_json)


def _tell(thing: Book | Series, source: str, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": thing.id, "title": thing.title, "source": source})
    else:
        say(f"{printable(thing.title)} {what}.")


def _image_data(file: str) -> bytes:
    from codex_lib.formats.limits import COVER_BYTES

    if file == "-":
        return sys.stdin.buffer.read(COVER_BYTES + 1)
    with Path(file).expanduser().open("rb") as stream:
        return stream.read(COVER_BYTES + 1)


@app.command()
def select(
    ctx: typer.Context,
    series: SeriesArg,
    cover: Annotated[
        str | None, typer.Argument(metavar="[COVER]", help="Its id or the id's start.")
    ] = None,
    book: Annotated[
        str | None,
        typer.Option(metavar="BOOK", help="Show the cover of this book of the series."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Choose the cover that a series shows."""
    from codex_lib.catalog.chosen_covers import (
        find_cover,
        select_cover,
        set_cover_source,
    )
    from codex_lib.catalog.names import find_book, find_series
    from codex_lib.clock import now

    if (cover is None) == (book is None):
        raise InvalidError("COVER", "name a cover, or a book with --book")
    with catalog(ctx) as db:
        found = find_series(db, series)
        if book is not None:
            source = f"book:{find_book(db, book).id}"
            set_cover_source(db, found.id, source, now=now())
        else:
            chosen = find_cover(db, found.id, cover or "")
            source = select_cover(db, found.id, chosen.id, now=now()).source
    _tell(found, source, "shows that cover now", as_json=as_json)


@app.command()
def delete(
    ctx: typer.Context,
    series: SeriesArg,
    cover: Annotated[
        str, typer.Argument(metavar="COVER", help="Its id or the id's start.")
    ],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete an image that a series was given."""
    from codex_lib.catalog.chosen_covers import delete_cover, find_cover
    from codex_lib.catalog.names import find_series
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        chosen = find_cover(db, found.id, cover)
        if not yes:
            confirm(f"Delete this image of {printable(found.title)}?")
        delete_cover(db, found.id, chosen.id, now=now())
    if as_json:
        print_json({"id": chosen.id, "series_id": found.id, "deleted": True})
    else:
        say(f"Deleted an image of {printable(found.title)}.")


@app.command()
def reset(ctx: typer.Context, name: BookOrSeriesArg, as_json: AsJson = False) -> None:
    """Show the cover of its first book, or of the book's own file, again."""
    from codex_lib.catalog.chosen_covers import delete_book_cover, reset_series_cover
    from codex_lib.clock import now

    with catalog(ctx) as db:
        noun, thing = _named(db, name)
        show_own = reset_series_cover if noun == "series" else delete_book_cover
        show_own(db, thing.id, now=now())
    _tell(thing, "default", "shows its own cover again", as_json=as_json)


@app.command()
def generate(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    series: InSeries = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make those again that are there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the covers that are not there yet, so that nobody waits for one.

    Exit codes: 6 some books cannot be read, the others have covers; 130 stopped by
    Ctrl-C, what was made is kept.
    """
    make_covers(ctx, library=library, series=series, force=force, as_json=as_json)


@app.command()
def cleanup(
    ctx: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would go, remove nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove kept covers of books that are gone or have changed."""
    from codex_cli.cover_cleanup import cleanup_covers

    cleanup_covers(ctx, dry_run=dry_run, as_json=as_json)


@app.command()
def get(
    ctx: typer.Context,
    *,
    name: BookOrSeriesArg,
    output: Output = None,
    size: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=LARGEST, help="Its longer side, in pixels."
        ),
    ] = DEFAULT_SIDE,
    cover: Annotated[
        str | None,
        typer.Option(
            metavar="COVER", help="This one that a series was given, as it was given."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a cover as an image, a JPEG unless it was given."""
    with catalog(ctx) as db:
        image = _given_cover(db, name, cover) if cover else _cover(db, name, size)
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
