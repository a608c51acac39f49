import pytest
from PIL import Image

from codex_lib.catalog.books import list_books
from codex_lib.catalog.explain import explain_book
from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.metadata import update_book
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.errors import BookNotFoundError
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
SAID = {
    "Series": "Saga (2012)",
    "Title": "Chapter One",
    "Number": "1.5",
    "Year": 2012,
    "Writer": "Brian K. Vaughan",
}


@pytest.fixture
def only_book(db, make_cbz, root):
    """Return a function that scans one file by the rules given, then returns its id."""

    def make(path="Saga/Saga 07.cbz", said=SAID, **rules):
        make_cbz(path, **said)
        library = create_library(db, name="Comics", path=root, now=MONDAY, **rules)
        scan_library(db, library.id, now=MONDAY, threads=1)
        return list_books(db, Paging()).data[0].id

    return make


@pytest.fixture
def origin(db):
    """Return a function that explains one field of a book."""

    def find(book_id, field):
        return next(o for o in explain_book(db, book_id) if o.field == field)

    return find


def test_placement_comes_first_then_what_the_file_says(db, only_book):
    fields = [o.field for o in explain_book(db, only_book())]

    assert fields[:4] == ["series", "title", "number", "page_count"]
    assert fields[4:] == ["series", "writers", "year"]


def test_only_fields_with_a_value_or_a_candidate_are_explained(db, only_book):
    book_id = only_book("Saga/Extra.cbz", said={}, number_strategy="metadata")

    fields = [o.field for o in explain_book(db, book_id)]

    assert fields == ["series", "title", "page_count"]


def test_an_unknown_book_cannot_be_explained(db):
    with pytest.raises(BookNotFoundError):
        explain_book(db, "nothing")


# The series


def test_a_series_is_that_of_its_folder_whatever_the_file_says(only_book, origin):
    found = origin(only_book(), "series")

    assert (found.value, found.source, found.is_locked) == ("Saga", "folder", False)
    assert found.detail == (
        "strategy series_volume puts 'Saga/Saga 07.cbz' there (folder 'Saga')"
    )
    assert found.candidates == {"comicinfo": "Saga (2012)", "file name": "Saga"}


@pytest.mark.parametrize(
    ("rules", "path", "value", "source"),
    [
        ({"series_strategy": "flat"}, "Saga - 07.cbz", "Saga", "file name"),
        (
            {
                "series_strategy": "flat",
                "series_config": {"require_metadata": True},
            },
            *("Saga - 07.cbz", "Saga (2012)", "comicinfo"),
        ),
        (
            {
                "series_strategy": "calibre",
                "series_config": {"series_mode": "from_metadata"},
            },
            *("Staples/One (7)/one.cbz", "Saga (2012)", "comicinfo"),
        ),
        ({"series_strategy": "calibre"}, "Staples/One (7)/one.cbz", "One", "folder"),
        (
            {"series_strategy": "publisher_hierarchy"},
            *("Image/Saga/Saga 07.cbz", "Saga", "folder"),
        ),
        ({}, "Saga 07.cbz", "Unsorted", "folder"),
    ],
)
def test_the_source_of_a_series_is_what_its_strategy_took(
    only_book, origin, rules, path, value, source
):
    found = origin(only_book(path, **rules), "series")

    assert (found.value, found.source) == (value, source)
    assert source not in found.candidates


def test_the_options_of_a_strategy_are_told(only_book, origin):
    rules = {
        "series_strategy": "publisher_hierarchy",
        "series_config": {"skip_depth": 2},
    }

    found = origin(only_book("A/B/Saga/Saga 07.cbz", **rules), "series")

    assert found.detail == (
        "strategy publisher_hierarchy puts 'A/B/Saga/Saga 07.cbz' there"
        " (folder 'A/B/Saga') with {\"skip_depth\": 2}"
    )


def test_an_edited_series_is_an_edit(db, only_book, origin):
    book_id = only_book()
    series_id = rows(db, "SELECT uuid FROM series")[0]["uuid"]
    update_series(db, series_id, {"title": "SAGA!"}, now=TUESDAY)

    found = origin(book_id, "series")

    assert (found.value, found.source, found.is_locked) == ("SAGA!", "edit", True)


# The title


@pytest.mark.parametrize(
    ("rules", "value", "source", "candidates"),
    [
        ({}, "Saga 07", "file name", {"comicinfo": "Chapter One"}),
        (
            {"book_strategy": "metadata_first"},
            *("Chapter One", "comicinfo", {"file name": "Saga 07"}),
        ),
        (
            {"book_strategy": "series_name"},
            *("Saga v.01", "strategy"),
            {"comicinfo": "Chapter One", "file name": "Saga 07"},
        ),
    ],
)
def test_the_source_of_a_title_is_what_its_strategy_took(
    only_book, origin, rules, value, source, candidates
):
    found = origin(only_book(**rules), "title")

    assert (found.value, found.source, found.is_locked) == (value, source, False)
    assert found.candidates == candidates
    assert found.detail == f"strategy {rules.get('book_strategy', 'filename')}"


def test_an_edited_title_is_an_edit_even_when_it_is_the_file_name(
    db, only_book, origin
):
    book_id = only_book()
    update_book(db, book_id, {"title": "Saga 07"}, now=TUESDAY)

    found = origin(book_id, "title")

    assert (found.source, found.is_locked) == ("edit", True)
    assert found.detail == "edited or locked; scans leave it alone"
    assert found.candidates == {"file name": "Saga 07", "comicinfo": "Chapter One"}


def test_a_folder_of_images_has_a_whole_name_for_a_title(db, root):
    folder = root / "Saga" / "No. 1.5"
    folder.mkdir(parents=True)
    Image.new("RGB", (6, 9)).save(folder / "1.png")
    library = create_library(
        db, name="Comics", path=root, now=MONDAY, allowed_formats=["FOLDER"]
    )
    scan_library(db, library.id, now=MONDAY, threads=1)
    book = list_books(db, Paging()).data[0]

    found = next(o for o in explain_book(db, book.id) if o.field == "title")

    assert (found.value, found.source) == ("No. 1.5", "file name")


# The number


@pytest.mark.parametrize(
    ("strategy", "said", "path", "value", "source"),
    [
        ("file_order", SAID, "Saga/Saga 07.cbz", 1.0, "file order"),
        ("metadata", SAID, "Saga/Saga 07.cbz", 1.5, "comicinfo"),
        ("filename", SAID, "Saga/Saga 07.cbz", 7.0, "file name"),
        ("smart", SAID, "Saga/Saga 07.cbz", 1.5, "comicinfo"),
        ("smart", {}, "Saga/Saga 07.cbz", 7.0, "file name"),
        ("smart", {"Number": "Annual"}, "Saga/Saga 07.cbz", 7.0, "file name"),
        ("smart", {}, "Saga/Extra.cbz", 1.0, "file order"),
    ],
)
def test_the_source_of_a_number_is_what_its_strategy_took(
    only_book, origin, strategy, said, path, value, source
):
    found = origin(only_book(path, said=said, number_strategy=strategy), "number")

    assert (found.value, found.source, found.is_locked) == (value, source, False)
    assert found.detail.startswith(f"strategy {strategy}")
    assert ("place among the books" in found.detail) == (source == "file order")


def test_what_lost_is_told_with_what_it_said(only_book, origin):
    found = origin(only_book(number_strategy="smart"), "number")

    assert found.candidates == {"file name": 7.0}


@pytest.mark.parametrize(
    ("strategy", "path", "source"),
    [("metadata", "Saga/Saga 07.cbz", "file"), ("filename", "Saga/Extra.cbz", "")],
)
def test_a_number_that_its_strategy_did_not_find_has_none(
    db, only_book, strategy, path, source
):
    book_id = only_book(path, said={}, number_strategy=strategy)

    found = [o for o in explain_book(db, book_id) if o.field == "number"]

    assert [(o.value, o.source) for o in found] == ([(None, source)] if source else [])


def test_an_edited_number_is_an_edit(db, only_book, origin):
    book_id = only_book()
    update_book(db, book_id, {"number": 99}, now=TUESDAY)

    found = origin(book_id, "number")

    assert (found.value, found.source, found.is_locked) == (99.0, "edit", True)


# The rest


def test_pages_are_read_from_the_file(only_book, origin):
    found = origin(only_book(), "page_count")

    assert (found.value, found.source) == (3, "file")
    assert found.detail == "cbz read at the last scan"


def test_a_book_that_cannot_be_read_says_why(db, make_cbz, scan, origin):
    make_cbz("Saga/Bad.cbz").write_bytes(b"rubbish")
    scan()
    book = list_books(db, Paging()).data[0]

    found = origin(book.id, "page_count")

    assert found.value == 0
    assert found.detail == f"cannot be read: {book.analysis_error}"


def test_warnings_are_told_with_the_pages(db, only_book, origin):
    book_id = only_book()
    rows(db, "UPDATE books SET analysis_warnings = 'one' || char(10) || 'two'")

    assert origin(book_id, "page_count").detail == "one; two"


def test_metadata_come_from_the_reader_that_found_them(only_book, origin):
    found = origin(only_book(), "writers")

    assert (found.value, found.source) == (["Brian K. Vaughan"], "comicinfo")
    assert (found.is_locked, found.detail) == (False, "read by comicinfo")


def test_edited_metadata_are_edits_also_when_emptied(db, only_book, origin):
    book_id = only_book()
    update_book(db, book_id, {"writers": [], "publisher": "Me"}, now=TUESDAY)

    writers, publisher = origin(book_id, "writers"), origin(book_id, "publisher")

    assert (writers.value, writers.source, writers.is_locked) == ([], "edit", True)
    assert (publisher.value, publisher.source) == ("Me", "edit")


def test_edits_of_a_file_that_says_nothing_are_told_beside_nothing(db, only_book):
    book_id = only_book(said={})
    update_book(db, book_id, {"series": "Mine", "year": 1999}, now=TUESDAY)

    series, *_, said, year = explain_book(db, book_id)

    assert series.candidates == {"file name": "Saga"}
    assert (said.field, said.value, said.source) == ("series", "Mine", "edit")
    assert (year.field, year.value, year.source) == ("year", 1999, "edit")
