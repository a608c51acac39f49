"""/series/{id}/metadata: what is known of a series, and what scans may change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.libraries import DIRECTIONS
from codex_lib.api.reading import changes
from codex_lib.catalog.full_metadata import (
    SeriesMetadata,
    get_series_metadata,
    replace_series_metadata,
    update_series_metadata,
)
from codex_lib.catalog.series import STATUSES
from codex_lib.catalog.series_metadata import (
    SERIES_FIELDS,
    SeriesLocks,
    get_series_locks,
    set_series_locks,
)

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Series"

Number = Annotated[int, Meta(ge=0, le=9999)]
Status = Annotated[str, Meta(extra_json_schema={"enum": list(STATUSES)})]
Direction = Annotated[str, Meta(extra_json_schema={"enum": DIRECTIONS})]
Text = Annotated[str, Meta(extra_json_schema={"minLength": 1})]
Anything = Annotated[
    Any, Meta(description="Any JSON, of at most 64 KiB and 32 levels.")
]


class SeriesTitle(Struct):
    """A new title of a series; null gives it that of its folder."""

    title: Text | UnsetType | None = UNSET


class TitledSeries(Struct):
    """A series after its title was changed."""

    id: str
    title: str
    updated_at: str


class SeriesMetadataChanges(Struct):
    """What is to be known of a series; null empties a field, and scans fill it."""

    title: Text | UnsetType | None = UNSET
    title_sort: Text | UnsetType | None = UNSET
    summary: Text | UnsetType | None = UNSET
    publisher: Text | UnsetType | None = UNSET
    imprint: Text | UnsetType | None = UNSET
    status: Status | UnsetType | None = UNSET
    age_rating: Number | UnsetType | None = UNSET
    language: Text | UnsetType | None = UNSET
    reading_direction: Direction | UnsetType | None = UNSET
    year: Number | UnsetType | None = UNSET
    total_book_count: Number | UnsetType | None = UNSET
    custom_metadata: Anything = UNSET


SeriesLockChanges = defstruct(
    "SeriesLockChanges",
    [(name, bool | UnsetType, UNSET) for name in SERIES_FIELDS],
    namespace={"__doc__": "The locks to change; what is absent stays as it is."},
)


class MetadataOfSeries:
    """/series/{id}/metadata."""

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=SeriesMetadataChanges,
        reply=SeriesMetadata,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, series_id: str, body: SeriesMetadataChanges
    ) -> SeriesMetadata:
        """Replace the metadata of a series: what is absent is emptied.

        What is given is locked, so that no scan takes it back; what is emptied is not,
        and the next scan fills it from the books. An absent title stays, as do genres
        and tags, which have addresses of their own.
        """
        given = changes(body)
        now = clock.now()
        return await call(req, replace_series_metadata, series_id, given, now=now)

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=SeriesMetadataChanges,
        reply=SeriesMetadata,
        errors=(404,),
        twins=True,
    )
    async def on_patch(
        self, req: Request, resp: Response, series_id: str, body: SeriesMetadataChanges
    ) -> SeriesMetadata:
        """Change the metadata of a series: what is absent stays as it is.

        What is given is locked, so that no scan takes it back. null empties a field and
        unlocks it, and the next scan fills it from the books; a title becomes that of
        the folder at once.
        """
        given = changes(body)
        now = clock.now()
        return await call(req, update_series_metadata, series_id, given, now=now)


class FullMetadata:
    """/series/{id}/metadata/full."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        reply=SeriesMetadata,
        errors=(404,),
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, series_id: str
    ) -> SeriesMetadata:
        """Show all that is known of a series."""
        return await call(req, get_series_metadata, series_id)


class LocksOfSeries:
    """/series/{id}/metadata/locks."""

    @endpoint(
        Permission.SERIES_READ, tag=TAG, reply=SeriesLocks, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, series_id: str) -> SeriesLocks:
        """Show which fields of a series scans leave alone."""
        return await call(req, get_series_locks, series_id)

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=SeriesLockChanges,
        reply=SeriesLocks,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, series_id: str, body: Struct
    ) -> SeriesLocks:
        """Lock and unlock fields of a series.

        No value changes. The next scan fills what is unlocked; a title only follows its
        folder when that is renamed.
        """
        given = changes(body)
        return await call(req, set_series_locks, series_id, given, now=clock.now())

    on_patch = on_put
