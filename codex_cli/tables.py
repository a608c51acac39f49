"""Tables that fit the terminal; on a pipe as wide as their text.

Not rich: importing it costs more than all of a list command, and these are short.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_cli.output import has_colors, is_terminal, printable, say

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 2
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True)
class Column:
    """One column: right for numbers, flexible if its text may be cut down to least.

    optional columns disappear when the terminal is too narrow, the highest first.
    """

    title: str
    right: bool = False
    flexible: bool = False
    least: int = 10
    optional: int = 0


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their titles; None is an empty cell."""
    limit = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None
    lines = render_table(columns, rows, limit)
    if has_colors(sys.stdout):
        lines[0] = f"{BOLD}{lines[0]}{PLAIN}"
    say("\n".join(lines))


def render_table(
    columns: Sequence[Column], rows: Sequence[Sequence[object]], limit: int | None
) -> list[str]:
    """Return the lines of a table at most limit columns wide, titles first."""
    table = [[column.title for column in columns]]
    table += [[_cell(value) for value in row] for row in rows]
    natural = [_natural_width(cells) for cells in zip(*table, strict=True)]
    widths = fit_widths(columns, natural, limit)
    return [_line(columns, cells, widths) for cells in table]


def _natural_width(cells: Sequence[str]) -> int:
    """Return the widest cell's width; 0, which hides it, for a column without text."""
    return max(map(text_width, cells)) if any(cells[1:]) else 0


def fit_widths(
    columns: Sequence[Column], natural: Sequence[int], limit: int | None
) -> list[int]:
    """Return a width for each column, 0 for one that is left out."""
    widths = list(natural)
    if limit is None:
        return widths
    least = [
        min(width, column.least) if column.flexible else width
        for column, width in zip(columns, widths, strict=True)
    ]
    for index in sorted(range(len(columns)), key=lambda at: -columns[at].optional):
        if columns[index].optional and _total(least) > limit:
            widths[index] = least[index] = 0
    while _total(widths) > limit and widths != least:
        widest = max(range(len(widths)), key=lambda at: widths[at] - least[at])
        widths[widest] -= 1
    return widths


def _total(widths: Sequence[int]) -> int:
    shown = [width for width in widths if width]
    return sum(shown) + GAP * (len(shown) - 1)


def _cell(value: object) -> str:
    return "" if value is None else printable(str(value))


def _line(
    columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]
) -> str:
    shown = [
        pad_text(cut_text(cell, width), width, right=column.right)
        for column, cell, width in zip(columns, cells, widths, strict=True)
        if width
    ]
    return (" " * GAP).join(shown).rstrip()


def text_width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    import unicodedata  # 1 ms, and most tables are plain ASCII

    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut_text(text: str, width: int) -> str:
    """Return the text, its end replaced by an ellipsis if it is too wide."""
    if text_width(text) <= width:
        return text
    used = 1  # the ellipsis
    for index, char in enumerate(text):
        used += _char_width(char)
        if used > width:
            return f"{text[:index].rstrip()}…"
    return text


def pad_text(text: str, width: int, *, right: bool = False) -> str:
    """Return the text with spaces up to width columns."""
    space = " " * (width - text_width(text))
    return space + text if right else text + space
