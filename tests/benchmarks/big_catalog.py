"""A catalog of a million books that no file stands behind, within minutes.

`python tests/benchmarks/big_catalog.py FILE [--books N] [--seed N]`. Rows are written
without triggers and indexes; these are then made again from their own statements, and
the schema is compared with what it was.
"""

# ruff: noqa: S608 - statements of this module alone

from __future__ import annotations

import argparse
import time
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from made_reading import add_readers
from made_shelf import BOOK_COLUMNS, METADATA_COLUMNS, SERIES_COLUMNS, Shelf

from codex_lib.db import KEPT_CHANGES, many, open_catalog, rows, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from codex_lib.db import Database, Row

BOOKS, SEED = 1_000_000, 4
_BATCH = 20_000
_SEARCHES = ("series_search", "series_trigrams", "books_search", "books_trigrams")
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master"
_MADE = f"{_SCHEMA} WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"


class Counts(NamedTuple):
    """What a made catalog holds, live or not."""

    libraries: int
    series: int
    books: int
    users: int
    progress: int
    genre_links: int
    tag_links: int


def make_catalog(
    path: Path,
    *,
    books: int = BOOKS,
    seed: int = SEED,
    tell: Callable[[str], None] = lambda _: None,
) -> Counts:
    """Write a new catalog of so many books, a tenth as many series and ten users."""
    if path.exists():
        raise FileExistsError(path)
    rng = Random(seed)  # noqa: S311 - titles, not secrets
    with closing(open_catalog(path)) as db:
        schema = _schema(db)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            db.execute(f"PRAGMA {pragma}")
        with write(db):
            made = _drop(db)
            _fill(db, Shelf(rng, books), tell)
            _count(db)
            _make(db, made, "index", tell)
            add_readers(db, rng, books)
            rows(db, _NOTE_CHANGES, [KEPT_CHANGES])
            tell("readers")
            for index in _SEARCHES:
                db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
                tell(index)
            _make(db, made, "trigger", tell)
        assert _schema(db) == schema
        assert not rows(db, "PRAGMA foreign_key_check")
        db.execute("PRAGMA journal_mode = WAL")
        return Counts(*map(int, rows(db, _COUNTS)[0]))


# As a scan leaves them behind.
_NOTE_CHANGES = """
    INSERT INTO changes (id, what, row_id)
    SELECT id, 'book', id FROM books ORDER BY id DESC LIMIT ?
"""
_COUNTS = """
    SELECT (SELECT count(*) FROM libraries), (SELECT count(*) FROM series),
        (SELECT count(*) FROM books), (SELECT count(*) FROM users),
        (SELECT count(*) FROM read_progress), (SELECT count(*) FROM series_genres),
        (SELECT count(*) FROM series_tags)
"""


def _schema(db: Database) -> set[tuple[str, ...]]:
    return {tuple(row) for row in rows(db, _SCHEMA)}


def _drop(db: Database) -> list[Row]:
    """Drop all triggers and all indexes but those of UNIQUE columns; return them."""
    made = rows(db, f"{_MADE} ORDER BY rowid")
    for row in made:
        db.execute(f"DROP {row['type']} {row['name']}")
    return made


def _make(
    db: Database, made: Sequence[Row], kind: str, tell: Callable[[str], None]
) -> None:
    for row in made:
        if row["type"] == kind:
            db.execute(row["sql"])
    tell(kind)


def _fill(db: Database, shelf: Shelf, tell: Callable[[str], None]) -> None:
    _insert(db, "libraries", shelf.library_columns, shelf.libraries())
    for noun in ("genre", "tag"):
        columns = ("id", "uuid", "name", "name_key", "created_at")
        _insert(db, f"{noun}s", columns, shelf.terms(noun))
    series = list(shelf.series())
    _insert(db, "series", SERIES_COLUMNS, [item.row for item in series])
    for noun, links in (("genre", shelf.genre_links), ("tag", shelf.tag_links)):
        _insert(db, f"series_{noun}s", ("series_id", f"{noun}_id"), links)
    columns = ("id", "uuid", "series_id", "label", "title", "created_at", "updated_at")
    _insert(db, "alternate_titles", columns, shelf.alternate_titles)
    tell("series")
    books: list[tuple] = []
    metadata: list[tuple] = []
    for item in series:
        for book, data in shelf.books(item):
            books.append(book)
            if data:
                metadata.append(data)
        if len(books) >= _BATCH or item is series[-1]:
            _insert(db, "books", BOOK_COLUMNS, books)
            _insert(db, "book_metadata", METADATA_COLUMNS, metadata)
            books.clear()
            metadata.clear()
    tell("books")


def _insert(
    db: Database, table: str, columns: Sequence[str], values: Iterable[tuple]
) -> None:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    many(db, f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


_LIVE = "FROM books WHERE deleted_at IS NULL"
_SUMS = "count(*) AS n, sum(page_count) AS pages, sum(file_size) AS size"


def _count(db: Database) -> None:
    """Store the counters of series, libraries, genres and tags."""
    for table, key in (("series", "series_id"), ("libraries", "library_id")):
        rows(
            db,
            f"""
            UPDATE {table}
            SET book_count = found.n, page_count = pages, file_size = size
            FROM (SELECT {key} AS owner, {_SUMS} {_LIVE} GROUP BY {key}) AS found
            WHERE found.owner = {table}.id
            """,
        )
    rows(
        db,
        """
        UPDATE libraries SET series_count = (SELECT count(*) FROM series
            WHERE library_id = libraries.id AND series.book_count > 0)
        """,
    )
    for noun in ("genre", "tag"):
        rows(
            db,
            f"""
            UPDATE {noun}s SET series_count = found.n FROM (
                SELECT {noun}_id AS owner, count(*) AS n FROM series_{noun}s
                JOIN series ON series.id = series_id AND series.book_count > 0
                GROUP BY {noun}_id
            ) AS found WHERE found.owner = {noun}s.id
            """,
        )


def main() -> None:
    """Make the catalog that was asked for and tell what it holds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--books", type=int, default=BOOKS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    began = time.perf_counter()

    def tell(what: str) -> None:
        print(f"{time.perf_counter() - began:6.1f} s  {what}", flush=True)

    file, books, seed = options.file, options.books, options.seed
    print(make_catalog(file, books=books, seed=seed, tell=tell))


if __name__ == "__main__":
    main()
