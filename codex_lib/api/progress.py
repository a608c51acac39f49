"""How far the caller is in books. Nobody is told of, or changes, another's progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.lists import Limited, Paged, is_page_wanted, limited, paging
from codex_lib.catalog.progress import Progress
from codex_lib.db.paging import Paging
from codex_lib.reading.progress import (
    LAST_PAGE,
    delete_progress,
    get_progress,
    list_currently_reading,
    list_progress,
    mark_book_read,
    mark_series_read,
    mark_series_unread,
    set_progress,
)

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Reading progress"
# Whoever may read has their place in what they read. A key is given to a program, and
# one that may only read does not change it.
READ, OF_KEYS = Permission.BOOKS_READ, Permission.BOOKS_WRITE
MOST_PROGRESS = 50_000  # of one answer: 16 MB of JSON
CURRENT = 50  # books when no limit is given


class Position(Struct, kw_only=True):
    """Where somebody is in a book; all of it is replaced."""

    current_page: Annotated[
        int, Meta(ge=0, le=LAST_PAGE, description="From 1; 0 is before the first.")
    ]
    is_completed: Annotated[
        bool | None, Meta(description="Wins over completed; without both: false.")
    ] = None
    completed: bool | None = None
    progress_percentage: (
        Annotated[float, Meta(ge=0, le=1, description="Of a book without fixed pages.")]
        | None
    ) = None

    def is_end(self) -> bool:
        """Return whether the book is to be completed."""
        given = self.completed if self.is_completed is None else self.is_completed
        return bool(given)


class ProgressList(Struct):
    """Progress in several books, and in how many there is any."""

    progress: list[Progress]
    total: int


class MarkedSeries(Struct):
    """How many books of a series were marked, also in words."""

    count: int
    message: str


class BookProgress:
    """/books/{id}/progress."""

    @endpoint(READ, tag=TAG, reply=Progress, errors=(404,))
    async def on_get(self, req: Request, resp: Response, book_id: str) -> Progress:
        """Show where you are in a book.

        404 also if you have not begun it.
        """
        return await call(req, get_progress, book_id, user_id=req.caller.user.id)

    @endpoint(
        READ, of_keys=OF_KEYS, tag=TAG, body=Position, reply=Progress, errors=(404,)
    )
    async def on_put(
        self, req: Request, resp: Response, book_id: str, body: Position
    ) -> Progress:
        """Store where you are in a book.

        All of the position is replaced. The last page alone does not complete a book;
        is_completed does. Of two devices that write, the one that arrives last wins.
        """
        return await call(
            req,
            set_progress,
            book_id,
            user_id=req.caller.user.id,
            current_page=body.current_page,
            completed=body.is_end(),
            progress_percentage=body.progress_percentage,
            now=clock.now(),
        )

    @endpoint(READ, of_keys=OF_KEYS, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, book_id: str) -> None:
        """Forget where you are in a book, also if you have not begun it."""
        await call(req, delete_progress, book_id, user_id=req.caller.user.id)


class ReadBook:
    """/books/{id}/read."""

    @endpoint(READ, of_keys=OF_KEYS, tag=TAG, reply=Progress, errors=(404,))
    async def on_post(self, req: Request, resp: Response, book_id: str) -> Progress:
        """Mark a book as read, up to its last page."""
        user_id, now = req.caller.user.id, clock.now()
        return await call(req, mark_book_read, book_id, user_id=user_id, now=now)


class UnreadBook:
    """/books/{id}/unread."""

    @endpoint(READ, of_keys=OF_KEYS, tag=TAG, errors=(404,))
    async def on_post(self, req: Request, resp: Response, book_id: str) -> None:
        """Mark a book as unread: forget where you are in it."""
        await call(req, delete_progress, book_id, user_id=req.caller.user.id)


class ReadSeries:
    """/series/{id}/read."""

    @endpoint(READ, of_keys=OF_KEYS, tag=TAG, reply=MarkedSeries, errors=(404,))
    async def on_post(
        self, req: Request, resp: Response, series_id: str
    ) -> MarkedSeries:
        """Mark all books of a series as read; answer how many there are.

        What you had read before stays as it is.
        """
        user_id, now = req.caller.user.id, clock.now()
        count = await call(req, mark_series_read, series_id, user_id=user_id, now=now)
        return MarkedSeries(count, f"Marked {told(count)} as read")


class UnreadSeries:
    """/series/{id}/unread."""

    @endpoint(READ, of_keys=OF_KEYS, tag=TAG, reply=MarkedSeries, errors=(404,))
    async def on_post(
        self, req: Request, resp: Response, series_id: str
    ) -> MarkedSeries:
        """Mark all books of a series as unread; answer how many you had begun."""
        user_id = req.caller.user.id
        count = await call(req, mark_series_unread, series_id, user_id=user_id)
        return MarkedSeries(count, f"Marked {told(count)} as unread")


def told(count: int) -> str:
    """Return "1 book" or "2 books"."""
    return "1 book" if count == 1 else f"{count} books"


class MyProgress:
    """/progress."""

    @endpoint(READ, tag=TAG, query=Paged, reply=ProgressList)
    async def on_get(self, req: Request, resp: Response, query: Paged) -> ProgressList:
        """List your progress in all books, latest first.

        All of it, at most 50,000 books; a page of it when page or page_size is given.
        Progress in books whose file is gone is among it.
        """
        wanted = Paging(0, MOST_PROGRESS, maximum=MOST_PROGRESS)
        if is_page_wanted(query):
            wanted = paging(req, query)
        listing = await call(req, list_progress, wanted, user_id=req.caller.user.id)
        return ProgressList(listing.data, listing.total)


class CurrentlyReading:
    """/progress/currently-reading."""

    @endpoint(READ, tag=TAG, query=Limited, reply=ProgressList)
    async def on_get(
        self, req: Request, resp: Response, query: Limited
    ) -> ProgressList:
        """List your progress in the books that you are in the middle of, latest first.

        50 of them, or limit; a page when page or page_size is given. total counts all.
        """
        wanted = limited(req, query, default=CURRENT)
        user_id = req.caller.user.id
        listing = await call(req, list_currently_reading, wanted, user_id=user_id)
        return ProgressList(listing.data, listing.total)
