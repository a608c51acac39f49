"""Rows of users, and of what they have read: from a few books to thousands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from codex_lib.accounts.permissions import ALL, render_permissions
from codex_lib.db import many, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from codex_lib.db import Database

# Books with progress, of each user of a million books.
READERS = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50)
OPEN_SHARE = 0.05  # of the series begun: the book read last is not finished
HEAVY, LIGHT = 1, len(READERS)  # row ids of the one with the most and the fewest
_FIRST = datetime(2016, 1, 1, tzinfo=UTC)
_SECONDS = 9 * 365 * 86_400
_NEVER = "$argon2id$nobody-signs-in-with-a-password"


def add_readers(db: Database, rng: Random, books: int) -> None:
    """Write ten users, their progress, its counters and their ratings."""
    many(db, _USER, [_user(rng, i) for i in range(1, len(READERS) + 1)])
    series_count = rows(db, "SELECT max(id) FROM series")[0][0]
    for user, wanted in enumerate(READERS, 1):
        count = min(wanted, books // 4)
        many(db, _PROGRESS, _progress(db, rng, user, count, series_count))
    rows(db, _COUNT)
    many(db, _RATING, list(_ratings(db, rng)))


_USER = """
    INSERT INTO users (
        id, uuid, username, username_key, email, email_key, password_hash, is_admin,
        is_active, email_verified, permissions, created_at, updated_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?, ?, ?)
"""
_PROGRESS = """
    INSERT INTO read_progress (
        user_id, book_id, uuid, current_page, completed, started_at, updated_at,
        completed_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_COUNT = """
    INSERT INTO series_progress (
        user_id, series_id, read_count, started_count, last_completed_at, last_read_at
    )
    SELECT read.user_id, books.series_id, sum(read.status = 'read'),
        sum(read.status = 'in_progress'), max(read.completed_at), max(read.updated_at)
    FROM read_progress AS read CROSS JOIN books ON books.id = read.book_id
    WHERE books.deleted_at IS NULL
    GROUP BY read.user_id, books.series_id
"""
_RATING = """
    INSERT INTO series_ratings (
        user_id, series_id, uuid, rating, created_at, updated_at
    ) VALUES (?, ?, ?, ?, ?, ?)
"""


def _user(rng: Random, number: int) -> tuple:
    name = f"reader{number}"
    email = f"{name}@example.com"
    moment = _moment(0)
    rights = render_permissions(ALL)
    who = (number, _uuid(rng), name, name, email, email, _NEVER, number == HEAVY)
    return (*who, rights, moment, moment)


def _progress(
    db: Database, rng: Random, user: int, count: int, series_count: int
) -> list[tuple]:
    """Read series after series from the beginning, some to the end."""
    sql = """
        SELECT id, page_count FROM books WHERE series_id = ?
        ORDER BY number, sort_key, id
    """
    found: list[tuple] = []
    seen: set[int] = set()
    while len(found) < count:
        series = rng.randint(1, series_count)
        if series in seen:
            continue
        seen.add(series)
        books = rows(db, sql, [series])
        upto = len(books) if rng.random() < 0.3 else rng.randint(1, len(books))
        upto = min(upto, count - len(found))
        began = rng.randrange(_SECONDS)
        for place, (book, pages) in enumerate(books[:upto], 1):
            began = min(began + rng.randint(600, 90_000), _SECONDS + 10**7)
            is_last = place == upto
            found.append(_row(rng, user, book, pages, began, is_last=is_last))
    return found


def _row(
    rng: Random, user: int, book: int, pages: int, began: int, *, is_last: bool
) -> tuple:
    ended = _moment(began + rng.randint(60, 7200))
    what = rng.random()
    page, completed = pages, True
    if is_last and what < OPEN_SHARE:
        page, completed = max(1, int(pages * rng.random())), False
    elif what > 0.99:
        page, completed = 0, False
    times = (_moment(began), ended, ended if completed else None)
    return (user, book, _uuid(rng), page, completed, *times)


def _ratings(db: Database, rng: Random) -> Iterator[tuple]:
    sql = "SELECT user_id, series_id, last_read_at FROM series_progress ORDER BY 1, 2"
    for user, series, moment in rows(db, sql):
        if rng.random() < 0.2:
            rating = min(100, max(1, int(rng.gauss(72, 15))))
            yield user, series, _uuid(rng), rating, moment, moment


def _moment(seconds: int) -> str:
    return f"{(_FIRST + timedelta(seconds=seconds)).isoformat()[:19]}.000000Z"


def _uuid(rng: Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-b{text[17:20]}-{text[20:]}"
