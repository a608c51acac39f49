"""An image on its way out: to a file, down a pipe, or drawn in the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from codex_cli.output import has_colors, is_terminal, note, print_json, write_bytes
from codex_cli.wording import file_size
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.formats.images import RenderedImage

UPPER_HALF = "▀"
RESET = "\x1b[0m"
SHADES = " .:-=+*#%@"  # dark to bright, for terminals and pipes without colors
MAX_LEVEL = 255
Color = tuple[int, int, int]


def deliver(image: RenderedImage, output: str | None, *, as_json: bool) -> None:
    """Write an image to a file, or to stdout when that is "-" or a pipe."""
    if output is None:
        output = _pipe_or_refusal()
    if output == "-":
        if as_json:
            raise InvalidError("--json", "needs --output FILE; stdout is the image's")
        write_bytes(image.data)
        return
    path = Path(output).expanduser()
    path.write_bytes(image.data)
    if as_json:
        print_json(
            {
                "path": str(path.absolute()),
                "file_format": image.format,
                "file_size": len(image.data),
                "width": image.width,
                "height": image.height,
            }
        )
    else:
        size = f"{image.width} x {image.height}, " if image.width else ""
        note(f"{path}: {image.format}, {size}{file_size(len(image.data))}")


def _pipe_or_refusal() -> str:
    if is_terminal(sys.stdout):
        raise InvalidError("--output", "say which FILE the image goes to")
    return "-"


def drawn_lines(cells: Sequence[Sequence[tuple[Color, Color]]]) -> list[str]:
    """Return the lines that draw cells of (upper color, lower color) as half blocks.

    In 24-bit colors where the terminal says that it has them, else in the 256 that
    all have; in shades of text when colors are not welcome or nobody looks.
    """
    if not has_colors(sys.stdout):
        return ["".join(map(_shade, row)) for row in cells]
    fine = os.environ.get("COLORTERM") in ("truecolor", "24bit")
    paint = _exact_color if fine else _palette_color
    return [
        "".join(
            f"\x1b[38;{paint(upper)};48;{paint(lower)}m{UPPER_HALF}"
            for upper, lower in row
        )
        + RESET
        for row in cells
    ]


def _exact_color(color: Color) -> str:
    return f"2;{color[0]};{color[1]};{color[2]}"


def _palette_color(color: Color) -> str:
    # Colors 16 to 231 of the palette are a cube of 6 levels for each component.
    red, green, blue = (round(level * 5 / MAX_LEVEL) for level in color)
    return f"5;{16 + 36 * red + 6 * green + blue}"


def _shade(cell: tuple[Color, Color]) -> str:
    light = sum(map(sum, cell)) / (6 * MAX_LEVEL)
    return SHADES[round(light * (len(SHADES) - 1))]
