"""Characters, made of ellipses and lines; each stands on a point and has a height."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codex_lib.demo.scenes import mix

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

    from codex_lib.demo.scripts import Color, Look

WHITE = (255, 255, 255)
HAIR = ("bob", "tuft", "bun", "cap")
EARS = ("round", "pointed", "long")


class Stand(NamedTuple):
    """Where a figure stands and how it feels.

    x is the middle and y the soles, height from there to the top of the head, all in
    pixels. mood is smile, wow or wonder.
    """

    x: float
    y: float
    height: float
    mood: str
    ink: Color

    @property
    def line(self) -> int:
        """The width of an outline."""
        return max(4, round(self.height * 0.016))


def draw_figure(draw: ImageDraw, look: Look, stand: Stand) -> None:
    """Draw one character."""
    KINDS[look.kind](draw, look, stand)


def disc(
    draw: ImageDraw,
    center: tuple[float, float],
    radii: tuple[float, float],
    fill: Color,
    stand: Stand,
) -> None:
    """Draw an ellipse with the figure's outline."""
    (x, y), (rx, ry) = center, radii
    draw.ellipse((x - rx, y - ry, x + rx, y + ry), fill, stand.ink, stand.line)


def limb(
    draw: ImageDraw, points: tuple[float, ...], fill: Color, stand: Stand, share: float
) -> None:
    """Draw an arm or a leg: a thick line with round ends; share is of the height."""
    width = round(stand.height * share)
    for extra, color in ((stand.line * 2, stand.ink), (0, fill)):
        draw.line(points, fill=color, width=width + extra, joint="curve")
        r = (width + extra) / 2
        for x, y in (points[:2], points[-2:]):
            draw.ellipse((x - r, y - r, x + r, y + r), fill=color)


def face(draw: ImageDraw, x: float, y: float, r: float, stand: Stand) -> None:
    """Draw eyes and mouth into a head of radius r."""
    eye = r * 0.14
    tall = eye * (1.7 if stand.mood == "wow" else 1.3)
    for side in (-0.4, 0.4):
        center = x + r * side
        box = (center - eye, y - tall, center + eye, y + tall)
        draw.ellipse(box, fill=stand.ink)
        shine = (center - eye * 0.5, y - tall * 0.7, center, y - tall * 0.2)
        draw.ellipse(shine, fill=WHITE)
    mouth = (x - r * 0.3, y + r * 0.2, x + r * 0.3, y + r * 0.62)
    if stand.mood == "wow":
        draw.ellipse((x - r * 0.2, y + r * 0.28, x + r * 0.2, y + r * 0.7), stand.ink)
    elif stand.mood == "wonder":
        line = (x - r * 0.2, y + r * 0.5, x + r * 0.22, y + r * 0.44)
        draw.line(line, fill=stand.ink, width=stand.line)
    else:
        draw.arc(mouth, 15, 165, fill=stand.ink, width=stand.line)


def arms(draw: ImageDraw, fill: Color, stand: Stand, shoulder: float) -> None:
    """Draw two arms: up in surprise, else down."""
    x, h = stand.x, stand.height
    y = stand.y - h * shoulder
    reach = y - h * 0.2 if stand.mood == "wow" else y + h * 0.17
    for side in (-1, 1):
        points = (x + side * h * 0.11, y, x + side * h * 0.24, reach)
        limb(draw, points, fill, stand, 0.055)


def kid(draw: ImageDraw, look: Look, stand: Stand) -> None:
    """A child with a big head."""
    x, h = stand.x, stand.height
    y, r = stand.y, h * 0.23
    trousers = mix(look.color, stand.ink, 0.55)
    for side in (-0.075, 0.075):
        points = (x + h * side, y - h * 0.2, x + h * side, y - h * 0.03)
        limb(draw, points, trousers, stand, 0.075)
    arms(draw, look.color, stand, 0.44)
    body = (x - h * 0.15, y - h * 0.57, x + h * 0.15, y - h * 0.16)
    draw.rounded_rectangle(body, h * 0.08, look.color, stand.ink, stand.line)
    top = y - h + r
    hair_behind(draw, look, stand, (x, top), r)
    disc(draw, (x, top), (r, r * 0.96), look.skin, stand)
    hair_in_front(draw, look, stand, (x, top), r)
    blush = mix(look.skin, (255, 90, 90), 0.3)
    for side in (-0.66, 0.66):
        left = x + r * side
        box = (left - r * 0.14, top + r * 0.28, left + r * 0.14, top + r * 0.46)
        draw.ellipse(box, fill=blush)
    face(draw, x, top + r * 0.12, r, stand)


def hair_behind(
    draw: ImageDraw, look: Look, stand: Stand, head: tuple[float, float], r: float
) -> None:
    """Draw the hair that the head covers."""
    x, y = head
    if look.style == "bob":
        box = (x - r * 1.14, y - r * 1.1, x + r * 1.14, y + r * 0.95)
        draw.rounded_rectangle(box, r * 0.8, look.accent, stand.ink, stand.line)
    if look.style == "bun":
        disc(draw, (x, y - r * 1.12), (r * 0.42, r * 0.38), look.accent, stand)


def hair_in_front(
    draw: ImageDraw, look: Look, stand: Stand, head: tuple[float, float], r: float
) -> None:
    """Draw a fringe, a tuft or a cap on the head."""
    x, y = head
    box = (x - r, y - r * 0.98, x + r, y + r * 0.9)
    draw.chord(box, 195, 345, look.accent, stand.ink, stand.line)
    if look.style == "tuft":
        for lean in (-0.35, 0, 0.35):
            tip = (x + r * lean * 2, y - r * 1.35)
            foot = (x + r * (lean - 0.22), y - r * 0.8, x + r * (lean + 0.22))
            draw.polygon((*foot[:2], *tip, foot[2], y - r * 0.8), fill=look.accent)
    if look.style == "cap":
        brim = (x - r * 0.2, y - r * 0.42, x + r * 1.5, y - r * 0.2)
        draw.rounded_rectangle(brim, r * 0.1, look.accent, stand.ink, stand.line)


def robot(draw: ImageDraw, look: Look, stand: Stand) -> None:
    """A robot on wheels with an antenna."""
    x, y, h = stand.x, stand.y, stand.height
    for side in (-0.13, 0, 0.13):
        disc(draw, (x + h * side, y - h * 0.07), (h * 0.07, h * 0.07), stand.ink, stand)
    arms(draw, mix(look.color, WHITE, 0.35), stand, 0.4)
    body = (x - h * 0.2, y - h * 0.48, x + h * 0.2, y - h * 0.1)
    draw.rounded_rectangle(body, h * 0.05, look.color, stand.ink, stand.line)
    plate = (x - h * 0.1, y - h * 0.38, x + h * 0.1, y - h * 0.2)
    draw.rounded_rectangle(plate, h * 0.02, look.accent, stand.ink, stand.line)
    top = y - h * 0.9
    draw.line((x, top, x, top - h * 0.08), fill=stand.ink, width=stand.line)
    disc(draw, (x, top - h * 0.09), (h * 0.035, h * 0.035), look.accent, stand)
    head = (x - h * 0.24, top, x + h * 0.24, y - h * 0.5)
    draw.rounded_rectangle(head, h * 0.09, look.color, stand.ink, stand.line)
    screen = (x - h * 0.19, top + h * 0.06, x + h * 0.19, y - h * 0.55)
    pale = mix(look.accent, WHITE, 0.7)
    draw.rounded_rectangle(screen, h * 0.06, pale, stand.ink, stand.line)
    face(draw, x, y - h * 0.73, h * 0.2, stand)


def animal(draw: ImageDraw, look: Look, stand: Stand) -> None:
    """A round animal on two legs; style says which ears."""
    x, y, h = stand.x, stand.y, stand.height
    tail = (x + h * 0.24, y - h * 0.2)
    disc(draw, tail, (h * 0.15, h * 0.09), mix(look.color, stand.ink, 0.2), stand)
    for side in (-0.1, 0.1):
        disc(
            draw, (x + h * side, y - h * 0.04), (h * 0.08, h * 0.04), look.color, stand
        )
    arms(draw, look.color, stand, 0.42)
    disc(draw, (x, y - h * 0.28), (h * 0.21, h * 0.25), look.color, stand)
    disc(draw, (x, y - h * 0.25), (h * 0.13, h * 0.17), look.accent, stand)
    r = h * 0.24
    top = y - h + r * 1.15
    ears(draw, look, stand, (x, top), r)
    disc(draw, (x, top), (r * 1.08, r * 0.92), look.color, stand)
    muzzle = (x - r * 0.5, top + r * 0.1, x + r * 0.5, top + r * 0.8)
    draw.ellipse(muzzle, fill=look.accent)
    face(draw, x, top + r * 0.02, r, stand)
    nose = (x - r * 0.13, top + r * 0.12, x + r * 0.13, top + r * 0.28)
    draw.ellipse(nose, fill=stand.ink)


def ears(
    draw: ImageDraw, look: Look, stand: Stand, head: tuple[float, float], r: float
) -> None:
    """Draw two ears: long, pointed or round."""
    x, y = head
    for side in (-1, 1):
        if look.style == "long":
            center = (x + side * r * 0.42, y - r * 1.3)
            disc(draw, center, (r * 0.24, r * 0.75), look.color, stand)
            disc(draw, center, (r * 0.1, r * 0.5), look.skin, stand)
        elif look.style == "pointed":
            points = (0.95, -0.35, 0.8, -1.35, 0.2, -0.75)
            corners = [
                (x + side * r * px, y + r * py)
                for px, py in zip(points[::2], points[1::2], strict=True)
            ]
            draw.polygon(corners, look.color, stand.ink, stand.line)
        else:
            center = (x + side * r * 0.75, y - r * 0.7)
            disc(draw, center, (r * 0.32, r * 0.32), look.color, stand)
            disc(draw, center, (r * 0.14, r * 0.14), look.skin, stand)


def bird(draw: ImageDraw, look: Look, stand: Stand) -> None:
    """A plump gull."""
    x, y, h = stand.x, stand.y, stand.height * 0.62
    for side in (-0.1, 0.12):
        leg = (x + h * side, y - h * 0.2, x + h * side, y - 4)
        draw.line(leg, fill=look.accent, width=stand.line * 2)
    disc(draw, (x, y - h * 0.42), (h * 0.4, h * 0.27), look.color, stand)
    lift = -0.22 if stand.mood == "wow" else 0.04
    wing = (x + h * 0.14, y - h * (0.42 - lift))
    gray = mix(look.color, stand.ink, 0.25)
    disc(draw, wing, (h * 0.27, h * 0.14), gray, stand)
    head = (x - h * 0.24, y - h * 0.76)
    disc(draw, head, (h * 0.22, h * 0.21), look.color, stand)
    beak = (head[0] - h * 0.19, head[1] - h * 0.02, head[0] - h * 0.46)
    draw.polygon(
        (*beak[:2], beak[2], head[1] + h * 0.08, beak[0], head[1] + h * 0.12),
        look.accent,
        stand.ink,
        stand.line,
    )
    eye = (head[0] - h * 0.1, head[1] - h * 0.09, head[0], head[1] + h * 0.03)
    draw.ellipse(eye, fill=stand.ink)


KINDS = {"kid": kid, "robot": robot, "animal": animal, "bird": bird}
