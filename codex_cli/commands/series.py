"""codex series: list, search, show and change them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.lists import print_listing
from codex_cli.options import (
    DEFAULT_LIMIT,
    AsJson,
    Cleared,
    InLibrary,
    Limit,
    PageIndex,
    QueryArg,
    ReadingDirection,
    SeriesArg,
    Sort,
    given,
)
from codex_cli.output import print_json, print_whole, say
from codex_cli.shelf import library_id, print_books, print_series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.catalog.series import Series

app = command_group("The series of your libraries.")
MANY = 10_000


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    sort: Sort = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List series, by name unless told."""
    from codex_lib.catalog.series import list_series
    from codex_lib.db.paging import Paging

    with catalog(ctx) as db:
        listing = list_series(
            db,
            Paging(page, limit, maximum=limit),
            library_id=library_id(db, library),
            **given(sort=sort),
        )
    print_listing(listing, print_series, as_json=as_json)


@app.command()
def search(
    ctx: typer.Context,
    text: QueryArg,
    library: InLibrary = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Find series by words of their title."""
    from codex_lib.catalog.series import search_series

    with catalog(ctx) as db:
        within = library_id(db, library)
        found = search_series(db, text, library_id=within, limit=limit)
    if as_json:
        print_whole(found)
    elif found:
        print_series(found)
    else:
        say("No series found.")


@app.command()
def show(ctx: typer.Context, series: SeriesArg, as_json: AsJson = False) -> None:
    """Show one series and its books."""
    from codex_lib.catalog.books import list_books
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.series import list_people
    from codex_lib.db.paging import Paging

    with catalog(ctx) as db:
        found = find_series(db, series)
        if as_json:
            print_json(found)
            return
        people = list_people(db, found.id)
        paging = Paging(0, MANY, maximum=MANY)
        listing = list_books(db, paging, series_id=found.id)
    _print_details(found, people)
    say()
    print_listing(listing, print_books, as_json=False)


def _print_details(
    series: Series, people: Mapping[str, list[str]] = MappingProxyType({})
) -> None:
    print_details(
        [
            ("Title", series.title),
            ("Sorted as", series.title_sort),
            ("Library", series.library_name),
            ("Folder", series.path),
            ("Publisher", series.publisher),
            ("Imprint", series.imprint),
            ("Year", series.year),
            ("Status", series.status),
            ("Language", series.language),
            ("Reading direction", series.reading_direction),
            ("Genres", series.genres),
            ("Tags", series.tags),
            ("Age", f"from {series.age_rating}" if series.age_rating else None),
            ("Books", _book_count(series)),
            *((role.replace("_", " ").capitalize(), people[role]) for role in people),
            ("Summary", series.summary),
            ("Id", series.id),
        ]
    )


def _book_count(series: Series) -> str:
    known, all_in_all = f"{series.book_count:,}", series.total_book_count
    return f"{known} of {all_in_all:,}" if all_in_all else known


@app.command()
def update(
    ctx: typer.Context,
    *,
    series: SeriesArg,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Its title.")
    ] = None,
    title_sort: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What it sorts by.")
    ] = None,
    summary: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What it is about.")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Its publisher.")
    ] = None,
    imprint: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The publisher's label.")
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="ongoing, ended, hiatus or abandoned."),
    ] = None,
    age_rating: Annotated[
        int | None, typer.Option(metavar="N", help="From this age.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TEXT", help="A code as en or pt-BR.")
    ] = None,
    direction: Annotated[
        ReadingDirection | None, typer.Option("--reading-direction", help="As read.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="N", help="When it began.")
    ] = None,
    total_book_count: Annotated[
        int | None, typer.Option(metavar="N", help="How many books there are in all.")
    ] = None,
    genre: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="All its genres (repeatable)."),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="All its tags (repeatable)."),
    ] = None,
    clear: Cleared = None,
    as_json: AsJson = False,
) -> None:
    """Change a series; scans keep what was changed here."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.series import update_series
    from codex_lib.clock import now

    changes = dict.fromkeys(clear or []) | given(
        title=title,
        title_sort=title_sort,
        summary=summary,
        publisher=publisher,
        imprint=imprint,
        status=status,
        age_rating=age_rating,
        language=language,
        reading_direction=direction,
        year=year,
        total_book_count=total_book_count,
        genres=genre,
        tags=tag,
    )
    with catalog(ctx) as db:
        found = find_series(db, series)
        changed = update_series(db, found.id, changes, now=now())
    if as_json:
        print_json(changed)
    else:
        _print_details(changed)
