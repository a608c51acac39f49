"""/series/{id}/cover and /series/{id}/covers: covers that people choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.images import ImageQuery, send_image
from codex_lib.catalog.chosen_covers import (
    Cover,
    add_book_cover,
    add_series_cover,
    delete_book_cover,
    delete_cover,
    get_cover_image,
    list_covers,
    reset_series_cover,
    select_cover,
    set_cover_source,
)

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Covers"
KINDS = ("jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "jxl")
MEDIA = tuple(f"image/{kind}" for kind in KINDS)
SOURCE = "^(default|custom|book:[0-9a-fA-F-]{36})$"


class SeriesCover(Struct):
    """One cover that a series was given.

    path is where its image is. source is "custom" or "book:" and an id.
    """

    id: str
    series_id: str
    source: str
    path: str
    is_selected: bool
    format: str | None
    width: int | None
    height: int | None
    created_at: str
    updated_at: str


class SeriesCovers(Struct):
    """The covers that a series was given."""

    covers: list[SeriesCover]


class CoverSource(Struct):
    """Where the cover of a series comes from."""

    source: Annotated[
        str,
        Meta(
            description="default (its first book), custom (the image that it was given "
            "last), or book: and the id of one of its books.",
            extra_json_schema={"pattern": SOURCE},
        ),
    ]


class UploadSeriesCover:
    """/series/{id}/cover."""

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        upload=True,
        reply=SeriesCover,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, series_id: str, upload: bytes
    ) -> SeriesCover:
        """Give a series an image as its cover, from now on the one that is shown.

        At most 10 MiB. 400 also for an image that the series has already.
        """
        now = clock.now()
        return shown(req, await call(req, add_series_cover, series_id, upload, now=now))


class SeriesCoverSource:
    """/series/{id}/cover/source."""

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=CoverSource,
        reply=CoverSource,
        errors=(404,),
    )
    async def on_patch(
        self, req: Request, resp: Response, series_id: str, body: CoverSource
    ) -> CoverSource:
        """Say where the cover of a series comes from."""
        now = clock.now()
        await call(req, set_cover_source, series_id, body.source, now=now)
        return body


class CoversOfSeries:
    """/series/{id}/covers."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        reply=SeriesCovers,
        errors=(404,),
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, series_id: str
    ) -> SeriesCovers:
        """List the covers that a series was given, the oldest first."""
        found = await call(req, list_covers, series_id)
        return SeriesCovers([shown(req, cover) for cover in found])


class OneSeriesCover:
    """/series/{id}/covers/{cover_id}."""

    @endpoint(Permission.SERIES_WRITE, tag=TAG, errors=(404,))
    async def on_delete(
        self, req: Request, resp: Response, series_id: str, cover_id: str
    ) -> None:
        """Delete an image that a series was given.

        400 for the cover of a book.
        """
        await call(req, delete_cover, series_id, cover_id, now=clock.now())


class SelectSeriesCover:
    """/series/{id}/covers/{cover_id}/select."""

    @endpoint(
        Permission.SERIES_WRITE, tag=TAG, reply=SeriesCover, errors=(404,), twins=True
    )
    async def on_put(
        self, req: Request, resp: Response, series_id: str, cover_id: str
    ) -> SeriesCover:
        """Show this cover for the series."""
        now = clock.now()
        return shown(req, await call(req, select_cover, series_id, cover_id, now=now))


class SelectedSeriesCover:
    """/series/{id}/covers/selected."""

    @endpoint(Permission.SERIES_WRITE, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, series_id: str) -> None:
        """Show the cover of its first book for a series; what it was given stays."""
        await call(req, reset_series_cover, series_id, now=clock.now())


class SeriesCoverImage:
    """/series/{id}/covers/{cover_id}/image."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        query=ImageQuery,
        reply=bytes,
        replies={304: None},
        media=MEDIA,
        errors=(404,),
        cookie=True,
    )
    async def on_get(
        self,
        req: Request,
        resp: Response,
        series_id: str,
        cover_id: str,
        query: ImageQuery,
    ) -> None:
        """Show the image of a cover, as it was uploaded.

        404 also for the cover of a book that cannot be read.
        """
        image = await call(req, get_cover_image, series_id, cover_id)
        send_image(req, resp, image, query)


class UploadBookCover:
    """/books/{id}/cover."""

    @endpoint(Permission.BOOKS_WRITE, tag=TAG, upload=True, errors=(404,), status=200)
    async def on_post(
        self, req: Request, resp: Response, book_id: str, upload: bytes
    ) -> None:
        """Give a book an image as its cover, in place of one that it was given before.

        At most 10 MiB. 400 also for the image that the book has already.
        """
        await call(req, add_book_cover, book_id, upload, now=clock.now())

    @endpoint(Permission.BOOKS_WRITE, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, book_id: str) -> None:
        """Give a book its own cover back."""
        await call(req, delete_book_cover, book_id, now=clock.now())


def shown(req: Request, cover: Cover) -> SeriesCover:
    """Return a cover with the address of its image."""
    address = f"{req.mount}/api/v1/series/{cover.series_id}/covers/{cover.id}/image"
    return SeriesCover(
        id=cover.id,
        series_id=cover.series_id,
        source=cover.source,
        path=address,
        is_selected=cover.is_selected,
        format=cover.format,
        width=cover.width,
        height=cover.height,
        created_at=cover.created_at,
        updated_at=cover.updated_at,
    )
