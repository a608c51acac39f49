"""codex links: where other catalogs have your series."""

from __future__ import annotations

from typing import Annotated

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.options import AsJson, SeriesArg, SourceArg
from codex_cli.output import print_json, print_whole, printable, say
from codex_cli.tables import Column, print_table

app = command_group("Where other catalogs have your series.")
COLUMNS = (
    Column("SOURCE", flexible=True),
    Column("ADDRESS", flexible=True, least=40),
    Column("ID THERE", flexible=True, optional=1),
)


@app.command("list")
def list_(ctx: typer.Context, series: SeriesArg, as_json: AsJson = False) -> None:
    """List where other catalogs have a series."""
    from codex_lib.catalog.links import list_external_links
    from codex_lib.catalog.names import find_series

    with catalog(ctx) as db:
        links = list_external_links(db, find_series(db, series).id)
    if as_json:
        print_whole(links)
    elif links:
        rows = [(link.source_name, link.url, link.external_id) for link in links]
        print_table(COLUMNS, rows)
    else:
        say("No links.")


@app.command("set")
def set_(
    ctx: typer.Context,
    *,
    series: SeriesArg,
    source: SourceArg,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="As https://anilist.co/manga/30013.")
    ],
    external_id: Annotated[
        str | None, typer.Option("--id", metavar="TEXT", help="Its id there.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say where another catalog has a series; one link for each of them."""
    from codex_lib.catalog.links import set_external_link
    from codex_lib.catalog.names import find_series
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        link = set_external_link(
            db,
            found.id,
            source_name=source,
            url=url,
            external_id=external_id,
            now=now(),
        )
    if as_json:
        print_json(link)
    else:
        say(printable(f"{found.title}, {link.source_name}: {link.url}"))


@app.command()
def delete(
    ctx: typer.Context, series: SeriesArg, source: SourceArg, as_json: AsJson = False
) -> None:
    """Forget where another catalog has a series."""
    from codex_lib.catalog.links import delete_external_link
    from codex_lib.catalog.names import find_series
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        delete_external_link(db, found.id, source, now=now())
    if as_json:
        print_json({"series_id": found.id, "source_name": source, "deleted": True})
    else:
        say(printable(f"{found.title} has no link to {source} any more."))
