"""Which catalogs this process holds the index of. Loads no numpy, unlike the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_KEPT: set[Path] = set()


def keep_index(path: Path) -> None:
    """Hold the index of a catalog from its first use on, as a server does."""
    _KEPT.add(path.absolute())


def is_kept(path: Path) -> bool:
    """Tell whether this process holds the index of a catalog once it is loaded."""
    return path in _KEPT
