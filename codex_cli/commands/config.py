"""codex config: the settings, and where each comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from codex_cli.context import settings
from codex_cli.groups import command_group
from codex_cli.options import AsJson
from codex_cli.output import print_json, print_whole, printable, say
from codex_cli.tables import Column, print_table

app = command_group("The settings and where each comes from.")
COLUMNS = (
    Column("SETTING"),
    Column("VALUE", flexible=True),
    Column("FROM", flexible=True),
)


@app.command()
def show(
    ctx: typer.Context,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only those that are not the default.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show every setting with its value and its source; secrets are masked."""
    from codex_lib.config.load import config_rows

    rows = config_rows(settings(ctx))
    if changed:
        rows = [row for row in rows if row.source != "default"]
    if as_json:
        print_whole([row._asdict() for row in rows])
    else:
        print_table(COLUMNS, [(row.key, row.value, row.source) for row in rows])


@app.command()
def path(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Tell where the settings file and the data are."""
    config = settings(ctx)
    places = {
        "config_file": config.config_file,
        "data_dir": config.data_dir,
        "catalog": config.catalog_path,
    }
    if as_json:
        print_json(places)
        return
    for label, place in places.items():
        say(f"{label:<12} {printable(str(place)) if place else 'none'}")
