"""Everything the catalog stores twice, compared with what it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.sort_keys import sort_key, title_sort_key
from codex_lib.db import many, rows, write
from codex_lib.db.maintenance import (
    integrity_problems,
    rebuild_search_index,
    search_index_is_sound,
)

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
        "(SELECT count(DISTINCT books.series_id)"
        f" {_LIVE} books.library_id = libraries.id)",
    ),
    *(
        (
            *(f"{noun}s", "name", "series_count"),
            f"""(SELECT count(*) FROM series_{noun}s AS link WHERE link.{noun}_id =
            {noun}s.id AND EXISTS (SELECT 1 {_LIVE} books.series_id = link.series_id))""",
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
    if repair:
        with write(db):
            problems += _compare(db, repair=True)
    else:
        problems += _compare(db, repair=False)
    counters = [f"{table}.{field}" for table, _, field, _ in _COUNTERS]
    keys = ["series.sort_key", "books.sort_key", "books.file_key"]
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


_KEYS = {
    "series": "SELECT id, coalesce(title_sort, title) AS label, sort_key AS found FROM series",
    "books": """
        SELECT id, CASE WHEN books.title_sort IS NOT NULL THEN books.title_sort
            WHEN books.title = data.title THEN coalesce(data.title_sort, books.title)
            ELSE books.title END AS label, sort_key AS found
        FROM books LEFT JOIN book_metadata AS data ON data.book_id = books.id
    """,
    "file_key": "SELECT id, file_name AS label, file_key AS found FROM books",
}


def _key_problems(db: Database, *, repair: bool) -> list[Problem]:
    problems = []
    for noun, sql in _KEYS.items():
        table = "books" if noun == "file_key" else noun
        field = "file_key" if noun == "file_key" else "sort_key"
        make = sort_key if noun == "file_key" else title_sort_key
        off = [
            (make(row["label"]), row["id"], row["label"], row["found"])
            for row in rows(db, sql)
            if make(row["label"]) != row["found"]
        ]
        problems += [
            Problem(table, label, field, found, expected, repaired=repair)
            for expected, _, label, found in off
        ]
        if repair and off:
            update = f"UPDATE {table} SET {field} = ? WHERE id = ?"  # noqa: S608 - a closed list
            many(db, update, [(key, row_id) for key, row_id, _, _ in off])
    return problems
