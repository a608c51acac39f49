"""codex books: list, search, show, explain and change them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codex_cli import book_reading
from codex_cli.analyzing import analyze_book
from codex_cli.bulk import apply_books, export_books
from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.lists import print_listing
from codex_cli.locks import print_locks, spread
from codex_cli.options import (
    DEFAULT_LIMIT,
    AsJson,
    AsUser,
    BookArg,
    Cleared,
    ConditionJson,
    FieldsArg,
    Filter,
    InLibrary,
    InSeries,
    Limit,
    PageIndex,
    QueryArg,
    Sort,
    Words,
    given,
)
from codex_cli.output import print_json, print_whole, say
from codex_cli.shelf import library_id, print_books, series_id
from codex_cli.tables import Column, print_table
from codex_cli.verifying import verify_books
from codex_cli.wording import decimal, file_size, local_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.catalog.books import Book, BookDetail

app = command_group("Single comics, manga and ebooks.")


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    series: InSeries = None,
    filter_: Filter = None,
    condition_json: ConditionJson = None,
    words: Words = None,
    user: AsUser = None,
    sort: Sort = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    missing: Annotated[
        bool,
        typer.Option(
            "--missing",
            "--include-deleted",
            help="Show books whose file is gone as well.",
        ),
    ] = False,
    unreadable: Annotated[
        bool,
        typer.Option(
            "--unreadable", "--with-errors", help="Show only books whose file is bad."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List books: by title unless told, those of one series by number.

    What was searched for comes by how well it fits.
    """
    from codex_cli.filters import asking_user, parsed_filter
    from codex_lib.catalog.books import list_books
    from codex_lib.db.paging import Paging

    with catalog(ctx) as db:
        within = library_id(db, library)
        query = parsed_filter(
            db,
            of="books",
            text=filter_,
            condition=condition_json,
            words=words,
            within=within,
        )
        listing = list_books(
            db,
            Paging(page, limit, maximum=limit),
            library_id=within,
            series_id=series_id(db, series, within),
            condition=query.condition,
            text=query.text,
            user_id=asking_user(ctx, db, user, condition=query.condition),
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
def adjacent(ctx: typer.Context, book: BookArg, as_json: AsJson = False) -> None:
    """Show the books before and after one in its series."""
    from codex_lib.catalog.adjacent import adjacent_books
    from codex_lib.catalog.names import find_book

    with catalog(ctx) as db:
        found = adjacent_books(db, find_book(db, book).id)
    if as_json:
        print_json(found)
        return
    sides = (("Before", found.prev), ("After", found.next))
    print_details((side, _line(at) if at else "nothing") for side, at in sides)


def _line(book: Book) -> str:
    return f"{book.title}  ({shown_id(book.id)})"


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


@app.command()
def lock(
    ctx: typer.Context, book: BookArg, field: FieldsArg, as_json: AsJson = False
) -> None:
    """Keep fields of a book as they are, whatever scans find."""
    _set_locks(ctx, book, dict.fromkeys(field, True), as_json=as_json)


@app.command()
def unlock(
    ctx: typer.Context, book: BookArg, field: FieldsArg, as_json: AsJson = False
) -> None:
    """Let the next scan read fields of a book from its file."""
    _set_locks(ctx, book, dict.fromkeys(field, False), as_json=as_json)


def _set_locks(
    ctx: typer.Context, book: str, wanted: Mapping[str, bool], *, as_json: bool
) -> None:
    from codex_lib.catalog.metadata import EDITABLE, set_book_locks
    from codex_lib.catalog.names import find_book
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_book(db, book)
        every = spread(wanted, EDITABLE)
        locks = set_book_locks(db, found.id, every, now=now())
    print_locks(locks, as_json=as_json)


app.command("analyze")(analyze_book)
app.command("verify")(verify_books)
app.command("read")(book_reading.read)
app.command("unread")(book_reading.unread)
app.command("on-deck")(book_reading.on_deck)
app.command("reading")(book_reading.reading)
app.command("recently-read")(book_reading.recently_read)
app.command("export")(export_books)
app.command("apply")(apply_books)
