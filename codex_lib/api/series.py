"""/series: what belongs together on a shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.ids import id_text
from codex_lib.api.images import JPEG, ImageQuery, send_image
from codex_lib.api.lists import Page, Sorted, envelope, paging
from codex_lib.catalog.covers import get_series_cover
from codex_lib.catalog.series import Series, get_series, list_series

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Series"


class SeriesQuery(Sorted, kw_only=True):
    """Which series, which page of them, and their order."""

    library_id: UUID | None = None


class SeriesList:
    """/series."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        query=SeriesQuery,
        reply=Page[Series],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: SeriesQuery
    ) -> Page[Series]:
        """List the series, by name unless another order is asked for.

        Only those with a book that is there.
        """
        listing = await call(
            req,
            list_series,
            paging(req, query),
            library_id=id_text(query.library_id),
            sort=query.sort or "name",
            order=query.order,
        )
        return envelope(listing)


class OneSeries:
    """/series/{id}."""

    @endpoint(Permission.SERIES_READ, tag=TAG, reply=Series, errors=(404,), twins=True)
    async def on_get(self, req: Request, resp: Response, series_id: str) -> Series:
        """Show a series."""
        return await call(req, get_series, series_id)


class SeriesCover:
    """/series/{id}/thumbnail."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        query=ImageQuery,
        reply=bytes,
        replies={304: None},
        media=(JPEG,),
        errors=(404,),
        cookie=True,
    )
    async def on_get(
        self, req: Request, resp: Response, series_id: str, query: ImageQuery
    ) -> None:
        """Show the cover of a series: that of its first book that can be read.

        404 also if none can.
        """
        image = await call(req, get_series_cover, series_id)
        send_image(req, resp, image, query)
