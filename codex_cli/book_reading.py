"""The commands of codex books about reading: marks, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.lists import print_listing
from codex_cli.options import (
    DEFAULT_LIMIT,
    AsJson,
    AsUser,
    InLibrary,
    Limit,
    PageIndex,
)
from codex_cli.output import print_whole, printable, say
from codex_cli.reader import user_id_of
from codex_cli.reading_tables import print_readings
from codex_cli.shelf import library_id, print_books
from codex_cli.wording import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.catalog.books import Book
    from codex_lib.db.paging import Listing

BooksArg = Annotated[
    list[str],
    typer.Argument(metavar="BOOK...", help="Titles, ids or the starts of ids."),
]


def read(
    ctx: typer.Context, book: BooksArg, user: AsUser = None, as_json: AsJson = False
) -> None:
    """Mark books as read."""
    from codex_lib.catalog.names import find_book
    from codex_lib.clock import now
    from codex_lib.reading.progress import mark_book_read

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = [find_book(db, name) for name in book]
        moment = now()
        marked = [
            mark_book_read(db, one.id, user_id=user_id, now=moment) for one in found
        ]
    if as_json:
        print_whole(marked)
    else:
        _tell(found, "read")


def unread(
    ctx: typer.Context, book: BooksArg, user: AsUser = None, as_json: AsJson = False
) -> None:
    """Mark books as unread: forget where you are in them."""
    from codex_lib.catalog.names import find_book
    from codex_lib.reading.progress import delete_progress

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = [find_book(db, name) for name in book]
        deleted = [delete_progress(db, one.id, user_id=user_id) for one in found]
    if as_json:
        ids = [one.id for one in found]
        print_whole(
            [{"book_id": i, "deleted": d} for i, d in zip(ids, deleted, strict=True)]
        )
    else:
        _tell(found, "unread")


def _tell(found: list[Book], what: str) -> None:
    many = len(found) > 1
    name = count(len(found), "book") if many else printable(found[0].title)
    say(f"Marked {name} as {what}.")


def on_deck(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    user: AsUser = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List what to read next: the first unread book of each series you have begun."""
    from codex_lib.reading.lists import books_on_deck

    listing = _listed(ctx, books_on_deck, library, user, limit, page)
    print_listing(listing, print_books, as_json=as_json)


def reading(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    user: AsUser = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List the books that you are in the middle of, latest first."""
    from codex_lib.reading.lists import books_in_progress

    listing = _listed(ctx, books_in_progress, library, user, limit, page)
    print_listing(listing, print_readings, as_json=as_json)


def recently_read(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    user: AsUser = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List the books that you have read or are reading, latest first."""
    from codex_lib.reading.lists import books_recently_read

    listing = _listed(ctx, books_recently_read, library, user, limit, page)
    print_listing(listing, print_readings, as_json=as_json)


def _listed(  # noqa: PLR0917 - the options of a list
    ctx: typer.Context,
    function: Callable[..., Listing[Book]],
    library: str | None,
    user: str | None,
    limit: int,
    page: int,
) -> Listing[Book]:
    from codex_lib.db.paging import Paging

    with catalog(ctx) as db:
        return function(
            db,
            Paging(page, limit, maximum=limit),
            user_id=user_id_of(ctx, db, user),
            library_id=library_id(db, library),
        )
