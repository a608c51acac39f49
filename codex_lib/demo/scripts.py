"""What a demonstration book consists of, before anything is drawn."""

from __future__ import annotations

from typing import NamedTuple

Color = tuple[int, int, int]


class Look(NamedTuple):
    """How one character is drawn.

    kind is kid, robot, animal or bird; color is that of clothes, metal or fur;
    accent that of hair, lights or belly; skin that of a kid's face, an animal's ears;
    style picks hair or ears: bob, tuft, bun, cap, round, long, pointed.
    """

    kind: str
    color: Color
    accent: Color
    skin: Color = (244, 208, 176)
    style: str = "bob"


class Palette(NamedTuple):
    """The colors of a series; far is hills and houses, near the ground in front."""

    ink: Color
    paper: Color
    sky: tuple[Color, Color]
    night: tuple[Color, Color]
    far: Color
    near: Color
    water: Color
    accent: Color
    light: Color
    caption: Color


class Panel(NamedTuple):
    """One picture: a scene, who stands in it, a caption and who says what.

    lines are (speaker, text); the first speaks first.
    """

    scene: str
    cast: tuple[str, ...]
    caption: str
    lines: tuple[tuple[str, str], ...]


class BookScript(NamedTuple):
    """One book; pages are its story, each of two or three panels.

    date is year, month, day. container is cbz or pdf. next_time stands on the last
    page, below "The end".
    """

    number: str
    title: str
    date: tuple[int, int, int]
    summary: str
    cover: Panel
    pages: tuple[tuple[Panel, ...], ...]
    next_time: str
    container: str = "cbz"


class SeriesScript(NamedTuple):
    """A series and what all its books share.

    layout is western, manga (black and white, right to left) or webtoon (tall
    strips). file_name is a format of number and year. people and tags are ComicInfo
    elements.
    """

    name: str
    layout: str
    file_name: str
    palette: Palette
    looks: dict[str, Look]
    people: dict[str, str]
    tags: dict[str, str]
    books: tuple[BookScript, ...]


def parse_pages(text: str) -> tuple[tuple[Panel, ...], ...]:
    """Parse a story: a panel a line, an empty line between pages."""
    blocks = text.strip().split("\n\n")
    return tuple(
        tuple(parse_panel(line) for line in block.splitlines()) for block in blocks
    )


def parse_panel(line: str) -> Panel:
    """Parse "scene | cast | > caption | name: words | name: words"."""
    scene, cast, *said = (part.strip() for part in line.split("|"))
    captions = [part.removeprefix("> ") for part in said if part.startswith("> ")]
    spoken = [part.partition(": ") for part in said if not part.startswith("> ")]
    lines = tuple((name, words) for name, _, words in spoken)
    return Panel(scene, tuple(cast.split()), " ".join(captions), lines)
