"""codex libraries and series purge: what goes, the question, what went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.output import confirm, print_json, print_whole, printable, say
from codex_cli.tables import Column, print_table
from codex_cli.wording import count, local_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.scanning.purge import DeletedBook

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would go, and forget nothing.")
]


def print_purgeable(
    name: str, books: list[DeletedBook], emptied: list[str], *, as_json: bool
) -> None:
    """Print the books, and name the series, that a purge would forget."""
    if as_json:
        print_whole(books)
        return
    if books:
        _print_books(books)
    for title in emptied:
        say(printable(f"The series {title} would go: it has no other book."))
    say(printable(f"A purge of {name} would forget {count(len(books), 'book')}."))


def _print_books(books: list[DeletedBook]) -> None:
    columns = [
        Column("TITLE", flexible=True, least=24),
        Column("SERIES", flexible=True, optional=2),
        Column("MISSING SINCE", optional=1),
        Column("READERS", right=True),
        Column("FILE", flexible=True, optional=3),
    ]
    rows = [
        (
            book.title,
            book.series_name,
            local_time(book.deleted_at),
            str(book.reader_count or ""),
            book.path,
        )
        for book in books
    ]
    print_table(columns, rows)


def purge_asking(
    name: str,
    books: list[DeletedBook],
    forget: Callable[[], int],
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Ask, forget the deleted books of something, and tell how many they were."""
    if books and not yes:
        number = count(len(books), "missing book")
        confirm(f"Forget {number} of {name}, with everybody's progress in them?")
    deleted_count = forget()
    if as_json:
        print_json({"deleted_count": deleted_count})
    elif deleted_count:
        say(printable(f"Forgot {count(deleted_count, 'missing book')} of {name}."))
    else:
        say(printable(f"Nothing to forget: no book of {name} is missing."))
