"""The full hash of files: SHA-256, the file_hash of the API, made when it is needed.

Reading a whole library takes hours, so no scan does it.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.paths import disk_path
from codex_lib.db import one, rows, write
from codex_lib.scanning.chosen import choose_books
from codex_lib.scanning.pacing import Pace, read_pieces
from codex_lib.scanning.walk import file_fact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codex_lib.db import Database, Row

# What a kill costs at the most.
_STORE_SECONDS = 1.0
_STORE_BOOKS = 64
_BOOK = """
    SELECT books.id, libraries.path AS root, books.path, books.file_size,
        books.mtime_ns
    FROM books JOIN libraries ON libraries.id = books.library_id WHERE books.id = ?
"""
_STORE = """
    UPDATE books SET file_hash = :hash
    WHERE id = :id AND file_size = :file_size AND mtime_ns = :mtime_ns RETURNING id
"""
# A folder of images is no file.
_UNHASHED = "books.file_hash = '' AND books.file_format <> 'folder'"


@dataclass(slots=True)
class HashResult:
    """What hashing did: failed are files that cannot be read, or have changed.

    Changed since the last scan: the next one looks at them.
    """

    total: int = 0
    hashed: int = 0
    failed: int = 0
    cancelled: bool = False


class HashProgress(NamedTuple):
    """How far it is: books done of total, and the path of the last one."""

    done: int
    total: int
    current: str


def hash_books(  # noqa: PLR0913 - all by keyword
    db: Database,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_ids: Sequence[str] | None = None,
    rate: int | None = None,
    on_progress: Callable[[HashProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> HashResult:
    """Store the SHA-256 of the books' files that have none yet.

    rate: bytes a second. What was stored before a stop or a kill stays. Raises
    LibraryNotFoundError, SeriesNotFoundError, BookNotFoundError.
    """
    chosen = choose_books(
        db,
        library_id=library_id,
        series_id=series_id,
        book_ids=book_ids,
        where=_UNHASHED,
    )
    return hash_chosen(db, chosen, Pace(rate, should_stop), on_progress)


def hash_chosen(
    db: Database,
    chosen: Sequence[int],
    pace: Pace,
    on_progress: Callable[[HashProgress], None] | None = None,
) -> HashResult:
    """Store the SHA-256 of books by their inner ids; see hash_books."""
    result = HashResult(total=len(chosen))
    made: list[dict[str, object]] = []
    stored_at = time.monotonic()
    for done, book_id in enumerate(chosen, 1):
        row = one(db, _BOOK, [book_id])
        digest = row and _digest(row, pace)
        if pace.is_stopped():
            break
        if row and digest:
            made.append({**dict(row), "hash": digest})
        else:
            result.failed += 1
        if len(made) >= _STORE_BOOKS or time.monotonic() - stored_at > _STORE_SECONDS:
            _store(db, made, result)
            stored_at = time.monotonic()
        if on_progress and row:
            on_progress(HashProgress(done, len(chosen), row["path"]))
    _store(db, made, result)
    result.cancelled = pace.is_stopped()
    return result


def _digest(row: Row, pace: Pace) -> str | None:
    """Return the hash of the file that the catalog knows, None if it is another."""
    known = (row["file_size"], row["mtime_ns"])
    digest = hashlib.sha256()
    try:
        for piece in read_pieces(disk_path(row["root"], row["path"]), pace):
            digest.update(piece)
        facts = file_fact(row["root"], row["path"])
    except OSError:
        return None
    return digest.hexdigest() if (facts.file_size, facts.mtime_ns) == known else None


def _store(db: Database, made: list[dict[str, object]], result: HashResult) -> None:
    if not made:
        return
    with write(db):
        for values in made:
            told = {key: values[key] for key in ("id", "hash", "file_size", "mtime_ns")}
            if rows(db, _STORE, told):
                result.hashed += 1
            else:
                result.failed += 1
    made.clear()
