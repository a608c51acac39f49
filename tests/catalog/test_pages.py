import zipfile

import pytest

from codex_lib.catalog.books import list_books
from codex_lib.catalog.pages import get_page, list_pages, page_map
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    BookNotFoundError,
    InvalidError,
    PageNotFoundError,
    UnreadableBookError,
)


@pytest.fixture
def book(db, make_cbz, scan):
    """A book of three pages, 60 pixels wide and 90 high."""
    make_cbz("Saga/Saga 1.cbz")
    scan()
    return list_books(db, Paging()).data[0]


@pytest.fixture
def unreadable(db, make_cbz, scan):
    make_cbz("Saga/Bad.cbz").write_bytes(b"rubbish")
    scan()
    return list_books(db, Paging()).data[0]


def stored(root, name):
    with zipfile.ZipFile(root / "Saga" / "Saga 1.cbz") as archive:
        return archive.read(name)


def test_pages_are_listed_in_reading_order_counting_from_1(db, book, root):
    pages = list_pages(db, book.id)

    assert [page.page_number for page in pages] == [1, 2, 3]
    assert [page.file_name for page in pages] == ["001.jpg", "002.jpg", "003.jpg"]
    assert {(page.book_id, page.file_format) for page in pages} == {(book.id, "jpeg")}
    assert {(page.width, page.height) for page in pages} == {(60, 90)}
    assert pages[0].file_size == len(stored(root, "001.jpg"))


def test_sizes_that_nobody_has_looked_for_are_none(db, make_cbz, scan):
    make_cbz("Saga/Saga 1.cbz")
    scan(page_sizes=False)
    book = list_books(db, Paging()).data[0]

    assert {(p.width, p.height) for p in list_pages(db, book.id)} == {(None, None)}


def test_a_book_that_was_never_readable_has_no_pages(db, unreadable):
    assert list_pages(db, unreadable.id) == []
    assert page_map(db, unreadable.id) == ([], None)
    with pytest.raises(PageNotFoundError, match=r"1 \(the book has 0\)"):
        get_page(db, unreadable.id, 1)


def test_an_unknown_book_has_no_pages_at_all(db):
    with pytest.raises(BookNotFoundError):
        list_pages(db, "nothing")
    with pytest.raises(BookNotFoundError):
        get_page(db, "nothing", 1)


def test_a_page_is_returned_as_it_is_stored(db, book, root):
    image = get_page(db, book.id, 2)

    assert image.data == stored(root, "002.jpg")
    assert (image.format, image.width, image.height) == ("jpeg", 60, 90)


def test_a_page_is_fitted_into_a_box_and_never_enlarged(db, book):
    small = get_page(db, book.id, 1, width=20)
    large = get_page(db, book.id, 1, width=600, height=900)

    assert (small.format, small.width, small.height) == ("jpeg", 20, 30)
    assert (large.width, large.height) == (60, 90)


def test_a_page_comes_in_the_format_asked_for(db, book):
    image = get_page(db, book.id, 1, format="png")

    assert image.format == "png"
    assert image.data.startswith(b"\x89PNG")


@pytest.mark.parametrize("number", [0, -1, 4, 1000])
def test_pages_outside_the_book_are_not_found(db, book, number):
    with pytest.raises(PageNotFoundError, match=rf"{number} \(the book has 3\)"):
        get_page(db, book.id, number)


@pytest.mark.parametrize(
    "options", [{"width": 0}, {"height": -1}, {"format": "bmp"}, {"width": 10**9}]
)
def test_a_bad_size_or_format_is_the_callers_mistake(db, book, options):
    with pytest.raises(InvalidError):
        get_page(db, book.id, 1, **options)


def test_a_file_that_is_gone_is_unreadable(db, book, root):
    (root / "Saga" / "Saga 1.cbz").unlink()

    with pytest.raises(UnreadableBookError):
        get_page(db, book.id, 1)


def test_a_file_that_has_changed_since_the_scan_gives_its_own_pages(
    db, book, make_cbz, root
):
    make_cbz("Saga/Saga 1.cbz", pages=1, seed=77)

    assert get_page(db, book.id, 1).data == stored(root, "001.jpg")
    with pytest.raises(PageNotFoundError, match=r"3 \(the book's file has 1 now\)"):
        get_page(db, book.id, 3)


def test_a_page_that_is_no_image_is_unreadable_by_its_number(db, make_cbz, scan):
    path = make_cbz("Saga/Saga 1.cbz")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("004.jpg", b"no image")
    scan()
    book = list_books(db, Paging()).data[0]

    with pytest.raises(UnreadableBookError, match="page 4: ") as error:
        get_page(db, book.id, 4, width=10)
    assert error.value.path == str(path)
