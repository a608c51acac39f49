"""codex books: list, search, show, explain and change them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.lists import print_listing
from codex_cli.options import (
    DEFAULT_LIMIT,
    AsJson,
    BookArg,
    Cleared,
    InLibrary,
    InSeries,
    Limit,
    PageIndex,
    QueryArg,
    Sort,
    given,
)
from codex_cli.output import print_json, print_whole, say
from codex_cli.shelf import library_id, print_books, series_id
from codex_cli.tables import Column, print_table
from codex_cli.wording import decimal, file_size, local_time

if TYPE_CHECKING:
    from codex_lib.catalog.books import Book, BookDetail

app = command_group("Single comics, manga and ebooks.")


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    series: InSeries = None,
    sort: Sort = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    missing: Annotated[
        bool, typer.Option("--missing", help="Show books whose file is gone as well.")
    ] = False,
    unreadable: Annotated[
        bool,
        typer.Option("--unreadable", help="Show only books whose file is bad."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List books, by title unless told; those of one series by number."""
    from codex_lib.catalog.books import list_books
    from codex_lib.db.paging import Paging

    with catalog(ctx) as db:
        within = library_id(db, library)
        listing = list_books(
            db,
            Paging(page, limit, maximum=limit),
            library_id=within,
            series_id=series_id(db, series, within),
            include_deleted=missing,
            with_errors=unreadable,
            sort=sort,
        )
    print_listing(listing, print_books, as_json=as_json)


@app.command()
def search(
    ctx: typer.Context,
    text: QueryArg,
    library: InLibrary = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Find books by words of their title or file name."""
    from codex_lib.catalog.books import search_books

    with catalog(ctx) as db:
        within = library_id(db, library)
        found = search_books(db, text, library_id=within, limit=limit)
    if as_json:
        print_whole(found)
    elif found:
        print_books(found)
    else:
        say("No book found.")


@app.command()
def show(ctx: typer.Context, book: BookArg, as_json: AsJson = False) -> None:
    """Show one book and what its file says about it."""
    from codex_lib.catalog.metadata import get_book_detail
    from codex_lib.catalog.names import find_book

    with catalog(ctx) as db:
        detail = get_book_detail(db, find_book(db, book).id)
    _print_detail(detail, as_json=as_json)


def _print_detail(detail: BookDetail, *, as_json: bool) -> None:
    if as_json:
        print_json(_detail_body(detail))
        return
    print_details(_book_fields(detail.book))
    said = [
        (name.replace("_", " ").capitalize(), value)
        for name, value in (detail.metadata or {}).items()
        if name not in ("id", "book_id") and value not in (None, "", [])
    ]
    if said:
        say()
        print_details(said)


def _detail_body(detail: BookDetail) -> dict[str, Any]:
    # The API answers with the fields of the book beside "book" and "metadata".
    book = asdict(detail.book)
    return {**book, "book": book, "metadata": detail.metadata}


def _book_fields(book: Book) -> list[tuple[str, object]]:
    return [
        ("Title", book.title),
        ("Series", book.series_name),
        ("Number", decimal(book.number)),
        ("Library", book.library_name),
        ("File", book.file_path),
        ("Format", book.file_format),
        ("Size", file_size(book.file_size)),
        ("Pages", book.page_count),
        ("Reading direction", book.reading_direction),
        ("Volume", book.volume),
        ("Unreadable", book.analysis_error),
        ("Remarks", book.analysis_warnings),
        ("Missing", book.deleted or None),
        ("Added", local_time(book.created_at)),
        ("Changed", local_time(book.updated_at)),
        ("Id", book.id),
    ]


@app.command()
def explain(ctx: typer.Context, book: BookArg, as_json: AsJson = False) -> None:
    """Tell where each field of a book comes from, and why it is in its series."""
    from codex_lib.catalog.explain import explain_book
    from codex_lib.catalog.names import find_book

    with catalog(ctx) as db:
        origins = explain_book(db, find_book(db, book).id)
    if as_json:
        print_whole(origins)
        return
    columns = [
        Column("FIELD"),
        Column("VALUE", flexible=True),
        Column("FROM"),
        Column("LOCKED", optional=1),
        Column("INSTEAD OF", flexible=True, optional=3),
        Column("WHY", flexible=True, optional=2),
    ]
    rows = [
        (
            origin.field,
            _shown(origin.value),
            origin.source,
            "locked" if origin.is_locked else None,
            "; ".join(f"{k}: {_shown(v)}" for k, v in origin.candidates.items()),
            origin.detail,
        )
        for origin in origins
    ]
    print_table(columns, rows)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return decimal(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@app.command()
def update(
    ctx: typer.Context,
    *,
    book: BookArg,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Its title.")
    ] = None,
    number: Annotated[
        float | None, typer.Option(metavar="N", help="Its place in the series.")
    ] = None,
    assigned: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Any other field, as year=1996; repeat writers=NAME for each.",
        ),
    ] = None,
    clear: Cleared = None,
    as_json: AsJson = False,
) -> None:
    """Change a book; scans keep what was changed here."""
    from codex_cli.fields import parsed_fields
    from codex_lib.catalog.metadata import update_book
    from codex_lib.catalog.names import find_book
    from codex_lib.clock import now

    changes = dict.fromkeys(clear or []) | parsed_fields(assigned or [])
    changes |= given(title=title, number=number)
    with catalog(ctx) as db:
        found = find_book(db, book)
        detail = update_book(db, found.id, changes, now=now())
    _print_detail(detail, as_json=as_json)
