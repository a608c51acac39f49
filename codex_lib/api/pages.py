"""/books/{id}/pages: what pages a book has, and each of them as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID, uuid5

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call, call_briefly, call_image
from codex_lib.api.endpoint import endpoint
from codex_lib.api.images import ASK_AGAIN, KEEP, ImageQuery, known_tags, takes_gzip
from codex_lib.api.lists import Limited, Page, part_of
from codex_lib.catalog.page_images import PageWish, find_page_image, get_page_image
from codex_lib.catalog.pages import PageRow, list_pages
from codex_lib.catalog.stored_pages import (
    RENDERED,
    PagePlace,
    StoredPage,
    find_page,
    read_stored,
)
from codex_lib.errors import ForbiddenError, InvalidError
from codex_lib.reading.page_turns import note_page

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.auth import Caller
    from codex_lib.api.requests import Request

TAG = "Pages"
KINDS = ("jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "jxl", "heif", "svg")
MIME = {kind: f"image/{kind}" for kind in KINDS} | {"svg": "image/svg+xml"}
Side = Annotated[int, Meta(ge=1, le=10_000)]


class PageQuery(ImageQuery, kw_only=True):
    """How a page is wanted."""

    width: (
        Annotated[Side, Meta(description="At most so wide, in pixels; never enlarged.")]
        | None
    ) = None
    height: (
        Annotated[Side, Meta(description="At most so high, in pixels; never enlarged.")]
        | None
    ) = None
    format: (
        Annotated[
            Literal["jpeg", "png", "webp", "avif"],
            Meta(description="As stored, unless."),
        ]
        | None
    ) = None
    track: Annotated[
        bool, Meta(description="Move the caller's progress on to this page.")
    ] = False


class PageFacts(Struct):
    """One page of a book, in the shape of the API contract, section 2.8.

    page_number counts from 1. file_size is 0 for a page that is rendered on request.
    """

    id: str
    book_id: str
    page_number: int
    file_name: str
    file_format: str
    file_size: int
    width: int | None
    height: int | None


class BookPages:
    """/books/{id}/pages."""

    @endpoint(
        Permission.PAGES_READ,
        tag=TAG,
        query=Limited,
        reply=Page[PageFacts] | list[PageFacts],
        errors=(404,),
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, book_id: str, query: Limited
    ) -> Page[PageFacts] | list[PageFacts]:
        """List the pages of a book in reading order.

        Empty for a book whose file was never readable. width and height are null where
        nobody has looked yet.
        """
        pages = await call(req, list_pages, book_id)
        return part_of(req, query, [shown_page(page) for page in pages])


class OnePage:
    """/books/{id}/pages/{number}."""

    @endpoint(
        Permission.PAGES_READ,
        tag=TAG,
        query=PageQuery,
        reply=bytes,
        replies={304: None},
        media=tuple(MIME.values()),
        errors=(404, 409),
        cookie=True,
    )
    async def on_get(
        self,
        req: Request,
        resp: Response,
        book_id: str,
        page_number: int,
        query: PageQuery,
    ) -> None:
        """Show a page, counted from 1: the very bytes of the file, unless told else.

        Progress changes only with track=true, which needs what changing progress needs.
        Accept is ignored. 404 also if the file is gone or cannot be read; 409 if it is
        changing at this moment.
        """
        if page_number < 1:
            raise InvalidError("page_number", f"{page_number} is less than 1")
        if query.track:
            check_may_track(req.caller)
        place = await call_briefly(req, find_page, book_id, page_number)
        send_page(req, resp, await wanted_page(req, place, query), query)
        if query.track:
            await call(
                req,
                note_page,
                book_id,
                user_id=req.caller.user.id,
                page_number=page_number,
                now=clock.now(),
            )


def shown_page(page: PageRow) -> PageFacts:
    """Return a page as it is listed; one that is rendered counts as what it becomes."""
    return PageFacts(
        str(uuid5(UUID(page.book_id), str(page.page_number))),
        page.book_id,
        page.page_number,
        page.file_name,
        RENDERED.get(page.file_format, page.file_format),
        page.file_size,
        page.width,
        page.height,
    )


def check_may_track(caller: Caller) -> None:
    """Raise ForbiddenError unless a caller may change progress.

    Whoever reads may, but an API key only if it was given more than reading.
    """
    needed = Permission.BOOKS_READ if caller.api_key is None else Permission.BOOKS_WRITE
    if needed not in caller.permissions:
        raise ForbiddenError(f"This needs the permission {needed}")


async def wanted_page(req: Request, place: PagePlace, query: PageQuery) -> StoredPage:
    """Return a page as it is wanted, straight from its file where that is possible."""
    wish = PageWish(query.width, query.height, query.format)
    known = known_tags(req)
    if wish.is_original(place.page.format):
        page = await stored_page(req, place, known)
        if page is not None:
            return page
    cache = req.caches.pages
    page = find_page_image(place, wish, known=known, cache=cache)
    if page is not None:
        return page
    return await call_image(
        req, lambda _: get_page_image(place, wish, known=known, cache=cache)
    )


async def stored_page(
    req: Request, place: PagePlace, known: frozenset[str]
) -> StoredPage | None:
    """Return a page as it lies in its file; None if there is more to do.

    On the loop when it takes no waiting: 40 µs, as much again as a thread would cost.
    """
    gzip, body = takes_gzip(req), req.method != "HEAD"
    try:
        return read_stored(place, known=known, gzip=gzip, body=body, wait=False)
    except BlockingIOError:
        return await call(
            req,
            lambda _: read_stored(place, known=known, gzip=gzip, body=body),
        )


def send_page(
    req: Request, resp: Response, page: StoredPage, query: ImageQuery
) -> None:
    """Answer with a page, or with 304 if the caller has it already."""
    resp.set_header("ETag", f'"{page.etag}"')
    resp.set_header("Cache-Control", KEEP if query.v else ASK_AGAIN)
    if page.varies:
        resp.set_header("Vary", "Accept-Encoding")
    if known_tags(req) & {"*", page.etag}:
        resp.status = 304
        return
    resp.content_type = MIME[page.format]
    if page.encoding:
        resp.set_header("Content-Encoding", page.encoding)
    resp.content_length = page.length
    if page.data is not None:
        resp.data = page.data
