"""Pages: covers, story pages and last pages, drawn at double size and reduced."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from codex_lib.demo.figures import Stand, draw_figure
from codex_lib.demo.lettering import (
    Box,
    Style,
    draw_balloon,
    draw_caption,
    draw_lines,
    measure_caption,
    place_balloon,
    wrap,
)
from codex_lib.demo.scenes import SCENES, mix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from codex_lib.demo.scripts import BookScript, Panel, SeriesScript

SCALE = 2
PAGE_SIZE = (600 * SCALE, 900 * SCALE)
STRIP_SIZE = (480 * SCALE, 1320 * SCALE)
MARGIN = 48
FOOT_PX = 110
GUTTER = 22
# How many panels stand in each row, by the number of panels and the page's parity.
ROWS = {
    2: ((1, 1), (1, 1)),
    3: ((1, 2), (2, 1)),
}


def draw_book(series: SeriesScript, book: BookScript) -> Iterator[Image]:
    """Draw a book page by page: cover, story, last page."""
    yield draw_cover(series, book)
    for number, panels in enumerate(book.pages):
        yield draw_story_page(series, panels, number)
    yield draw_last_page(series, book)


def render_page(page: Image, layout: str) -> tuple[str, bytes]:
    """Encode a page: manga as gray PNG, all others as JPEG; suffix and bytes."""
    target = BytesIO()
    if layout == "manga":
        page.convert("L").quantize(32).save(target, "PNG")
        return ".png", target.getvalue()
    page.save(target, "JPEG", quality=80)
    return ".jpg", target.getvalue()


def draw_cover(series: SeriesScript, book: BookScript) -> Image:
    """Draw a cover: number in a corner, titles above, people below."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - most commands draw nothing

    width, height = PAGE_SIZE
    colors = series.palette
    page = Image.new("RGB", PAGE_SIZE, colors.ink)
    page.paste(draw_panel(series, book.cover, (width, height - FOOT_PX)))
    draw = ImageDraw.Draw(page)
    title = wrap(series.name, 132, width * 0.84)
    draw_lines(draw, title, (width / 2, 240), Style(132, colors.light, colors.ink))
    top = 270 + len(title) * 132 * 1.2
    lines = wrap(book.title, 66, width * 0.8)
    draw_lines(draw, lines, (width / 2, top), Style(66, colors.paper, colors.ink))
    foot = f"{series.people['Writer']}   ·   {series.tags['Publisher']}"
    draw_lines(draw, [foot], (width / 2, height - 84), Style(42, colors.paper))
    corner = (MARGIN, -20, MARGIN + 170, 190)
    draw.rounded_rectangle(corner, 20, colors.accent, colors.ink, 8)
    place = (MARGIN + 85, 40)
    draw_lines(draw, [book.number], place, Style(110, colors.paper, colors.ink))
    return page.reduce(SCALE)


def draw_last_page(series: SeriesScript, book: BookScript) -> Image:
    """Draw the last page: the end, what comes next, who made it."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - most commands draw nothing

    width, height = PAGE_SIZE
    colors = series.palette
    page = Image.new("RGB", PAGE_SIZE, mix(colors.paper, colors.caption, 0.6))
    draw = ImageDraw.Draw(page)
    frame = (MARGIN, MARGIN, width - MARGIN, height - MARGIN)
    draw.rounded_rectangle(frame, 40, outline=colors.ink, width=8)
    draw_lines(draw, ["The end"], (width / 2, height * 0.12), Style(150, colors.ink))
    draw_lines(draw, ["Next:"], (width / 2, height * 0.24), Style(44, colors.ink))
    lines = wrap(book.next_time, 56, width * 0.76)
    draw_lines(draw, lines, (width / 2, height * 0.28), Style(56, colors.ink))
    name = book.cover.cast[0]
    stand = Stand(width / 2, height * 0.74, height * 0.3, "wow", colors.ink)
    draw_figure(draw, series.looks[name], stand)
    credits_ = [f"{role}: {person}" for role, person in series.people.items()]
    draw_lines(draw, credits_, (width / 2, height * 0.79), Style(40, colors.ink))
    return page.reduce(SCALE)


def draw_story_page(
    series: SeriesScript, panels: tuple[Panel, ...], number: int
) -> Image:
    """Draw the panels of one page into their places."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - most commands draw nothing

    size = STRIP_SIZE if series.layout == "webtoon" else PAGE_SIZE
    page = Image.new("RGB", size, series.palette.paper)
    draw = ImageDraw.Draw(page)
    places = place_panels(series, len(panels), number, size)
    for panel, box in zip(panels, places, strict=True):
        left, top, right, bottom = (round(edge) for edge in box)
        picture = draw_panel(series, panel, (right - left, bottom - top))
        page.paste(picture, (left, top))
        draw.rectangle((left, top, right, bottom), outline=series.palette.ink, width=7)
    return page.reduce(SCALE)


def place_panels(
    series: SeriesScript, count: int, number: int, size: tuple[int, int]
) -> Iterator[Box]:
    """Yield each panel's place in reading order; a manga row starts at the right."""
    width, height = size
    rows = (1,) * count if series.layout == "webtoon" else ROWS[count][number % 2]
    gap = GUTTER * 3 if series.layout == "webtoon" else GUTTER
    tall = (height - 2 * MARGIN - gap * (len(rows) - 1)) / len(rows)
    for row, in_row in enumerate(rows):
        wide = (width - 2 * MARGIN - GUTTER * (in_row - 1)) / in_row
        top = MARGIN + row * (tall + gap)
        for column in range(in_row):
            place = in_row - 1 - column if series.layout == "manga" else column
            left = MARGIN + place * (wide + GUTTER)
            yield Box(left, top, left + wide, top + tall)


def draw_panel(series: SeriesScript, panel: Panel, size: tuple[int, int]) -> Image:
    """Draw one picture: scene, figures, words."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - most commands draw nothing

    width, height = size
    colors = series.palette
    picture = Image.new("RGB", size, colors.paper)
    draw = ImageDraw.Draw(picture)
    for paint in SCENES[panel.scene]:
        paint(draw, width, height, colors)
    middles = place_cast(series, panel, width)
    balloons = place_balloons(panel, middles, width)
    free = height - (balloons[-1].bottom if balloons else height * 0.2)
    tall = min(height * 0.6, free * 0.86, width / len(middles) * 1.3)
    moods = {name: mood_of(words) for name, words in panel.lines}
    for name, x in middles.items():
        mood = moods.get(name, "smile")
        stand = Stand(x, height * 0.96, tall, mood, colors.ink)
        draw_figure(draw, series.looks[name], stand)
    if panel.caption:
        draw_caption(draw, panel.caption, width, colors)
    for (name, words), box in zip(panel.lines, balloons, strict=True):
        mouth = (middles[name], height * 0.96 - tall)
        draw_balloon(draw, words, box, mouth, colors.ink)
    return picture


def place_cast(series: SeriesScript, panel: Panel, width: int) -> dict[str, float]:
    """Stand the cast side by side in reading order; name to the middle."""
    step = width / len(panel.cast)
    middles = {name: step * (i + 0.5) for i, name in enumerate(panel.cast)}
    if series.layout == "manga":
        return {name: width - x for name, x in middles.items()}
    return middles


def place_balloons(panel: Panel, middles: dict[str, float], width: int) -> list[Box]:
    """Place the balloons below the caption and each other, in order."""
    boxes: list[Box] = []
    top = measure_caption(panel.caption, width)[1]
    for name, words in panel.lines:
        boxes.append(place_balloon(words, middles[name], top + 16, width))
        top = boxes[-1].bottom
    return boxes


def mood_of(words: str) -> str:
    """Read a mood from how a sentence ends."""
    return {"!": "wow", "?": "wonder"}.get(words[-1:], "smile")
