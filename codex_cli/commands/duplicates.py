"""codex duplicates: books whose files are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.amounts import parse_rate
from codex_cli.context import catalog
from codex_cli.exit_codes import ExitCode
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.options import AsJson
from codex_cli.output import print_json, print_whole, say
from codex_cli.progress import count_bar, stop_on_interrupt
from codex_cli.tables import Column, print_table
from codex_cli.verifying import Rate
from codex_cli.wording import count, file_size
from codex_lib.clock import now

if TYPE_CHECKING:
    from codex_lib.catalog.duplicates import DuplicateGroup
    from codex_lib.db import Database
    from codex_lib.scanning.hashes import HashProgress

app = command_group("Books whose files are equal.")
COLUMNS = (
    Column("GROUP"),
    Column("TITLE", flexible=True, least=20),
    Column("SIZE", right=True, optional=1),
    Column("FILE", flexible=True, least=20),
)

GroupArg = Annotated[
    str, typer.Argument(metavar="GROUP", help="Its id or the id's start.")
]


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the groups of equal books, as the last search found them."""
    from codex_lib.catalog.duplicates import list_duplicates

    with catalog(ctx) as db:
        found = list_duplicates(db)
        if as_json:
            print_whole(found)
        elif found:
            _print_groups(db, found)
        else:
            say('No duplicates known. "codex duplicates scan" searches for them.')


def _print_groups(db: Database, found: list[DuplicateGroup]) -> None:
    from codex_lib.catalog.books import get_book

    rows = []
    for group in found:
        name = shown_id(group.id)
        for book in (get_book(db, book_id) for book_id in group.book_ids):
            size = file_size(book.file_size)
            rows.append((name, book.title, size, book.file_path))
    print_table(COLUMNS, rows)


@app.command()
def scan(
    ctx: typer.Context,
    *,
    rate: Rate = None,
    enqueue: Annotated[
        bool, typer.Option("--enqueue", help="Leave it to a worker, and do not wait.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search all libraries for equal books; files are compared, not changed.

    Only those of the same size with the same pages are read. Exit code: 130 stopped by
    Ctrl-C, what was read is not read again.
    """
    from codex_lib.scanning.duplicates import find_duplicates
    from codex_lib.tasks.duplicates_task import start_duplicate_scan

    with catalog(ctx) as db:
        if enqueue:
            task_id = start_duplicate_scan(db, now=now())
            if as_json:
                print_json({"task_id": task_id})
            else:
                say(f"Task {task_id} waits for a worker.")
            return
        with stop_on_interrupt() as stop, count_bar("Comparing", "books") as show:

            def tell(progress: HashProgress) -> None:
                if show:
                    show(*progress)

            result = find_duplicates(
                db, rate=parse_rate(rate), on_progress=tell, should_stop=stop, now=now()
            )
    if as_json:
        print_json(result)
    elif result.cancelled:
        say("Stopped before the end; the groups are as they were.")
    else:
        groups = count(result.duplicate_groups, "group")
        say(f"Found {groups} of equal books; read {count(result.hashed, 'file')}.")
    if result.cancelled:
        raise typer.Exit(ExitCode.INTERRUPTED)


@app.command()
def dismiss(ctx: typer.Context, group: GroupArg, as_json: AsJson = False) -> None:
    """Hide a group until another book joins it or one leaves; no book is touched."""
    from codex_lib.catalog.duplicates import dismiss_duplicate, find_duplicate

    with catalog(ctx) as db:
        found = find_duplicate(db, group)
        dismiss_duplicate(db, found.id, now=now())
    if as_json:
        print_json({"id": found.id, "dismissed": True})
    else:
        say(f"Hid the group of {count(found.duplicate_count, 'book')}.")
