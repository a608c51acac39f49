"""/series/{id}/external-links: where other catalogs have a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.ratings import Source
from codex_lib.api.reading import changes
from codex_lib.catalog.links import (
    MAX_EXTERNAL_ID,
    MAX_URL,
    ExternalLink,
    delete_external_link,
    list_external_links,
    set_external_link,
)

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "External links"

Url = Annotated[
    str,
    Meta(
        description="Begins with http:// or https://.",
        extra_json_schema={"format": "uri", "maxLength": MAX_URL},
    ),
]
ExternalId = Annotated[
    str,
    Meta(
        description="What the series is called there.",
        extra_json_schema={"maxLength": MAX_EXTERNAL_ID},
    ),
]


class NewLink(Struct):
    """Where another catalog has a series."""

    source_name: Source
    url: Url
    external_id: ExternalId | None = None


class LinkList(Struct):
    """Where other catalogs have a series, by their names."""

    links: list[ExternalLink]


class ExternalLinks:
    """/series/{id}/external-links."""

    @endpoint(
        Permission.SERIES_READ, tag=TAG, reply=LinkList, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, series_id: str) -> LinkList:
        """List where other catalogs have a series."""
        return LinkList(await call(req, list_external_links, series_id))

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=NewLink,
        reply=ExternalLink,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, series_id: str, body: NewLink
    ) -> ExternalLink:
        """Say where another catalog has a series.

        What was said of the same source before is replaced.
        """
        given, now = changes(body), clock.now()
        return await call(req, set_external_link, series_id, **given, now=now)


class OneExternalLink:
    """/series/{id}/external-links/{source}."""

    @endpoint(Permission.SERIES_WRITE, tag=TAG, errors=(404,))
    async def on_delete(
        self, req: Request, resp: Response, series_id: str, source: str
    ) -> None:
        """Forget where another catalog has a series, named by source or by id."""
        await call(req, delete_external_link, series_id, source, now=clock.now())
