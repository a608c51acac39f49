"""One thing with its fields, a line each."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from codex_cli.output import is_terminal, printable, say
from codex_cli.tables import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable

NARROWEST = 20


def print_details(fields: Iterable[tuple[str, object]]) -> None:
    """Print "Label  value" lines; empty values are left out, long ones wrapped."""
    limit = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None
    shown = [(label, text) for label, value in fields if (text := _text(value))]
    margin = max((text_width(label) for label, _ in shown), default=0) + 2
    for label, text in shown:
        say(f"{label:<{margin}}{_wrapped(text, margin, limit)}")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return printable(", ".join(map(str, value)))
    return printable(str(value))


def _wrapped(text: str, margin: int, limit: int | None) -> str:
    if limit is None:
        return text
    import textwrap

    width = max(limit - margin, NARROWEST)
    return f"\n{' ' * margin}".join(textwrap.wrap(text, width, break_long_words=False))
