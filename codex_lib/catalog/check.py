"""Everything the catalog stores twice, compared with what it was made from."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.progress import recount_series
from codex_lib.catalog.stored_keys import KEYS
from codex_lib.db import many, rows, write
from codex_lib.db.maintenance import (
    integrity_problems,
    rebuild_search_index,
    search_index_is_sound,
)
from codex_lib.errors import CatalogError

if TYPE_CHECKING:
    from codex_lib.db import Database


@dataclass(frozen=True, slots=True)
class Problem:
    """Something stored that is off: where, what it is and what it should be."""

    table: str
    name: str
    field: str
    found: str
    expected: str
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found; checked names the things looked at, in order."""

    checked: list[str]
    problems: list[Problem]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is off, or everything that was has been repaired."""
        return all(problem.repaired for problem in self.problems)


_LIVE = "FROM books WHERE books.deleted_at IS NULL AND"
# (table, its label, field, what it should be)
_COUNTERS = [
    *(
        (table, label, field, f"(SELECT {what} {_LIVE} books.{key} = {table}.id)")
        for table, label, key in (
            ("series", "title", "series_id"),
            ("libraries", "name", "library_id"),
        )
        for field, what in (
            ("book_count", "count(*)"),
            ("page_count", "coalesce(sum(books.page_count), 0)"),
            ("file_size", "coalesce(sum(books.file_size), 0)"),
        )
    ),
    (
        *("libraries", "name", "series_count"),
        f"""(
            SELECT count(DISTINCT books.series_id) {_LIVE}
            books.library_id = libraries.id
        )""",
    ),
    *(
        (
            *(f"{noun}s", "name", "series_count"),
            f"""(
                SELECT count(*) FROM series_{noun}s AS link
                WHERE link.{noun}_id = {noun}s.id
                AND EXISTS (SELECT 1 {_LIVE} books.series_id = link.series_id)
            )""",  # noqa: S608 - constants
        )
        for noun in ("genre", "tag")
    ),
]
_SEARCHES = ("series_search", "series_trigrams", "books_search", "books_trigrams")


def check_catalog(db: Database, *, repair: bool = False) -> CheckReport:
    """Compare counters, keys and search indexes with what they were made from.

    Without repair nothing is written. With it everything that is off is made anew in
    one transaction; damage to the file itself is only told: restore a backup then.
    """
    problems = [
        Problem("catalog", "file", "integrity", text, "sound")
        for text in integrity_problems(db)
    ]
    try:
        with write(db) if repair else nullcontext():
            problems += _compare(db, repair=repair)
    except CatalogError:
        if not problems:  # else the damage is told already
            raise
    counters = [f"{table}.{field}" for table, _, field, _ in _COUNTERS]
    keys = [f"{table}.{field}" for table, field, *_ in KEYS]
    checked = ["integrity", *_SEARCHES, *counters, _PROGRESS, *keys]
    return CheckReport(checked, problems)


def _compare(db: Database, *, repair: bool) -> list[Problem]:
    # Before the keys: whoever changes those changes the indexes.
    problems = _search_problems(db, repair=repair)
    for counter in _COUNTERS:
        problems += _counter_problems(db, *counter, repair=repair)
    problems += _progress_problems(db, repair=repair)
    return problems + _key_problems(db, repair=repair)


def _search_problems(db: Database, *, repair: bool) -> list[Problem]:
    off = [index for index in _SEARCHES if not search_index_is_sound(db, index)]
    if repair:
        for index in off:
            rebuild_search_index(db, index)
    return [Problem(index, "index", "rows", "off", "sound", repair) for index in off]


def _counter_problems(  # noqa: PLR0913 - one row of the table above
    db: Database, table: str, label: str, field: str, truth: str, *, repair: bool
) -> list[Problem]:
    off = f"""
        SELECT id, {label} AS label, {field} AS found, {truth} AS expected
        FROM {table} WHERE {field} <> {truth}
    """  # noqa: S608 - texts from the table above
    found = rows(db, off)
    if repair and found:
        fixes = [(row["expected"], row["id"]) for row in found]
        many(db, f"UPDATE {table} SET {field} = ? WHERE id = ?", fixes)  # noqa: S608 - as above
    return [
        Problem(
            *(table, row["label"], field, str(row["found"]), str(row["expected"])),
            repaired=repair,
        )
        for row in found
    ]


_PROGRESS = "series_progress"
_PROGRESS_COLUMNS = """
    user_id, series_id, read_count, started_count, last_completed_at, last_read_at
"""
_TOLD = """
    read_count || ' read, ' || started_count || ' started, '
    || coalesce('completed ' || last_completed_at || ', ', '')
    || 'read ' || last_read_at
"""
_MISCOUNTED = f"""
    WITH wanted ({_PROGRESS_COLUMNS}) AS MATERIALIZED (
        SELECT read.user_id, books.series_id, sum(read.status = 'read'),
            sum(read.status = 'in_progress'), max(read.completed_at),
            max(read.updated_at)
        FROM read_progress AS read CROSS JOIN books ON books.id = read.book_id
        WHERE books.deleted_at IS NULL GROUP BY read.user_id, books.series_id
    ), found AS (SELECT {_PROGRESS_COLUMNS} FROM series_progress),
    off (side, {_PROGRESS_COLUMNS}) AS (
        SELECT 'found', * FROM (SELECT * FROM found EXCEPT SELECT * FROM wanted)
        UNION ALL
        SELECT 'wanted', * FROM (SELECT * FROM wanted EXCEPT SELECT * FROM found)
    )
    SELECT off.user_id, off.series_id, users.username || ': ' || series.title AS label,
        coalesce(max(iif(side = 'found', {_TOLD}, NULL)), 'nothing') AS found,
        coalesce(max(iif(side = 'wanted', {_TOLD}, NULL)), 'nothing') AS expected
    FROM off JOIN users ON users.id = off.user_id JOIN series ON series.id = series_id
    GROUP BY off.user_id, off.series_id
"""  # noqa: S608 - constants


def _progress_problems(db: Database, *, repair: bool) -> list[Problem]:
    found = rows(db, _MISCOUNTED)
    if repair:
        for row in found:
            recount_series(db, row["series_id"], user=row["user_id"])
    return [
        Problem(
            *(_PROGRESS, row["label"], "counters", row["found"], row["expected"]),
            repaired=repair,
        )
        for row in found
    ]


def _key_problems(db: Database, *, repair: bool) -> list[Problem]:
    problems = []
    for table, field, sql, key_of in KEYS:
        wanted = [(key_of(row), row) for row in rows(db, sql)]
        off = [(key, row) for key, row in wanted if key != row["found"]]
        problems += [
            Problem(
                *(table, row["title"], field, str(row["found"]), str(key)),
                repaired=repair,
            )
            for key, row in off
        ]
        update = f"UPDATE {table} SET {field} = ? WHERE id = ?"  # noqa: S608 - a closed list
        if repair:
            many(db, update, [(key, row["id"]) for key, row in off])
    return problems
