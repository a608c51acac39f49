"""Images as answers: what they are known by, and how long they may be kept."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.formats.images import RenderedImage

JPEG = "image/jpeg"
# Kept by the caller's own browser only: images are as private as the books.
ASK_AGAIN = "private, no-cache"
GZIP = re.compile(r"(x-)?gzip(\s*;\s*q=(0\.0*[1-9]\d*|1(\.0*)?))?")
KEEP = "private, max-age=31536000, immutable"


class ImageQuery(Struct):
    """Which state of an image is wanted."""

    v: (
        Annotated[
            str,
            Meta(
                description="Anything that changes with the image, as updated_at. The "
                "answer may then be kept for a year, else it is asked for again."
            ),
        ]
        | None
    ) = None


def send_image(
    req: Request, resp: Response, image: RenderedImage, query: ImageQuery
) -> None:
    """Answer with an image, or with 304 if the caller has it already."""
    digest = sha256(image.data).hexdigest()[:32]
    if not describe_image(req, resp, digest, query):
        resp.content_type = f"image/{image.format}"
        resp.data = image.data


def describe_image(req: Request, resp: Response, etag: str, query: ImageQuery) -> bool:
    """Say by what an image is known and how long it may be kept.

    Return whether the caller has it already, and has been told so.
    """
    resp.set_header("ETag", f'"{etag}"')
    resp.set_header("Cache-Control", KEEP if query.v else ASK_AGAIN)
    if is_known(req, etag):
        resp.status = 304
        return True
    return False


def is_known(req: Request, etag: str) -> bool:
    """Return whether If-None-Match names an entity tag, strong or weak."""
    return any(tag in ("*", etag) for tag in req.if_none_match or ())


def known_tags(req: Request) -> frozenset[str]:
    """Return the entity tags of If-None-Match, "*" for any."""
    return frozenset(map(str, req.if_none_match or ()))


def takes_gzip(req: Request) -> bool:
    """Return whether Accept-Encoding names gzip, and not with the weight 0."""
    header = req.get_header("Accept-Encoding", default="").lower()
    return any(
        GZIP.fullmatch(coding.strip()) is not None for coding in header.split(",")
    )
