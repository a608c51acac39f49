"""/books: one file, or folder of images, each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.book_edits import BookChanges, ChangedBook, changed_book
from codex_lib.api.book_metadata import BookMetadata
from codex_lib.api.calls import call, call_briefly
from codex_lib.api.covers import send_cover
from codex_lib.api.endpoint import endpoint
from codex_lib.api.filters import BookListBody, condition_of
from codex_lib.api.ids import id_text
from codex_lib.api.images import JPEG, ImageQuery
from codex_lib.api.lists import Page, Sorted, envelope, paging
from codex_lib.api.reading import changes
from codex_lib.catalog.books import Book, list_books
from codex_lib.catalog.cover_choices import find_book_cover
from codex_lib.catalog.metadata import get_book_detail, update_book

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.auth import Caller
    from codex_lib.api.requests import Request
    from codex_lib.db.paging import Listing

TAG = "Books"


class BookQuery(Sorted, kw_only=True):
    """Which books, which page of them, and their order."""

    library_id: UUID | None = None
    series_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BookWithMetadata(Book):
    """A book with what its file says of itself.

    The book's fields stand at the top and once more in book: some clients expect them
    here, others there.
    """

    book: Book
    metadata: BookMetadata | None


class Books:
    """/books."""

    @endpoint(
        Permission.BOOKS_READ, tag=TAG, query=BookQuery, reply=Page[Book], twins=True
    )
    async def on_get(
        self, req: Request, resp: Response, query: BookQuery
    ) -> Page[Book]:
        """List the books, by title unless another order is asked for.

        Those of one series come by number. file_path is absolute for an admin and the
        file's name for anybody else.
        """
        listing = await call(
            req,
            list_books,
            paging(req, query),
            library_id=id_text(query.library_id),
            series_id=id_text(query.series_id),
            sort=query.sort,
            order=query.order,
            user_id=req.caller.user.id,
        )
        return shown_page(listing, req.caller)


class FilteredBooks:
    """/books/list."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=TAG,
        body=BookListBody,
        reply=Page[Book],
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, body: BookListBody
    ) -> Page[Book]:
        """List the books that fulfil a filter, hold a text, or both.

        400 names the node of the filter that is wrong. Books whose files are gone are
        left out unless include_deleted is true.
        """
        listing = await call(
            req,
            list_books,
            paging(req, body),
            condition=condition_of(body, "books"),
            text=body.full_text_search or "",
            sort=body.sort,
            order=body.order,
            include_deleted=body.include_deleted,
            user_id=req.caller.user.id,
        )
        return shown_page(listing, req.caller)


class OneBook:
    """/books/{id}."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=TAG,
        reply=BookWithMetadata,
        errors=(404,),
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, book_id: str
    ) -> BookWithMetadata:
        """Show a book with its metadata, also one whose file is gone.

        file_path is absolute for an admin and the file's name for anybody else.
        """
        user_id = req.caller.user.id
        found = await call(req, get_book_detail, book_id, user_id=user_id)
        book = shown_book(found.book, req.caller)
        told = found.metadata
        metadata = None if told is None else BookMetadata(book_id=book.id, **told)
        return BookWithMetadata(**asdict(book), book=book, metadata=metadata)

    @endpoint(
        Permission.BOOKS_WRITE,
        tag=TAG,
        body=BookChanges,
        reply=ChangedBook,
        errors=(404,),
        twins=True,
    )
    async def on_patch(
        self, req: Request, resp: Response, book_id: str, body: BookChanges
    ) -> ChangedBook:
        """Change title or number of a book and lock them, so that no scan takes them.

        null unlocks: the next scan gives the book what the library's strategies say.
        PATCH of its metadata changes the rest.
        """
        given = changes(body)
        found = await call(req, update_book, book_id, given, now=clock.now())
        return changed_book(found.book)


class BookCover:
    """/books/{id}/thumbnail."""

    @endpoint(
        Permission.BOOKS_READ,
        tag=TAG,
        query=ImageQuery,
        reply=bytes,
        replies={304: None},
        media=(JPEG,),
        errors=(404,),
        cookie=True,
    )
    async def on_get(
        self, req: Request, resp: Response, book_id: str, query: ImageQuery
    ) -> None:
        """Show the cover of a book.

        404 also if its file cannot be read.
        """
        found = await call_briefly(req, find_book_cover, book_id)
        await send_cover(req, resp, found, query)


def shown_page(listing: Listing[Book], caller: Caller) -> Page[Book]:
    """Return a page of books as a caller may see them."""
    data = [shown_book(book, caller) for book in listing.data]
    return envelope(replace(listing, data=data))


def shown_book(book: Book, caller: Caller) -> Book:
    """Return a book as a caller may see it: only admins see folders of the server."""
    return book if caller.is_admin else replace(book, file_path=book.file_name)
