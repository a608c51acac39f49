"""Scans as people and programs see them: asking for one, how it does, stopping it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.scanning_config import MODES
from codex_lib.db import one, rows, write
from codex_lib.errors import (
    InvalidError,
    LibraryNotFoundError,
    ScanNotFoundError,
    ScanRunningError,
)
from codex_lib.scanning.result import ScanResult, UnreadableFile
from codex_lib.tasks.changes import change_tasks
from codex_lib.tasks.queue import cancel_task, enqueue
from codex_lib.tasks.scan_status import SCAN, ScanStatus, kept_status, status_of
from codex_lib.tasks.tasks import PENDING, SELECT, get_task, task_of

if TYPE_CHECKING:
    from codex_lib.catalog.libraries import Library
    from codex_lib.db import Database, Row
    from codex_lib.tasks.tasks import Task

_LIBRARY = """
    SELECT id, uuid, name, last_scan, last_scanned_at FROM libraries WHERE uuid = ?
"""
_SCANS = f"{SELECT} WHERE task_type = '{SCAN}'"
_ACTIVE = f"{_SCANS} AND tasks.status IN ('pending', 'processing')"
_LIVE = f"{_ACTIVE} AND tasks.library_id = ?"
_NEWEST = f"{_SCANS} AND tasks.library_id = ? ORDER BY tasks.id DESC LIMIT 1"
_PARAMS = "UPDATE tasks SET params = :params WHERE uuid = :id RETURNING id"


def start_scan(  # noqa: PLR0913 - what is said of a scan, by keyword
    db: Database,
    library_id: str,
    *,
    mode: str = "normal",
    under: str = "",
    allow_missing: bool = False,
    now: str,
) -> ScanStatus:
    """Queue a scan of a library for a worker.

    mode is normal or deep, in any case of letters. under limits it to a folder,
    allow_missing believes it when many files are gone. Raises InvalidError,
    LibraryNotFoundError, and ScanRunningError while one is waiting or running,
    whoever started it.
    """
    params = params_of(mode, under, allow_missing=allow_missing)
    with write(db, quiet=True):
        if live_scan(db, library_id):
            raise ScanRunningError(_library(db, library_id)["name"])
        task_id = enqueue(db, SCAN, library_id=library_id, params=params, now=now)
        return status_of(get_task(db, task_id))


def add_library(
    db: Database,
    /,
    *,
    scan_immediately: bool = False,
    now: str,
    **fields: Any,  # noqa: ANN401 - those of create_library
) -> Library:
    """Make a library as create_library does, and queue its first scan if wanted."""
    with write(db):
        library = create_library(db, now=now, **fields)
        if scan_immediately:
            start_scan(db, library.id, now=now)
    return library


def request_scan(
    db: Database, library_id: str, *, mode: str = "normal", under: str = "", now: str
) -> str | None:
    """Make sure that a scan will do this much; return its task.

    For what wants a scan by itself, a schedule or a change of files. One that waits is
    widened. None if one is running: what it has passed already may have changed since,
    so ask again when it has ended. Raises LibraryNotFoundError.
    """
    params = params_of(mode, under)
    with write(db, quiet=True):
        live = live_scan(db, library_id)
        if live is None:
            return enqueue(db, SCAN, library_id=library_id, params=params, now=now)
        if live.status != PENDING:
            return None
        return replace_params(db, live, widened(live.params or {}, params), now=now).id


def params_of(
    mode: str, under: str = "", *, allow_missing: bool = False
) -> dict[str, Any]:
    """Return the parameters of a scan's task. Raises InvalidError."""
    if mode.lower() not in MODES:
        raise InvalidError("mode", f"must be one of {', '.join(MODES)}")
    params: dict[str, Any] = {"mode": mode.lower()}
    params |= {"under": under} if under else {}
    return params | ({"allow_missing": True} if allow_missing else {})


def widened(params: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a scan that does what two are to do."""
    mode = "deep" if "deep" in (params.get("mode"), more.get("mode")) else "normal"
    folders = (params.get("under", ""), more.get("under", ""))
    under = os.path.commonpath(folders) if all(folders) else ""
    allowed = "allow_missing" in (params | more)
    return params_of(mode, under, allow_missing=allowed)


def replace_params(
    db: Database, task: Task, params: dict[str, Any], *, now: str
) -> Task:
    """Change what a scan that waits is to do; inside a write block."""
    values = {"params": json.dumps(params), "id": task.id}
    return change_tasks(db, _PARAMS, values, now=now)[0]


def scan_status(db: Database, library_id: str) -> ScanStatus:
    """Return how the newest scan of a library does or did.

    Raises LibraryNotFoundError, ScanNotFoundError if it was never scanned.
    """
    library = _library(db, library_id)
    kept, scanned_at = library["last_scan"], library["last_scanned_at"]
    for row in rows(db, _NEWEST, [library["id"]]):
        found = status_of(task_of(row))
        is_live = found.completed_at is None
        if is_live or not kept or scanned_at <= found.completed_at:
            return found
    if kept:
        return kept_status(library_id, kept, scanned_at)
    raise ScanNotFoundError(library["name"])


def last_result(db: Database, library_id: str) -> ScanResult:
    """Return what the last scan of a library did, as the library has kept it.

    Raises LibraryNotFoundError, ScanNotFoundError if none has ended yet.
    """
    library = _library(db, library_id)
    if not library["last_scan"]:
        raise ScanNotFoundError(library["name"])
    values = json.loads(library["last_scan"])
    for name in ("unreadable", "damaged"):
        values[name] = [UnreadableFile(*file) for file in values[name]]
    return ScanResult(**values)


def active_scans(db: Database) -> list[ScanStatus]:
    """Return the scans that wait or run, oldest first."""
    found = rows(db, f"{_ACTIVE} ORDER BY tasks.id")
    return [status_of(task_of(row)) for row in found]


def cancel_scan(db: Database, library_id: str, *, now: str) -> None:
    """Stop the scan of a library that waits or runs, in whichever process.

    One that runs ends after some files more; what it has read by then stays. Raises
    LibraryNotFoundError, ScanNotFoundError if there is none.
    """
    with write(db, quiet=True):
        live = live_scan(db, library_id)
        if live is None:
            name = _library(db, library_id)["name"]
            raise ScanNotFoundError(name, is_active=True)
        cancel_task(db, live.id, now=now)


def live_scan(db: Database, library_id: str) -> Task | None:
    """Return the task of a library's scan that waits or runs.

    Raises LibraryNotFoundError.
    """
    row = one(db, _LIVE, [_library(db, library_id)["id"]])
    return task_of(row) if row else None


def _library(db: Database, library_id: str) -> Row:
    library = one(db, _LIBRARY, [library_id])
    if library is None:
        raise LibraryNotFoundError(library_id)
    return library
