"""Making covers in advance: of a book, a series, a library, of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.analysis import QueuedTask
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.tasks.queue import enqueue

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Thumbnails"
ONE, MANY = "generate_thumbnail", "generate_thumbnails"

Force = Annotated[bool, Meta(description="Make those again that are there.")]


class CoverWish(Struct):
    """How to make covers."""

    force: Force = False


class CoversWish(Struct):
    """Which covers to make, and how; all if neither library nor series is named."""

    library_id: str | None = None
    series_id: str | None = None
    force: Force = False


class GenerateBookCover:
    """/books/{id}/thumbnail/generate."""

    @endpoint(
        Permission.TASKS_WRITE,
        tag=TAG,
        body=CoverWish,
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, book_id: str, body: CoverWish
    ) -> QueuedTask:
        """Make a book's cover in the background, if it is not there."""
        return await _queue(req, ONE, force=body.force, book_id=book_id)


class GenerateSeriesCovers:
    """/series/{id}/thumbnails/generate."""

    @endpoint(
        Permission.TASKS_WRITE,
        tag=TAG,
        body=CoverWish,
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, series_id: str, body: CoverWish
    ) -> QueuedTask:
        """Make the covers of a series' books in the background."""
        return await _queue(req, MANY, force=body.force, series_id=series_id)


class GenerateLibraryCovers:
    """/libraries/{id}/thumbnails/generate."""

    @endpoint(
        Permission.TASKS_WRITE,
        tag=TAG,
        body=CoverWish,
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, library_id: str, body: CoverWish
    ) -> QueuedTask:
        """Make the covers of a library's books in the background."""
        return await _queue(req, MANY, force=body.force, library_id=library_id)


class GenerateCovers:
    """/thumbnails/generate."""

    @endpoint(
        Permission.TASKS_WRITE,
        tag=TAG,
        body=CoversWish,
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, body: CoversWish
    ) -> QueuedTask:
        """Make the covers of all books in the background, or of some.

        400 if a library and a series are named.
        """
        entity = {"library_id": body.library_id, "series_id": body.series_id}
        return await _queue(req, MANY, force=body.force, **entity)


async def _queue(
    req: Request, task_type: str, *, force: bool, **entity: str | None
) -> QueuedTask:
    params = {"force": force}
    now = clock.now()
    task_id = await call(req, enqueue, task_type, params=params, now=now, **entity)  # type: ignore[arg-type]  # ids by their names
    return QueuedTask(task_id)
