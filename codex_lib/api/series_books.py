"""The books of one series, and the neighbors of a book in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.accounts.permissions import Permission
from codex_lib.api.books import shown_book
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.library_lists import bad_books, book_page, shown_books
from codex_lib.api.lists import Limited, Page, Paged, is_page_wanted, paging
from codex_lib.catalog.adjacent import Adjacent, adjacent_books
from codex_lib.catalog.books import Book, list_books
from codex_lib.catalog.series import get_series
from codex_lib.db.paging import Paging

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.db import Database
    from codex_lib.db.paging import Listing

TAG = "Books"
MOST_BOOKS = 10_000  # of an array: 15 MB of JSON


class SeriesBooksQuery(Limited, kw_only=True):
    """How much of a series' books, or which page of them."""

    include_deleted: bool = False


class SeriesBooks:
    """/series/{id}/books."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=TAG,
        query=SeriesBooksQuery,
        reply=Page[Book] | list[Book],
        errors=(404,),
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, series_id: str, query: SeriesBooksQuery
    ) -> Page[Book] | list[Book]:
        """List the books of a series in the order in which they are read.

        By number, then title. A bare array of all, at most 10,000; a page of it when
        page or page_size is given.
        """
        wanted = paging(req, query)
        if not is_page_wanted(query):
            size = min(query.limit or MOST_BOOKS, MOST_BOOKS)
            wanted = Paging(0, size, maximum=MOST_BOOKS)
        user, everything = req.caller.user.id, query.include_deleted
        listing = await call(req, series_books, wanted, series_id, user, everything)
        if is_page_wanted(query):
            return book_page(listing, req.caller)
        return shown_books(listing, req.caller)


def series_books(
    db: Database,
    wanted: Paging,
    series_id: str,
    user_id: str,
    include_deleted: bool,  # noqa: FBT001 - as it comes from the query
) -> Listing[Book]:
    """Return the books of a series that is there. Raises SeriesNotFoundError."""
    get_series(db, series_id)
    return list_books(
        db,
        wanted,
        series_id=series_id,
        user_id=user_id,
        include_deleted=include_deleted,
    )


class BadSeriesBooks:
    """/series/{id}/books/with-errors."""

    @endpoint(Permission.BOOKS_READ, tag=TAG, query=Paged, reply=Page[Book], twins=True)
    async def on_get(
        self, req: Request, resp: Response, series_id: str, query: Paged
    ) -> Page[Book]:
        """List the books of a series whose file cannot be read, latest first."""
        return await bad_books(req, query, series_id=series_id)


class AdjacentBooks:
    """/books/{id}/adjacent."""

    @endpoint(Permission.BOOKS_READ, tag=TAG, reply=Adjacent, errors=(404,), twins=True)
    async def on_get(self, req: Request, resp: Response, book_id: str) -> Adjacent:
        """Show the books before and after one in its series.

        null before the first and after the last.
        """
        caller = req.caller
        found = await call(req, adjacent_books, book_id, user_id=caller.user.id)
        return Adjacent(
            prev=found.prev and shown_book(found.prev, caller),
            next=found.next and shown_book(found.next, caller),
        )
