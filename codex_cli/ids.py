"""Ids as the terminal shows them."""

from __future__ import annotations

import sys

from codex_cli.output import is_terminal

# The start of a UUIDv7: its time in milliseconds, a counter and 14 random bits, which
# name a thing on its own in two thirds of the room.
SHORT = 23


def shown_id(identifier: str) -> str:
    """Return an id short enough to read on a terminal, whole on a pipe."""
    return identifier[:SHORT] if is_terminal(sys.stdout) else identifier
