"""codex events: what happens in the libraries, as it happens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.output import json_bytes, note, printable, say, write_bytes
from codex_cli.wording import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_cli.following import Interruption
    from codex_lib.db import Database

app = command_group("What happens in your libraries, live.")
IDS = ("book_id", "series_id", "entity_id", "library_id")


@app.callback()
def events() -> None:
    """Keep the group a group: it has one command so far."""


@app.command()
def watch(
    ctx: typer.Context,
    number: Annotated[
        int | None,
        typer.Option("--number", "-n", min=1, metavar="N", help="End after so many."),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(min=0, metavar="ID", help="Begin behind this event."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each as a line of JSON.")
    ] = False,
) -> None:
    """Follow scans, edits and all else that changes, until Ctrl-C."""
    from codex_cli.following import show_until_interrupted

    def show(event: dict[str, Any]) -> None:
        if as_json:
            write_bytes(json_bytes(event))
        else:
            say(_line(event))

    with catalog(ctx) as db:
        show_until_interrupted(partial(_events, db, since), show, number)


def _events(
    db: Database, since: int | None, until: Interruption
) -> Iterator[dict[str, Any]]:
    from codex_cli.following import FOLLOWING, follow
    from codex_lib.events.outbox import CATALOG, event_data, newest_event

    after = newest_event(db) if since is None else since
    note(FOLLOWING)
    for event in follow(db, [CATALOG], after, until):
        yield {"id": event.id, **event_data(event)}


def _line(event: dict[str, Any]) -> str:
    """Return an event in words: when, what, whose, and which fields."""
    told = next((event[name] for name in IDS if event.get(name)), "")
    fields = ", ".join(event.get("fields") or ())
    what = event["type"].replace("_", " ")
    line = f"{local_time(event['timestamp'])}  {what}  {shown_id(told)}  {fields}"
    return printable(line.rstrip())
