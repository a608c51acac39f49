"""codex series: list, search, show and change them."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli import series_reading
from codex_cli.analyzing import analyze_series
from codex_cli.bulk import apply_series, export_series
from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.lists import print_listing
from codex_cli.locks import print_locks, spread
from codex_cli.options import (
    DEFAULT_LIMIT,
    AsJson,
    AsUser,
    Cleared,
    ConditionJson,
    FieldsArg,
    Filter,
    InLibrary,
    Limit,
    PageIndex,
    QueryArg,
    ReadingDirection,
    SeriesArg,
    Sort,
    Words,
    Yes,
    any_json,
    given,
)
from codex_cli.output import print_json, print_whole, say
from codex_cli.purging import DryRun, print_purgeable, purge_asking
from codex_cli.shelf import library_id, print_books, print_series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.catalog.full_metadata import SeriesMetadata
    from codex_lib.catalog.series import Series

app = command_group("The series of your libraries.")
MANY = 10_000


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    filter_: Filter = None,
    condition_json: ConditionJson = None,
    words: Words = None,
    user: AsUser = None,
    sort: Sort = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List series: by name unless told, what was searched for by how well it fits."""
    from codex_cli.filters import asking_user, parsed_filter
    from codex_lib.catalog.series import list_series
    from codex_lib.db.paging import Paging

    with catalog(ctx) as db:
        query = parsed_filter(
            db, of="series", text=filter_, condition=condition_json, words=words
        )
        listing = list_series(
            db,
            Paging(page, limit, maximum=limit),
            library_id=library_id(db, library),
            condition=query.condition,
            text=query.text,
            user_id=asking_user(ctx, db, user, condition=query.condition, sort=sort),
            sort=sort,
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
    custom_metadata: Annotated[
        object | None,
        typer.Option(
            parser=any_json, metavar="JSON", help="Whatever you want to keep."
        ),
    ] = None,
    clear: Cleared = None,
    as_json: AsJson = False,
) -> None:
    """Change a series; scans keep what was changed here."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.series_metadata import update_series
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
        custom_metadata=custom_metadata,
    )
    with catalog(ctx) as db:
        found = find_series(db, series)
        changed = update_series(db, found.id, changes, now=now())
    if as_json:
        print_json(changed)
    else:
        _print_details(changed)


@app.command()
def metadata(ctx: typer.Context, series: SeriesArg, as_json: AsJson = False) -> None:
    """Show all that is known of a series, and what of it is locked."""
    from codex_lib.catalog.full_metadata import get_series_metadata
    from codex_lib.catalog.names import find_series

    with catalog(ctx) as db:
        found = get_series_metadata(db, find_series(db, series).id)
    if as_json:
        print_json(found)
    else:
        _print_metadata(found)


def _print_metadata(found: SeriesMetadata) -> None:
    shown = asdict(found)
    custom = shown["custom_metadata"]
    shown |= {
        "locks": [name for name, locked in shown["locks"].items() if locked],
        "genres": [genre.name for genre in found.genres],
        "tags": [tag.name for tag in found.tags],
        "alternate_titles": [f"{t.title} ({t.label})" for t in found.alternate_titles],
        "external_ratings": [
            f"{r.rating:g} ({r.source_name})" for r in found.external_ratings
        ],
        "external_links": [link.url for link in found.external_links],
        "custom_metadata": custom and json.dumps(custom, ensure_ascii=False),
        "id": None,  # is series_id
    }
    print_details(
        (name.replace("_", " ").capitalize(), value) for name, value in shown.items()
    )


@app.command()
def lock(
    ctx: typer.Context, series: SeriesArg, field: FieldsArg, as_json: AsJson = False
) -> None:
    """Keep fields of a series as they are, whatever scans find."""
    _set_locks(ctx, series, dict.fromkeys(field, True), as_json=as_json)


@app.command()
def unlock(
    ctx: typer.Context, series: SeriesArg, field: FieldsArg, as_json: AsJson = False
) -> None:
    """Let the next scan fill fields of a series."""
    _set_locks(ctx, series, dict.fromkeys(field, False), as_json=as_json)


def _set_locks(
    ctx: typer.Context, series: str, wanted: Mapping[str, bool], *, as_json: bool
) -> None:
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.series_metadata import SERIES_FIELDS, set_series_locks
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        every = spread(wanted, SERIES_FIELDS)
        locks = asdict(set_series_locks(db, found.id, every, now=now()))
    print_locks(locks, as_json=as_json)


@app.command()
def purge(
    ctx: typer.Context,
    series: SeriesArg,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget the books of a series whose file is gone, and what was read in them."""
    from codex_lib.catalog.names import find_series
    from codex_lib.clock import now
    from codex_lib.scanning import purge as purging

    with catalog(ctx) as db:
        found = find_series(db, series, with_deleted=True)
        books = purging.list_deleted_books(db, series_id=found.id)
        if dry_run:
            emptied = purging.list_emptied_series(db, series_id=found.id)
            print_purgeable(found.title, books, emptied, as_json=as_json)
            return
        forget = partial(purging.purge_series, db, found.id, now=now())
        purge_asking(found.title, books, forget, yes=yes, as_json=as_json)


app.command("analyze")(analyze_series)
app.command("read")(series_reading.read)
app.command("unread")(series_reading.unread)
app.command("reading")(series_reading.reading)
app.command("export")(export_series)
app.command("apply")(apply_series)
