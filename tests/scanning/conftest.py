"""What tests of scans share: every catalog is checked when its test ends."""

from __future__ import annotations

import pytest

from codex_lib.catalog.check import check_catalog
from codex_lib.db import rows

_BOOKS = """
    SELECT books.*, series.uuid AS series_uuid, series.title AS series_title,
        data.title AS given_title, data.genres, data.summary
    FROM books JOIN series ON series.id = books.series_id
    LEFT JOIN book_metadata AS data ON data.book_id = books.id
    WHERE (books.deleted_at IS NOT NULL) = ? ORDER BY books.path
"""
# What two catalogs of the same files may differ in.
_OWN = {"id", "uuid", "created_at", "updated_at", "last_scan", "last_scanned_at"}
_OWN |= {"version", "file_hash"}
_FLAGS = {"deleted_at", "analyzed_at"}
_NAMES = {
    "library_id": "SELECT id, name FROM libraries",
    "series_id": "SELECT id, place FROM series",
    "book_id": "SELECT id, path || coalesce(deleted_at > '', '') FROM books",
    "genre_id": "SELECT id, name FROM genres",
    "tag_id": "SELECT id, name FROM tags",
}
_TABLES = ("libraries", "series", "books", "book_metadata", "page_maps", "genres")
_LINKS = ("series_genres", "tags", "series_tags")


@pytest.fixture
def db(db):
    yield db
    assert check_catalog(db).problems == []


@pytest.fixture
def books(db):
    """Return a function that gives the live (or deleted) books by path."""

    def find(*, deleted=False):
        return {row["path"]: row for row in rows(db, _BOOKS, [deleted])}

    return find


@pytest.fixture
def series(db):
    """Return a function that gives the series with live books by title."""

    def find():
        sql = "SELECT * FROM series WHERE book_count > 0"
        return {row["title"]: row for row in rows(db, sql)}

    return find


@pytest.fixture
def ids(books):
    """Return a function that gives the public ids of live books by path."""
    return lambda: {path: book["uuid"] for path, book in books().items()}


@pytest.fixture
def snapshot():
    """Return a function that gives all a catalog holds but ids and times."""

    def take(db):
        names = {key: dict(map(tuple, rows(db, sql))) for key, sql in _NAMES.items()}
        return {
            table: sorted(
                (_facts(row, names) for row in rows(db, f"SELECT * FROM {table}")),  # noqa: S608 - a constant
                key=repr,
            )
            for table in (*_TABLES, *_LINKS)
        }

    return take


def _facts(row, names):
    facts = {key: row[key] for key in row.keys() if key not in _OWN}  # noqa: SIM118 - a Row
    if facts.get("deleted_at"):
        del facts["number"]  # its last position, which depends on who left before
    facts |= {key: facts[key] is None for key in _FLAGS & facts.keys()}
    return facts | {key: names[key][facts[key]] for key in names.keys() & facts.keys()}
