"""Which image shows a book, a series or a library, told from the catalog alone.

An image somebody gave it, else the cover of a book; of a series or a library that of
the first book that can be read. Two covers with equal keys are equal, so that a client
and a cache can be asked for one before any file is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xxhash import xxh3_128_hexdigest

from codex_lib.catalog.libraries import get_library
from codex_lib.db import one, rows
from codex_lib.errors import BookNotFoundError, PageNotFoundError, SeriesNotFoundError
from codex_lib.settings.definitions import (
    THUMBNAIL_JPEG_QUALITY,
    THUMBNAIL_MAX_DIMENSION,
)
from codex_lib.settings.values import get_value

if TYPE_CHECKING:
    from codex_lib.db import Database, Row

# In every key: a new one where the same file gives another cover than before.
_EDITION = "1"


class CoverLook(NamedTuple):
    """How covers look: their longer side in pixels, their quality as JPEG."""

    max_dimension: int = THUMBNAIL_MAX_DIMENSION.default
    quality: int = THUMBNAIL_JPEG_QUALITY.default


class CoverChoice(NamedTuple):
    """One image: one that was given (its cover's inner id), or that of a book."""

    key: str
    book_id: str = ""
    given: int | None = None


class CoverChoices(NamedTuple):
    """The images that may show a thing, of which the first that can be read does."""

    choices: tuple[CoverChoice, ...]
    look: CoverLook

    @property
    def etag(self) -> str:
        """A text that changes with the image."""
        return xxh3_128_hexdigest(" ".join(self.keys).encode())

    @property
    def keys(self) -> list[str]:
        """The key of each choice in a cache."""
        look = f"{self.look.max_dimension}-{self.look.quality}-{_EDITION}"
        return [f"{choice.key}/{look}" for choice in self.choices]


def cover_look(db: Database) -> CoverLook:
    """Return how covers look by the settings."""
    return CoverLook(
        get_value(db, THUMBNAIL_MAX_DIMENSION), get_value(db, THUMBNAIL_JPEG_QUALITY)
    )


# A book's row with the image that it was given, if any.
_BOOK = """
    SELECT books.uuid AS id, books.file_size, books.mtime_ns, (
            SELECT cover_page_index FROM book_metadata WHERE book_id = books.id
        ) AS page_index, covers.id AS given, hex(covers.digest) AS digest
    FROM books LEFT JOIN covers ON covers.book_id = books.id AND covers.is_selected
"""


def find_book_cover(
    db: Database, book_id: str, *, look: CoverLook | None = None
) -> CoverChoices:
    """Return what shows a book; look is that of the settings if none is given.

    Raises BookNotFoundError.
    """
    row = one(db, f"{_BOOK} WHERE books.uuid = ?", [book_id])
    if row is None:
        raise BookNotFoundError(book_id)
    return CoverChoices((_choice(row),), look or cover_look(db))


def _choice(row: Row) -> CoverChoice:
    if row["given"] is not None:
        return CoverChoice(row["digest"], given=row["given"])
    page = "" if row["page_index"] is None else row["page_index"]
    key = f"{row['id']}/{row['mtime_ns']:x}-{row['file_size']:x}-{page}"
    return CoverChoice(key, book_id=row["id"])


_OF_SERIES = """
    SELECT series.id, covers.id AS given, hex(covers.digest) AS digest,
        covers.source_book_id AS source
    FROM series LEFT JOIN covers
        ON covers.series_id = series.id AND covers.is_selected
    WHERE series.uuid = :id
"""
# With numbers first; two questions, because each is answered by the index in its order.
_FIRST_BOOKS = """
    SELECT * FROM (
        SELECT id FROM books INDEXED BY books_by_series
        WHERE series_id = :series AND number IS NOT NULL
        AND deleted_at IS NULL AND page_count > 0
        ORDER BY number, sort_key, id LIMIT 5
    ) UNION ALL SELECT * FROM (
        SELECT id FROM books INDEXED BY books_by_series
        WHERE series_id = :series AND number IS NULL
        AND deleted_at IS NULL AND page_count > 0
        ORDER BY sort_key, id LIMIT 5
    ) LIMIT 5
"""
_BOOK_BY_ROW = f"{_BOOK} WHERE books.id = ?"


def find_series_cover(
    db: Database, series_id: str, *, look: CoverLook | None = None
) -> CoverChoices:
    """Return what shows a series: the chosen one, then its first five books.

    Raises SeriesNotFoundError, PageNotFoundError for a series without pages.
    """
    chosen = one(db, _OF_SERIES, {"id": series_id})
    if chosen is None:
        raise SeriesNotFoundError(series_id)
    choices = _of_series(db, chosen)
    if not choices:
        raise PageNotFoundError("the series has no pages")
    return CoverChoices(choices, look or cover_look(db))


def _of_series(db: Database, chosen: Row) -> tuple[CoverChoice, ...]:
    if chosen["given"] is not None and chosen["source"] is None:
        return (CoverChoice(chosen["digest"], given=chosen["given"]),)
    found = [row["id"] for row in rows(db, _FIRST_BOOKS, {"series": chosen["id"]})]
    if chosen["source"] is not None:
        found.insert(0, chosen["source"])
    return tuple(_choice(rows(db, _BOOK_BY_ROW, [row_id])[0]) for row_id in found)


_FIRST_SERIES = """
    SELECT uuid FROM series
    WHERE library_id = (SELECT id FROM libraries WHERE uuid = :id)
    AND book_count > 0 AND page_count > 0 ORDER BY sort_key, id LIMIT 5
"""


def find_library_cover(
    db: Database, library_id: str, *, look: CoverLook | None = None
) -> CoverChoices:
    """Return what shows a library: what shows its first five series.

    Raises LibraryNotFoundError, PageNotFoundError for a library without pages.
    """
    get_library(db, library_id)
    choices: list[CoverChoice] = []
    for row in rows(db, _FIRST_SERIES, {"id": library_id}):
        (series,) = rows(db, _OF_SERIES, {"id": row["uuid"]})
        choices += _of_series(db, series)
    if not choices:
        raise PageNotFoundError("the library has no pages")
    return CoverChoices(tuple(choices), look or cover_look(db))
