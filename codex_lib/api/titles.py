"""/series/{id}/alternate-titles: what else a series is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.reading import changes
from codex_lib.catalog.titles import (
    MAX_LABEL,
    MAX_TITLE,
    AlternateTitle,
    create_alternate_title,
    delete_alternate_title,
    list_alternate_titles,
    update_alternate_title,
)

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Alternate titles"

Label = Annotated[
    str,
    Meta(
        description="What kind of title, as Japanese or Romaji.",
        extra_json_schema={"minLength": 1, "maxLength": MAX_LABEL},
    ),
]
Title = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_TITLE})]


class NewTitle(Struct):
    """Another title of a series."""

    label: Label
    title: Title


class TitleChanges(Struct):
    """What is to change about a title; what is absent stays."""

    label: Label | UnsetType = UNSET
    title: Title | UnsetType = UNSET


class TitleList(Struct):
    """The alternate titles of a series, the oldest first."""

    titles: list[AlternateTitle]


class AlternateTitles:
    """/series/{id}/alternate-titles."""

    @endpoint(
        Permission.SERIES_READ, tag=TAG, reply=TitleList, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, series_id: str) -> TitleList:
        """List the alternate titles of a series, the oldest first."""
        return TitleList(await call(req, list_alternate_titles, series_id))

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=NewTitle,
        reply=AlternateTitle,
        status=201,
        errors=(404, 409),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, series_id: str, body: NewTitle
    ) -> AlternateTitle:
        """Give a series another title, by which searches find it as well.

        409 if it has that title with that label.
        """
        given, now = changes(body), clock.now()
        return await call(req, create_alternate_title, series_id, **given, now=now)


class OneAlternateTitle:
    """/series/{id}/alternate-titles/{title_id}."""

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=TitleChanges,
        reply=AlternateTitle,
        errors=(404, 409),
        twins=True,
    )
    async def on_patch(
        self,
        req: Request,
        resp: Response,
        series_id: str,
        title_id: str,
        body: TitleChanges,
    ) -> AlternateTitle:
        """Change an alternate title or its label."""
        where, given = (series_id, title_id), changes(body)
        return await call(req, update_alternate_title, *where, given, now=clock.now())

    on_put = on_patch

    @endpoint(Permission.SERIES_WRITE, tag=TAG, errors=(404,))
    async def on_delete(
        self, req: Request, resp: Response, series_id: str, title_id: str
    ) -> None:
        """Take an alternate title from a series."""
        now = clock.now()
        await call(req, delete_alternate_title, series_id, title_id, now=now)
