"""Whether the files of books are still whole, and telling decay from edits.

Of each book the last look is kept, and when it was sound last. A file that has neither
another size nor another time than then, but other bytes, was not written by anybody:
its disk has changed it (bit rot). One with another size or time was edited, and what it
is now is judged by itself.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from xxhash import xxh3_128

from codex_lib.catalog.paths import disk_path
from codex_lib.db import one, rows, write
from codex_lib.errors import InvalidError
from codex_lib.formats.soundness import CHECKSUMS, DEPTHS, DIRECTORY, find_problems
from codex_lib.scanning.chosen import choose_books
from codex_lib.scanning.pacing import Pace, read_pieces
from codex_lib.scanning.walk import file_fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from codex_lib.db import Database, Row
    from codex_lib.scanning.walk import FileFact

SOUND, DAMAGED, ROTTEN = "sound", "damaged", "bit_rot"
_ROT = "other bytes than on"


class BookCheck(NamedTuple):
    """A book whose file is not whole; status is damaged or bit_rot, path absolute.

    checked_at is before this run for one that was not looked at again.
    """

    book_id: str
    title: str
    path: str
    status: str
    problems: list[str]
    checked_at: str


@dataclass(slots=True)
class VerifyResult:
    """What a look at books found; counts are of books.

    checked ones are sound, damaged or bit_rot; edited counts those of them that were
    written since the look before. skipped were looked at recently, or are being written
    at this moment. missing ones have no file that could be reached. books are all that
    are not whole, with those known from a recent look.
    """

    depth: str
    total: int = 0
    checked: int = 0
    sound: int = 0
    damaged: int = 0
    bit_rot: int = 0
    edited: int = 0
    missing: int = 0
    skipped: int = 0
    bytes_read: int = 0
    seconds: float = 0.0
    cancelled: bool = False
    books: list[BookCheck] = field(default_factory=list)


class VerifyProgress(NamedTuple):
    """How far it is: books done of total, and the path of the next one."""

    done: int
    total: int
    current: str


class _Look(NamedTuple):
    """What one look at a file gave; digest is empty where it was not read whole."""

    fact: FileFact
    digest: bytes
    problems: list[str]


_RECENT = """
    checks.checked_at >= :since AND checks.depth IN (SELECT value FROM json_each(:deep))
    AND checks.file_size = books.file_size AND checks.mtime_ns = books.mtime_ns
"""
_BOOK = """
    SELECT books.id, books.uuid, books.title, libraries.path AS root, books.path,
        checks.problems, checks.checked_at, checks.file_size, checks.mtime_ns,
        checks.sound_at, checks.sound_size, checks.sound_mtime_ns, checks.sound_digest
    FROM books JOIN libraries ON libraries.id = books.library_id
    LEFT JOIN book_checks AS checks ON checks.book_id = books.id WHERE books.id = ?
"""
_STORE = """
    INSERT INTO book_checks (
        book_id, checked_at, depth, is_sound, problems, file_size, mtime_ns, digest
    ) SELECT
        id, :now, :depth, :is_sound, :problems, :file_size, :mtime_ns, :digest
    FROM books WHERE id = :id
    ON CONFLICT (book_id) DO UPDATE SET
        checked_at = :now, depth = :depth, is_sound = :is_sound, problems = :problems,
        file_size = :file_size, mtime_ns = :mtime_ns, digest = :digest
"""
_STORE_SOUND = """
    UPDATE book_checks SET sound_at = :now, sound_size = :file_size,
        sound_mtime_ns = :mtime_ns, sound_digest = :digest
    WHERE book_id = :id
"""


def verify_books(  # noqa: PLR0913 - all by keyword
    db: Database,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_ids: Sequence[str] | None = None,
    depth: str = CHECKSUMS,
    since: str | None = None,
    rate: int | None = None,
    on_progress: Callable[[VerifyProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    now: str,
) -> VerifyResult:
    """Look at the files of live books, and keep what was found; no file is changed.

    depth: directory only opens files, checksums reads them whole, images decodes every
    page as well. since: books that were looked at as thoroughly since then are skipped;
    with the time at which a killed run began it goes on where that one ended. rate:
    bytes a second. One bad file stops nothing. Raises InvalidError,
    LibraryNotFoundError, SeriesNotFoundError, BookNotFoundError.
    """
    if depth not in DEPTHS:
        raise InvalidError("depth", f"must be one of {', '.join(DEPTHS)}")
    if rate is not None and rate < 1:
        raise InvalidError("rate", "must be at least one byte a second")
    began, pace = time.monotonic(), Pace(rate, should_stop)
    chosen: dict[str, Any] = {"library_id": library_id, "series_id": series_id}
    chosen["book_ids"] = book_ids
    everything = choose_books(db, **chosen)
    recent = set(_recent(db, chosen, depth, since))
    result = VerifyResult(depth, total=len(everything))
    for done, book_id in enumerate(everything):
        row = one(db, _BOOK, [book_id])
        if pace.is_stopped():
            break
        if row is None or book_id in recent:
            _skip(result, row)
            continue
        if on_progress:
            on_progress(VerifyProgress(done, len(everything), row["path"]))
        _verify(db, row, result, pace, now)
    result.cancelled = pace.is_stopped()
    result.bytes_read = pace.bytes_read
    result.seconds = round(time.monotonic() - began, 3)
    return result


def _recent(
    db: Database, chosen: dict[str, Any], depth: str, since: str | None
) -> list[int]:
    """Return the books that need no look."""
    if since is None:
        return []
    deep = DEPTHS[DEPTHS.index(depth) :]
    values = {"since": since, "deep": json.dumps(deep)}
    return choose_books(db, **chosen, where=_RECENT, values=values)


def _skip(result: VerifyResult, row: Row | None) -> None:
    if row is None:  # forgotten meanwhile
        return
    result.skipped += 1
    if row["problems"]:
        problems = row["problems"].split("\n")
        result.books.append(_bad_book(row, problems, row["checked_at"]))


def _bad_book(row: Row, problems: list[str], checked_at: str) -> BookCheck:
    status = ROTTEN if problems[0].startswith(_ROT) else DAMAGED
    path = os.path.join(row["root"], row["path"])  # noqa: PTH118 - paths are text
    return BookCheck(row["uuid"], row["title"], path, status, problems, checked_at)


def _verify(db: Database, row: Row, result: VerifyResult, pace: Pace, now: str) -> None:
    try:
        look = _look(row, result.depth, pace)
    except OSError:
        result.missing += 1
        return
    if look is None:
        result.skipped += not pace.is_stopped()
        return
    problems = [*_rot(row, look), *look.problems]
    _store(db, row, look._replace(problems=problems), result.depth, now)
    result.checked += 1
    known = (row["file_size"], row["mtime_ns"])
    result.edited += known not in ((None, None), look.fact[1:3])
    if not problems:
        result.sound += 1
        return
    bad = _bad_book(row, problems, now)
    result.books.append(bad)
    result.bit_rot += bad.status == ROTTEN
    result.damaged += bad.status == DAMAGED


def _look(row: Row, depth: str, pace: Pace) -> _Look | None:
    """Look at a file; None if somebody says stop or the file is being written.

    Raises OSError when there is no file.
    """
    path = disk_path(row["root"], row["path"])
    before = file_fact(row["root"], row["path"])
    digest, reason = (b"", None) if depth == DIRECTORY else _digest(path, pace)
    if pace.is_stopped():
        return None
    problems = find_problems(path, depth=depth, should_stop=pace.is_stopped)
    if problems is None or file_fact(row["root"], row["path"]) != before:
        return None
    if reason and reason not in problems:
        problems.insert(0, reason)
    return _Look(before, digest, problems)


def _digest(path: str, pace: Pace) -> tuple[bytes, str | None]:
    """Return the digest of a file, or none and why it cannot be read."""
    digest = xxh3_128()
    try:
        for file in _files(path):
            for piece in read_pieces(file, pace):
                digest.update(piece)
    except OSError as error:  # a disk that fails says so here
        return b"", error.strerror or "cannot be read"
    return digest.digest(), None


def _files(path: str) -> Iterator[str]:
    """Yield the file of a book, or those of a folder in order."""
    if not os.path.isdir(path):  # noqa: PTH112 - paths may hold bytes that pathlib alters
        yield path
        return
    with os.scandir(path) as entries:
        yield from sorted(e.path for e in entries if e.is_file(follow_symlinks=False))


def _rot(row: Row, look: _Look) -> list[str]:
    """Say when a file has other bytes than when it was sound, and nobody wrote it."""
    sound = (row["sound_size"], row["sound_mtime_ns"])
    if not look.digest or sound != look.fact[1:3]:
        return []
    if look.digest == row["sound_digest"]:
        return []
    day = row["sound_at"].partition("T")[0]
    return [f"{_ROT} {day}, though its size and time are the same"]


def _store(db: Database, row: Row, look: _Look, depth: str, now: str) -> None:
    values = {
        "id": row["id"],
        "now": now,
        "depth": depth,
        "is_sound": not look.problems,
        "problems": "\n".join(look.problems) or None,
        "file_size": look.fact.file_size,
        "mtime_ns": look.fact.mtime_ns,
        "digest": look.digest,
    }
    with write(db, quiet=True):
        rows(db, _STORE, values)
        if look.digest and not look.problems:
            rows(db, _STORE_SOUND, values)
