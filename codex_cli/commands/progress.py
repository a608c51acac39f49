"""codex progress: how far somebody is in their books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.lists import print_listing
from codex_cli.options import (
    DEFAULT_LIMIT,
    AsJson,
    AsUser,
    BookArg,
    Limit,
    PageIndex,
)
from codex_cli.output import print_json, printable, say
from codex_cli.reader import user_id_of
from codex_cli.reading_tables import position, print_readings
from codex_cli.wording import local_time

if TYPE_CHECKING:
    from codex_lib.catalog.books import Book
    from codex_lib.catalog.progress import Progress

app = command_group("How far you are in your books.")


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    current: Annotated[
        bool,
        typer.Option("--current", help="Only of books that you are in the middle of."),
    ] = False,
    user: AsUser = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List the progress in all books, latest first."""
    from codex_lib.catalog.books import get_book
    from codex_lib.db.paging import Listing, Paging
    from codex_lib.reading.progress import list_currently_reading, list_progress

    wanted = Paging(page, limit, maximum=limit)
    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        listed = list_currently_reading if current else list_progress
        listing = listed(db, wanted, user_id=user_id)
        if as_json:
            print_json({"progress": listing.data, "total": listing.total})
            return
        books = [get_book(db, p.book_id, user_id=user_id) for p in listing.data]
    shown = Listing(books, listing.page, listing.page_size, listing.total)
    print_listing(shown, print_readings, as_json=False)


@app.command()
def show(
    ctx: typer.Context, book: BookArg, user: AsUser = None, as_json: AsJson = False
) -> None:
    """Show the progress in one book."""
    from codex_lib.catalog.names import find_book
    from codex_lib.reading.progress import get_progress

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = find_book(db, book)
        progress = get_progress(db, found.id, user_id=user_id)
    _print_progress(found, progress, as_json=as_json)


def _print_progress(book: Book, progress: Progress, *, as_json: bool) -> None:
    if as_json:
        print_json(progress)
        return
    print_details(
        [
            ("Book", book.title),
            ("At", position(book, progress)),
            ("Begun", local_time(progress.started_at)),
            ("Last read", local_time(progress.updated_at)),
            ("Completed", local_time(progress.completed_at)),
        ]
    )


@app.command("set")
def set_(
    ctx: typer.Context,
    *,
    book: BookArg,
    page: Annotated[
        int, typer.Argument(metavar="PAGE", help="From 1; 0 is before the first.")
    ],
    completed: Annotated[
        bool, typer.Option("--completed", help="You have read the book.")
    ] = False,
    percentage: Annotated[
        float | None,
        typer.Option(metavar="0-1", help="Of a book without fixed pages."),
    ] = None,
    user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Store where you are in a book; the last page alone does not complete it."""
    from codex_lib.catalog.names import find_book
    from codex_lib.clock import now
    from codex_lib.reading.progress import set_progress

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = find_book(db, book)
        progress = set_progress(
            db,
            found.id,
            user_id=user_id,
            current_page=page,
            completed=completed,
            progress_percentage=percentage,
            now=now(),
        )
    _print_progress(found, progress, as_json=as_json)


@app.command()
def clear(
    ctx: typer.Context, book: BookArg, user: AsUser = None, as_json: AsJson = False
) -> None:
    """Forget the progress in one book."""
    from codex_lib.catalog.names import find_book
    from codex_lib.reading.progress import delete_progress

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = find_book(db, book)
        had_begun = delete_progress(db, found.id, user_id=user_id)
    if as_json:
        print_json({"book_id": found.id, "deleted": had_begun})
        return
    what = "is unread now" if had_begun else "was unread already"
    say(f"{printable(found.title)} {what}.")
