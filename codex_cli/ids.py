"""Ids as the terminal shows them."""

from __future__ import annotations

import sys

from codex_cli.output import is_terminal

# The start of a UUIDv7 up to its counter: it differs for any two ids made within one
# millisecond, so it names a thing on its own, in half the room.
SHORT = 18


def shown_id(identifier: str) -> str:
    """Return an id short enough to read on a terminal, whole on a pipe."""
    return identifier[:SHORT] if is_terminal(sys.stdout) else identifier
