import os

import pytest

from codex_lib.catalog.books import (
    SORTS,
    disk_file,
    get_book,
    list_books,
    modified_at,
    search_books,
)
from codex_lib.catalog.libraries import create_library, update_library
from codex_lib.catalog.metadata import update_book
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.errors import BookNotFoundError, InvalidError

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


def book_of(db, file_name):
    row = rows(db, "SELECT uuid FROM books WHERE file_name = ?", [file_name])[0]
    return get_book(db, row["uuid"])


def titles(found):
    return [book.title for book in getattr(found, "data", found)]


@pytest.fixture
def shelf(db, library, root, make_cbz, scan):
    """Two series; numbers are those that the files give, so that some have none."""
    update_library(db, library.id, {"number_strategy": "metadata"}, now=MONDAY)
    make_cbz("Saga/The Dawn.cbz", seed=1, pages=3, Number=2, Volume=1)
    make_cbz("Saga/an End.cbz", seed=2, pages=1, Number=1)
    make_cbz("Saga/Extra 9.cbz", seed=3, pages=2)
    make_cbz("Saga/Extra 10.cbz", seed=4, pages=2)
    make_cbz("Bone/Cow.cbz", seed=5, pages=4, Number="1.5")
    for number, path in enumerate(sorted(root.rglob("*.cbz"))):
        os.utime(path, ns=(0, 10**18 + number * 10**9))
    scan()
    return db


# One book


def test_a_book_has_the_fields_of_its_file_series_and_library(shelf, library, root):
    book = book_of(shelf, "The Dawn.cbz")

    assert (book.title, book.sort_title) == ("The Dawn", None)
    assert (book.library_id, book.library_name) == (library.id, "Comics")
    assert (book.series_name, book.number, book.volume) == ("Saga", 2.0, 1)
    assert book.file_path == str(root / "Saga" / "The Dawn.cbz")
    assert (book.file_format, book.page_count, book.analyzed) == ("cbz", 3, True)
    assert book.file_size == (root / "Saga" / "The Dawn.cbz").stat().st_size
    assert (book.file_hash, book.chapter) == ("", None)
    assert (book.analysis_error, book.analysis_warnings) == (None, [])
    assert (book.deleted, book.created_at, book.updated_at) == (False, MONDAY, MONDAY)
    assert book.modified_at.startswith("2001-09-09T01:46:")


def test_a_book_that_cannot_be_read_says_why(db, make_cbz, scan):
    make_cbz("Saga/Bad.cbz").write_bytes(b"rubbish")
    scan()

    book = book_of(db, "Bad.cbz")

    assert (book.analyzed, book.page_count) == (False, 0)
    assert book.analysis_error


def test_books_that_cannot_be_read_can_be_listed_alone(db, make_cbz, scan):
    make_cbz("A/1.cbz")
    make_cbz("A/2.cbz").write_bytes(b"no archive")
    scan()

    found = list_books(db, Paging(), with_errors=True)

    assert [book.file_name for book in found.data] == ["2.cbz"]
    assert found.total == 1


def test_warnings_are_a_list(shelf):
    rows(shelf, "UPDATE books SET analysis_warnings = 'one' || char(10) || 'two'")

    assert book_of(shelf, "Cow.cbz").analysis_warnings == ["one", "two"]


def test_a_direction_is_the_books_own_else_the_series_else_the_librarys(shelf, library):
    book = book_of(shelf, "Cow.cbz")

    def direction():
        return get_book(shelf, book.id).reading_direction

    assert direction() == "ltr"
    series = {"reading_direction": "ttb"}
    update_series(shelf, book.series_id, series, now=TUESDAY)
    assert direction() == "ttb"
    update_book(shelf, book.id, {"reading_direction": "rtl"}, now=TUESDAY)
    assert direction() == "rtl"


def test_an_unknown_book_is_not_found(db):
    with pytest.raises(BookNotFoundError, match="nothing"):
        get_book(db, "nothing")
    with pytest.raises(BookNotFoundError, match="nothing"):
        disk_file(db, "nothing")


def test_the_file_of_a_book_is_told_as_it_is_named_on_disk(db, make_cbz, scan, root):
    name = os.fsdecode(b"caf\xe9.cbz")
    make_cbz(f"Saga/{name}")
    scan()
    book = book_of(db, "caf\uf7e9.cbz")

    assert disk_file(db, book.id) == (f"{root}/Saga/{name}", "cbz")
    assert book.file_path == f"{root}/Saga/caf\uf7e9.cbz"


@pytest.mark.parametrize(
    ("mtime_ns", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_705_314_600_999_999_999, "2024-01-15T10:30:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (10**30, "9999-12-31T23:59:59Z"),
        (-(10**30), "0001-01-01T00:00:00Z"),
    ],
)
def test_a_files_time_is_utc_and_cut_to_what_can_be_written(mtime_ns, text):
    assert modified_at(mtime_ns) == text


# Lists


def test_books_come_by_title_their_article_aside(shelf):
    listing = list_books(shelf, Paging())

    expected = ["Cow", "The Dawn", "an End", "Extra 9", "Extra 10"]
    assert titles(listing) == expected
    assert (listing.total, listing.total_pages) == (5, 1)


def test_books_of_a_series_come_by_number_and_those_without_one_last(shelf):
    series_id = book_of(shelf, "The Dawn.cbz").series_id

    listing = list_books(shelf, Paging(), series_id=series_id)

    assert titles(listing)[:2] == ["an End", "The Dawn"]
    assert set(titles(listing)[2:]) == {"Extra 9", "Extra 10"}


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("number,asc", "an End", None),
        ("number,desc", "The Dawn", None),
        ("chapter_number", "an End", None),
        ("filename", "an End", "The Dawn"),
        ("page_count", "an End", "Cow"),
        ("file_size", "an End", "Cow"),
        ("modified_at", "Cow", "an End"),
        ("modified_at,desc", "an End", "Cow"),
        ("name,desc", "Extra 10", "Cow"),
    ],
)
def test_books_can_be_sorted(shelf, sort, first, last):
    found = titles(list_books(shelf, Paging(), sort=sort))

    assert found[0] == first
    if last is None:  # those without a number, in both directions
        assert set(found[3:]) == {"Extra 9", "Extra 10"}
    else:
        assert found[-1] == last


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_works_both_ways(shelf, sort):
    for order in ("asc", "desc"):
        assert list_books(shelf, Paging(), sort=sort, order=order).total == 5


def test_an_unknown_sort_is_refused(shelf):
    with pytest.raises(InvalidError, match="none of title, name"):
        list_books(shelf, Paging(), sort="color")


def test_a_page_of_books_and_what_is_beyond_the_last(shelf):
    assert titles(list_books(shelf, Paging(2, 2))) == ["Extra 10"]
    assert titles(list_books(shelf, Paging(3, 2))) == []


def test_books_of_one_library_only(shelf, library, tmp_path):
    (tmp_path / "Empty").mkdir()
    other = create_library(shelf, name="Empty", path=tmp_path / "Empty", now=MONDAY)

    assert list_books(shelf, Paging(), library_id=library.id).total == 5
    assert list_books(shelf, Paging(), library_id=other.id).total == 0
    assert list_books(shelf, Paging(), library_id="nothing").total == 0
    assert list_books(shelf, Paging(), series_id="nothing").total == 0


def test_deleted_books_are_listed_only_when_asked_for(shelf, root, scan):
    book = book_of(shelf, "Cow.cbz")
    (root / "Bone" / "Cow.cbz").unlink()
    scan(allow_missing=True)

    assert list_books(shelf, Paging()).total == 4
    assert list_books(shelf, Paging(), series_id=book.series_id).total == 0
    listing = list_books(shelf, Paging(), include_deleted=True)
    assert [b.deleted for b in listing.data] == [True, False, False, False, False]
    assert get_book(shelf, book.id).deleted


# Search


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dawn", ["The Dawn"]),
        ("ext", ["Extra 9", "Extra 10"]),
        ("extra 1", ["Extra 10"]),
        ("xtra", ["Extra 9", "Extra 10"]),
        ("th da", ["The Dawn"]),
        ("he da", []),
        ("cbz cow", []),
        ("saga", []),
        ("", []),
    ],
)
def test_books_are_found_by_title_or_file_name(shelf, query, expected):
    assert titles(search_books(shelf, query)) == expected


def test_an_edited_title_is_found_and_so_is_the_file_name_still(shelf):
    book = book_of(shelf, "Cow.cbz")

    update_book(shelf, book.id, {"title": "Éclair"}, now=TUESDAY)

    assert titles(search_books(shelf, "eclair")) == ["Éclair"]
    for query in ("cow", "cbz cow", "cow.c"):
        assert titles(search_books(shelf, query)) == ["Éclair"]


def test_a_book_search_can_be_limited_and_kept_to_a_library(shelf, library):
    assert titles(search_books(shelf, "extra", limit=1)) == ["Extra 9"]
    assert len(search_books(shelf, "extra", library_id=library.id)) == 2
    assert search_books(shelf, "extra", library_id="nothing") == []
    assert search_books(shelf, "xtra", library_id="nothing") == []


def test_deleted_books_are_not_found(shelf, root, scan):
    (root / "Bone" / "Cow.cbz").unlink()
    scan(allow_missing=True)

    assert search_books(shelf, "cow") == []
    assert search_books(shelf, "ow") == []
