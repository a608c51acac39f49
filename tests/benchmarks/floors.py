"""What the same work costs with nothing but the unavoidable: the measures' floors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from codex_lib.db import many, rows, write
from codex_lib.formats.zip_archive import open_zip

if TYPE_CHECKING:
    from pathlib import Path

    from codex_lib.db import Database

BATCH_BOOKS = 512  # as a scan has it
# Table: the column that says to which book or series a row belongs.
_TABLES = {
    "genres": None,
    "tags": None,
    "series": ("series", "id"),
    "series_genres": ("series", "series_id"),
    "series_tags": ("series", "series_id"),
    "books": ("books", "id"),
    "book_metadata": ("books", "book_id"),
    "page_maps": ("books", "book_id"),
}


class Batch(NamedTuple):
    """Files, and the finished rows that a scan makes of them: table to tuples."""

    paths: list[str]
    rows: dict[str, list[tuple]]


def finished_rows(db: Database, root: Path) -> list[Batch]:
    """Return all rows of a scanned catalog, in the batches in which they are written.

    A series stands in the batch of its first book, genres and tags in the first one.
    """
    books = rows(db, "SELECT id, series_id, path FROM books ORDER BY id")
    turn = {"books": {}, "series": {}}
    batches = []
    for i, book in enumerate(books):
        turn["books"][book["id"]] = i // BATCH_BOOKS
        turn["series"].setdefault(book["series_id"], i // BATCH_BOOKS)
        if i % BATCH_BOOKS == 0:
            batches.append(Batch([], {table: [] for table in _TABLES}))
        batches[-1].paths.append(str(root / book["path"]))
    for table, owner in _TABLES.items():
        for row in rows(db, f"SELECT * FROM {table}"):  # noqa: S608 - a closed list
            batch = turn[owner[0]][row[owner[1]]] if owner else 0
            batches[batch].rows[table].append(tuple(row))
    return batches


def bare_scan(db: Database, batches: list[Batch]) -> None:
    """Read each archive's directory, parse its ComicInfo, insert rows made before.

    Into a catalog that holds the library's row and nothing else. No walk, no page
    order, no identity, no names parsed, no counters, no series that follow their books.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for batch in batches:
        for path in batch.paths:
            with open_zip(path) as archive:
                data = archive.read(archive.find("ComicInfo.xml"))
            etree.fromstring(data, parser)
        with write(db):
            for table, found in batch.rows.items():
                if found:
                    marks = ", ".join("?" * len(found[0]))
                    sql = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - a closed list
                    many(db, sql, found)


def bare_walk(root: str) -> int:
    """Return how many files lie below a folder, each looked at once."""
    count = 0
    folders = [root]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    count += 1
    return count
