"""Words in pictures: captions, balloons, titles. Sizes are in pixels."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from codex_lib.demo.scripts import Color, Palette

LETTER_PX = 42
PADDING_PX = 20
EDGE_PX = 14
WHITE = (255, 255, 255)


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float


class Style(NamedTuple):
    """How words are written; stroke is the color around the letters, if any."""

    size: int
    color: Color
    stroke: Color | None = None


@cache
def open_font(size: int) -> FreeTypeFont | ImageFont:
    """Return the font that comes with Pillow, read once for each size."""
    from PIL import ImageFont  # noqa: PLC0415 - most commands draw nothing

    return ImageFont.load_default(size)


def wrap(text: str, size: int, width: float) -> list[str]:
    """Break a text into lines of at most a width; a longer word stays whole."""
    font = open_font(size)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_lines(
    draw: ImageDraw, lines: list[str], middle: tuple[float, float], style: Style
) -> None:
    """Write centered lines; middle is that of the first line's upper edge."""
    x, y = middle
    for number, line in enumerate(lines):
        draw.text(
            (x, y + number * style.size * 1.2),
            line,
            style.color,
            open_font(style.size),
            "ma",
            stroke_width=style.size // 9 if style.stroke else 0,
            stroke_fill=style.stroke,
        )


def measure_caption(text: str, width: float) -> tuple[list[str], float]:
    """Return a caption's lines and its height; ([], 0) if there is none."""
    lines = wrap(text, LETTER_PX, width - 4 * PADDING_PX)
    return lines, len(lines) * LETTER_PX * 1.2 + 1.4 * PADDING_PX if lines else 0


def draw_caption(draw: ImageDraw, text: str, width: int, colors: Palette) -> None:
    """Write a caption across the top of a panel."""
    lines, bottom = measure_caption(text, width)
    draw.rectangle((0, 0, width, bottom), colors.caption, colors.ink, 5)
    draw_lines(draw, lines, (width / 2, PADDING_PX * 0.8), Style(LETTER_PX, colors.ink))


def place_balloon(text: str, middle: float, top: float, width: int) -> Box:
    """Return the place of a balloon above its speaker, inside a panel's width."""
    lines = wrap(text, LETTER_PX, balloon_width(width))
    font = open_font(LETTER_PX)
    wide = max(font.getlength(line) for line in lines) + 3 * PADDING_PX
    left = min(max(middle - wide / 2, EDGE_PX), width - wide - EDGE_PX)
    tall = len(lines) * LETTER_PX * 1.2 + 1.4 * PADDING_PX
    return Box(left, top, left + wide, top + tall)


def balloon_width(width: int) -> float:
    """Return the longest line that a balloon may have in a panel."""
    return min(width - 2 * EDGE_PX - 3 * PADDING_PX, LETTER_PX * 15)


def draw_balloon(
    draw: ImageDraw, text: str, box: Box, mouth: tuple[float, float], ink: Color
) -> None:
    """Draw a balloon whose tail points to a mouth, at most 130 pixels long."""
    middle = min(max(mouth[0], box.left + 60), box.right - 60)
    tip_y = box.bottom + min(max(mouth[1] - box.bottom, 30) * 0.8, 130)
    tip_x = middle + (mouth[0] - middle) * 0.6
    foot = box.bottom - 5
    draw.polygon((middle - 20, foot, tip_x, tip_y, middle + 20, foot), WHITE, ink, 5)
    radius = min(44, (box.bottom - box.top) / 2)
    draw.rounded_rectangle(tuple(box), radius, WHITE, ink, 5)
    draw.rectangle((middle - 15, box.bottom - 9, middle + 15, foot + 2), fill=WHITE)
    lines = wrap(text, LETTER_PX, box.right - box.left - 2.9 * PADDING_PX)
    place = ((box.left + box.right) / 2, box.top + PADDING_PX * 0.8)
    draw_lines(draw, lines, place, Style(LETTER_PX, ink))
