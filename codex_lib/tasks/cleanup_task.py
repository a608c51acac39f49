"""The task cleanup_orphaned_files: removes covers that show nothing any more."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.image_cache import image_caches
from codex_lib.catalog.orphaned_covers import cleanup_orphaned_covers

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.tasks.slots import Report
    from codex_lib.tasks.tasks import Task


def run(
    db: Database,
    task: Task,  # noqa: ARG001 - says nothing more
    report: Report,
    should_stop: Callable[[], bool],
    *,
    config: Config,
) -> dict[str, Any]:
    """Remove them from the cache of covers; return how many and how much it was."""
    cache = image_caches(config.files).covers
    result = cleanup_orphaned_covers(
        db, cache, on_progress=report, should_stop=should_stop
    )
    told = asdict(result)
    del told["cancelled"]
    return {**told, "covers_deleted": 0}
