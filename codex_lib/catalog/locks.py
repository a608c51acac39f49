"""Locks: the fields of a book or series that scans leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def with_locks(locks: str, changes: Mapping[str, Any]) -> str:
    """Return the locks after an edit: a value locks its field, None unlocks it.

    locks are field names, one a line, in alphabetical order; "" for none.
    """
    names = set(locks.split("\n")) - {""}
    names |= {name for name, value in changes.items() if value is not None}
    names -= {name for name, value in changes.items() if value is None}
    return "\n".join(sorted(names))


def locks_of(locks: str, names: Iterable[str]) -> dict[str, bool]:
    """Return of each field whether it is locked."""
    locked = locks.split("\n")
    return {name: name in locked for name in names}


def lock_changes(wanted: Mapping[str, bool], names: Sequence[str]) -> dict[str, Any]:
    """Return locks to set as the changes that with_locks takes.

    Raises InvalidError for a field that has no lock.
    """
    for name in wanted:
        if name not in names:
            known = ", ".join(names)
            raise InvalidError(name, f"no field that can be locked; there are {known}")
    return {name: is_locked or None for name, is_locked in wanted.items()}
