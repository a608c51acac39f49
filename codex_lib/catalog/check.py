"""Everything the catalog stores twice, compared with what it was made from."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.sort_keys import book_sort_key, sort_key, title_sort_key
from codex_lib.db import many, rows, write
from codex_lib.db.maintenance import (
    integrity_problems,
    rebuild_search_index,
    search_index_is_sound,
)
from codex_lib.errors import CatalogError

if TYPE_CHECKING:
    from codex_lib.db import Database, Row


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
_SEARCHES = ("series_search", "books_search")


def check_catalog(db: Database, *, repair: bool = False) -> CheckReport:
    """Compare counters, sort keys and search indexes with what they were made from.

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
    keys = [f"{table}.{field}" for table, field, *_ in _KEYS]
    return CheckReport(["integrity", *counters, *keys, *_SEARCHES], problems)


def _compare(db: Database, *, repair: bool) -> list[Problem]:
    problems = []
    for counter in _COUNTERS:
        problems += _counter_problems(db, *counter, repair=repair)
    problems += _key_problems(db, repair=repair)
    for index in _SEARCHES:
        if not search_index_is_sound(db, index):
            problems.append(Problem(index, "index", "rows", "off", "sound", repair))
            if repair:
                rebuild_search_index(db, index)
    return problems


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


def _key_problems(db: Database, *, repair: bool) -> list[Problem]:
    problems = []
    for table, field, sql, key_of in _KEYS:
        wanted = [(key_of(row), row) for row in rows(db, sql)]
        off = [(key, row) for key, row in wanted if key != row["found"]]
        problems += [
            Problem(table, row["title"], field, row["found"], key, repaired=repair)
            for key, row in off
        ]
        update = f"UPDATE {table} SET {field} = ? WHERE id = ?"  # noqa: S608 - a closed list
        if repair:
            many(db, update, [(key, row["id"]) for key, row in off])
    return problems


def _series_key(row: Row) -> str:
    return title_sort_key(row["title_sort"] or row["title"])


def _book_key(row: Row) -> str:
    return book_sort_key(
        row["title"],
        row["title_sort"],
        given_title=row["given_title"],
        given_title_sort=row["given_title_sort"],
    )


def _file_key(row: Row) -> str:
    return sort_key(row["title"])


# (table, field, what it is made from, how)
_KEYS = (
    (
        *("series", "sort_key"),
        "SELECT id, title, title_sort, sort_key AS found FROM series",
        _series_key,
    ),
    (
        *("books", "sort_key"),
        """
        SELECT books.id, books.title, books.title_sort, sort_key AS found,
            data.title AS given_title, data.title_sort AS given_title_sort
        FROM books LEFT JOIN book_metadata AS data ON data.book_id = books.id
        """,
        _book_key,
    ),
    (
        *("books", "file_key"),
        "SELECT id, file_name AS title, file_key AS found FROM books",
        _file_key,
    ),
)
