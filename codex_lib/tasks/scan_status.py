"""How a scan is doing, in the shape of the API contract, section 2.10."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codex_lib.accounts.times import later
from codex_lib.tasks.tasks import FAILED, PENDING

if TYPE_CHECKING:
    from codex_lib.scanning.result import ScanProgress, ScanResult
    from codex_lib.tasks.tasks import Task

SCAN = "scan_library"
MAX_ERRORS = 100  # files that are named, as in the library's last result
LIVE_ERRORS = 10  # the same while it runs and tells some times a second
_PROCESSED = ("unchanged", "added", "changed", "moved", "restored")


@dataclass(frozen=True, slots=True)
class ScanStatus:
    """One scan: files looked at of all that there are, the series and books it added.

    status is pending, running, completed, failed or cancelled. errors: the files that
    cannot be read, or why the scan failed. started_at of a pending scan is when it was
    asked for. task_id is None for the kept result of a scan whose task is forgotten.
    """

    library_id: str
    status: str
    mode: str
    started_at: str
    files_total: int = 0
    files_processed: int = 0
    series_found: int = 0
    books_found: int = 0
    errors: list[str] = field(default_factory=list)
    completed_at: str | None = None
    task_id: str | None = None


def status_of(task: Task) -> ScanStatus:
    """Return how the scan of a task does or did."""
    counts = task.result or {}
    why = task.last_error if task.status in (PENDING, FAILED) else None
    return ScanStatus(
        library_id=str(task.library_id),
        status=task.shown_status,
        mode=(task.params or {}).get("mode", "normal"),
        started_at=task.started_at or task.created_at,
        files_total=counts.get("files_total", 0),
        files_processed=counts.get("files_processed", 0),
        series_found=counts.get("series_created", 0),
        books_found=counts.get("books_created", 0),
        errors=[why] if why else counts.get("unreadable", []),
        completed_at=task.completed_at,
        task_id=task.id,
    )


def kept_status(library_id: str, last_scan: str, started_at: str) -> ScanStatus:
    """Return the scan whose result a library has kept."""
    result = json.loads(last_scan)
    unreadable = [f"{path}: {reason}" for path, reason in result["unreadable"]]
    return ScanStatus(
        library_id=library_id,
        status="cancelled" if result["cancelled"] else "completed",
        mode=result["mode"],
        started_at=started_at,
        files_total=result["files_total"],
        files_processed=sum(result[name] for name in _PROCESSED),
        series_found=result["series_created"],
        books_found=result["added"],
        errors=unreadable,
        completed_at=later(started_at, result["seconds"]),
    )


def counts_of(
    result: ScanResult, progress: ScanProgress | None = None
) -> dict[str, Any]:
    """Return the counters of a scan, as its task keeps them; contract section 5.5.

    progress is where a scan is that still runs.
    """
    read = result.added + result.changed + result.moved + result.restored
    if progress is not None:
        is_reading = progress.phase == "read"
        read = progress.done if is_reading else result.files_total - result.unchanged
    named = MAX_ERRORS if progress is None else LIVE_ERRORS
    return {
        "files_total": result.files_total,
        "files_processed": result.unchanged + read,
        "series_created": result.series_created,
        "books_created": result.added,
        "books_updated": result.changed + result.moved,
        "books_deleted": result.missing,
        "books_restored": result.restored,
        "books_purged": result.purged,
        "tasks_queued": 0,
        "errors": result.unreadable_count or len(result.unreadable),
        "unreadable": [
            f"{file.path}: {file.reason}" for file in result.unreadable[:named]
        ],
    }
