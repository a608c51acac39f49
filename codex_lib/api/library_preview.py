"""/libraries/preview-scan: the series that a folder would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.libraries import (
    TAG,
    Folder,
    Formats,
    Object,
    Patterns,
    check_folder,
)
from codex_lib.api.reading import changes
from codex_lib.scanning.preview import Preview, preview_library

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.db import Database

# What somebody waits for, and what an answer can hold.
MAX_SECONDS = 10.0
MAX_FILES = 200_000


class PreviewRequest(Struct):
    """A folder, and how it would be scanned."""

    path: Folder
    series_strategy: str = "series_volume"
    series_config: Object | None = None
    allowed_formats: Formats | None = None
    excluded_patterns: Patterns | None = None


class LibraryPreview:
    """/libraries/preview-scan."""

    @endpoint(
        Permission.LIBRARIES_WRITE,
        tag=TAG,
        body=PreviewRequest,
        reply=Preview,
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, body: PreviewRequest
    ) -> Preview:
        """Show the series that a folder would make, without making a library.

        Only names of files are looked at, for at most 10 seconds: is_complete is false
        if that was too short.
        """
        given = changes(body)
        check_folder(given)
        return await call(req, preview, given)


def preview(_db: Database, given: Object) -> Preview:
    """Preview a folder; the catalog is not asked."""
    return preview_library(
        given.pop("path"), **given, max_files=MAX_FILES, max_seconds=MAX_SECONDS
    )
