"""Pages of a book: what they are, and their images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.books import disk_file
from codex_lib.catalog.stored_pages import current_place, find_page, read_image
from codex_lib.db import one
from codex_lib.errors import UnreadableBookError
from codex_lib.formats.page_map import unpack_pages

if TYPE_CHECKING:
    from codex_lib.db import Database
    from codex_lib.formats.book import Page
    from codex_lib.formats.images import RenderedImage


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page, in the shape of the API contract, section 2.8.

    page_number counts from 1. width and height are None until somebody had to decode
    the page; file_size is 0 for a page that is rendered on request.
    """

    book_id: str
    page_number: int
    file_name: str
    file_format: str
    file_size: int
    width: int | None
    height: int | None


_PAGE_MAP = """
    SELECT pages FROM page_maps WHERE book_id = (SELECT id FROM books WHERE uuid = :id)
"""


def page_map(db: Database, book_id: str) -> tuple[list[Page], Page | None]:
    """Return a book's pages in order, and its cover if that is no page.

    Empty for a book that was never readable.
    """
    row = one(db, _PAGE_MAP, {"id": book_id})
    return ([], None) if row is None else unpack_pages(row["pages"])


def list_pages(db: Database, book_id: str) -> list[PageRow]:
    """Return the pages of a book in reading order. Raises BookNotFoundError."""
    disk_file(db, book_id)
    return [
        PageRow(
            book_id=book_id,
            page_number=number,
            file_name=page.name,
            file_format=page.format,
            file_size=page.file_size,
            width=page.width or None,
            height=page.height or None,
        )
        for number, page in enumerate(page_map(db, book_id)[0], 1)
    ]


def get_page(  # noqa: PLR0913 - all by keyword
    db: Database,
    book_id: str,
    page_number: int,
    *,
    width: int | None = None,
    height: int | None = None,
    format: str | None = None,  # noqa: A002 - the API's word
) -> RenderedImage:
    """Return a page's image: as stored, or fitted into width x height, never enlarged.

    page_number counts from 1. format is jpeg, png or webp; without it the stored one
    stays. A file that has changed since the scan gives the page that it has now.
    Raises BookNotFoundError, PageNotFoundError, InvalidError for a bad size or format,
    UnreadableBookError when the page is damaged or the file gone, and ConflictError
    when it changes at this moment.
    """
    from codex_lib.formats.images import render_image  # noqa: PLC0415 - loads Pillow

    place = current_place(find_page(db, book_id, page_number))
    data = read_image(place)
    try:
        return render_image(data, width=width, height=height, format=format)
    except UnreadableBookError as error:
        reason = f"page {page_number}: {error.reason}"
        raise UnreadableBookError(place.path, reason) from error
