"""Ratings of a series: the caller's own, their average, those of other catalogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.reading import changes
from codex_lib.catalog.external_ratings import (
    MOST_VOTES,
    ExternalRating,
    delete_external_rating,
    list_external_ratings,
    set_external_rating,
)
from codex_lib.catalog.ratings import (
    BEST,
    LEAST,
    MAX_NOTES,
    AverageRating,
    UserRating,
    average_rating,
    delete_rating,
    get_rating,
    list_ratings,
    set_rating,
)
from codex_lib.catalog.sources import MAX_SOURCE

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Ratings"

# Rules are described here and checked in codex_lib/catalog, which has words for who
# breaks them.
Given = Annotated[int, Meta(extra_json_schema={"minimum": LEAST, "maximum": BEST})]
Notes = Annotated[str, Meta(extra_json_schema={"maxLength": MAX_NOTES})]
Outside = Annotated[float, Meta(extra_json_schema={"minimum": 0, "maximum": BEST})]
Votes = Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": MOST_VOTES})]
Source = Annotated[
    str,
    Meta(
        description="As anilist; kept in lower case.",
        extra_json_schema={"minLength": 1, "maxLength": MAX_SOURCE},
    ),
]


class NewRating(Struct):
    """What the caller gives a series; absent notes stay, null empties them."""

    rating: Given
    notes: Notes | UnsetType | None = UNSET


class RatingList(Struct):
    """What the caller gave all series, the latest first."""

    ratings: list[UserRating]


class NewExternalRating(Struct):
    """What another catalog gives a series."""

    source_name: Source
    rating: Outside
    vote_count: Votes | None = None


class ExternalRatingList(Struct):
    """What other catalogs give a series, by their names."""

    ratings: list[ExternalRating]


class MyRating:
    """/series/{id}/rating."""

    @endpoint(
        Permission.SERIES_READ, tag=TAG, reply=UserRating, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, series_id: str) -> UserRating:
        """Show what the caller gave a series.

        404 also if that is nothing so far.
        """
        return await call(req, get_rating, req.caller.user.id, series_id)

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        body=NewRating,
        reply=UserRating,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, series_id: str, body: NewRating
    ) -> UserRating:
        """Give a series 1 to 100, and notes that only the caller sees."""
        user, now = req.caller.user.id, clock.now()
        return await call(req, set_rating, user, series_id, changes(body), now=now)

    on_patch = on_put

    @endpoint(Permission.SERIES_READ, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, series_id: str) -> None:
        """Take back what the caller gave a series, notes included."""
        await call(req, delete_rating, req.caller.user.id, series_id)


class MyRatings:
    """/user/ratings."""

    @endpoint(Permission.SERIES_READ, tag=TAG, reply=RatingList, twins=True)
    async def on_get(self, req: Request, resp: Response) -> RatingList:
        """List what the caller gave series, the latest first."""
        return RatingList(await call(req, list_ratings, req.caller.user.id))


class AverageOfRatings:
    """/series/{id}/ratings/average."""

    @endpoint(
        Permission.SERIES_READ, tag=TAG, reply=AverageRating, errors=(404,), twins=True
    )
    async def on_get(
        self, req: Request, resp: Response, series_id: str
    ) -> AverageRating:
        """Show the mean of what all users gave a series; null if nobody gave any."""
        return await call(req, average_rating, series_id)


class ExternalRatings:
    """/series/{id}/external-ratings."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        reply=ExternalRatingList,
        errors=(404,),
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, series_id: str
    ) -> ExternalRatingList:
        """List what other catalogs give a series."""
        return ExternalRatingList(await call(req, list_external_ratings, series_id))

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=NewExternalRating,
        reply=ExternalRating,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, series_id: str, body: NewExternalRating
    ) -> ExternalRating:
        """Say what another catalog gives a series, from 0 to 100.

        What was said of the same source before is replaced.
        """
        given = changes(body)
        now = clock.now()
        return await call(req, set_external_rating, series_id, **given, now=now)


class OneExternalRating:
    """/series/{id}/external-ratings/{source}."""

    @endpoint(Permission.SERIES_WRITE, tag=TAG, errors=(404,))
    async def on_delete(
        self, req: Request, resp: Response, series_id: str, source: str
    ) -> None:
        """Forget what another catalog gives a series, named by source or by id."""
        await call(req, delete_external_rating, series_id, source, now=clock.now())
