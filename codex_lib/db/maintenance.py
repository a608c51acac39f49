"""The catalog file as a whole: what is in it, copies of it, its size."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codex_lib.db import SCHEMA_VERSION, one, open_catalog, rows
from codex_lib.db.filesystems import filesystem_kind
from codex_lib.errors import CatalogError, ConflictError, InvalidError

if TYPE_CHECKING:
    from codex_lib.db import Database


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """What the catalog file is; sizes in bytes, free_bytes is what vacuum would free."""

    path: str
    file_size: int
    free_bytes: int
    file_system: str | None
    schema_version: int
    catalog_version: int
    sqlite_version: str
    journal_mode: str
    library_count: int
    series_count: int
    book_count: int
    deleted_book_count: int
    unreadable_book_count: int
    page_count: int


_COUNTS = """
    SELECT (SELECT count(*) FROM libraries) AS library_count,
        (SELECT count(*) FROM series WHERE book_count > 0) AS series_count,
        count(*) FILTER (WHERE deleted_at IS NULL) AS book_count,
        count(*) FILTER (WHERE deleted_at IS NOT NULL) AS deleted_book_count,
        count(*) FILTER (WHERE deleted_at IS NULL AND analysis_error IS NOT NULL)
            AS unreadable_book_count,
        coalesce(sum(page_count) FILTER (WHERE deleted_at IS NULL), 0) AS page_count,
        (SELECT version FROM catalog) AS catalog_version
    FROM books
"""


def catalog_info(db: Database) -> CatalogInfo:
    """Return what the catalog holds; counts are counted anew, not the stored ones."""
    pages = _pragma(db, "freelist_count") * _pragma(db, "page_size")
    return CatalogInfo(
        path=str(db.path),
        file_size=db.path.stat().st_size,
        free_bytes=pages,
        file_system=filesystem_kind(db.path),
        schema_version=_pragma(db, "user_version"),
        sqlite_version=sqlite3.sqlite_version,
        journal_mode=rows(db, "PRAGMA journal_mode")[0][0],
        **dict(rows(db, _COUNTS)[0]),
    )


def _pragma(db: Database, name: str) -> int:
    return int(rows(db, f"PRAGMA {name}")[0][0])


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A copy of the catalog that was opened and checked after it was made."""

    path: str
    file_size: int
    library_count: int
    book_count: int
    seconds: float


def backup_catalog(db: Database, target: Path) -> BackupReport:
    """Copy the catalog to a file while others use it, then open and check the copy.

    The copy is complete or absent: it is made under another name beside the target
    and renamed when it has passed SQLite's integrity check and holds as many books as
    the catalog did. Raises ConflictError when the target exists, CatalogError.
    """
    if target.exists():
        raise ConflictError(f"{target} exists already; name another file")
    began = time.monotonic()
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as copy:
            db.backup(copy, pages=4096, sleep=0.01)
            copy.execute("PRAGMA journal_mode = DELETE")
        libraries, books = _verify(part)
        _sync(part)
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise CatalogError(f"The backup to {target} failed: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    seconds = round(time.monotonic() - began, 3)
    return BackupReport(str(target), target.stat().st_size, libraries, books, seconds)


def _verify(path: Path) -> tuple[int, int]:
    """Return how many libraries and books a catalog file holds, having checked it.

    Raises CatalogError.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            answer = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            version = copy.execute("PRAGMA user_version").fetchone()[0]
            if answer != "ok":
                raise CatalogError(f"{path} is damaged: {answer}")
            if not 0 < version <= SCHEMA_VERSION:
                raise CatalogError(f"{path} is no catalog that this Codex can read")
            libraries = copy.execute("SELECT count(*) FROM libraries").fetchone()[0]
            books = copy.execute("SELECT count(*) FROM books").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise CatalogError(f"{path} is no catalog: {error}") from error
    return libraries, books


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def restore_catalog(
    catalog: Path, backup: Path, *, allow_network: bool = False
) -> BackupReport:
    """Put a backup in the place of the catalog, keeping the old one beside it.

    The backup is checked first and copied page by page into the catalog file, so that
    programs that have it open see the restored state and no half of it. The old
    catalog stays as "<name>.before-restore". Raises InvalidError, CatalogError.
    """
    if not backup.is_file():
        raise InvalidError(str(backup), "no such file")
    began = time.monotonic()
    libraries, books = _verify(backup)
    with closing(open_catalog(catalog, allow_network=allow_network)) as db:
        kept = catalog.with_name(f"{catalog.name}.before-restore")
        kept.unlink(missing_ok=True)
        backup_catalog(db, kept)
        try:
            with closing(sqlite3.connect(backup)) as source:
                source.backup(db)
        except sqlite3.Error as error:
            raise CatalogError(f"The restore failed: {error}") from error
    with closing(open_catalog(catalog, allow_network=allow_network)):
        seconds = round(time.monotonic() - began, 3)
    size = catalog.stat().st_size
    return BackupReport(str(catalog), size, libraries, books, seconds)


def vacuum_catalog(db: Database) -> tuple[int, int]:
    """Rewrite the catalog without gaps; return its size in bytes before and after.

    Needs as much free space again as the catalog has. Raises CatalogError.
    """
    before = db.path.stat().st_size
    try:
        db.execute("VACUUM")
        db.execute("PRAGMA optimize")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise CatalogError(f"The catalog was not vacuumed: {error}") from error
    return before, db.path.stat().st_size


def integrity_problems(db: Database) -> list[str]:
    """Return what SQLite itself finds wrong with the file; [] when it is sound."""
    found = [row[0] for row in rows(db, "PRAGMA integrity_check(20)") if row[0] != "ok"]
    for row in rows(db, "PRAGMA foreign_key_check"):
        found.append(f"{row[0]} row {row[1]} refers to a missing row of {row[2]}")
    return found


def search_index_is_sound(db: Database, index: str) -> bool:
    """Tell whether a search index agrees with the table it was made from."""
    try:
        rows(db, f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - a closed list
    except sqlite3.DatabaseError:
        return False
    return one(db, "SELECT 1 AS yes") is not None


def rebuild_search_index(db: Database, index: str) -> None:
    """Make a search index anew from its table; inside a write block."""
    rows(db, f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608 - a closed list
