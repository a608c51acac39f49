"""Every setting kept in the catalog: its key, type, default, limits and meaning.

A new setting is one new line here; nothing is stored before somebody changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bool, int, str)
TYPE_NAMES: dict[type, str] = {bool: "Boolean", int: "Integer", str: "String"}


@dataclass(frozen=True, slots=True)
class Definition(Generic[T]):
    """One setting; minimum and maximum are inclusive, of a number only.

    A text whose default is not empty must not be blank.
    """

    key: str
    category: str
    default: T
    description: str
    minimum: int | None = None
    maximum: int | None = None

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

AnyDefinition = Definition[bool] | Definition[int] | Definition[str]
DEFINITIONS: dict[str, AnyDefinition] = {
    definition.key: definition
    for definition in (APPLICATION_NAME, REGISTRATION_ENABLED)
}
