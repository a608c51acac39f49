"""Series and books as tables, and libraries and series by name in options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_cli.ids import shown_id
from codex_cli.tables import Column, print_table
from codex_cli.wording import decimal, file_size

if TYPE_CHECKING:
    from codex_lib.catalog.books import Book
    from codex_lib.catalog.series import Series
    from codex_lib.db import Database

SERIES_COLUMNS = (
    Column("SERIES", flexible=True, least=24),
    Column("BOOKS", right=True),
    Column("YEAR", right=True, optional=2),
    Column("PUBLISHER", flexible=True, optional=3),
    Column("LIBRARY", flexible=True, optional=4),
    Column("ID", optional=1),
)
BOOK_COLUMNS = (
    Column("TITLE", flexible=True, least=30),
    Column("NO", right=True),
    Column("SERIES", flexible=True, least=12, optional=2),
    Column("PAGES", right=True),
    Column("SIZE", right=True, optional=3),
    Column("FORMAT", optional=4),
    Column("ID", optional=1),
    Column("REMARK", flexible=True, least=20),
)


def print_series(found: list[Series]) -> None:
    """Print series as a table."""
    rows = [
        (
            series.title,
            f"{series.book_count:,}",
            series.year,
            series.publisher,
            series.library_name,
            shown_id(series.id),
        )
        for series in found
    ]
    print_table(SERIES_COLUMNS, rows)


def print_books(found: list[Book]) -> None:
    """Print books as a table; the remark says what is wrong with a file."""
    rows = [
        (
            book.title,
            decimal(book.number),
            book.series_name,
            f"{book.page_count:,}",
            file_size(book.file_size),
            book.file_format,
            shown_id(book.id),
            _remark(book),
        )
        for book in found
    ]
    print_table(BOOK_COLUMNS, rows)


def _remark(book: Book) -> str:
    return "missing" if book.deleted else book.analysis_error or ""


def library_id(db: Database, library: str | None) -> str | None:
    """Return the id of a library named in an option; None for None."""
    if library is None:
        return None
    from codex_lib.catalog.names import find_library

    return find_library(db, library).id


def series_id(db: Database, series: str | None, within: str | None) -> str | None:
    """Return the id of a series named in an option; within is a library's id."""
    if series is None:
        return None
    from codex_lib.catalog.names import find_series

    return find_series(db, series, library_id=within).id
