"""Asking for books to be read again, by all or by those that were not readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.errors import InvalidError
from codex_lib.scanning.chosen import choose_books
from codex_lib.scanning.reanalyze import UNANALYZED
from codex_lib.tasks.queue import enqueue

if TYPE_CHECKING:
    from codex_lib.db import Database


def start_analysis(  # noqa: PLR0913 - all by keyword
    db: Database,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_id: str | None = None,
    force: bool = True,
    now: str,
) -> str:
    """Queue the reading of a book, or of a series' or a library's; return its task.

    Without force only books that were not readable so far. Raises InvalidError when
    there is no such book, LibraryNotFoundError, SeriesNotFoundError,
    BookNotFoundError.
    """
    entity = {"library_id": library_id, "series_id": series_id, "book_id": book_id}
    noun = next(name for name, value in entity.items() if value is not None)
    chosen = choose_books(
        db,
        library_id=library_id,
        series_id=series_id,
        book_ids=[book_id] if book_id else None,
        where="true" if force else UNANALYZED,
    )
    if not chosen:
        raise InvalidError(noun, _nothing(noun, force=force))
    task_type = f"analyze_{noun.removesuffix('_id')}"
    return enqueue(
        db,
        task_type,
        library_id=library_id,
        series_id=series_id,
        book_id=book_id,
        params={"force": force},
        now=now,
    )


def _nothing(noun: str, *, force: bool) -> str:
    if noun == "book_id":
        return "its file is gone" if force else "the book was read already"
    return "has no books" if force else "has no book that was not read already"
