"""The task that scans a library, and what scans of all processes tell of themselves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from codex_lib.clock import now
from codex_lib.errors import InvalidError, ScanRunningError
from codex_lib.scanning.scan import scan_library
from codex_lib.tasks.scan_status import counts_of
from codex_lib.tasks.tasks import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.scanning.result import ScanProgress
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task

# How often it is tried to begin while a purge, or a scan that is no task, is at work.
WAIT_SECONDS = 0.5
_WORDS = {
    "walk": "Looking for files",
    "match": "Recognizing files",
    "read": "Scanning file",
    "finish": "Putting series in order",
}


def run(
    db: Database,
    task: Task,
    report: Report,
    should_stop: Callable[[], bool],
    *,
    config: Config,
) -> dict[str, Any]:
    """Scan the library of a task, which says mode, under and allow_missing.

    Raises what scan_library raises, but for ScanRunningError: it waits its turn.
    """
    options = options_of(task.params or {}, config)

    def tell(progress: ScanProgress) -> None:
        report(*progress_of(progress))

    while not should_stop():
        try:
            result = scan_library(
                db,
                str(task.library_id),
                now=now(),
                on_progress=tell,
                should_stop=should_stop,
                **options,
            )
        except ScanRunningError as error:
            report(0, 0, f"{error}; waiting for its end")
            time.sleep(WAIT_SECONDS)
        else:
            return counts_of(result)
    return {}


def options_of(params: dict[str, Any], config: Config) -> dict[str, Any]:
    """Return the options of scan_library for a task. Raises InvalidError."""
    under = params.get("under", "")
    if not isinstance(under, str) or ".." in under.split("/") or under.startswith("/"):
        raise InvalidError("under", "must be a folder of the library, relative to it")
    return {
        "deep": params.get("mode") == "deep",
        "under": under,
        "allow_missing": params.get("allow_missing") is True,
        "max_missing_percent": config.scanner.max_missing_percent,
        "threads": config.scanner.reader_threads,
        "page_sizes": config.scanner.page_sizes,
    }


def progress_of(progress: ScanProgress) -> Progress:
    """Return how far a scan is, in files of all that are to be read."""
    words, so_far = _WORDS[progress.phase], progress.so_far
    if progress.total:
        words = f"{words} {progress.done}/{progress.total}"
    result = None if so_far is None else counts_of(so_far, progress)
    return Progress(progress.done, progress.total, words, result)
