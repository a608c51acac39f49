"""Lists of one library, what came last, and books whose file is bad.

A library that is not there has nothing: an empty list, no error.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from codex_lib.accounts.permissions import Permission
from codex_lib.api.books import shown_book
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.ids import id_text
from codex_lib.api.lists import (
    Limited,
    Page,
    Paged,
    Sorted,
    envelope,
    limited,
    page_or_array,
    paging,
)
from codex_lib.catalog.books import Book, list_books
from codex_lib.catalog.series import Series, list_series

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.auth import Caller
    from codex_lib.api.requests import Request
    from codex_lib.db.paging import Listing

SERIES, BOOKS = "Series", "Books"
RECENT = 50  # items of an array when no limit is given


class RecentQuery(Limited, kw_only=True):
    """How much of what came last, in one library or in all."""

    library_id: UUID | None = None


class BadBooksQuery(Paged, kw_only=True):
    """Which page of the books whose file is bad, and where from."""

    library_id: UUID | None = None
    series_id: UUID | None = None


class RecentBooksQuery(Paged, kw_only=True):
    """Which page of the books that came last, in one library or in all."""

    library_id: UUID | None = None


class RecentSeries:
    """/series/recently-added, and the like: series by a time, newest first."""

    def __init__(self, sort: str) -> None:
        self.sort = sort

    @endpoint(
        Permission.SERIES_READ,
        tag=SERIES,
        query=RecentQuery,
        reply=Page[Series] | list[Series],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: RecentQuery
    ) -> Page[Series] | list[Series]:
        """List the series that were added or changed last, newest first.

        A bare array of 50, or of limit; a page of it when page or page_size is given.
        """
        return await recent_series(req, query, id_text(query.library_id), self.sort)


class RecentLibrarySeries:
    """/libraries/{id}/series/recently-added, and the like."""

    def __init__(self, sort: str) -> None:
        self.sort = sort

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
        """List the series of a library that were added or changed last, newest first.

        A bare array of 50, or of limit; a page of it when page or page_size is given.
        """
        return await recent_series(req, query, library_id, self.sort)


async def recent_series(
    req: Request, query: Limited, library_id: str | None, sort: str
) -> Page[Series] | list[Series]:
    """Return what a list of series by a time answers."""
    listing = await call(
        req,
        list_series,
        limited(req, query, default=RECENT),
        library_id=library_id,
        sort=f"{sort},desc",
        user_id=req.caller.user.id,
    )
    return page_or_array(query, listing)


class LibrarySeries:
    """/libraries/{id}/series."""

    @endpoint(
        Permission.SERIES_READ,
        tag=SERIES,
        query=Sorted,
        reply=Page[Series],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Sorted
    ) -> Page[Series]:
        """List the series of a library, by name unless another order is asked for."""
        listing = await call(
            req,
            list_series,
            paging(req, query),
            library_id=library_id,
            sort=query.sort,
            order=query.order,
            user_id=req.caller.user.id,
        )
        return envelope(listing)


class LibraryBooks:
    """/libraries/{id}/books."""

    @endpoint(
        Permission.BOOKS_READ, tag=BOOKS, query=Sorted, reply=Page[Book], twins=True
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Sorted
    ) -> Page[Book]:
        """List the books of a library, by title unless another order is asked for."""
        listing = await call(
            req,
            list_books,
            paging(req, query),
            library_id=library_id,
            sort=query.sort,
            order=query.order,
            user_id=req.caller.user.id,
        )
        return book_page(listing, req.caller)


class RecentBooks:
    """/books/recently-added."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=BOOKS,
        query=RecentBooksQuery,
        reply=Page[Book],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: RecentBooksQuery
    ) -> Page[Book]:
        """List the books that were added last, newest first."""
        return await recent_books(req, query, id_text(query.library_id))


class RecentLibraryBooks:
    """/libraries/{id}/books/recently-added."""

    @endpoint(
        Permission.BOOKS_READ, tag=BOOKS, query=Paged, reply=Page[Book], twins=True
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Paged
    ) -> Page[Book]:
        """List the books of a library that were added last, newest first."""
        return await recent_books(req, query, library_id)


async def recent_books(
    req: Request, query: Paged, library_id: str | None
) -> Page[Book]:
    """Return what a list of books by the time they came answers."""
    listing = await call(
        req,
        list_books,
        paging(req, query),
        library_id=library_id,
        sort="date_added,desc",
        user_id=req.caller.user.id,
    )
    return book_page(listing, req.caller)


class BadBooks:
    """/books/with-errors."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=BOOKS,
        query=BadBooksQuery,
        reply=Page[Book],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: BadBooksQuery
    ) -> Page[Book]:
        """List the books whose file cannot be read, those met last first."""
        places = {"library_id": query.library_id, "series_id": query.series_id}
        return await bad_books(req, query, **{k: id_text(v) for k, v in places.items()})


class BadLibraryBooks:
    """/libraries/{id}/books/with-errors."""

    @endpoint(
        Permission.BOOKS_READ, tag=BOOKS, query=Paged, reply=Page[Book], twins=True
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: Paged
    ) -> Page[Book]:
        """List the books of a library whose file cannot be read, latest first."""
        return await bad_books(req, query, library_id=library_id)


async def bad_books(
    req: Request,
    query: Paged,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
) -> Page[Book]:
    """Return what a list of books with a bad file answers."""
    listing = await call(
        req,
        list_books,
        paging(req, query),
        library_id=library_id,
        series_id=series_id,
        with_errors=True,
        sort="updated_at,desc",
        user_id=req.caller.user.id,
    )
    return book_page(listing, req.caller)


def book_page(listing: Listing[Book], caller: Caller) -> Page[Book]:
    """Return a page of books as a caller may see them."""
    return envelope(replace(listing, data=shown_books(listing, caller)))


def shown_books(listing: Listing[Book], caller: Caller) -> list[Book]:
    """Return the books of a list as a caller may see them."""
    return [shown_book(book, caller) for book in listing.data]
