"""Covers: the small picture of a book, of a series or of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.catalog.books import disk_file
from codex_lib.catalog.libraries import get_library
from codex_lib.catalog.pages import page_map
from codex_lib.db import one, rows
from codex_lib.errors import PageNotFoundError, SeriesNotFoundError, UnreadableBookError
from codex_lib.formats import read_page

if TYPE_CHECKING:
    from codex_lib.db import Database
    from codex_lib.formats.images import RenderedImage

MAX_DIMENSION = 400

_COVER_PAGE = """
    SELECT cover_page_index FROM book_metadata
    WHERE book_id = (SELECT id FROM books WHERE uuid = :id)
"""


def get_book_cover(
    db: Database, book_id: str, *, max_dimension: int = MAX_DIMENSION
) -> RenderedImage:
    """Return a book's cover as JPEG, no side longer than max_dimension.

    The cover that an EPUB names, else the page that ComicInfo calls the front cover,
    else the first page. Never enlarged. Raises BookNotFoundError, PageNotFoundError
    for a book without pages, UnreadableBookError.
    """
    from codex_lib.formats.images import render_cover  # noqa: PLC0415 - loads Pillow

    path, file_format = disk_file(db, book_id)
    pages, cover = page_map(db, book_id)
    if not pages and cover is None:
        raise PageNotFoundError("the book has no pages")
    row = one(db, _COVER_PAGE, {"id": book_id})
    index = row["cover_page_index"] if row else None
    page = cover or pages[index if index is not None and index < len(pages) else 0]
    data = read_page(path, file_format, page)
    try:
        return render_cover(data, max_dimension=max_dimension)
    except UnreadableBookError as error:
        raise UnreadableBookError(path, f"its cover: {error.reason}") from error


_BOOKS = """
    SELECT books.uuid AS id FROM books
    WHERE books.series_id = (SELECT id FROM series WHERE uuid = :id)
    AND books.deleted_at IS NULL AND books.page_count > 0
    ORDER BY books.number IS NULL, books.number, books.sort_key, books.id LIMIT 5
"""


def get_series_cover(
    db: Database, series_id: str, *, max_dimension: int = MAX_DIMENSION
) -> RenderedImage:
    """Return the cover of a series: that of its first readable book, as JPEG.

    At most five books are tried. Raises SeriesNotFoundError, PageNotFoundError for a
    series without pages, UnreadableBookError when no cover can be read.
    """
    if one(db, "SELECT id FROM series WHERE uuid = :id", {"id": series_id}) is None:
        raise SeriesNotFoundError(series_id)
    failure: UnreadableBookError | None = None
    for row in rows(db, _BOOKS, {"id": series_id}):
        try:
            return get_book_cover(db, row["id"], max_dimension=max_dimension)
        except UnreadableBookError as error:
            failure = failure or error
    if failure is not None:
        raise failure
    raise PageNotFoundError("the series has no pages")


_SERIES = """
    SELECT series.uuid AS id FROM series
    WHERE series.library_id = (SELECT id FROM libraries WHERE uuid = :id)
    AND series.book_count > 0 AND series.page_count > 0
    ORDER BY series.sort_key, series.id LIMIT 5
"""


def get_library_cover(
    db: Database, library_id: str, *, max_dimension: int = MAX_DIMENSION
) -> RenderedImage:
    """Return the cover of a library: that of its first series that has one, as JPEG.

    At most five series are tried. Raises LibraryNotFoundError, PageNotFoundError for a
    library without pages, UnreadableBookError when no cover can be read.
    """
    get_library(db, library_id)
    failure: UnreadableBookError | None = None
    for row in rows(db, _SERIES, {"id": library_id}):
        try:
            return get_series_cover(db, row["id"], max_dimension=max_dimension)
        except UnreadableBookError as error:
            failure = failure or error
    if failure is not None:
        raise failure
    raise PageNotFoundError("the library has no pages")
