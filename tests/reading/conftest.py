"""People who read, and a shelf for them."""

from __future__ import annotations

import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.catalog.books import list_books
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.series import list_series
from codex_lib.db import rows, write
from codex_lib.db.paging import Paging

MONDAY = "2024-01-15T10:30:00.000000Z"
EVERYTHING = Paging(0, 1000, maximum=1000)


@pytest.fixture
def make_reader(db):
    """Return a function that makes a user and returns the id."""

    def make(name="ana"):
        return create_user(
            db,
            username=name,
            email=f"{name}@example.com",
            password="Green.Apple7",
            costs=Costs(8192, 1, 1),
            now=MONDAY,
        ).id

    return make


@pytest.fixture
def ana(make_reader):
    return make_reader()


@pytest.fixture
def ben(make_reader):
    return make_reader("ben")


@pytest.fixture
def shelf(make_cbz, scan):
    """Bone of three books with 3, 4 and 5 pages, Maus of one with 2."""
    for number in (1, 2, 3):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number, pages=number + 2)
    make_cbz("Maus/Maus.cbz", seed=9, pages=2)
    scan()


@pytest.fixture
def books(db, shelf):
    """The ids of the books by title."""
    return {book.title: book.id for book in list_books(db, EVERYTHING).data}


@pytest.fixture
def series(db, shelf):
    """The ids of the series by title."""
    return {found.title: found.id for found in list_series(db, EVERYTHING).data}


@pytest.fixture
def counted(db):
    """Return a function that returns the counters of all readers of a series.

    As user name to (books read, books in progress). All counters of the catalog are
    compared with what they count.
    """
    sql = """
        SELECT username, read_count, started_count FROM series_progress
        JOIN users ON users.id = user_id JOIN series ON series.id = series_id
        WHERE series.title = ?
    """

    def get(title):
        assert check_catalog(db).problems == []
        return {row[0]: (row[1], row[2]) for row in rows(db, sql, [title])}

    return get


@pytest.fixture
def change(db):
    """Return a function that changes the catalog behind everybody's back."""

    def run(sql, values=()):
        with write(db):
            rows(db, sql, values)

    return run
