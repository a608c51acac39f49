"""Pages are drawn in the right places and hold their words."""

from io import BytesIO

import pytest
from PIL import Image, ImageStat

from codex_lib.demo.elevator import ELEVATOR
from codex_lib.demo.library import ALL_SERIES
from codex_lib.demo.lighthouse import LIGHTHOUSE
from codex_lib.demo.pages import (
    PAGE_SIZE,
    STRIP_SIZE,
    draw_book,
    mood_of,
    place_balloons,
    place_cast,
    place_panels,
    render_page,
)
from codex_lib.demo.teahouse import TEAHOUSE


def size_of(series):
    return STRIP_SIZE if series.layout == "webtoon" else PAGE_SIZE


@pytest.mark.parametrize("series", ALL_SERIES, ids=lambda series: series.name)
def test_every_balloon_lies_in_its_panel_and_leaves_room_for_figures(series):
    for book in series.books:
        for number, panels in enumerate(book.pages):
            places = place_panels(series, len(panels), number, size_of(series))
            for panel, place in zip(panels, places, strict=True):
                width, height = place.right - place.left, place.bottom - place.top
                middles = place_cast(series, panel, round(width))
                for box in place_balloons(panel, middles, round(width)):
                    assert 0 <= box.left < box.right <= width, panel
                    assert 0 < box.bottom < height * 0.6, panel


def test_a_western_row_begins_at_the_left_and_a_manga_row_at_the_right():
    western = list(place_panels(LIGHTHOUSE, 3, 0, PAGE_SIZE))
    manga = list(place_panels(TEAHOUSE, 3, 0, PAGE_SIZE))

    assert western[1].right < western[2].left
    assert manga[2].right < manga[1].left
    assert western[0] == manga[0]


def test_the_cast_stands_in_reading_order():
    panel = LIGHTHOUSE.books[0].cover

    assert place_cast(LIGHTHOUSE, panel, 300) == {
        "mina": 50,
        "oskar": 150,
        "biscuit": 250,
    }
    assert place_cast(TEAHOUSE, panel, 300) == {
        "mina": 250,
        "oskar": 150,
        "biscuit": 50,
    }


def test_a_strip_is_one_panel_below_the_other():
    boxes = list(place_panels(ELEVATOR, 3, 0, STRIP_SIZE))

    assert len({(box.left, box.right) for box in boxes}) == 1
    assert boxes[0].bottom < boxes[1].top < boxes[2].top
    assert boxes[-1].bottom <= STRIP_SIZE[1]


def test_a_book_is_cover_story_and_last_page():
    pages = list(draw_book(ELEVATOR, ELEVATOR.books[0]))

    assert [page.size for page in pages] == [(600, 900), *[(480, 1320)] * 4, (600, 900)]
    assert all(min(ImageStat.Stat(page).stddev) > 10 for page in pages)


@pytest.mark.parametrize(
    ("layout", "suffix", "name", "mode"),
    [("manga", ".png", "PNG", "P"), ("western", ".jpg", "JPEG", "RGB")],
)
def test_manga_is_gray_png_and_the_others_jpeg(layout, suffix, name, mode):
    found, data = render_page(Image.new("RGB", (60, 90), "red"), layout)

    with Image.open(BytesIO(data)) as image:
        assert (found, image.format, image.mode) == (suffix, name, mode)
        red, green, blue = image.convert("RGB").getpixel((30, 45))
    assert (red == green == blue) == (layout == "manga")


@pytest.mark.parametrize(
    ("words", "mood"), [("Look!", "wow"), ("Really?", "wonder"), ("Yes.", "smile")]
)
def test_a_mood_follows_from_the_words(words, mood):
    assert mood_of(words) == mood
