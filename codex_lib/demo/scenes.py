"""Backgrounds: each scene is a few painters, from the sky to the floor.

A painter is given the drawing, the picture's width and height in pixels, and the
colors of the series.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageDraw import ImageDraw

    from codex_lib.demo.scripts import Color, Palette

SKY_BANDS = 9


def mix(first: Color, second: Color, share: float) -> Color:
    """Blend two colors; share 0 is the first, 1 the second."""
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(first, second, strict=True)
    )
    return red, green, blue


def scatter(count: int) -> list[tuple[float, float]]:
    """Return points spread over the unit square, the same ones every time."""
    return [((i * 0.754878) % 1, (i * i * 0.569841 + 0.13) % 1) for i in range(count)]


def draw_bands(draw: ImageDraw, w: int, h: int, colors: tuple[Color, Color]) -> None:
    """Fill the picture with bands from one color down to the other."""
    for band in range(SKY_BANDS):
        top, bottom = h * band // SKY_BANDS, h * (band + 1) // SKY_BANDS
        color = mix(*colors, band / (SKY_BANDS - 1))
        draw.rectangle((0, top, w, bottom), fill=color)


def day(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Sky with a sun and two clouds."""
    draw_bands(draw, w, h, colors.sky)
    r = min(w, h) * 0.1
    x, y = w * 0.84, h * 0.17
    draw.ellipse((x - r, y - r, x + r, y + r), fill=colors.light)
    for cx, cy, size in ((0.2, 0.2, 0.1), (0.6, 0.32, 0.075)):
        for dx, dy, part in ((-0.9, 0.2, 0.8), (0, -0.2, 1.1), (0.95, 0.2, 0.75)):
            r = size * min(w, h) * part
            x, y = cx * w + dx * size * min(w, h), cy * h + dy * size * min(w, h)
            draw.ellipse((x - r * 1.3, y - r * 0.7, x + r * 1.3, y + r * 0.7), "white")


def night(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Dark sky with stars and a full moon."""
    draw_bands(draw, w, h, colors.night)
    stars(draw, w, h, colors)
    r = min(w, h) * 0.1
    x, y = w * 0.84, h * 0.19
    draw.ellipse((x - r, y - r, x + r, y + r), fill=colors.light)
    crater = mix(colors.light, colors.ink, 0.14)
    for dx, dy, part in ((-0.35, -0.2, 0.24), (0.3, 0.3, 0.3), (0.25, -0.45, 0.15)):
        cx, cy, cr = x + r * dx, y + r * dy, r * part
        draw.ellipse((cx - cr, cy - cr, cx + cr, cy + cr), fill=crater)


def space(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Space, with the blue planet far below."""
    draw_bands(draw, w, h, colors.night)
    stars(draw, w, h, colors)
    r = min(w, h) * 0.22
    x, y = w * 0.2, h * 0.42
    draw.ellipse((x - r, y - r, x + r, y + r), fill=colors.water)
    draw.chord((x - r, y - r, x + r, y + r), 200, 280, fill=colors.far)
    draw.chord((x - r, y - r, x + r, y + r), 10, 80, fill=colors.far)


def stars(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Forty stars of two sizes."""
    for i, (x, y) in enumerate(scatter(40)):
        r = 3 if i % 4 else 6
        draw.ellipse((x * w - r, y * h - r, x * w + r, y * h + r), fill=colors.light)


def hills(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Hills behind, and the ground in front."""
    draw.ellipse((-w * 0.3, h * 0.55, w * 0.6, h * 1.3), fill=mix_far(colors))
    draw.ellipse((w * 0.35, h * 0.6, w * 1.4, h * 1.4), fill=colors.far)
    ground(draw, w, h, colors)


def mix_far(colors: Palette) -> Color:
    """Return the far color, a little fainter."""
    return mix(colors.far, colors.paper, 0.25)


def ground(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Flat ground with a few tufts."""
    draw.rectangle((0, h * 0.84, w, h), fill=colors.near)
    dark = mix(colors.near, colors.ink, 0.35)
    for x, y in scatter(14):
        left, top = x * w, h * (0.87 + y * 0.12)
        draw.line((left, top, left + 10, top - 12, left + 18, top), fill=dark, width=4)


def sea(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Water up to the horizon, with waves."""
    draw.rectangle((0, h * 0.62, w, h), fill=colors.water)
    foam = mix(colors.water, colors.paper, 0.55)
    for x, y in scatter(16):
        left, top = x * w, h * (0.64 + y * 0.2)
        draw.arc((left, top, left + 50, top + 16), 180, 360, fill=foam, width=5)


def beach(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Water and the sand in front of it."""
    sea(draw, w, h, colors)
    draw.ellipse((-w * 0.2, h * 0.8, w * 1.3, h * 1.4), fill=colors.near)


def deck(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """The boards of a boat, and its sail."""
    wood = mix(colors.near, colors.ink, 0.15)
    mast = w * 0.5
    draw.line((mast, h * 0.1, mast, h * 0.88), fill=colors.ink, width=14)
    sail = (mast + 14, h * 0.14, mast + w * 0.26, h * 0.6, mast + 14, h * 0.6)
    draw.polygon(sail, colors.accent, colors.ink, 6)
    draw.rectangle((0, h * 0.86, w, h), wood, colors.ink, 6)
    for y in (0.91, 0.96):
        draw.line((0, h * y, w, h * y), fill=mix(wood, colors.ink, 0.3), width=5)


def lighthouse(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """The lighthouse on its rock, seen from the shore."""
    x, top, foot, u = w * 0.72, h * 0.24, h * 0.7, h * 0.46
    rock = mix(colors.far, colors.ink, 0.3)
    draw.ellipse((x - u * 0.5, foot - u * 0.12, x + u * 0.5, foot + u * 0.3), fill=rock)
    for band in range(4):
        y0, y1 = (top + (foot - top) * (band + i) / 4 for i in (0, 1))
        a, b = (u * (0.085 + 0.05 * (band + i) / 4) for i in (0, 1))
        color = colors.accent if band % 2 == 0 else colors.paper
        draw.polygon((x - a, y0, x + a, y0, x + b, y1, x - b, y1), fill=color)
    lamp = u * 0.09
    draw.rectangle((x - lamp, top - lamp * 1.6, x + lamp, top), fill=colors.light)
    draw.rectangle((x - lamp * 1.3, top - 6, x + lamp * 1.3, top + 8), fill=colors.ink)
    cap = (x - lamp * 1.3, top - lamp * 1.6, x + lamp * 1.3, top - lamp * 1.6)
    draw.polygon((*cap, x, top - lamp * 3), fill=colors.accent)


def beam(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """The lighthouse's light on the clouds."""
    x, y = w * 0.72, h * 0.2
    glow = mix(colors.night[1], colors.light, 0.55)
    draw.polygon((x, y, 0, h * 0.02, 0, h * 0.34), fill=glow)


def houses(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """A row of houses with lit windows."""
    for i, rise in enumerate((0.3, 0.42, 0.26, 0.36, 0.3)):
        left, right = w * i / 5, w * (i + 0.88) / 5
        top = h * (0.84 - rise)
        wall = mix(colors.far, colors.accent, 0.22 * (i % 3))
        draw.rectangle((left, top, right, h * 0.84), fill=wall)
        roof = mix(wall, colors.ink, 0.45)
        peak = ((left + right) / 2, top - h * 0.1)
        draw.polygon((left - 12, top, *peak, right + 12, top), fill=roof)
        size = (right - left) * 0.2
        for column in (0.2, 0.6):
            x = left + (right - left) * column
            y = top + h * 0.06
            draw.rectangle((x, y, x + size, y + size * 1.2), fill=colors.light)
    ground(draw, w, h, colors)


def trees(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Five round trees on the ground."""
    trunk = mix(colors.near, colors.ink, 0.6)
    for i, x in enumerate((0.06, 0.3, 0.52, 0.74, 0.95)):
        r = h * (0.15 + 0.03 * (i % 3))
        y = h * (0.5 + 0.04 * (i % 2))
        draw.rectangle((x * w - 12, y, x * w + 12, h * 0.86), fill=trunk)
        leaves = mix(colors.far, colors.ink, 0.12 * (i % 3))
        draw.ellipse((x * w - r, y - r, x * w + r, y + r), fill=leaves)
    ground(draw, w, h, colors)


def room(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """A wall with a window and a floor of boards."""
    wall = mix(colors.paper, colors.accent, 0.28)
    draw.rectangle((0, 0, w, h), fill=wall)
    stripe = mix(wall, colors.accent, 0.12)
    for i in range(0, 12, 2):
        draw.rectangle((w * i / 12, 0, w * (i + 1) / 12, h * 0.82), fill=stripe)
    draw.rectangle((0, h * 0.82, w, h), fill=colors.near)
    dark = mix(colors.near, colors.ink, 0.35)
    for y in (0.82, 0.88, 0.94):
        draw.line((0, h * y, w, h * y), fill=dark, width=5)
    u = min(w, h) * 0.3
    x, y = w * 0.64, h * 0.34
    draw.rectangle((x, y, x + u, y + u), colors.sky[0], colors.ink, 8)
    draw.line((x + u / 2, y, x + u / 2, y + u), fill=colors.ink, width=6)
    draw.line((x, y + u / 2, x + u, y + u / 2), fill=colors.ink, width=6)


def counter(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """A counter with cups, and lanterns above it."""
    room(draw, w, h, colors)
    for i in range(4):
        x, y, r = w * (0.14 + 0.24 * i), h * (0.1 if i % 2 else 0.06), h * 0.045
        draw.line((x, 0, x, y), fill=colors.ink, width=4)
        draw.ellipse((x - r, y, x + r, y + r * 2.4), colors.light, colors.ink, 5)
    wood = mix(colors.near, colors.ink, 0.25)
    draw.rectangle((0, h * 0.72, w, h * 0.78), wood, colors.ink, 5)
    for x in (0.1, 0.47, 0.9):
        cup = (w * x - 26, h * 0.72 - 40, w * x + 26, h * 0.72)
        draw.rounded_rectangle(cup, 10, colors.paper, colors.ink, 5)


def stairs(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """The inside of a tower: bricks and winding steps."""
    wall = mix(colors.far, colors.ink, 0.25)
    draw.rectangle((0, 0, w, h), fill=wall)
    joint = mix(wall, colors.ink, 0.3)
    for row in range(10):
        for column in range(7):
            x = w * (column - 0.5 * (row % 2)) / 6
            box = (x + 4, h * row / 10 + 4, x + w / 6 - 4, h * (row + 1) / 10 - 4)
            draw.rounded_rectangle(box, 8, outline=joint, width=4)
    step = mix(colors.near, colors.ink, 0.2)
    for i in range(8):
        x, y = w * i / 8, h * (0.86 - 0.05 * i)
        draw.rectangle((x, y, x + w / 8, h), step, colors.ink, 4)
    draw.rectangle((0, h * 0.86, w, h), fill=step)


def lift(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """The inside of an elevator: two doors and a column of buttons."""
    wall = mix(colors.far, colors.paper, 0.35)
    draw.rectangle((0, 0, w, h), fill=wall)
    draw.rectangle((0, h * 0.86, w, h), fill=colors.near)
    door = mix(wall, colors.ink, 0.2)
    draw.rectangle((w * 0.16, h * 0.1, w * 0.74, h * 0.86), door, colors.ink, 8)
    draw.line((w * 0.45, h * 0.1, w * 0.45, h * 0.86), fill=colors.ink, width=8)
    for i in range(6):
        x, y, r = w * 0.87, h * (0.36 + 0.07 * i), min(w, h) * 0.026
        lit = colors.light if i == 0 else colors.paper
        draw.ellipse((x - r, y - r, x + r, y + r), lit, colors.ink, 5)


def moon(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """Gray ground with craters."""
    dust = mix(colors.paper, colors.ink, 0.2)
    draw.ellipse((-w * 0.3, h * 0.74, w * 1.3, h * 1.5), fill=dust)
    rim = mix(dust, colors.ink, 0.25)
    for x, y in ((0.12, 0.9), (0.5, 0.95), (0.8, 0.86), (0.95, 0.95)):
        r = w * 0.06
        box = (x * w - r, y * h - r * 0.3, x * w + r, y * h + r * 0.3)
        draw.ellipse(box, rim)


def desk(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """A desk as somebody very small sees it: a mug, books, a pencil."""
    draw_bands(draw, w, h, colors.sky)
    draw.rectangle((0, h * 0.84, w, h), colors.near, colors.ink, 5)
    draw.rounded_rectangle(
        (w * 0.06, h * 0.34, w * 0.3, h * 0.84), 24, colors.accent, colors.ink, 7
    )
    draw.arc((w * 0.22, h * 0.44, w * 0.38, h * 0.7), 270, 90, colors.ink, 14)
    rim = (w * 0.06, h * 0.31, w * 0.3, h * 0.37)
    draw.ellipse(rim, mix(colors.accent, colors.ink, 0.5), colors.ink, 7)
    for i, color in enumerate((colors.far, colors.light, colors.water)):
        top = h * (0.76 - 0.08 * i)
        box = (w * (0.56 + 0.03 * i), top, w * 1.02, top + h * 0.08)
        draw.rounded_rectangle(box, 10, color, colors.ink, 6)


def workshop(draw: ImageDraw, w: int, h: int, colors: Palette) -> None:
    """A bench below a wall of gears."""
    draw.rectangle((0, 0, w, h), fill=mix(colors.paper, colors.water, 0.35))
    for x, y, size in ((0.18, 0.3, 0.13), (0.5, 0.2, 0.1), (0.82, 0.36, 0.15)):
        gear(draw, (x * w, y * h), size * min(w, h), colors)
    draw.rectangle((0, h * 0.8, w, h), colors.near, colors.ink, 6)
    for x in (0.1, 0.5, 0.9):
        draw.line((w * x, h * 0.84, w * x + 60, h * 0.84), fill=colors.ink, width=6)


def gear(
    draw: ImageDraw, center: tuple[float, float], r: float, colors: Palette
) -> None:
    """One gear of twelve teeth."""
    x, y = center
    for tooth in range(12):
        angle = tooth * pi / 6
        end = (x + cos(angle) * r * 1.2, y + sin(angle) * r * 1.2)
        draw.line((x, y, *end), fill=colors.far, width=round(r * 0.26))
    draw.ellipse((x - r, y - r, x + r, y + r), fill=colors.far)
    r *= 0.4
    draw.ellipse((x - r, y - r, x + r, y + r), fill=colors.paper)


SCENES: dict[str, tuple[Callable[[ImageDraw, int, int, Palette], None], ...]] = {
    "beach": (day, beach, lighthouse),
    "night-beach": (night, beam, beach, lighthouse),
    "open-sea": (day, sea, deck),
    "stairs": (stairs,),
    "town": (day, houses),
    "night-town": (night, houses),
    "hills": (day, hills),
    "forest": (day, trees),
    "night-forest": (night, trees),
    "room": (room,),
    "teahouse": (counter,),
    "lift": (lift,),
    "space": (space,),
    "moon": (space, moon),
    "desk": (desk,),
    "workshop": (workshop,),
}
