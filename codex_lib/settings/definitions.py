"""Every setting kept in the catalog: its key, type, default, limits and meaning.

A new setting is one new line here; nothing is stored before somebody changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from codex_lib.settings.cron import cron_problem

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T", bool, int, str)
TYPE_NAMES: dict[type, str] = {bool: "Boolean", int: "Integer", str: "String"}


@dataclass(frozen=True, slots=True)
class Definition(Generic[T]):
    """One setting; minimum and maximum are inclusive, of a number only.

    A text whose default is not empty must not be blank. problem says what is wrong with
    a text that is not empty, "" if nothing is.
    """

    key: str
    category: str
    default: T
    description: str
    minimum: int | None = None
    maximum: int | None = None
    problem: Callable[[str], str] | None = None

    @property
    def value_type(self) -> str:
        """The name of the type in the API."""
        return TYPE_NAMES[type(self.default)]


APPLICATION_NAME = Definition(
    "application.name", "Application", "Codex", "Name of this server, as users see it."
)
REGISTRATION_ENABLED = Definition(
    "auth.registration_enabled",
    "Authentication",
    default=False,
    description="Visitors may make an account for themselves.",
)
PURGE_EMPTY_SERIES = Definition(
    "purge.purge_empty_series",
    "Purge",
    default=True,
    description="Forgetting the deleted books of a series forgets an empty one too.",
)
DEDUPLICATION_ENABLED = Definition(
    "deduplication.enabled",
    "Deduplication",
    default=True,
    description="Look for duplicates by the clock, if there is a schedule.",
)
DEDUPLICATION_SCHEDULE = Definition(
    "deduplication.cron_schedule",
    "Deduplication",
    "",
    "When to look for duplicates, as cron has it; empty is never.",
    problem=cron_problem,
)
POLL_INTERVAL = Definition(
    "task.poll_interval_seconds",
    "Task",
    5,
    "Seconds between looks at the queue for tasks that have become due.",
    minimum=1,
    maximum=60,
)
TASK_RETENTION = Definition(
    "task.retention_days",
    "Task",
    7,
    "Days for which finished tasks are kept.",
    minimum=1,
    maximum=365,
)
THUMBNAIL_MAX_DIMENSION = Definition(
    "thumbnail.max_dimension",
    "Thumbnail",
    400,
    "Longer side of a cover, in pixels; smaller ones are not enlarged.",
    minimum=100,
    maximum=2000,
)
THUMBNAIL_JPEG_QUALITY = Definition(
    "thumbnail.jpeg_quality",
    "Thumbnail",
    85,
    "Quality of covers as JPEG.",
    minimum=50,
    maximum=100,
)

AnyDefinition = Definition[bool] | Definition[int] | Definition[str]
DEFINITIONS: dict[str, AnyDefinition] = {
    definition.key: definition
    for definition in (
        APPLICATION_NAME,
        REGISTRATION_ENABLED,
        PURGE_EMPTY_SERIES,
        DEDUPLICATION_ENABLED,
        DEDUPLICATION_SCHEDULE,
        THUMBNAIL_MAX_DIMENSION,
        THUMBNAIL_JPEG_QUALITY,
        POLL_INTERVAL,
        TASK_RETENTION,
    )
}
