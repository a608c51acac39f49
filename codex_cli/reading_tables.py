"""Books with how far somebody is in them, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_cli.ids import shown_id
from codex_cli.tables import Column, print_table
from codex_cli.wording import decimal, local_time

if TYPE_CHECKING:
    from codex_lib.catalog.books import Book
    from codex_lib.catalog.progress import Progress

COLUMNS = (
    Column("TITLE", flexible=True, least=30),
    Column("NO", right=True),
    Column("SERIES", flexible=True, least=12, optional=2),
    Column("AT"),
    Column("LAST READ", optional=3),
    Column("ID", optional=1),
)


def print_readings(found: list[Book]) -> None:
    """Print books with the progress of whoever they were listed for."""
    rows = [
        (
            book.title,
            decimal(book.number),
            book.series_name,
            position(book, book.read_progress),
            local_time(book.read_progress.updated_at if book.read_progress else None),
            shown_id(book.id),
        )
        for book in found
    ]
    print_table(COLUMNS, rows)


def position(book: Book, progress: Progress | None) -> str:
    """Return "read", "12 of 30", "45 %", or "" for a book that is not begun."""
    if progress is None:
        return ""
    if progress.completed:
        return "read"
    if progress.progress_percentage is not None:
        return f"{progress.progress_percentage:.0%}".replace("%", " %")
    pages = f" of {book.page_count:,}" if book.page_count else ""
    return f"{progress.current_page:,}{pages}"
