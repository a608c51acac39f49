"""The catalog file: opening it, transactions, reads.

The only package that imports sqlite3 and sqlite_utils. A small command opens the
catalog with sqlite3 alone; sqlite_utils (227 ms to import) is loaded only when the
schema has to be brought up to date.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_lib.db.filesystems import network_kind
from codex_lib.db.turns import Turns
from codex_lib.errors import (
    CatalogBusyError,
    CatalogError,
    InvalidError,
    NetworkCatalogError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "SCHEMA_VERSION",
    "Database",
    "Row",
    "one",
    "open_catalog",
    "read",
    "rows",
    "wait_for_no_lock",
    "write",
]

# The number of migrations; kept in the file as PRAGMA user_version, so that opening an
# up-to-date catalog needs no look at the list itself. A test compares both.
SCHEMA_VERSION = 6
BUSY_SECONDS = 30.0
CACHE_KIB = 16 * 1024  # pages of a catalog kept in memory, a connection
CHECKPOINT_PAGES = 4000  # of the write-ahead log, 16 MB: fewer and longer writes

Row = sqlite3.Row


class Database(sqlite3.Connection):
    """One connection to the catalog, for one thread at a time."""

    path: Path
    turns: Turns | None = None  # made when it is written to for the first time

    def close(self) -> None:
        """Close the connection."""
        if self.turns is not None:
            self.turns.close()
            self.turns = None
        super().close()


def open_catalog(path: Path | str, *, allow_network: bool = False) -> Database:
    """Open the catalog at a path, making it or bringing its schema up to date.

    The folder is made if it is missing. Several processes may have it open; each
    waits up to 30 seconds for the write lock of another.
    Raises NetworkCatalogError, CatalogError (damaged, of a newer Codex, not writable).
    """
    path = Path(path).absolute()
    kind = None if allow_network else network_kind(path)
    if kind:
        raise NetworkCatalogError(path, kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _connect(path)
    except sqlite3.DatabaseError as error:
        raise_understood(error, f"The catalog {path}")
        raise
    except OSError as error:
        raise CatalogError(f"{path}: {error}") from error


def _connect(path: Path) -> Database:
    db = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=Database,
        cached_statements=256,
    )
    try:
        db.path = path
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        _upgrade(db)
    except BaseException:
        db.close()
        raise
    return db


def wait_for_no_lock(db: Database) -> None:
    """Let a connection raise CatalogBusyError at once where it would wait."""
    db.execute("PRAGMA busy_timeout = 0")


def _upgrade(db: Database) -> None:
    version = _version(db)
    if version > SCHEMA_VERSION:
        message = f"{db.path}: made by a newer Codex (schema {version}); update Codex"
        raise CatalogError(message)
    if version < SCHEMA_VERSION:
        from codex_lib.db.migrate import migrate  # noqa: PLC0415 - loads sqlite_utils

        migrate(db)


def _version(db: Database) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def data_version(db: Database) -> int:
    """Return a number that changes when another connection has written; 5 µs."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def one(
    db: Database, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()
) -> Row | None:
    """Return the only row of a query, or None when there is none.

    Two rows are a mistake in the query: AssertionError.
    """
    found = rows(db, sql, params)
    if len(found) > 1:
        raise AssertionError(f"expected one row, got {len(found)}: {sql}")
    return found[0] if found else None


def rows(
    db: Database, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()
) -> list[Row]:
    """Return all rows of a query or of a statement with RETURNING.

    Raises CatalogBusyError, CatalogError (damaged, full disk), InvalidError for a text
    with surrogates and a number beyond 64 bits, which no catalog can hold.
    """
    try:
        return db.execute(sql, params).fetchall()
    except sqlite3.DatabaseError as error:
        raise_understood(error)
        raise
    except UnicodeEncodeError as error:
        raise InvalidError("text", f"{error.object!r} is no Unicode text") from error
    except OverflowError as error:
        raise InvalidError("number", "is larger than 64 bits can hold") from error


def many(
    db: Database, sql: str, params: Iterable[Mapping[str, Any] | Sequence[Any]]
) -> None:
    """Run one statement for each tuple of parameters; inside a write block only."""
    db.executemany(sql, params)


@contextmanager
def read(db: Database) -> Iterator[None]:
    """Hold one view of the catalog for a block.

    What others write meanwhile is not seen. A block inside a block, or inside a write
    block, joins the outer one.
    """
    if db.in_transaction:
        yield
        return
    rows(db, "BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:  # an error of the disk has ended it already
            rows(db, "COMMIT")


@contextmanager
def write(db: Database, *, quiet: bool = False) -> Iterator[None]:
    """Hold the write lock for a block, commit at its end or roll it all back.

    BEGIN IMMEDIATE, because a deferred transaction that reads first and writes later
    fails at once with "database is locked" if another process wrote in between; the
    busy timeout does not apply to that upgrade. Every commit raises the catalog's
    version, the key of everything cached; a quiet one does not, for what no list shows
    (a sign-in). A block inside a block joins the outer one.
    Raises CatalogBusyError when another process keeps the lock for 30 seconds, and
    CatalogError when the catalog is damaged or its disk full.
    """
    if db.in_transaction:
        yield
        return
    if db.turns is None:
        db.turns = Turns(db.path)
    with db.turns.turn(BUSY_SECONDS):
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield
                if not quiet:
                    _next_version(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # a full disk has rolled it back already
                    db.execute("ROLLBACK")
                raise
        except sqlite3.DatabaseError as error:
            raise_understood(error)
            raise


KEPT_CHANGES = 50_000
TRIM_EVERY = 256  # versions


def _next_version(db: Database) -> None:
    sql = "UPDATE catalog SET version = version + 1 RETURNING version"
    version = db.execute(sql).fetchone()[0]
    if version % TRIM_EVERY == 0:
        newest = "SELECT max(id) FROM changes"
        sql = f"DELETE FROM changes WHERE id <= ({newest}) - {KEPT_CHANGES}"  # noqa: S608 - constants
        db.execute(sql)


_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# What happens to catalogs in the field: rights, disks, damage.
_UNUSABLE = {
    *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
    *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB),
}


def error_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code, 0 for an error of the module's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def raise_understood(error: sqlite3.Error, what: str = "The catalog") -> None:
    """Raise what an error of SQLite means to a person; return when it is our mistake.

    Raises CatalogBusyError, CatalogError.
    """
    code = error_code(error)
    if code in _BUSY:
        raise CatalogBusyError(
            f"Another process has held the catalog for {BUSY_SECONDS:.0f} seconds;"
            " try again"
        ) from error
    if code in _UNUSABLE:
        raise CatalogError(f"{what} cannot be used: {error}") from error
