"""What lists sort by and searches look into follows every scan and edit."""

from __future__ import annotations

import pytest

from codex_lib.catalog.books import search_books
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.libraries import update_library
from codex_lib.catalog.metadata import update_book
from codex_lib.catalog.series import search_series
from codex_lib.catalog.series_metadata import update_series
from codex_lib.catalog.titles import create_alternate_title
from codex_lib.db import rows

MONDAY = "2024-01-15T10:30:00.000000Z"


@pytest.fixture(autouse=True)
def sound(db):
    """Whatever a test does, in the end nothing is off."""
    yield
    assert check_catalog(db).problems == []


@pytest.fixture
def book(db):
    """Return a function that returns the columns of the only live book."""
    return lambda: rows(db, "SELECT * FROM books WHERE deleted_at IS NULL")[0]


def found(search, db, query):
    return [item.title for item in search(db, query)]


def test_a_new_book_has_its_date_and_is_found_by_both_names(db, make_cbz, scan, book):
    make_cbz("Été/v01.cbz", Title="L'Été", Year=1996, Month=7, Day=3)
    update_strategy(db, "metadata_first")
    scan()

    assert book()["release_date"] == 19960703
    assert found(search_books, db, "ete") == ["L'Été"]
    assert found(search_books, db, "v01") == ["L'Été"]
    assert found(search_series, db, "ete") == ["Été"]


def test_a_new_series_in_unspaced_script_is_found_by_one_sign(db, make_cbz, scan):
    make_cbz("仮面/1.cbz")
    scan()

    assert found(search_series, db, "面") == ["仮面"]


def update_strategy(db, name):
    (library,) = rows(db, "SELECT uuid FROM libraries")
    update_library(db, library["uuid"], {"book_strategy": name}, now=MONDAY)


def test_new_metadata_give_a_new_date(make_cbz, scan, book):
    make_cbz("Saga/1.cbz", Year=1996)
    scan()
    make_cbz("Saga/1.cbz", Year=2001, Month=2, Volume=1)
    scan()
    assert book()["release_date"] == 20010200

    make_cbz("Saga/1.cbz", Volume=1)
    scan()

    assert book()["release_date"] is None


def test_an_edited_date_stays(db, make_cbz, scan, book):
    make_cbz("Saga/1.cbz", Year=1996, Month=7)
    scan()

    update_book(db, book()["uuid"], {"year": 2024}, now=MONDAY)
    assert book()["release_date"] == 20240700
    make_cbz("Saga/1.cbz", Year=1997, Month=3)
    scan()

    assert book()["release_date"] == 20240300


def test_a_file_that_cannot_be_read_any_more_keeps_its_date(make_cbz, scan, book):
    make_cbz("Saga/1.cbz", Year=1996)
    scan()

    make_cbz("Saga/1.cbz").write_bytes(b"rubbish")
    scan()

    assert book()["analysis_error"]
    assert book()["release_date"] == 19960000


def test_a_renamed_file_is_found_by_its_new_name(db, make_cbz, scan, book, root):
    make_cbz("Saga/one.cbz")
    scan()
    (root / "Saga" / "one.cbz").rename(root / "Saga" / "two.cbz")
    scan()

    assert found(search_books, db, "two") == ["two"]
    assert found(search_books, db, "one") == []


def test_a_renamed_file_with_a_locked_title_too(db, make_cbz, scan, book, root):
    make_cbz("Saga/one.cbz")
    scan()
    update_book(db, book()["uuid"], {"title": "Eins"}, now=MONDAY)
    (root / "Saga" / "one.cbz").rename(root / "Saga" / "two.cbz")
    scan()

    assert found(search_books, db, "two") == found(search_books, db, "eins") == ["Eins"]
    assert found(search_books, db, "one") == []


def test_titles_made_of_the_series_are_found(db, make_cbz, scan, root):
    update_strategy(db, "series_name")
    make_cbz("Saga/x1.cbz", seed=1)
    make_cbz("Saga/x2.cbz", seed=2)
    scan()
    (root / "Saga").rename(root / "Épopée")
    scan()

    assert len(search_books(db, "epopee")) == 2
    assert len(search_books(db, "x1")) == 1
    assert found(search_books, db, "saga") == []


def test_a_renamed_folder_is_found_by_its_new_name_and_its_others(
    db, make_cbz, scan, root
):
    make_cbz("Saga/1.cbz")
    scan()
    (series,) = rows(db, "SELECT uuid FROM series")
    create_alternate_title(
        db, series["uuid"], label="Japanese", title="ガラスの仮面", now=MONDAY
    )
    (root / "Saga").rename(root / "仮の面")
    scan()

    for query in ("仮面", "の面", "ガラスの"):
        assert found(search_series, db, query) == ["仮の面"]
    assert found(search_series, db, "saga") == []


def test_a_renamed_folder_with_a_locked_title_stays_what_it_was(
    db, make_cbz, scan, root
):
    make_cbz("Saga/1.cbz")
    scan()
    (series,) = rows(db, "SELECT uuid FROM series")
    update_series(db, series["uuid"], {"title": "仮面"}, now=MONDAY)
    (root / "Saga").rename(root / "Epic")
    scan()

    assert found(search_series, db, "仮面") == ["仮面"]
    assert found(search_series, db, "epic") == []
