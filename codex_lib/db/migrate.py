"""Bringing a catalog's schema up to date."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlite_utils import Database as Tables

from codex_lib.db.migrations import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_lib.db import Database


def migrate(db: Database, *, stop_before: str | None = None) -> None:
    """Apply what is pending, each migration in one transaction with its record.

    Two processes may start at once: a lock file beside the catalog lets one do it
    and the other find it done. Safe to repeat.
    """
    with _migrating(db):
        db.execute("PRAGMA journal_mode = WAL")
        factory, db.row_factory = db.row_factory, None
        level, db.isolation_level = db.isolation_level, "DEFERRED"
        try:
            tables = Tables(db, recursive_triggers=False, execute_plugins=False)
            migrations.apply(tables, stop_before=stop_before)
            applied = len(migrations.applied(tables))
            db.commit()
        finally:
            db.row_factory, db.isolation_level = factory, level
        db.execute(f"PRAGMA user_version = {applied:d}")


@contextmanager
def _migrating(db: Database) -> Iterator[None]:
    with db.path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
