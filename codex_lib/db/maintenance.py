"""The catalog file as a whole: what is in it, copies of it, its size."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.db import (
    SCHEMA_VERSION,
    error_code,
    open_catalog,
    raise_understood,
    rows,
    write,
)
from codex_lib.db.filesystems import filesystem_kind
from codex_lib.errors import CatalogError, ConflictError, InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codex_lib.db import Database


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """What the catalog file is; sizes in bytes, vacuum would free free_bytes."""

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
        file_system=filesystem_kind(db.path.resolve()),
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
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _part(target) as part:
            counts = _copy(db, part)
            _verify(part, counts)
            part.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise CatalogError(f"The backup to {target} failed: {error}") from error
    seconds = round(time.monotonic() - began, 3)
    return BackupReport(str(target), target.stat().st_size, *counts, seconds)


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """Lend a name beside a file to be; what stands there at the end is removed."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


_HELD = """
    SELECT (SELECT count(*) FROM libraries) AS libraries,
        (SELECT count(*) FROM books) AS books
"""


def _copy(db: Database, path: Path) -> tuple[int, int]:
    """Copy the catalog as it is now; return how many libraries and books it holds.

    A read transaction keeps this moment for the whole copy, whatever others write:
    so nothing has to be copied twice, and the counts are those of the copy.
    """
    db.execute("BEGIN")
    try:
        libraries, books = rows(db, _HELD)[0]
        with closing(sqlite3.connect(path)) as copy:
            db.backup(copy, pages=4096, sleep=0.01)
            copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.execute("ROLLBACK")
    _sync(path)
    return libraries, books


def _verify(path: Path, expected: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return how many libraries and books a catalog file holds, having checked it.

    Raises CatalogError, also when these are not as many as expected.
    """
    try:
        with closing(_read_only(path)) as copy:
            answer = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            version = copy.execute("PRAGMA user_version").fetchone()[0]
            if answer != "ok":
                raise CatalogError(f"{path} is damaged: {answer}")
            if not 0 < version <= SCHEMA_VERSION:
                raise CatalogError(f"{path} is no catalog that this Codex can read")
            libraries, books = copy.execute(_HELD).fetchone()
    except sqlite3.DatabaseError as error:
        raise CatalogError(f"{path} is no catalog: {error}") from error
    if expected not in (None, (libraries, books)):
        raise CatalogError(f"{path} does not hold everything")
    return libraries, books


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def restore_catalog(
    catalog: Path, backup: Path, *, allow_network: bool = False
) -> BackupReport:
    """Put a backup in the place of the catalog, keeping the old one beside it.

    The backup is checked first and copied page by page into the catalog file, so that
    programs that have it open see the restored state and no half of it. A catalog that
    is too damaged for that is set aside as it is. Either way the old one stays as
    "<name>.before-restore". The catalog's version rises, as with every commit.
    Raises InvalidError, CatalogError.
    """
    if not backup.is_file():
        raise InvalidError(str(backup), "no such file")
    began = time.monotonic()
    libraries, books = _verify(backup)
    kept = catalog.with_name(f"{catalog.name}.before-restore")
    version = newest = 0
    try:
        with closing(open_catalog(catalog, allow_network=allow_network)) as db:
            version, newest = rows(db, _NEWEST)[0]
            for part in _files(kept):
                part.unlink(missing_ok=True)
            backup_catalog(db, kept)
            with closing(_read_only(backup)) as source:
                source.backup(db)
    except CatalogError:
        _replace(catalog, backup, kept)
    except sqlite3.Error as error:
        raise CatalogError(f"The restore failed: {error}") from error
    with closing(open_catalog(catalog, allow_network=allow_network)) as db, write(db):
        rows(db, "UPDATE catalog SET version = max(version, ?)", [version])
        _forget_changes(db, newest)
    seconds = round(time.monotonic() - began, 3)
    size = catalog.stat().st_size
    return BackupReport(str(catalog), size, libraries, books, seconds)


_NEWEST = """
    SELECT version, (SELECT coalesce(max(id), 0) FROM changes) AS newest FROM catalog
"""


def _forget_changes(db: Database, newest: int) -> None:
    """Leave a gap in what is noted of changes, so that others read everything anew.

    newest is the last change that somebody may have taken over.
    """
    newest = max(newest, rows(db, _NEWEST)[0]["newest"])
    rows(db, "DELETE FROM changes")
    gap = "INSERT INTO changes (id, what, row_id) VALUES (?, 'restore', 0)"
    rows(db, gap, [newest + 2])


def _replace(catalog: Path, backup: Path, kept: Path) -> None:
    """Set a damaged catalog aside and put a copy of a backup in its place."""
    try:
        with _part(catalog) as part:
            shutil.copyfile(backup, part)
            _sync(part)
            for old, new in zip(_files(catalog), _files(kept), strict=True):
                new.unlink(missing_ok=True)
                if old.exists():
                    old.rename(new)
            part.rename(catalog)
    except OSError as error:
        raise CatalogError(f"The restore failed: {error}") from error


def _files(path: Path) -> list[Path]:
    """Return a catalog's file and those that SQLite keeps beside it.

    They belong together: a log beside another file would be written into it.
    """
    return [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]


def vacuum_catalog(db: Database) -> tuple[int, int]:
    """Rewrite the catalog without gaps; return its size in bytes before and after.

    Needs as much free space again as the catalog has. Raises CatalogError,
    CatalogBusyError.
    """
    before = db.path.stat().st_size
    try:
        db.execute("VACUUM")
        db.execute("PRAGMA optimize")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        raise_understood(error)
        raise
    return before, db.path.stat().st_size


def integrity_problems(db: Database) -> list[str]:
    """Return what SQLite itself finds wrong with the file; [] when it is sound.

    Search indexes are left out: a newer SQLite looks into them here too, but only
    search_index_is_sound compares them with their tables.
    """
    found: list[str] = []
    try:
        told = db.execute("PRAGMA integrity_check(20)")
        found.extend(text for (text,) in told if text != "ok" and "FTS5" not in text)
        found.extend(
            f"{row[0]} row {row[1]} refers to a missing row of {row[2]}"
            for row in db.execute("PRAGMA foreign_key_check")
        )
    except sqlite3.DatabaseError as error:
        if error_code(error) != sqlite3.SQLITE_CORRUPT:
            raise_understood(error)
            raise
        found.append(str(error))
    return found


def search_index_is_sound(db: Database, index: str) -> bool:
    """Tell whether a search index agrees with the table it was made from.

    Changes nothing, but takes the write lock. Raises CatalogBusyError.
    """
    try:
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - a closed list
    except sqlite3.DatabaseError as error:
        if error_code(error) == sqlite3.SQLITE_CORRUPT:
            return False
        raise_understood(error)
        raise
    return True


def rebuild_search_index(db: Database, index: str) -> None:
    """Make a search index anew from its table; inside a write block."""
    rows(db, f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608 - a closed list
