"""codex external-ratings: what other catalogs give your series."""

from __future__ import annotations

from typing import Annotated

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.options import AsJson, SeriesArg, SourceArg
from codex_cli.output import print_json, print_whole, printable, say
from codex_cli.tables import Column, print_table
from codex_cli.wording import decimal, local_time

app = command_group("What other catalogs give your series.")
COLUMNS = (
    Column("SOURCE", flexible=True),
    Column("RATING", right=True),
    Column("VOTES", right=True),
    Column("SINCE", optional=1),
)


@app.command("list")
def list_(ctx: typer.Context, series: SeriesArg, as_json: AsJson = False) -> None:
    """List what other catalogs give a series."""
    from codex_lib.catalog.external_ratings import list_external_ratings
    from codex_lib.catalog.names import find_series

    with catalog(ctx) as db:
        found = list_external_ratings(db, find_series(db, series).id)
    if as_json:
        print_whole(found)
        return
    rows = [
        (
            item.source_name,
            decimal(item.rating),
            None if item.vote_count is None else f"{item.vote_count:,}",
            local_time(item.fetched_at),
        )
        for item in found
    ]
    if rows:
        print_table(COLUMNS, rows)
    else:
        say("No ratings of other catalogs.")


@app.command("set")
def set_(
    ctx: typer.Context,
    *,
    series: SeriesArg,
    source: SourceArg,
    rating: Annotated[
        float, typer.Argument(metavar="RATING", help="From 0 to 100, the best.")
    ],
    votes: Annotated[
        int | None, typer.Option(metavar="N", help="By how many people.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what another catalog gives a series; one rating for each of them."""
    from codex_lib.catalog.external_ratings import set_external_rating
    from codex_lib.catalog.names import find_series
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        stored = set_external_rating(
            db,
            found.id,
            source_name=source,
            rating=rating,
            vote_count=votes,
            now=now(),
        )
    if as_json:
        print_json(stored)
    else:
        told = f"{stored.source_name}: {decimal(stored.rating)}"
        say(printable(f"{found.title}, {told}"))


@app.command()
def delete(
    ctx: typer.Context, series: SeriesArg, source: SourceArg, as_json: AsJson = False
) -> None:
    """Forget what another catalog gives a series."""
    from codex_lib.catalog.external_ratings import delete_external_rating
    from codex_lib.catalog.names import find_series
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        delete_external_rating(db, found.id, source, now=now())
    if as_json:
        print_json({"series_id": found.id, "source_name": source, "deleted": True})
    else:
        say(printable(f"{found.title} has no rating of {source} any more."))
