"""Covers that people choose, on books that really are in their files."""

import io
import zlib

import pytest
from PIL import Image

from codex_lib.catalog import chosen_covers
from codex_lib.catalog.books import get_book, list_books
from codex_lib.catalog.chosen_covers import (
    MAX_COVERS,
    add_book_cover,
    add_series_cover,
    delete_book_cover,
    delete_cover,
    find_cover,
    get_cover,
    get_cover_image,
    list_covers,
    reset_series_cover,
    select_cover,
    set_cover_source,
)
from codex_lib.catalog.covers import (
    get_book_cover,
    get_library_cover,
    get_series_cover,
)
from codex_lib.catalog.series import get_series
from codex_lib.db import rows, write
from codex_lib.db.ids import new_ids
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    AmbiguousNameError,
    BookNotFoundError,
    CoverNotFoundError,
    InvalidError,
    SeriesNotFoundError,
)
from codex_lib.formats import limits

TUESDAY = "2024-01-16T10:30:00.000000Z"
WEDNESDAY = "2024-01-17T10:30:00.000000Z"
UNKNOWN = "01a20d03-0000-7000-8000-000000000000"
RED, GREEN, BLUE = (250, 0, 0), (0, 250, 0), (0, 0, 250)


def picture(color, *, form="PNG", size=(60, 90)):
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, form)
    return out.getvalue()


def color_of(image):
    red, green, blue = (
        Image.open(io.BytesIO(image.data)).convert("RGB").getpixel((5, 5))
    )
    return (250 * (red > 200), 250 * (green > 200), 250 * (blue > 200))


@pytest.fixture
def books(db, make_cbz, scan):
    """Two books of one series and one of another, by title."""
    for number, name in enumerate(("Saga/Saga 1", "Saga/Saga 2", "Bone/Bone 1")):
        make_cbz(f"{name}.cbz", seed=number)
    scan()
    return {book.title: book for book in list_books(db, Paging()).data}


@pytest.fixture
def saga(books):
    """The id of a series."""
    return books["Saga 1"].series_id


@pytest.fixture
def book(books):
    """The id of its second book."""
    return books["Saga 2"].id


def sources(db, series_id):
    """Return of each cover its source, the selected one in brackets."""
    return [
        f"[{cover.source}]" if cover.is_selected else cover.source
        for cover in list_covers(db, series_id)
    ]


# Images of one's own


def test_an_image_is_the_cover_of_a_series_from_now_on(db, saga, library):
    assert get_series(db, saga).selected_cover_source is None

    cover = add_series_cover(db, saga, picture(RED), now=TUESDAY)

    assert color_of(get_series_cover(db, saga)) == RED
    series = get_series(db, saga)
    assert (series.selected_cover_source, series.has_custom_cover) == ("custom", True)
    assert series.updated_at == TUESDAY
    assert (cover.source, cover.is_selected) == ("custom", True)
    assert (cover.format, cover.width, cover.height) == ("png", 60, 90)
    assert (cover.series_id, cover.created_at) == (saga, TUESDAY)


def test_a_library_shows_the_chosen_cover_of_its_first_series(db, books, library):
    bone = books["Bone 1"].series_id
    add_series_cover(db, bone, picture(GREEN), now=TUESDAY)

    assert color_of(get_library_cover(db, library.id)) == GREEN


def test_the_last_image_is_shown_and_the_others_are_kept(db, saga):
    add_series_cover(db, saga, picture(RED), now=TUESDAY)
    add_series_cover(db, saga, picture(GREEN), now=WEDNESDAY)

    assert sources(db, saga) == ["custom", "[custom]"]
    assert color_of(get_series_cover(db, saga)) == GREEN


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP"])
def test_an_image_is_kept_byte_for_byte(db, saga, form):
    data = picture(BLUE, form=form)

    cover = add_series_cover(db, saga, data, now=TUESDAY)

    image = get_cover_image(db, saga, cover.id)
    assert (image.data, image.format) == (data, form.lower())
    assert color_of(get_series_cover(db, saga)) == BLUE


def test_the_same_image_is_taken_once_a_series(db, books, saga):
    add_series_cover(db, saga, picture(RED), now=TUESDAY)

    with pytest.raises(InvalidError, match="cover: the same image is there already"):
        add_series_cover(db, saga, picture(RED), now=WEDNESDAY)

    assert sources(db, saga) == ["[custom]"]
    assert get_series(db, saga).updated_at == TUESDAY
    assert add_series_cover(db, books["Bone 1"].series_id, picture(RED), now=TUESDAY)


def bomb():
    """Return a PNG that declares more pixels than anybody decodes."""
    out = bytearray(picture(RED))
    out[16:24] = (30_000).to_bytes(4, "big") * 2
    out[29:33] = zlib.crc32(out[12:29]).to_bytes(4, "big")
    return bytes(out)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not an image"),
        (b"rubbish", "not an image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
        (picture(RED)[:-30], "damaged png image"),
        (bomb(), "too large: 30000 x 30000 pixels"),
        (picture(RED) + bytes(limits.COVER_BYTES), "larger than 10 MiB"),
    ],
)
def test_what_is_no_usable_image_is_refused(db, saga, book, data, reason):
    with pytest.raises(InvalidError, match=f"cover: {reason}"):
        add_series_cover(db, saga, data, now=TUESDAY)
    with pytest.raises(InvalidError, match=f"cover: {reason}"):
        add_book_cover(db, book, data, now=TUESDAY)

    assert list_covers(db, saga) == []


def test_an_image_may_be_as_large_as_the_limit(db, saga):
    data = picture(RED).ljust(limits.COVER_BYTES, b"\0")

    assert add_series_cover(db, saga, data, now=TUESDAY)


def test_a_series_has_room_for_so_many_covers(db, saga):
    cover = add_series_cover(db, saga, picture(RED), now=TUESDAY)
    sql = """
        INSERT INTO covers
        (uuid, series_id, source, is_selected, created_at, updated_at)
        SELECT ?, series_id, 'custom', 0, '', '' FROM covers WHERE uuid = ?
    """
    with write(db):
        for uuid in new_ids(MAX_COVERS - 1):
            rows(db, sql, [uuid, cover.id])

    with pytest.raises(InvalidError, match="at most 50"):
        add_series_cover(db, saga, picture(GREEN), now=TUESDAY)


# Choosing


def test_another_cover_can_be_selected(db, saga):
    first = add_series_cover(db, saga, picture(RED), now=TUESDAY)
    add_series_cover(db, saga, picture(GREEN), now=TUESDAY)

    selected = select_cover(db, saga, first.id, now=WEDNESDAY)

    assert (selected.is_selected, selected.updated_at) == (True, WEDNESDAY)
    assert sources(db, saga) == ["[custom]", "custom"]
    assert color_of(get_series_cover(db, saga)) == RED
    assert get_series(db, saga).updated_at == WEDNESDAY


def test_resetting_shows_the_first_book_and_keeps_the_images(db, saga):
    own = get_series_cover(db, saga).data
    add_series_cover(db, saga, picture(RED), now=TUESDAY)

    reset_series_cover(db, saga, now=WEDNESDAY)

    assert get_series_cover(db, saga).data == own
    assert sources(db, saga) == ["custom"]
    series = get_series(db, saga)
    assert (series.selected_cover_source, series.has_custom_cover) == (None, True)
    assert series.updated_at == WEDNESDAY


def test_deleting_the_selected_image_shows_the_first_book(db, saga):
    own = get_series_cover(db, saga).data
    cover = add_series_cover(db, saga, picture(RED), now=TUESDAY)

    delete_cover(db, saga, cover.id, now=WEDNESDAY)

    assert get_series_cover(db, saga).data == own
    assert list_covers(db, saga) == []
    assert rows(db, "SELECT * FROM cover_images") == []
    series = get_series(db, saga)
    assert (series.has_custom_cover, series.updated_at) == (False, WEDNESDAY)


def test_the_cover_of_a_certain_book_can_be_shown(db, saga, book):
    for _ in range(2):
        set_cover_source(db, saga, f"book:{book}", now=TUESDAY)

    assert sources(db, saga) == [f"[book:{book}]"]
    assert get_series(db, saga).selected_cover_source == f"book:{book}"
    assert get_series(db, saga).has_custom_cover is False
    cover = list_covers(db, saga)[0]
    assert (cover.format, cover.width) == (None, None)
    own = get_book_cover(db, book).data
    assert get_series_cover(db, saga).data == own
    assert get_cover_image(db, saga, cover.id).data == own


def test_where_the_cover_comes_from_can_be_said(db, saga, book):
    add_series_cover(db, saga, picture(RED), now=TUESDAY)
    add_series_cover(db, saga, picture(GREEN), now=TUESDAY)

    set_cover_source(db, saga, f"book:{book}", now=TUESDAY)
    assert sources(db, saga) == ["custom", "custom", f"[book:{book}]"]

    set_cover_source(db, saga, "custom", now=TUESDAY)
    assert sources(db, saga) == ["custom", "[custom]", f"book:{book}"]

    set_cover_source(db, saga, "default", now=TUESDAY)
    assert sources(db, saga) == ["custom", "custom", f"book:{book}"]


def test_sources_that_there_are_not_are_refused(db, books, saga, root, scan):
    (root / "Saga" / "Saga 2.cbz").unlink()
    scan()
    for source in (
        *("custom", "", "book", "book:", f"book:{books['Bone 1'].id}"),
        f"book:{books['Saga 2'].id}",
    ):
        with pytest.raises(InvalidError, match="source: "):
            set_cover_source(db, saga, source, now=TUESDAY)

    assert list_covers(db, saga) == []
    assert get_series(db, saga).updated_at != TUESDAY


def test_the_cover_of_a_book_cannot_be_deleted(db, saga, book):
    set_cover_source(db, saga, f"book:{book}", now=TUESDAY)
    (cover,) = list_covers(db, saga)

    with pytest.raises(InvalidError, match="cannot be deleted"):
        delete_cover(db, saga, cover.id, now=TUESDAY)

    assert sources(db, saga) == [f"[book:{book}]"]


def test_a_chosen_book_that_cannot_be_read_gives_way_to_the_first(db, saga, book, root):
    own = get_series_cover(db, saga).data
    set_cover_source(db, saga, f"book:{book}", now=TUESDAY)
    (root / "Saga" / "Saga 2.cbz").unlink()

    assert get_series_cover(db, saga).data == own


def test_a_chosen_book_that_is_forgotten_is_no_choice_any_more(db, saga, book):
    set_cover_source(db, saga, f"book:{book}", now=TUESDAY)
    with write(db):
        rows(db, "DELETE FROM books WHERE uuid = ?", [book])

    assert list_covers(db, saga) == []
    assert get_series(db, saga).selected_cover_source is None


# Books


def test_a_book_shows_its_new_cover_and_so_does_its_series(db, books, saga):
    first = books["Saga 1"].id

    add_book_cover(db, first, picture(RED), now=TUESDAY)

    assert color_of(get_book_cover(db, first)) == RED
    assert color_of(get_series_cover(db, saga)) == RED
    assert get_book(db, first).updated_at == TUESDAY
    assert list_covers(db, saga) == []


def test_a_book_has_one_cover_at_most(db, book):
    add_book_cover(db, book, picture(RED), now=TUESDAY)
    add_book_cover(db, book, picture(GREEN), now=TUESDAY)

    assert color_of(get_book_cover(db, book)) == GREEN
    assert len(rows(db, "SELECT * FROM cover_images")) == 1
    with pytest.raises(InvalidError, match="the same image"):
        add_book_cover(db, book, picture(GREEN), now=TUESDAY)


def test_a_book_gets_its_own_cover_back(db, book):
    own = get_book_cover(db, book).data
    add_book_cover(db, book, picture(RED), now=TUESDAY)

    delete_book_cover(db, book, now=WEDNESDAY)

    assert get_book_cover(db, book).data == own
    assert rows(db, "SELECT * FROM cover_images") == []
    assert get_book(db, book).updated_at == WEDNESDAY


# What is not there


@pytest.mark.parametrize(
    "operation",
    [
        list_covers,
        lambda db, uuid: add_series_cover(db, uuid, picture(RED), now=TUESDAY),
        lambda db, uuid: reset_series_cover(db, uuid, now=TUESDAY),
        lambda db, uuid: set_cover_source(db, uuid, "default", now=TUESDAY),
        lambda db, uuid: find_cover(db, uuid, "0000"),
    ],
)
def test_an_unknown_series_is_not_found(db, operation):
    with pytest.raises(SeriesNotFoundError):
        operation(db, UNKNOWN)


@pytest.mark.parametrize(
    "operation",
    [
        lambda db, uuid: add_book_cover(db, uuid, picture(RED), now=TUESDAY),
        lambda db, uuid: delete_book_cover(db, uuid, now=TUESDAY),
    ],
)
def test_an_unknown_book_is_not_found(db, operation):
    with pytest.raises(BookNotFoundError):
        operation(db, UNKNOWN)


@pytest.mark.parametrize("operation", [select_cover, delete_cover, get_cover_image])
def test_the_cover_of_another_series_is_not_found(db, books, saga, operation):
    bone = books["Bone 1"].series_id
    other = add_series_cover(db, bone, picture(RED), now=TUESDAY)
    when = {} if operation is get_cover_image else {"now": TUESDAY}

    for cover_id in (other.id, UNKNOWN):
        with pytest.raises(CoverNotFoundError):
            operation(db, saga, cover_id, **when)

    assert sources(db, bone) == ["[custom]"]


def test_a_cover_is_named_by_its_id_or_the_beginning_of_it(
    db, books, saga, monkeypatch
):
    ids = iter(["aaaa1111-0", "aaaa2222-0", "aaaa3333-0"])
    monkeypatch.setattr(chosen_covers, "new_id", lambda: next(ids))
    for color in (RED, GREEN):
        add_series_cover(db, saga, picture(color), now=TUESDAY)
    other = add_series_cover(db, books["Bone 1"].series_id, picture(RED), now=TUESDAY)

    assert find_cover(db, saga, "AAAA2") == get_cover(db, saga, "aaaa2222-0")
    with pytest.raises(AmbiguousNameError):
        find_cover(db, saga, "aaaa")
    for text in (other.id, "custom", ""):
        with pytest.raises(CoverNotFoundError):
            find_cover(db, saga, text)
