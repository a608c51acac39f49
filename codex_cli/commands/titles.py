"""codex titles: what else series are called."""

from __future__ import annotations

from typing import Annotated

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.options import AsJson, SeriesArg, Yes, given
from codex_cli.output import confirm, print_json, print_whole, printable, say
from codex_cli.tables import Column, print_table

app = command_group("What else your series are called.")
COLUMNS = (
    Column("TITLE", flexible=True, least=24),
    Column("LABEL", flexible=True),
    Column("ID", optional=1),
)

OtherTitleArg = Annotated[
    str,
    typer.Argument(
        metavar="TITLE", help="The alternate title, its id or the id's start."
    ),
]


@app.command("list")
def list_(ctx: typer.Context, series: SeriesArg, as_json: AsJson = False) -> None:
    """List the alternate titles of a series."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.titles import list_alternate_titles

    with catalog(ctx) as db:
        titles = list_alternate_titles(db, find_series(db, series).id)
    if as_json:
        print_whole(titles)
    elif titles:
        rows = [(item.title, item.label, shown_id(item.id)) for item in titles]
        print_table(COLUMNS, rows)
    else:
        say("No alternate titles.")


@app.command()
def add(
    ctx: typer.Context,
    series: SeriesArg,
    title: Annotated[
        str, typer.Argument(metavar="TITLE", help="What it is also called.")
    ],
    label: Annotated[
        str, typer.Option(metavar="TEXT", help="What kind, as Japanese or Romaji.")
    ] = "Alternate",
    as_json: AsJson = False,
) -> None:
    """Give a series another title, by which it is found as well."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.titles import create_alternate_title
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        made = create_alternate_title(db, found.id, label=label, title=title, now=now())
    if as_json:
        print_json(made)
    else:
        say(printable(f"{found.title} is also called {made.title} ({made.label})."))


@app.command()
def update(
    ctx: typer.Context,
    *,
    series: SeriesArg,
    title: OtherTitleArg,
    new: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What it becomes.")
    ] = None,
    label: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What kind it is.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change an alternate title or its label."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.titles import find_alternate_title, update_alternate_title
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        old = find_alternate_title(db, found.id, title)
        values = given(title=new, label=label)
        changed = update_alternate_title(db, found.id, old.id, values, now=now())
    if as_json:
        print_json(changed)
    else:
        say(
            printable(
                f"{found.title} is also called {changed.title} ({changed.label})."
            )
        )


@app.command()
def delete(
    ctx: typer.Context,
    series: SeriesArg,
    title: OtherTitleArg,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take an alternate title from a series."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.titles import delete_alternate_title, find_alternate_title
    from codex_lib.clock import now

    with catalog(ctx) as db:
        found = find_series(db, series)
        old = find_alternate_title(db, found.id, title)
        if not yes:
            confirm(f"Take the title {old.title} from {found.title}?")
        delete_alternate_title(db, found.id, old.id, now=now())
    if as_json:
        print_json({"id": old.id, "series_id": found.id, "deleted": True})
    else:
        say(printable(f"{found.title} is not called {old.title} any more."))
