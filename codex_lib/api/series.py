"""/series: what belongs together on a shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call, call_briefly
from codex_lib.api.covers import send_cover
from codex_lib.api.endpoint import endpoint
from codex_lib.api.filters import ListBody, Names, all_of, condition_of
from codex_lib.api.ids import id_text
from codex_lib.api.images import JPEG, ImageQuery
from codex_lib.api.lists import Number, Page, Sorted, envelope, paging
from codex_lib.api.reading import changes
from codex_lib.api.series_metadata import SeriesTitle, TitledSeries
from codex_lib.catalog.cover_choices import find_series_cover
from codex_lib.catalog.series import Series, get_series, list_series, search_series
from codex_lib.catalog.series_metadata import update_series

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Series"
MOST_FOUND = 50
Year = Annotated[int, Meta(ge=0, le=9999)]


class SeriesQuery(Sorted, kw_only=True):
    """Which series, which page of them, and their order."""

    library_id: UUID | None = None
    genres: Names | None = None
    tags: Names | None = None
    status: str | None = None
    publisher: str | None = None
    year: Year | None = None


class SeriesSearch(Struct, kw_only=True):
    """What series to look for."""

    query: Annotated[str, Meta(description="Words of titles; blank finds nothing.")]
    library_id: UUID | None = None
    limit: Number | None = None


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
            condition=all_of(
                genre=query.genres,
                tag=query.tags,
                status=query.status,
                publisher=query.publisher,
                year=None if query.year is None else str(query.year),
            ),
            sort=query.sort,
            order=query.order,
            user_id=req.caller.user.id,
        )
        return envelope(listing)


class FilteredSeries:
    """/series/list."""

    @endpoint(
        Permission.SERIES_READ, tag=TAG, body=ListBody, reply=Page[Series], twins=True
    )
    async def on_post(
        self, req: Request, resp: Response, body: ListBody
    ) -> Page[Series]:
        """List the series that fulfil a filter, hold a text, or both.

        400 names the node of the filter that is wrong.
        """
        listing = await call(
            req,
            list_series,
            paging(req, body),
            condition=condition_of(body, "series"),
            text=body.full_text_search or "",
            sort=body.sort,
            order=body.order,
            user_id=req.caller.user.id,
        )
        return envelope(listing)


class FoundSeries:
    """/series/search."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        body=SeriesSearch,
        reply=list[Series],
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, body: SeriesSearch
    ) -> list[Series]:
        """Find series by their titles, best matches first; at most 50 unless told.

        Every word has to be there: anywhere in a title from three letters on.
        """
        return await call(
            req,
            search_series,
            body.query,
            library_id=id_text(body.library_id),
            limit=min(body.limit or MOST_FOUND, req.config.api.max_page_size),
            user_id=req.caller.user.id,
        )


class OneSeries:
    """/series/{id}."""

    @endpoint(Permission.SERIES_READ, tag=TAG, reply=Series, errors=(404,), twins=True)
    async def on_get(self, req: Request, resp: Response, series_id: str) -> Series:
        """Show a series."""
        return await call(req, get_series, series_id, user_id=req.caller.user.id)

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=SeriesTitle,
        reply=TitledSeries,
        errors=(404,),
        twins=True,
    )
    async def on_patch(
        self, req: Request, resp: Response, series_id: str, body: SeriesTitle
    ) -> TitledSeries:
        """Change the title of a series and lock it, so that no scan takes it back.

        null unlocks it: it becomes that of the folder. PATCH of its metadata changes
        the rest.
        """
        given = changes(body)
        found = await call(req, update_series, series_id, given, now=clock.now())
        return TitledSeries(found.id, found.title, found.updated_at)


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
        """Show the cover of a series.

        The one that was chosen, else that of its first book that can be read; 404 also
        if none can.
        """
        found = await call_briefly(req, find_series_cover, series_id)
        await send_cover(req, resp, found, query)
