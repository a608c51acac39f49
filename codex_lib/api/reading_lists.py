"""What the caller is reading, reads next and has read, in one library or in all.

A library that is not there has nothing: an empty list, no error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.ids import id_text
from codex_lib.api.library_lists import RECENT, book_page, shown_books
from codex_lib.api.lists import (
    Limited,
    Page,
    Paged,
    is_page_wanted,
    limited,
    page_or_array,
    paging,
)
from codex_lib.catalog.books import Book
from codex_lib.catalog.series import Series
from codex_lib.db.paging import Paging
from codex_lib.reading.lists import (
    books_in_progress,
    books_on_deck,
    books_recently_read,
    series_in_progress,
)

if TYPE_CHECKING:
    from typing import Protocol

    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.db import Database
    from codex_lib.db.paging import Listing

    class BookList(Protocol):
        """A function of codex_lib.reading.lists that lists books."""

        def __call__(
            self,
            db: Database,
            paging: Paging,
            *,
            user_id: str,
            library_id: str | None = None,
        ) -> Listing[Book]:
            """Return one page of books."""


SERIES, BOOKS = "Series", "Books"
MOST_SERIES = 10_000  # of an array


class ReadingQuery(Paged, kw_only=True):
    """Which page of what somebody reads, in one library or in all."""

    library_id: UUID | None = None


class HistoryQuery(Limited, kw_only=True):
    """How much of what somebody reads, in one library or in all."""

    library_id: UUID | None = None


class BooksInProgress:
    """/books/in-progress."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=BOOKS,
        query=ReadingQuery,
        reply=Page[Book],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: ReadingQuery
    ) -> Page[Book]:
        """List the books that you are in the middle of, latest progress first."""
        library_id = id_text(query.library_id)
        return await paged_books(req, query, books_in_progress, library_id)


class LibraryBooksInProgress:
    """/libraries/{id}/books/in-progress."""

    @endpoint(
        Permission.BOOKS_READ, tag=BOOKS, query=Paged, reply=Page[Book], twins=True
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Paged
    ) -> Page[Book]:
        """List the books of a library that you are in the middle of, latest first."""
        return await paged_books(req, query, books_in_progress, library_id)


class BooksOnDeck:
    """/books/on-deck."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=BOOKS,
        query=ReadingQuery,
        reply=Page[Book],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: ReadingQuery
    ) -> Page[Book]:
        """List the next book of each series that you have begun.

        The first unread one of a series of which you have read a book and are in the
        middle of none. The series in which you completed a book last comes first.
        """
        library_id = id_text(query.library_id)
        return await paged_books(req, query, books_on_deck, library_id)


class LibraryBooksOnDeck:
    """/libraries/{id}/books/on-deck."""

    @endpoint(
        Permission.BOOKS_READ, tag=BOOKS, query=Paged, reply=Page[Book], twins=True
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Paged
    ) -> Page[Book]:
        """List the next book of each series of a library that you have begun.

        As for all libraries.
        """
        return await paged_books(req, query, books_on_deck, library_id)


async def paged_books(
    req: Request, query: Paged, function: BookList, library_id: str | None
) -> Page[Book]:
    """Return what a list of books that is always paged answers."""
    wanted, user_id = paging(req, query), req.caller.user.id
    listing = await call(req, function, wanted, user_id=user_id, library_id=library_id)
    return book_page(listing, req.caller)


class BooksRecentlyRead:
    """/books/recently-read."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=BOOKS,
        query=HistoryQuery,
        reply=Page[Book] | list[Book],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: HistoryQuery
    ) -> Page[Book] | list[Book]:
        """List the books that you have read or are reading, latest first.

        A bare array of 50, or of limit; a page of it when page or page_size is given.
        """
        return await history(req, query, id_text(query.library_id))


class LibraryBooksRecentlyRead:
    """/libraries/{id}/books/recently-read."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=BOOKS,
        query=Limited,
        reply=Page[Book] | list[Book],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Limited
    ) -> Page[Book] | list[Book]:
        """List the books of a library that you have read or are reading, latest first.

        A bare array of 50, or of limit; a page of it when page or page_size is given.
        """
        return await history(req, query, library_id)


async def history(
    req: Request, query: Limited, library_id: str | None
) -> Page[Book] | list[Book]:
    """Return what a list of books read last answers."""
    listing = await call(
        req,
        books_recently_read,
        limited(req, query, default=RECENT),
        user_id=req.caller.user.id,
        library_id=library_id,
    )
    if is_page_wanted(query):
        return book_page(listing, req.caller)
    return shown_books(listing, req.caller)


class SeriesInProgress:
    """/series/in-progress."""

    @endpoint(
        Permission.SERIES_READ,
        tag=SERIES,
        query=HistoryQuery,
        reply=Page[Series] | list[Series],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: HistoryQuery
    ) -> Page[Series] | list[Series]:
        """List the series with a book that you are in the middle of, by name.

        A bare array of all, at most 10,000; a page of it when page or page_size is
        given.
        """
        return await started_series(req, query, id_text(query.library_id))


class LibrarySeriesInProgress:
    """/libraries/{id}/series/in-progress."""

    @endpoint(
        Permission.SERIES_READ,
        tag=SERIES,
        query=Limited,
        reply=Page[Series] | list[Series],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Limited
    ) -> Page[Series] | list[Series]:
        """List the series of a library with a book that you are in the middle of.

        As for all libraries.
        """
        return await started_series(req, query, library_id)


async def started_series(
    req: Request, query: Limited, library_id: str | None
) -> Page[Series] | list[Series]:
    """Return what a list of series in progress answers."""
    wanted = paging(req, query)
    if not is_page_wanted(query):
        wanted = Paging(0, query.limit or MOST_SERIES, maximum=MOST_SERIES)
    listing = await call(
        req,
        series_in_progress,
        wanted,
        user_id=req.caller.user.id,
        library_id=library_id,
    )
    return page_or_array(query, listing)
