"""Changes of files, gathered until it is quiet: one scan for a copied folder."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import NamedTuple

QUIET_SECONDS = 10.0
LONGEST_SECONDS = 300.0


class Patience(NamedTuple):
    """How long nothing must have changed, and for how long at most that is awaited."""

    quiet: float = QUIET_SECONDS
    longest: float = LONGEST_SECONDS


@dataclass(slots=True)
class _Burst:
    """Changes that belong together: the folder of them all, the first, the last."""

    folder: str
    first: float
    last: float


class Changes:
    """Where something changed, by library; for several threads.

    Times are seconds of any clock that never goes back.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._bursts: dict[str, _Burst] = {}
        self._lock = threading.Lock()

    def add(self, library_id: str, folder: str, at: float) -> None:
        """Note that something changed in a folder, "" for the library's own."""
        with self._lock:
            burst = self._bursts.get(library_id)
            if burst is None:
                self._bursts[library_id] = _Burst(folder, at, at)
                return
            burst.folder = shared_folder(burst.folder, folder)
            burst.last = at

    def take_due(self, at: float) -> list[tuple[str, str]]:
        """Return the libraries that are quiet, and the folder of what has changed."""
        quiet, longest = self._patience
        with self._lock:
            due = [
                (library_id, burst.folder)
                for library_id, burst in self._bursts.items()
                if at - burst.last >= quiet or at - burst.first >= longest
            ]
            for library_id, _ in due:
                del self._bursts[library_id]
        return due


def shared_folder(one: str, other: str) -> str:
    """Return the folder that holds two folders of a library."""
    return os.path.commonpath([one, other]) if one and other else ""
