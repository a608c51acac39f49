"""Reading books again: of one book, a series, a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.tasks.analysis import start_analysis

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request


class QueuedTask(Struct):
    """The task that does it, or that was queued for it already."""

    task_id: str


class AnalyzeBook:
    """/books/{id}/analyze."""

    @endpoint(
        Permission.BOOKS_WRITE,
        tag="Books",
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, book_id: str) -> QueuedTask:
        """Read a book's file again, in the background.

        Edited and locked fields stay. 400 if its file is gone.
        """
        return await _queue(req, book_id=book_id)


class AnalyzeUnanalyzedBook:
    """/books/{id}/analyze-unanalyzed."""

    @endpoint(
        Permission.BOOKS_WRITE,
        tag="Books",
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, book_id: str) -> QueuedTask:
        """Read a book's file again if it was not readable so far; else 400."""
        return await _queue(req, book_id=book_id, force=False)


class AnalyzeSeries:
    """/series/{id}/analyze."""

    @endpoint(
        Permission.SERIES_WRITE,
        tag="Series",
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, series_id: str) -> QueuedTask:
        """Read the files of a series' books again, in the background.

        Edited and locked fields stay. 400 if it has no books.
        """
        return await _queue(req, series_id=series_id)


class AnalyzeUnanalyzedSeries:
    """/series/{id}/analyze-unanalyzed."""

    @endpoint(
        Permission.SERIES_WRITE,
        tag="Series",
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, series_id: str) -> QueuedTask:
        """Read those books of a series that were not readable so far; 400 if none."""
        return await _queue(req, series_id=series_id, force=False)


class AnalyzeLibrary:
    """/libraries/{id}/analyze."""

    @endpoint(
        Permission.LIBRARIES_WRITE,
        tag="Libraries",
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, library_id: str
    ) -> QueuedTask:
        """Read the files of a library's books again, in the background.

        Without looking for new files, which a scan does. 400 if it has no books.
        """
        return await _queue(req, library_id=library_id)


class AnalyzeUnanalyzedLibrary:
    """/libraries/{id}/analyze-unanalyzed."""

    @endpoint(
        Permission.LIBRARIES_WRITE,
        tag="Libraries",
        reply=QueuedTask,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, library_id: str
    ) -> QueuedTask:
        """Read those books of a library that were not readable so far; 400 if none."""
        return await _queue(req, library_id=library_id, force=False)


async def _queue(
    req: Request,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_id: str | None = None,
    force: bool = True,
) -> QueuedTask:
    task_id = await call(
        req,
        start_analysis,
        library_id=library_id,
        series_id=series_id,
        book_id=book_id,
        force=force,
        now=clock.now(),
    )
    return QueuedTask(task_id)
