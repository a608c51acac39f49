"""/libraries: the folders that are scanned and served."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.covers import send_cover
from codex_lib.api.endpoint import endpoint
from codex_lib.api.images import JPEG, ImageQuery
from codex_lib.api.lists import Limited, Page, part_of
from codex_lib.api.reading import changes
from codex_lib.catalog.cover_choices import find_library_cover
from codex_lib.catalog.libraries import (
    MAX_NAME,
    READING_DIRECTIONS,
    Library,
    delete_library,
    get_library,
    list_libraries,
    update_library,
)
from codex_lib.errors import InvalidError
from codex_lib.formats import FORMATS
from codex_lib.tasks.scans import add_library

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Libraries"

DIRECTIONS = list(dict.fromkeys(READING_DIRECTIONS.values()))
FORMAT_NAMES = sorted(name.upper() for name in FORMATS)

Object = dict[str, Any]
# Rules are described here and checked in catalog/libraries.py, which has words for
# who breaks them.
Name = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_NAME})]
Folder = Annotated[str, Meta(description="Absolute path of a folder on the server.")]
Formats = Annotated[
    list[str],
    Meta(
        description="File formats that are books; null is all but folders of images.",
        extra_json_schema={"items": {"type": "string", "enum": FORMAT_NAMES}},
    ),
]
Patterns = Annotated[
    str, Meta(description="Globs of what is left out of scans, one a line.")
]
Scanning = Annotated[
    Object,
    Meta(
        description="When it is scanned by itself: enabled, cron_schedule (five fields,"
        " or six of which the first is the second), default_mode (normal or deep),"
        " scan_on_start, purge_deleted_on_scan, time_zone (an IANA name), watch (also"
        " when something changes in its folder).",
        examples=[{"cron_schedule": "0 3 * * *", "default_mode": "normal"}],
    ),
]
Direction = Annotated[str, Meta(extra_json_schema={"enum": DIRECTIONS})]


class NewLibrary(Struct):
    """A library to make; the series strategy cannot change afterwards."""

    name: Name
    path: Folder
    description: str | None = None
    series_strategy: str = "series_volume"
    series_config: Object | None = None
    book_strategy: str = "filename"
    book_config: Object | None = None
    number_strategy: str = "file_order"
    number_config: Object | None = None
    scanning_config: Scanning | None = None
    allowed_formats: Formats | None = None
    excluded_patterns: Patterns | None = None
    default_reading_direction: Direction = "ltr"
    scan_immediately: Annotated[
        bool, Meta(description="Start a scan of it as soon as it is there.")
    ] = False


class LibraryChanges(Struct):
    """What is to change about a library; what is absent stays as it is."""

    name: Name | UnsetType = UNSET
    path: Folder | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET
    series_strategy: str | UnsetType = UNSET
    series_config: Object | UnsetType | None = UNSET
    book_strategy: str | UnsetType = UNSET
    book_config: Object | UnsetType | None = UNSET
    number_strategy: str | UnsetType = UNSET
    number_config: Object | UnsetType | None = UNSET
    scanning_config: Scanning | UnsetType | None = UNSET
    allowed_formats: Formats | UnsetType | None = UNSET
    excluded_patterns: Patterns | UnsetType | None = UNSET
    default_reading_direction: Direction | UnsetType = UNSET


class Libraries:
    """/libraries."""

    @endpoint(
        Permission.LIBRARIES_READ,
        tag=TAG,
        query=Limited,
        reply=Page[Library] | list[Library],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: Limited
    ) -> Page[Library] | list[Library]:
        """List the libraries by name.

        A bare array; a page of it when page or page_size is given.
        """
        return part_of(req, query, await call(req, list_libraries))

    @endpoint(
        Permission.LIBRARIES_WRITE,
        tag=TAG,
        body=NewLibrary,
        reply=Library,
        status=201,
        errors=(409,),
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, body: NewLibrary) -> Library:
        """Make a library of a folder on the server.

        409 if the folder is a library already, lies inside one, or holds one.
        """
        given = changes(body)
        check_folder(given)
        return await call(req, add_library, **given, now=clock.now())


class OneLibrary:
    """/libraries/{id}."""

    @endpoint(
        Permission.LIBRARIES_READ, tag=TAG, reply=Library, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, library_id: str) -> Library:
        """Show a library."""
        return await call(req, get_library, library_id)

    @endpoint(
        Permission.LIBRARIES_WRITE,
        tag=TAG,
        body=LibraryChanges,
        reply=Library,
        errors=(404, 409),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, library_id: str, body: LibraryChanges
    ) -> Library:
        """Change a library.

        null empties what may be empty. 400 for another series strategy: it decides
        which series there are.
        """
        given = changes(body)
        check_folder(given)
        return await call(req, update_library, library_id, given, now=clock.now())

    on_patch = on_put

    @endpoint(Permission.LIBRARIES_DELETE, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, library_id: str) -> None:
        """Forget a library with its series and books; no file is touched."""
        await call(req, delete_library, library_id, now=clock.now())


class LibraryCover:
    """/libraries/{id}/thumbnail."""

    @endpoint(
        Permission.LIBRARIES_READ,
        tag=TAG,
        query=ImageQuery,
        reply=bytes,
        replies={304: None},
        media=(JPEG,),
        errors=(404,),
        cookie=True,
    )
    async def on_get(
        self, req: Request, resp: Response, library_id: str, query: ImageQuery
    ) -> None:
        """Show the cover of a library: that of its first series that has one.

        404 also if no book in it can be read.
        """
        found = await call(req, find_library_cover, library_id)
        await send_cover(req, resp, found, query)


def check_folder(given: Object) -> None:
    """Raise InvalidError for a path that would depend on where the server runs."""
    if not PurePath(given.get("path", "/")).is_absolute():
        raise InvalidError("path", "must be absolute")
