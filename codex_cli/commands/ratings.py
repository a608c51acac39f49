"""codex ratings: what you give your series, from 1 to 100."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.options import AsJson, AsUser, SeriesArg, given
from codex_cli.output import plain, print_json, print_whole, printable, say
from codex_cli.reader import user_id_of
from codex_cli.tables import Column, print_table
from codex_cli.wording import count, local_time
from codex_lib.errors import RatingNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.catalog.ratings import AverageRating, UserRating
    from codex_lib.db import Database

app = command_group("What you give your series, from 1 to 100.")
COLUMNS = (
    Column("SERIES", flexible=True, least=24),
    Column("RATING", right=True),
    Column("NOTES", flexible=True, least=20, optional=1),
    Column("RATED", optional=2),
)


@app.command("list")
def list_(ctx: typer.Context, user: AsUser = None, as_json: AsJson = False) -> None:
    """List what you gave series, the latest first."""
    from codex_lib.catalog.ratings import list_ratings

    with catalog(ctx) as db:
        found = list_ratings(db, user_id_of(ctx, db, user))
    if as_json:
        print_whole(found)
    elif found:
        _print_ratings(found)
    else:
        say("No series is rated.")


def _print_ratings(found: Sequence[UserRating]) -> None:
    rows = [
        (item.series_title, item.rating, item.notes, local_time(item.updated_at))
        for item in found
    ]
    print_table(COLUMNS, rows)


@app.command()
def show(
    ctx: typer.Context, series: SeriesArg, user: AsUser = None, as_json: AsJson = False
) -> None:
    """Show what you gave a series, and the mean of what everybody gave it."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.ratings import average_rating

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = find_series(db, series)
        rating = _rating(db, user_id, found.id)
        mean = average_rating(db, found.id)
    if as_json:
        print_json(
            {"rating": plain(rating), "average": mean.average, "count": mean.count}
        )
        return
    print_details(
        [
            ("Series", found.title),
            ("Rating", rating.rating if rating else "none so far"),
            ("Notes", rating.notes if rating else None),
            ("Average", _mean(mean)),
        ]
    )


def _rating(db: Database, user_id: str, series_id: str) -> UserRating | None:
    from codex_lib.catalog.ratings import get_rating

    try:
        return get_rating(db, user_id, series_id)
    except RatingNotFoundError:
        return None


def _mean(mean: AverageRating) -> str | None:
    if mean.average is None:
        return None
    return f"{mean.average:.3g} by {count(mean.count, 'user')}"


@app.command("set")
def set_(
    ctx: typer.Context,
    *,
    series: SeriesArg,
    rating: Annotated[
        int, typer.Argument(metavar="RATING", help="From 1 to 100, the best.")
    ],
    notes: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Why; kept unless given, '' empties them."),
    ] = None,
    user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Give a series 1 to 100."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.ratings import set_rating
    from codex_lib.clock import now

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = find_series(db, series)
        values = {"rating": rating} | given(notes=notes)
        stored = set_rating(db, user_id, found.id, values, now=now())
    if as_json:
        print_json(stored)
    else:
        say(f"{printable(found.title)}: {stored.rating}")


@app.command()
def clear(
    ctx: typer.Context, series: SeriesArg, user: AsUser = None, as_json: AsJson = False
) -> None:
    """Take back what you gave a series, notes included."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.ratings import delete_rating

    with catalog(ctx) as db:
        user_id = user_id_of(ctx, db, user)
        found = find_series(db, series)
        delete_rating(db, user_id, found.id)
    if as_json:
        print_json({"series_id": found.id, "title": found.title, "deleted": True})
    else:
        say(f"{printable(found.title)} is not rated any more.")
