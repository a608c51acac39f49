"""/libraries/{id}/scan and /scans: making the catalog match what is in the folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.catalog.scanning_config import MODES
from codex_lib.tasks.scan_status import ScanStatus
from codex_lib.tasks.scans import active_scans, cancel_scan, scan_status, start_scan

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Scanning"


class ScanQuery(Struct):
    """How to scan."""

    mode: Annotated[
        str,
        Meta(
            description="normal reads files that are new or changed, deep all of them.",
            extra_json_schema={"enum": list(MODES)},
        ),
    ] = "normal"
    allow_missing: Annotated[
        bool, Meta(description="Believe it when a great many files are gone.")
    ] = False


class Scan:
    """/libraries/{id}/scan."""

    @endpoint(
        Permission.LIBRARIES_WRITE,
        tag=TAG,
        query=ScanQuery,
        reply=ScanStatus,
        errors=(404, 409),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, library_id: str, query: ScanQuery
    ) -> ScanStatus:
        """Start a scan of a library.

        It runs in the background. 409 while one waits or runs, whoever started it. If
        it would lose a great part of the library, as when a disk is not mounted, it
        fails and changes nothing, unless allow_missing is true.
        """
        return await call(
            req,
            start_scan,
            library_id,
            mode=query.mode,
            allow_missing=query.allow_missing,
            now=clock.now(),
        )


class StatusOfScan:
    """/libraries/{id}/scan-status."""

    @endpoint(
        Permission.LIBRARIES_READ, tag=TAG, reply=ScanStatus, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, library_id: str) -> ScanStatus:
        """Show how the newest scan of a library does, or did.

        404 also if it was never scanned.
        """
        return await call(req, scan_status, library_id)


class CancelScan:
    """/libraries/{id}/scan/cancel."""

    @endpoint(Permission.LIBRARIES_WRITE, tag=TAG, errors=(404,))
    async def on_post(self, req: Request, resp: Response, library_id: str) -> None:
        """Stop the scan of a library that waits or runs, whoever started it.

        It stops within a second or so; what it has read by then stays. 404 also if
        there is none.
        """
        await call(req, cancel_scan, library_id, now=clock.now())


class ActiveScans:
    """/scans/active."""

    @endpoint(Permission.LIBRARIES_READ, tag=TAG, reply=list[ScanStatus], twins=True)
    async def on_get(self, req: Request, resp: Response) -> list[ScanStatus]:
        """List the scans that wait or run, oldest first."""
        return await call(req, active_scans)
