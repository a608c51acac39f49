"""Covers as answers: known before they are made, kept once they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.api.calls import call_image
from codex_lib.api.images import JPEG, describe_image
from codex_lib.catalog.covers import kept_cover, make_cover

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.images import ImageQuery
    from codex_lib.api.requests import Request
    from codex_lib.catalog.cover_choices import CoverChoices


async def send_cover(
    req: Request, resp: Response, found: CoverChoices, query: ImageQuery
) -> None:
    """Answer with a cover, or with 304 if the caller has it already."""
    if describe_image(req, resp, found.etag, query):
        return
    resp.data = await wanted_cover(req, found)
    resp.content_type = JPEG


async def wanted_cover(req: Request, found: CoverChoices) -> bytes:
    """Return a cover: on the loop where it is in memory, else in a thread."""
    cache = req.caches.covers
    try:
        data = kept_cover(found, cache, wait=False)
    except BlockingIOError:
        data = None
    if data is None:
        data = await call_image(req, make_cover, found, cache)
    return data
