"""Ids in queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


def id_text(value: UUID | None) -> str | None:
    """Return an id as the catalog writes it, in lower case; None stays None."""
    return None if value is None else str(value)
