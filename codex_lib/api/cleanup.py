"""/admin/cleanup-orphans: files of the cache that nothing shows any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.catalog.orphaned_covers import (
    cleanup_orphaned_covers,
    list_orphaned_covers,
)
from codex_lib.tasks.queue import enqueue

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Admin"


class OrphanQuery(Struct):
    """What to tell."""

    include_files: Annotated[bool, Meta(description="Name each file.")] = False


class OrphanFile(Struct):
    """One file that nothing shows."""

    path: str
    size_bytes: int
    file_type: str = "thumbnail"


class OrphanStats(Struct):
    """How much there is to remove.

    orphaned_covers is always 0: covers that were uploaded go with what they show.
    """

    orphaned_thumbnails: int
    orphaned_covers: int
    total_size_bytes: int
    files: list[OrphanFile] | UnsetType = UNSET


class CleanupTask(Struct):
    """The task that removes them."""

    task_id: str
    message: str


class CleanupResult(Struct):
    """What was removed; errors tells the first failures."""

    thumbnails_deleted: int
    covers_deleted: int
    bytes_freed: int
    failures: int
    errors: list[str]


class StatsOfOrphans:
    """/admin/cleanup-orphans/stats."""

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, query=OrphanQuery, reply=OrphanStats)
    async def on_get(
        self, req: Request, resp: Response, query: OrphanQuery
    ) -> OrphanStats:
        """Count the covers in the cache that show nothing any more."""
        found = await call(req, list_orphaned_covers, req.caches.covers)
        stats = OrphanStats(len(found), 0, sum(file.size_bytes for file in found))
        if query.include_files:
            stats.files = [OrphanFile(file.path, file.size_bytes) for file in found]
        return stats


class CleanupOrphans:
    """/admin/cleanup-orphans."""

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, reply=CleanupTask)
    async def on_post(self, req: Request, resp: Response) -> CleanupTask:
        """Remove them in the background."""
        now = clock.now()
        task_id = await call(req, enqueue, "cleanup_orphaned_files", now=now)
        return CleanupTask(task_id, "Cleanup queued")

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, reply=CleanupResult)
    async def on_delete(self, req: Request, resp: Response) -> CleanupResult:
        """Remove them now."""
        done = await call(req, cleanup_orphaned_covers, req.caches.covers)
        return CleanupResult(
            done.thumbnails_deleted, 0, done.bytes_freed, done.failures, done.errors
        )
