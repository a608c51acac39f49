"""Finding books whose files are equal: hashing those that may be, then grouping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.duplicates import duplicate_candidates, regroup_duplicates
from codex_lib.scanning.hashes import hash_chosen
from codex_lib.scanning.pacing import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database
    from codex_lib.scanning.hashes import HashProgress


@dataclass(frozen=True, slots=True)
class DuplicateResult:
    """What a search did: groups there are now, files hashed, and not readable."""

    duplicate_groups: int
    hashed: int
    failed: int
    cancelled: bool


def find_duplicates(
    db: Database,
    *,
    rate: int | None = None,
    on_progress: Callable[[HashProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    now: str,
) -> DuplicateResult:
    """Group the live books of all libraries whose files are equal.

    Only files that may have an equal are read: of the same size and the same pages.
    rate: bytes a second. A search that is stopped leaves the groups as they were; the
    next one need not read again what this one read.
    """
    pace = Pace(rate, should_stop)
    found = hash_chosen(db, duplicate_candidates(db), pace, on_progress)
    groups = 0 if found.cancelled else regroup_duplicates(db, now=now)
    return DuplicateResult(groups, found.hashed, found.failed, found.cancelled)
