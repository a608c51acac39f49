"""Covers: the small picture of a book, of a series or of a library."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from codex_lib.catalog.cover_choices import (
    CoverLook,
    find_book_cover,
    find_library_cover,
    find_series_cover,
)
from codex_lib.catalog.pages import page_map
from codex_lib.catalog.stored_pages import PagePlace, current_place, find_page
from codex_lib.db import one
from codex_lib.errors import (
    ConflictError,
    CoverNotFoundError,
    PageNotFoundError,
    UnreadableBookError,
)
from codex_lib.formats import read_page
from codex_lib.formats.image_headers import image_header

if TYPE_CHECKING:
    from codex_lib.catalog.cover_choices import CoverChoice, CoverChoices
    from codex_lib.catalog.image_cache import ImageCache
    from codex_lib.db import Database
    from codex_lib.formats.images import RenderedImage

MAX_DIMENSION = 400

_PAGE_INDEX = """
    SELECT cover_page_index FROM book_metadata
    WHERE book_id = (SELECT id FROM books WHERE uuid = :id)
"""


class Find(Protocol):  # pragma: no cover - has no code
    """A function that finds what shows a thing."""

    def __call__(
        self, db: Database, thing_id: str, /, *, look: CoverLook | None
    ) -> CoverChoices:
        """Return what shows a thing."""


class _NotKeptError(Exception):
    """Carries a cover out of a cache that is not to keep it."""

    def __init__(self, data: bytes) -> None:
        self.data = data


def get_book_cover(
    db: Database, book_id: str, *, max_dimension: int = MAX_DIMENSION
) -> RenderedImage:
    """Return a book's cover as JPEG, no side longer than max_dimension.

    The one that somebody chose, else the cover that an EPUB names, else the page that
    ComicInfo calls the front cover, else the first page. Never enlarged. Raises
    BookNotFoundError, PageNotFoundError for a book without pages, UnreadableBookError.
    """
    return _rendered(db, find_book_cover, book_id, max_dimension)


def get_series_cover(
    db: Database, series_id: str, *, max_dimension: int = MAX_DIMENSION
) -> RenderedImage:
    """Return the cover of a series: the chosen one, else its first book's, as JPEG.

    Of its books the first that can be read; at most five are tried. So it is too when
    the book whose cover was chosen cannot be read. Raises SeriesNotFoundError,
    PageNotFoundError for a series without pages, UnreadableBookError when no cover can
    be read.
    """
    return _rendered(db, find_series_cover, series_id, max_dimension)


def get_library_cover(
    db: Database, library_id: str, *, max_dimension: int = MAX_DIMENSION
) -> RenderedImage:
    """Return the cover of a library: that of its first series that has one, as JPEG.

    At most five series are tried. Raises LibraryNotFoundError, PageNotFoundError for a
    library without pages, UnreadableBookError when no cover can be read.
    """
    return _rendered(db, find_library_cover, library_id, max_dimension)


def _rendered(
    db: Database, find: Find, thing_id: str, max_dimension: int
) -> RenderedImage:
    from codex_lib.formats.images import RenderedImage  # noqa: PLC0415 - loads Pillow

    look = CoverLook(max_dimension=max_dimension)
    data = make_cover(db, find(db, thing_id, look=look))
    return RenderedImage(data, *image_header(data))


def kept_cover(
    found: CoverChoices, cache: ImageCache, *, wait: bool = True
) -> bytes | None:
    """Return a cover from the cache, None if it is not there.

    Without wait BlockingIOError is raised rather than that the disk is waited for.
    """
    return cache.find(found.keys[0], wait=wait)


def make_cover(
    db: Database, found: CoverChoices, cache: ImageCache | None = None
) -> bytes:
    """Return a cover as JPEG, made if the cache does not have it.

    Raises PageNotFoundError, CoverNotFoundError, UnreadableBookError, when none of the
    choices can be read.
    """
    failure: UnreadableBookError | PageNotFoundError | None = None
    for choice, key in zip(found.choices, found.keys, strict=True):
        try:
            return _made(db, choice, found.look, cache, key)
        except (UnreadableBookError, PageNotFoundError) as error:
            failure = failure or error
    raise failure or PageNotFoundError


def _made(
    db: Database,
    choice: CoverChoice,
    look: CoverLook,
    cache: ImageCache | None,
    key: str,
) -> bytes:
    def make() -> bytes:
        if choice.given is not None:
            return _given_cover(db, choice.given, look)
        data, is_as_known = _book_cover(db, choice.book_id, look)
        if not is_as_known:
            raise _NotKeptError(data)
        return data

    try:
        return cache.get_or_make(key, make) if cache else make()
    except _NotKeptError as cover:
        return cover.data


def _given_cover(db: Database, row_id: int, look: CoverLook) -> bytes:
    from codex_lib.formats.images import render_cover  # noqa: PLC0415 - loads Pillow

    row = one(db, "SELECT data FROM cover_images WHERE cover_id = ?", [row_id])
    if row is None:  # deleted since it was chosen
        raise CoverNotFoundError
    return render_cover(row["data"], **look._asdict()).data


def _book_cover(db: Database, book_id: str, look: CoverLook) -> tuple[bytes, bool]:
    """Return a book's own cover, and whether its file is that of the last scan.

    If it is not the cover is right all the same, but it belongs to no known file.
    """
    from codex_lib.formats.images import render_cover  # noqa: PLC0415 - loads Pillow

    known = _cover_place(db, book_id)
    place = _place_now(known)
    data = read_page(place.path, place.file_format, place.page)
    try:
        image = render_cover(data, **look._asdict())
    except UnreadableBookError as error:
        raise UnreadableBookError(place.path, f"its cover: {error.reason}") from error
    return image.data, place == known == _place_now(known)


def _cover_place(db: Database, book_id: str) -> PagePlace:
    """Return where a book's own cover lies as of the last scan."""
    pages, cover = page_map(db, book_id)
    if not pages:
        raise PageNotFoundError("the book has no pages")
    row = one(db, _PAGE_INDEX, {"id": book_id})
    index = row["cover_page_index"] if row else None
    number = 1 if index is None or index >= len(pages) else index + 1
    place = find_page(db, book_id, number)
    return replace(place, page=cover) if cover else place


def _place_now(known: PagePlace) -> PagePlace:
    """Return where a cover lies in the file as it is now."""
    try:
        return current_place(known)
    except ConflictError as error:
        reason = "has changed since the last scan"
        raise UnreadableBookError(known.path, reason) from error
