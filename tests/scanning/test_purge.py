"""Forgetting deleted books: what goes, what stays."""

from __future__ import annotations

import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.libraries import create_library, update_library
from codex_lib.catalog.progress import recount_series
from codex_lib.catalog.series import search_series
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db import rows, write
from codex_lib.errors import (
    LibraryNotFoundError,
    LossRefusedError,
    ScanRunningError,
    SeriesNotFoundError,
)
from codex_lib.scanning import purge
from codex_lib.scanning.lock import scan_lock
from codex_lib.scanning.purge import (
    DeletedBook,
    list_deleted_books,
    list_emptied_series,
    purge_library,
    purge_series,
)
from codex_lib.scanning.scan import scan_library
from codex_lib.settings.values import Change, set_setting

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def reader(db):
    """Somebody who may read; the inner id."""
    user = create_user(
        db,
        username="ana",
        email="ana@example.com",
        password="Green.Apple7",
        costs=Costs(8192, 1, 1),
        now=MONDAY,
    )
    return rows(db, "SELECT id FROM users WHERE uuid = ?", [user.id])[0]["id"]


@pytest.fixture
def shelf(root, make_cbz, scan):
    """Bone of two books of which one is gone, Maus of one that is gone, Akira."""
    make_cbz("Bone/Bone 1.cbz", seed=1, Genre="Fantasy")
    make_cbz("Bone/Bone 2.cbz", seed=2, Genre="Fantasy")
    make_cbz("Maus/Maus.cbz", seed=3, Genre="War")
    make_cbz("Akira/Akira.cbz", seed=4)
    scan()
    (root / "Bone" / "Bone 2.cbz").unlink()
    (root / "Maus" / "Maus.cbz").unlink()
    scan(now=TUESDAY, allow_missing=True)


@pytest.fixture
def ids(db, shelf):
    """The ids of the series by title."""
    return {row["title"]: row["uuid"] for row in rows(db, "SELECT * FROM series")}


def count(db, table):
    return rows(db, f"SELECT count(*) AS n FROM {table}")[0]["n"]  # noqa: S608 - ours


def titles(db):
    found = rows(db, "SELECT title FROM series ORDER BY title")
    return [row["title"] for row in found]


def test_purging_a_library_forgets_deleted_books_and_empty_series(db, library, shelf):
    counters = "SELECT book_count, page_count, series_count FROM libraries"
    before = tuple(rows(db, counters)[0])

    assert purge_library(db, library.id, now=TUESDAY) == 2

    assert (count(db, "books"), titles(db)) == (2, ["Akira", "Bone"])
    assert (count(db, "page_maps"), count(db, "book_metadata")) == (2, 1)
    assert tuple(rows(db, counters)[0]) == before
    assert search_series(db, "Maus") == []
    assert check_catalog(db).problems == []
    assert purge_library(db, library.id, now=TUESDAY) == 0


def test_progress_goes_with_its_book_and_the_rest_stays_counted(
    db, library, shelf, reader
):
    read_everything(db, reader)

    purge_library(db, library.id, now=TUESDAY)

    assert count(db, "read_progress") == 2
    found = rows(db, "SELECT read_count FROM series_progress")
    assert [row["read_count"] for row in found] == [1, 1]


def read_everything(db, reader):
    """Let somebody have read every book, also the deleted ones."""
    with write(db):
        rows(db, _READ, {"user": reader, "now": MONDAY})
        for row in rows(db, "SELECT id FROM series"):
            recount_series(db, row["id"])


_READ = """
    INSERT INTO read_progress (
        user_id, book_id, uuid, current_page, completed, started_at, updated_at,
        completed_at
    ) SELECT :user, id, uuid, 3, 1, :now, :now, :now FROM books
"""


def test_purging_a_series_leaves_the_others_alone(db, shelf, ids):
    assert purge_series(db, ids["Bone"], now=TUESDAY) == 1
    assert titles(db) == ["Akira", "Bone", "Maus"]

    assert purge_series(db, ids["Maus"], now=TUESDAY) == 1
    assert titles(db) == ["Akira", "Bone"]


def test_a_purge_of_many_goes_in_short_transactions(db, library, shelf, monkeypatch):
    monkeypatch.setattr(purge, "BATCH_BOOKS", 1)

    assert purge_library(db, library.id, now=TUESDAY) == 2
    assert count(db, "books") == 2


def test_empty_series_stay_when_the_setting_says_so(db, library, shelf):
    set_setting(db, "purge.purge_empty_series", "false", Change(MONDAY))
    assert purge_library(db, library.id, now=TUESDAY) == 2
    assert titles(db) == ["Akira", "Bone", "Maus"]

    set_setting(db, "purge.purge_empty_series", "true", Change(MONDAY))
    assert purge_library(db, library.id, now=TUESDAY) == 0
    assert titles(db) == ["Akira", "Bone"]


def test_an_empty_series_that_was_edited_stays(db, library, ids):
    update_series(db, ids["Maus"], {"summary": "My own words"}, now=TUESDAY)

    assert purge_library(db, library.id, now=TUESDAY) == 2
    assert "Maus" in titles(db)


@pytest.mark.parametrize(
    "statement",
    [
        """
        INSERT INTO series_ratings (
            user_id, series_id, uuid, rating, created_at, updated_at
        ) VALUES (:user, :series, 'r', 90, '', '')
        """,
        """
        INSERT INTO alternate_titles (
            series_id, uuid, label, title, created_at, updated_at
        ) VALUES (:series, 't', 'English', 'Maus', '', '')
        """,
        """
        INSERT INTO external_ratings (
            series_id, source_name, uuid, rating, fetched_at, created_at, updated_at
        ) VALUES (:series, 'x', 'e', 90, '', '', '')
        """,
        """
        INSERT INTO external_links (
            series_id, source_name, uuid, url, created_at, updated_at
        ) VALUES (:series, 'x', 'l', 'https://x.example', '', '')
        """,
        """
        INSERT INTO covers (
            uuid, series_id, source, is_selected, created_at, updated_at
        ) VALUES ('c', :series, 'custom', 1, '', '')
        """,
    ],
    ids=["rating", "title", "other rating", "link", "cover"],
)
def test_an_empty_series_with_something_of_people_stays(
    db, library, ids, reader, statement
):
    inner = rows(db, "SELECT id FROM series WHERE title = 'Maus'")[0]["id"]
    values = {"user": reader, "series": inner}
    with write(db):
        rows(db, statement, {k: v for k, v in values.items() if f":{k}" in statement})

    assert purge_library(db, library.id, now=TUESDAY) == 2

    assert "Maus" in titles(db)


def test_deleted_books_are_listed_by_path(db, library, ids, reader):
    read_everything(db, reader)

    found = list_deleted_books(db, library_id=library.id)

    assert [book.path for book in found] == ["Bone/Bone 2.cbz", "Maus/Maus.cbz"]
    assert found[1] == DeletedBook(
        found[1].id, "Maus", "Maus", "Maus/Maus.cbz", TUESDAY, 1
    )
    assert list_deleted_books(db, series_id=ids["Maus"]) == [found[1]]
    assert list_deleted_books(db, library_id="nothing") == []


def test_series_that_would_go_are_listed(db, library, ids):
    assert list_emptied_series(db, library_id=library.id) == ["Maus"]
    assert list_emptied_series(db, series_id=ids["Maus"]) == ["Maus"]
    assert list_emptied_series(db, series_id=ids["Bone"]) == []

    set_setting(db, "purge.purge_empty_series", "false", Change(MONDAY))
    assert list_emptied_series(db, library_id=library.id) == []


def test_a_purge_waits_for_no_scan_and_no_scan_for_a_purge(db, library, ids):
    with scan_lock(db.path.parent, library.id, library.name):
        for run in (
            lambda: purge_library(db, library.id, now=TUESDAY),
            lambda: purge_series(db, ids["Bone"], now=TUESDAY),
            lambda: scan_library(db, library.id, now=TUESDAY),
        ):
            with pytest.raises(ScanRunningError):
                run()
    assert count(db, "books") == 4


def test_other_libraries_are_left_alone(db, library, shelf, tmp_path):
    (tmp_path / "Other").mkdir()
    other = create_library(db, name="Other", path=tmp_path / "Other", now=MONDAY)

    assert purge_library(db, other.id, now=TUESDAY) == 0
    assert count(db, "books") == 4


def test_what_is_not_there_cannot_be_purged(db):
    with pytest.raises(LibraryNotFoundError):
        purge_library(db, "nothing", now=TUESDAY)
    with pytest.raises(SeriesNotFoundError):
        purge_series(db, "nothing", now=TUESDAY)


# After scans


@pytest.fixture
def purging(db, library, make_cbz, root, scan):
    """The library, wanting purges; five books were there and two have gone."""
    for number in range(1, 6):
        make_cbz(f"S{number}/{number}.cbz", seed=number)
    scan()
    config = {"purgeDeletedOnScan": True}
    update_library(db, library.id, {"scanning_config": config}, now=MONDAY)
    (root / "S1" / "1.cbz").unlink()
    (root / "S2" / "2.cbz").unlink()
    return library


def test_a_library_that_wants_it_is_purged_after_a_scan(db, purging, scan):
    result = scan(now=TUESDAY, allow_missing=True)

    assert (result.missing, result.purged) == (2, 2)
    assert titles(db) == ["S3", "S4", "S5"]


def test_a_refused_scan_purges_nothing(db, purging, scan, root):
    for path in root.glob("*/*.cbz"):
        path.unlink()

    with pytest.raises(LossRefusedError):
        scan(now=TUESDAY)

    assert count(db, "books") == 5


@pytest.mark.parametrize("options", [{"under": "S1"}, {"should_stop": lambda: True}])
def test_a_scan_of_a_part_purges_nothing(db, purging, scan, options):
    result = scan(now=TUESDAY, allow_missing=True, **options)

    assert result.purged == 0
    assert count(db, "books") == 5


def test_other_libraries_keep_their_deleted_books(db, purging, scan):
    config = {"purge_deleted_on_scan": False}
    update_library(db, purging.id, {"scanning_config": config}, now=MONDAY)

    result = scan(now=TUESDAY, allow_missing=True)

    assert (result.missing, result.purged) == (2, 0)
    assert count(db, "books") == 5
