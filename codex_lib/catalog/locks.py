"""Locks: the fields of a book or series that scans leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def with_locks(locks: str, changes: Mapping[str, Any]) -> str:
    """Return the locks after an edit: a value locks its field, None unlocks it.

    locks are field names, one a line, in alphabetical order; "" for none.
    """
    names = set(locks.split("\n")) - {""}
    names |= {name for name, value in changes.items() if value is not None}
    names -= {name for name, value in changes.items() if value is None}
    return "\n".join(sorted(names))
