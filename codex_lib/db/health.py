"""Whether the catalog answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.db import one

if TYPE_CHECKING:
    from codex_lib.db import Database


def is_answering(db: Database) -> bool:
    """Return whether the catalog can be read; False before its tables are there.

    Raises CatalogError, CatalogBusyError.
    """
    return one(db, "SELECT version FROM catalog") is not None
