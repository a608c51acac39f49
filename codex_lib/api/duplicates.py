"""/duplicates: books whose files are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.catalog.duplicates import (
    DuplicateGroup,
    dismiss_duplicate,
    list_duplicates,
)
from codex_lib.tasks.duplicates_task import start_duplicate_scan

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Duplicates"


class DuplicateList(Struct):
    """The groups, and how many books are in all of them together."""

    duplicates: list[DuplicateGroup]
    total_groups: int
    total_duplicate_books: int


class DuplicateScan(Struct):
    """The task that searches."""

    task_id: str
    message: str


class Duplicates:
    """/duplicates."""

    @endpoint(Permission.BOOKS_READ, tag=TAG, reply=DuplicateList)
    async def on_get(self, req: Request, resp: Response) -> DuplicateList:
        """List the groups of books whose files are equal.

        As the last search found them, without those that were dismissed.
        """
        found = await call(req, list_duplicates)
        books = sum(group.duplicate_count for group in found)
        return DuplicateList(found, len(found), books)


class ScanForDuplicates:
    """/duplicates/scan."""

    @endpoint(Permission.BOOKS_WRITE, tag=TAG, reply=DuplicateScan, errors=(409,))
    async def on_post(self, req: Request, resp: Response) -> DuplicateScan:
        """Search all libraries for equal books.

        It runs in the background, and reads only files that may have an equal. 409
        while such a search waits or runs.
        """
        task_id = await call(req, start_duplicate_scan, now=clock.now())
        return DuplicateScan(task_id, "Duplicate scan queued")


class OneDuplicate:
    """/duplicates/{id}."""

    @endpoint(Permission.BOOKS_WRITE, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, group_id: str) -> None:
        """Dismiss a group: hide it until another book joins it or one leaves.

        No book and no file is touched.
        """
        await call(req, dismiss_duplicate, group_id, now=clock.now())
