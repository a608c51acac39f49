"""The commands of codex series about reading."""

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
from codex_cli.shelf import library_id, print_series
from codex_cli.wording import count

if TYPE_CHECKING:
    from codex_lib.catalog.series import Series

ManySeriesArg = Annotated[
    list[str],
    typer.Argument(metavar="SERIES...", help="Names, ids or the starts of ids."),
]


def read(
    ctx: typer.Context,
    series: ManySeriesArg,
    user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Mark all books of series as read."""
    from codex_lib.catalog.names import find_series
    from codex_lib.clock import now
    from codex_lib.reading.progress import mark_series_read

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = [find_series(db, name) for name in series]
        moment = now()
        counts = [
            mark_series_read(db, one.id, user_id=user_id, now=moment) for one in found
        ]
    _tell(found, counts, "read", as_json=as_json)


def unread(
    ctx: typer.Context,
    series: ManySeriesArg,
    user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Mark all books of series as unread: forget where you are in them."""
    from codex_lib.catalog.names import find_series
    from codex_lib.reading.progress import mark_series_unread

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = [find_series(db, name) for name in series]
        counts = [mark_series_unread(db, one.id, user_id=user_id) for one in found]
    _tell(found, counts, "unread", as_json=as_json)


def _tell(found: list[Series], counts: list[int], what: str, *, as_json: bool) -> None:
    pairs = list(zip(found, counts, strict=True))
    if as_json:
        print_whole([{"series_id": one.id, "count": number} for one, number in pairs])
        return
    for one, number in pairs:
        say(f"{printable(one.title)}: marked {count(number, 'book')} as {what}.")


def reading(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    user: AsUser = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List the series with a book that you are in the middle of, by name."""
    from codex_lib.db.paging import Paging
    from codex_lib.reading.lists import series_in_progress

    with catalog(ctx) as db:
        listing = series_in_progress(
            db,
            Paging(page, limit, maximum=limit),
            user_id=user_id_of(ctx, db, user),
            library_id=library_id(db, library),
        )
    print_listing(listing, print_series, as_json=as_json)
