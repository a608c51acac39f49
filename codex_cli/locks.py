"""Locks: the fields that scans leave alone, as commands name and print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_cli.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALL = "all"


def spread(wanted: Mapping[str, bool], names: Iterable[str]) -> dict[str, bool]:
    """Return the locks that were asked for, with the word all in place of each."""
    if ALL not in wanted:
        return dict(wanted)
    return dict.fromkeys(names, wanted[ALL])


def print_locks(locks: Mapping[str, bool], *, as_json: bool) -> None:
    """Print the fields that are locked."""
    if as_json:
        print_json(dict(locks))
        return
    locked = [name for name, is_locked in locks.items() if is_locked]
    say(f"Locked: {', '.join(locked)}" if locked else "Nothing is locked.")
