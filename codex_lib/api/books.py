"""/books: one file, or folder of images, each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from codex_lib.accounts.permissions import Permission
from codex_lib.api.book_metadata import BookMetadata
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.ids import id_text
from codex_lib.api.images import JPEG, ImageQuery, send_image
from codex_lib.api.lists import Page, Sorted, envelope, paging
from codex_lib.catalog.books import Book, list_books
from codex_lib.catalog.covers import get_book_cover
from codex_lib.catalog.metadata import get_book_detail

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.auth import Caller
    from codex_lib.api.requests import Request

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
        )
        data = [shown_book(book, req.caller) for book in listing.data]
        return envelope(replace(listing, data=data))


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
        found = await call(req, get_book_detail, book_id)
        book = shown_book(found.book, req.caller)
        told = found.metadata
        metadata = None if told is None else BookMetadata(book_id=book.id, **told)
        return BookWithMetadata(**asdict(book), book=book, metadata=metadata)


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
        image = await call(req, get_book_cover, book_id)
        send_image(req, resp, image, query)


def shown_book(book: Book, caller: Caller) -> Book:
    """Return a book as a caller may see it: only admins see folders of the server."""
    return book if caller.is_admin else replace(book, file_path=book.file_name)
