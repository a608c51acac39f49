"""codex pages: what pages a book has, and one of them as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.images import deliver
from codex_cli.options import AsJson, BookArg, Output
from codex_cli.output import print_whole, say
from codex_cli.tables import Column, print_table
from codex_cli.wording import file_size

if TYPE_CHECKING:
    from codex_lib.catalog.pages import PageRow

app = command_group("The pages of a book.")
COLUMNS = (
    Column("PAGE", right=True),
    Column("NAME", flexible=True),
    Column("FORMAT"),
    Column("WIDTH", right=True),
    Column("HEIGHT", right=True),
    Column("SIZE", right=True, optional=1),
)


@app.command("list")
def list_(ctx: typer.Context, book: BookArg, as_json: AsJson = False) -> None:
    """List the pages of a book in reading order."""
    from codex_lib.catalog.names import find_book
    from codex_lib.catalog.pages import list_pages

    with catalog(ctx) as db:
        pages = list_pages(db, find_book(db, book).id)
    if as_json:
        print_whole(pages)
    elif pages:
        _print_pages(pages)
    else:
        say("No pages are known; the book could not be read.")


def _print_pages(pages: list[PageRow]) -> None:
    rows = [
        (
            page.page_number,
            page.file_name,
            page.file_format,
            page.width or None,
            page.height or None,
            file_size(page.file_size),
        )
        for page in pages
    ]
    print_table(COLUMNS, rows)


@app.command()
def get(
    ctx: typer.Context,
    *,
    book: BookArg,
    number: Annotated[
        int, typer.Argument(metavar="N", help="The page's number; 1 is the first.")
    ],
    output: Output = None,
    width: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="At most this wide, in pixels."),
    ] = None,
    height: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="At most this high, in pixels."),
    ] = None,
    image_format: Annotated[
        Literal["jpeg", "png", "webp", "avif"] | None,
        typer.Option("--format", help="As stored unless told."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write one page as an image: as stored, or smaller, or in another format."""
    from codex_lib.catalog.names import find_book
    from codex_lib.catalog.pages import get_page

    with catalog(ctx) as db:
        found = find_book(db, book)
        image = get_page(
            db, found.id, number, width=width, height=height, format=image_format
        )
    deliver(image, output, as_json=as_json)
