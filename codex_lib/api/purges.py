"""Forgetting the books whose file is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.scanning.purge import purge_library, purge_series

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request


class LibraryPurge:
    """/libraries/{id}/purge-deleted."""

    @endpoint(Permission.LIBRARIES_WRITE, tag="Libraries", reply=int, errors=(404, 409))
    async def on_delete(self, req: Request, resp: Response, library_id: str) -> int:
        """Forget the books of a library whose file is gone; answer how many.

        With them goes everybody's progress in them, and a series that has no book any
        more unless somebody has edited it or the setting purge.purge_empty_series is
        off. 409 while the library is scanned.
        """
        return await call(req, purge_library, library_id, now=clock.now())


class SeriesPurge:
    """/series/{id}/purge-deleted."""

    @endpoint(Permission.SERIES_WRITE, tag="Series", reply=int, errors=(404, 409))
    async def on_delete(self, req: Request, resp: Response, series_id: str) -> int:
        """Forget the books of a series whose file is gone; answer how many.

        As for a library.
        """
        return await call(req, purge_series, series_id, now=clock.now())
