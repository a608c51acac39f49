import os

import pytest

from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.names import find_book, find_library, find_series
from codex_lib.db import rows, write
from codex_lib.errors import (
    AmbiguousNameError,
    BookNotFoundError,
    LibraryNotFoundError,
    SeriesNotFoundError,
)
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
FINDERS = {"library": find_library, "series": find_series, "book": find_book}
TABLES = {"library": "libraries", "series": "series", "book": "books"}
NOUNS = pytest.mark.parametrize("noun", FINDERS)


@pytest.fixture
def shelf(db, make_cbz, scan):
    make_cbz("The Sandman/The Sandman 1.cbz", seed=1)
    make_cbz("The Sandman/Épilogue.cbz", seed=2)
    make_cbz("2000/cafe.cbz", seed=3)
    scan()
    return db


@pytest.fixture
def set_ids(shelf):
    """Return a function that gives the first rows of a table these ids."""

    def store(noun, *ids):
        with write(shelf):
            for number, uuid in enumerate(ids, 1):
                sql = f"UPDATE {TABLES[noun]} SET uuid = ? WHERE id = ?"  # noqa: S608 - closed
                rows(shelf, sql, [uuid, number])

    return store


ONE = "019a1111-0000-7000-8000-000000000001"
OTHER = "019a1112-0000-7000-8000-000000000002"


@NOUNS
@pytest.mark.parametrize(
    "text", [ONE, ONE.upper(), ONE[:-1], ONE[:13], ONE[:9], "019a1111", "019A1111"]
)
def test_an_id_or_its_beginning_in_any_case_names_one(shelf, set_ids, noun, text):
    set_ids(noun, ONE)

    assert FINDERS[noun](shelf, text).id == ONE


def test_a_beginning_of_two_ids_is_ambiguous_and_lists_both(shelf, set_ids):
    set_ids("book", ONE, OTHER)

    with pytest.raises(AmbiguousNameError) as error:
        find_book(shelf, "019a111")

    assert [text[:36] for text in error.value.candidates] == [ONE, OTHER]
    assert find_book(shelf, "019a1112").id == OTHER


@NOUNS
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "no such name",
        ONE[:3],
        "019b",
        "019g",
        f"{ONE}0",
        "!!!",
        '"',
        "\0",
        "%",
    ],
)
def test_what_names_nothing_is_not_found(shelf, set_ids, noun, text):
    set_ids(noun, ONE)
    missing = (LibraryNotFoundError, SeriesNotFoundError, BookNotFoundError)

    with pytest.raises(missing, match=f"{noun.capitalize()} not found"):
        FINDERS[noun](shelf, text)


@pytest.mark.parametrize("text", ["Comics", "comics", " COMICS ", "Cómics"])
def test_a_library_is_named_in_any_case_accents_aside(db, library, text):
    assert find_library(db, text).id == library.id


@pytest.mark.parametrize("text", ["The Sandman", "sandman", "THE  SANDMAN"])
def test_a_series_is_named_its_article_aside(shelf, text):
    assert find_series(shelf, text).title == "The Sandman"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("epilogue", "Épilogue"),
        ("Épilogue.cbz", "Épilogue"),
        ("The Sandman 1", "The Sandman 1"),
        ("The Sandman 1.cbz", "The Sandman 1"),
    ],
)
def test_a_book_is_named_by_title_or_by_file_name(shelf, text, title):
    assert find_book(shelf, text).title == title


def test_a_file_name_must_be_whole_and_with_its_suffix(shelf):
    for text in ("sandman 1.cbz", "Sandman 1.cbz", "1.cbz", "the sandman 1.CBZ"):
        with pytest.raises(BookNotFoundError):
            find_book(shelf, text)


@pytest.mark.parametrize(
    "name",
    [
        os.fsdecode(b"caf\xe9.cbz"),
        "e\u0301tude.cbz",
        'say "hello" AND (go).cbz',
        "ワンピース 第01巻.cbz",
        "_.cbz",
    ],
)
def test_any_file_name_names_its_book(db, make_cbz, scan, name):
    """The title is another, so that only the name of the file can do it."""
    make_cbz(f"Saga/{name}")
    scan()
    with write(db):
        rows(db, "UPDATE books SET title = 'Other', sort_key = 'other'")

    assert find_book(db, name).title == "Other"


def test_an_id_wins_over_a_name_that_looks_like_one(shelf, set_ids):
    assert find_series(shelf, "2000").title == "2000"
    assert find_book(shelf, "cafe").title == "cafe"

    set_ids("series", ONE, "20001111-0000-7000-8000-000000000002")

    assert find_series(shelf, "2000").title == "The Sandman"


@pytest.fixture
def second_library(shelf, tmp_path, root):
    """A library that holds the same series and books as the first."""
    folder = tmp_path / "Copies"
    folder.mkdir()
    (folder / "The Sandman").mkdir()
    for path in (root / "The Sandman").iterdir():
        (folder / "The Sandman" / path.name).write_bytes(path.read_bytes())
    library = create_library(shelf, name="The Comics", path=folder, now=MONDAY)
    scan_library(shelf, library.id, now=MONDAY, threads=1)
    return library


def test_a_name_that_two_have_lists_both_with_where_they_are(shelf, second_library):
    with pytest.raises(AmbiguousNameError) as series:
        find_series(shelf, "sandman")
    with pytest.raises(AmbiguousNameError) as book:
        find_book(shelf, "epilogue")
    with pytest.raises(AmbiguousNameError) as library:
        find_library(shelf, "comics")

    shown = [text[37:] for text in series.value.candidates]
    assert sorted(shown) == [
        "(The Sandman in Comics)",
        "(The Sandman in The Comics)",
    ]
    shown = [text[37:] for text in book.value.candidates]
    assert shown == ["(Épilogue in The Sandman)"] * 2
    shown = [text[37:] for text in library.value.candidates]
    assert shown[1] == f"(The Comics in {second_library.path})"


def test_a_series_can_be_looked_for_in_one_library(shelf, second_library):
    found = find_series(shelf, "sandman", library_id=second_library.id)

    assert found.library_id == second_library.id


def test_at_most_eight_candidates_are_listed(db, make_cbz, scan):
    for number in range(9):
        make_cbz(f"Series {number}/same.cbz", seed=number)
    scan()

    with pytest.raises(AmbiguousNameError) as error:
        find_book(db, "same")

    assert len(error.value.candidates) == 9
    assert error.value.candidates[-1] == "and more"


def test_what_is_deleted_has_its_id_and_no_name(shelf, root, scan):
    series, book = find_series(shelf, "2000"), find_book(shelf, "cafe")
    (root / "2000" / "cafe.cbz").unlink()
    scan(allow_missing=True)

    assert find_book(shelf, book.id).deleted
    assert find_series(shelf, series.id).book_count == 0
    with pytest.raises(BookNotFoundError):
        find_book(shelf, "cafe")
    with pytest.raises(BookNotFoundError):
        find_book(shelf, "cafe.cbz")
    with pytest.raises(SeriesNotFoundError):
        find_series(shelf, "2000")
