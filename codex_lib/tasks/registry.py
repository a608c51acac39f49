"""Every type of task: who does it, on what, and what goes first.

A new type is one line in KINDS and a function
`run(db, task, report, should_stop) -> dict`:

- report(current, total, message, result) as often as it likes: it costs nothing;
- should_stop() at least every second or so: when it is true the function returns what
  it has done so far, and is called again later unless the task was cancelled;
- being called again after a kill at any point must do no harm;
- what it returns is the task's result; a CodexError it raises is why it failed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config

    Handler = Callable[..., dict[str, Any]]

LIBRARY, SERIES, BOOK = "library_id", "series_id", "book_id"
# What goes first when several wait.
ORDER = (
    "scan_library",
    "purge_deleted",
    "analyze_book",
    "analyze_series",
    "analyze_library",
    "generate_thumbnail",
    "generate_thumbnails",
    "find_duplicates",
    "hash_books",
    "verify_books",
    "cleanup_orphaned_files",
    "retention",
)


class Kind(NamedTuple):
    """A type of task.

    handler is "module:function". entities: what it can be of, one at a time;
    needs_entity: it must be of one. limit: how many at the same time, 0 for as many as
    tasks may run. wants_config: the handler takes the settings as config=.
    """

    name: str
    handler: str
    entities: tuple[str, ...] = ()
    needs_entity: bool = False
    limit: int = 0
    priority: int = 0
    wants_config: bool = False

    @property
    def rank(self) -> int:
        """A lower one goes first."""
        return ORDER.index(self.name)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "scan_library",
            "codex_lib.tasks.scan_task:run",
            entities=(LIBRARY,),
            needs_entity=True,
            wants_config=True,
        ),
        Kind(
            "purge_deleted",
            "codex_lib.tasks.purge_task:run",
            entities=(LIBRARY, SERIES),
            needs_entity=True,
        ),
        Kind(
            "analyze_book",
            "codex_lib.tasks.analyze_task:run",
            entities=(BOOK,),
            needs_entity=True,
            wants_config=True,
        ),
        Kind(
            "analyze_series",
            "codex_lib.tasks.analyze_task:run",
            entities=(SERIES,),
            needs_entity=True,
            wants_config=True,
        ),
        Kind(
            "analyze_library",
            "codex_lib.tasks.analyze_task:run",
            entities=(LIBRARY,),
            needs_entity=True,
            wants_config=True,
        ),
        Kind(
            "generate_thumbnail",
            "codex_lib.tasks.cover_task:run_one",
            entities=(BOOK,),
            needs_entity=True,
            wants_config=True,
        ),
        Kind(
            "generate_thumbnails",
            "codex_lib.tasks.cover_task:run",
            entities=(LIBRARY, SERIES),
            limit=1,
            wants_config=True,
        ),
        Kind("find_duplicates", "codex_lib.tasks.duplicates_task:run", limit=1),
        Kind(
            "hash_books",
            "codex_lib.tasks.hash_task:run",
            entities=(LIBRARY, SERIES, BOOK),
            limit=1,
        ),
        Kind(
            "verify_books",
            "codex_lib.tasks.verify_task:run",
            entities=(LIBRARY, SERIES, BOOK),
            limit=1,
        ),
        Kind(
            "cleanup_orphaned_files",
            "codex_lib.tasks.cleanup_task:run",
            limit=1,
            wants_config=True,
        ),
        Kind("retention", "codex_lib.tasks.retention:run", limit=1),
    )
}


def kind_of(task_type: str) -> Kind:
    """Return a type of task. Raises InvalidError."""
    if task_type not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise InvalidError(
            "task_type", f"no type is called {task_type}; known: {known}"
        )
    return KINDS[task_type]


def handler_of(task_type: str) -> Handler:
    """Import and return the function that does a type of task."""
    module, _, name = KINDS[task_type].handler.partition(":")
    handler: Handler = getattr(import_module(module), name)
    return handler


class Limits(NamedTuple):
    """How many tasks may run at the same time, in all processes, and of each type."""

    total: int
    by_type: dict[str, int]


def limits_of(config: Config) -> Limits:
    """Return the limits of settings; types in the order in which they go."""
    total = config.task.worker_count
    special = {"scan_library": config.scanner.max_concurrent_scans}
    kinds = sorted(KINDS.values(), key=lambda kind: kind.rank)
    return Limits(
        total,
        {kind.name: special.get(kind.name, kind.limit) or total for kind in kinds},
    )
