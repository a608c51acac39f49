import io
import zipfile

import pytest
from PIL import Image

from codex_lib.catalog.books import list_books
from codex_lib.catalog.covers import (
    get_book_cover,
    get_library_cover,
    get_series_cover,
)
from codex_lib.catalog.libraries import update_library
from codex_lib.catalog.pages import page_map
from codex_lib.db import rows, write
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    BookNotFoundError,
    LibraryNotFoundError,
    PageNotFoundError,
    SeriesNotFoundError,
    UnreadableBookError,
)
from codex_lib.formats.page_map import pack_pages

MONDAY = "2024-01-15T10:30:00.000000Z"
RED, GREEN, BLUE = (250, 0, 0), (0, 250, 0), (0, 0, 250)
FRONT = '<Pages><Page Image="1" Type="FrontCover"/></Pages>'


def picture(color, size=(60, 90)):
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def write_book(root):
    """Return a function that writes a CBZ of single-colored pages."""

    def make(path, *colors, size=(60, 90), pages=""):
        (root / path).parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(root / path, "w") as archive:
            for number, color in enumerate(colors, 1):
                archive.writestr(f"{number}.png", picture(color, size))
            if pages:
                archive.writestr("ComicInfo.xml", f"<ComicInfo>{pages}</ComicInfo>")

    return make


@pytest.fixture
def books(db, scan):
    """Return a function that scans and returns the books by title."""

    def found():
        scan()
        return list_books(db, Paging()).data

    return found


def color_of(image):
    red, green, blue = Image.open(io.BytesIO(image.data)).getpixel((5, 5))
    return (red > 200, green > 200, blue > 200)


def is_color(image, color):
    return color_of(image) == tuple(part > 200 for part in color)


# Books


def test_a_cover_is_the_first_page_as_jpeg(db, write_book, books):
    write_book("Saga/a.cbz", RED, GREEN)
    (book,) = books()

    cover = get_book_cover(db, book.id)

    assert is_color(cover, RED)
    assert (cover.format, cover.width, cover.height) == ("jpeg", 60, 90)
    assert cover.data.startswith(b"\xff\xd8")


def test_a_cover_is_the_page_that_the_file_calls_its_front(db, write_book, books):
    write_book("Saga/a.cbz", RED, GREEN, pages=FRONT)
    (book,) = books()

    assert is_color(get_book_cover(db, book.id), GREEN)


def test_a_front_cover_beyond_the_last_page_is_the_first(db, write_book, books):
    write_book("Saga/a.cbz", RED, GREEN, pages=FRONT)
    (book,) = books()
    for index in (2, 9):
        with write(db):
            rows(db, "UPDATE book_metadata SET cover_page_index = ?", [index])

        assert is_color(get_book_cover(db, book.id), RED)


def test_a_cover_that_is_no_page_comes_before_all_pages(db, write_book, books):
    """As an EPUB has one; here the second entry of an archive plays it."""
    write_book("Saga/a.cbz", RED, BLUE)
    (book,) = books()
    with write(db):
        first, second = page_map(db, book.id)[0]
        rows(db, "UPDATE page_maps SET pages = ?", [pack_pages([first], second)])

    assert is_color(get_book_cover(db, book.id), BLUE)


@pytest.mark.parametrize(
    ("limit", "size"), [(400, (267, 400)), (90, (60, 90)), (10_000, (800, 1200))]
)
def test_no_side_of_a_cover_is_longer_than_the_limit(
    db, write_book, books, limit, size
):
    write_book("Saga/a.cbz", RED, size=(800, 1200))
    (book,) = books()

    cover = get_book_cover(db, book.id, max_dimension=limit)

    assert (cover.width, cover.height) == size


def test_an_unknown_book_has_no_cover(db):
    with pytest.raises(BookNotFoundError):
        get_book_cover(db, "nothing")


def test_a_book_without_pages_has_no_cover(db, make_cbz, books):
    make_cbz("Saga/a.cbz").write_bytes(b"rubbish")
    (book,) = books()

    with pytest.raises(PageNotFoundError, match="the book has no pages"):
        get_book_cover(db, book.id)


@pytest.fixture
def without_image(root):
    """Return a function that spoils the first page of a book, not its directory."""

    def make(path):
        with zipfile.ZipFile(root / path, "w") as archive:
            archive.writestr("1.png", picture(RED)[:100] + bytes(100))
            archive.writestr("2.png", picture(GREEN))

    return make


def test_a_cover_that_cannot_be_decoded_says_so(db, root, without_image, books):
    (root / "Saga").mkdir()
    without_image("Saga/a.cbz")
    (book,) = books()

    with pytest.raises(UnreadableBookError, match=r"a\.cbz: its cover: "):
        get_book_cover(db, book.id)


def test_a_file_that_is_gone_has_no_cover(db, root, write_book, books):
    write_book("Saga/a.cbz", RED)
    (book,) = books()
    (root / "Saga" / "a.cbz").unlink()

    with pytest.raises(UnreadableBookError):
        get_book_cover(db, book.id)


# Series


def test_a_series_has_the_cover_of_its_first_book(db, write_book, books):
    write_book("Saga/Saga 10.cbz", GREEN)
    write_book("Saga/Saga 9.cbz", RED)
    series_id = books()[0].series_id

    cover = get_series_cover(db, series_id, max_dimension=45)

    assert is_color(cover, RED)
    assert (cover.width, cover.height) == (30, 45)


def test_the_first_book_of_a_series_is_that_of_the_lowest_number(
    db, library, write_book, books
):
    update_library(db, library.id, {"number_strategy": "filename"}, now=MONDAY)
    write_book("Saga/Bee.cbz", RED)
    write_book("Saga/Ant 2.cbz", BLUE)
    write_book("Saga/Zebra 1.cbz", GREEN)
    series_id = books()[0].series_id

    assert is_color(get_series_cover(db, series_id), GREEN)


def test_books_without_pages_and_deleted_ones_are_passed_over(
    db, root, write_book, make_cbz, books
):
    make_cbz("Saga/1.cbz").write_bytes(b"rubbish")
    write_book("Saga/2.cbz", BLUE)
    write_book("Saga/3.cbz", GREEN)
    series_id = books()[0].series_id
    (root / "Saga" / "2.cbz").unlink()
    books()

    assert is_color(get_series_cover(db, series_id), GREEN)


def test_a_book_whose_cover_is_damaged_gives_way_to_the_next(
    db, root, write_book, without_image, books
):
    write_book("Saga/2.cbz", GREEN)
    without_image("Saga/1.cbz")
    series_id = books()[0].series_id

    assert is_color(get_series_cover(db, series_id), GREEN)


def test_when_no_cover_can_be_read_the_first_reason_is_told(
    db, root, without_image, books
):
    (root / "Saga").mkdir()
    for number in range(7):
        without_image(f"Saga/{number}.cbz")
    series_id = books()[0].series_id

    with pytest.raises(UnreadableBookError, match=r"0\.cbz: its cover"):
        get_series_cover(db, series_id)


def test_at_most_five_books_are_tried(db, root, write_book, without_image, books):
    write_book("Saga/6.cbz", GREEN)
    for number in range(1, 6):
        without_image(f"Saga/{number}.cbz")
    series_id = books()[0].series_id

    with pytest.raises(UnreadableBookError, match=r"1\.cbz"):
        get_series_cover(db, series_id)


def test_a_series_without_pages_has_no_cover(db, make_cbz, books):
    make_cbz("Saga/a.cbz").write_bytes(b"rubbish")
    series_id = books()[0].series_id

    with pytest.raises(PageNotFoundError, match="the series has no pages"):
        get_series_cover(db, series_id)


def test_an_unknown_series_has_no_cover(db):
    with pytest.raises(SeriesNotFoundError):
        get_series_cover(db, "nothing")


# Libraries


def test_a_library_has_the_cover_of_its_first_series(db, library, write_book, books):
    write_book("Zorro/a.cbz", GREEN)
    books()
    write_book("Asterix/a.cbz", RED)
    books()

    cover = get_library_cover(db, library.id, max_dimension=45)

    assert is_color(cover, RED)
    assert (cover.width, cover.height) == (30, 45)


def test_series_without_a_cover_give_way_to_the_next(
    db, root, library, write_book, make_cbz, without_image, books
):
    make_cbz("Asterix/a.cbz").write_bytes(b"rubbish")
    (root / "Maus").mkdir()
    without_image("Maus/a.cbz")
    write_book("Zorro/a.cbz", BLUE)
    books()

    assert is_color(get_library_cover(db, library.id), BLUE)


def test_when_no_series_has_a_cover_the_first_reason_is_told(
    db, root, library, without_image, books
):
    for number in range(7):
        (root / f"{number}").mkdir()
        without_image(f"{number}/a.cbz")
    books()

    with pytest.raises(UnreadableBookError, match=r"0/a\.cbz: its cover"):
        get_library_cover(db, library.id)


def test_at_most_five_series_are_tried(
    db, root, library, write_book, without_image, books
):
    for number in range(1, 6):
        (root / f"{number}").mkdir()
        without_image(f"{number}/a.cbz")
    write_book("6/a.cbz", GREEN)
    books()

    with pytest.raises(UnreadableBookError, match=r"1/a\.cbz"):
        get_library_cover(db, library.id)


def test_a_library_without_pages_has_no_cover(db, library):
    with pytest.raises(PageNotFoundError, match="the library has no pages"):
        get_library_cover(db, library.id)


def test_an_unknown_library_has_no_cover(db):
    with pytest.raises(LibraryNotFoundError):
        get_library_cover(db, "nothing")
