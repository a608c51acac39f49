"""Seeing that something changes in a folder: told by the system, or by looking."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.paths import stored_path
from codex_lib.db.filesystems import network_kind
from codex_lib.formats import FORMATS
from codex_lib.scanning.walk import JUNK_FOLDERS, Walk, WalkRules

if TYPE_CHECKING:
    from codex_lib.tasks.quiet import Changes

logger = logging.getLogger("codex.tasks")
_EVERYTHING = WalkRules(frozenset(FORMATS), sidecars=True)
_GROUP_MS, _STEP_MS, _WAKE_MS = 1000, 100, 1000


class Watched(NamedTuple):
    """A folder to watch; device and inode tell when another is mounted over it."""

    library_id: str
    root: str
    device: int
    inode: int


class Eye:
    """A thread that watches one folder from now on.

    Where the system does not tell of changes (a network file system, more folders than
    it is willing to watch, a name that is no Unicode) the folder is walked every so
    many seconds.
    """

    def __init__(self, watched: Watched, changes: Changes, poll_seconds: float) -> None:
        self.watched = watched
        self._changes = changes
        self._poll_seconds = poll_seconds
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="eye", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        root = self.watched.root
        kind = network_kind(Path(root))
        reason = f"it lies on a network file system ({kind})" if kind else ""
        try:
            if not reason:
                self._listen()
        except OSError as error:
            reason = str(error)
        except RuntimeError as error:  # a name that is no Unicode, met just now
            reason = str(error)
            self._add("")
        if reason and not self._closed.is_set():
            every = self._poll_seconds
            logger.warning("%s is walked every %g seconds: %s", root, every, reason)
            self._poll()

    def _listen(self) -> None:
        """Note what the system tells. Raises OSError, RuntimeError."""
        from watchfiles import watch  # noqa: PLC0415 - of use only here

        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of each
        # With ignore_permission_denied a full table of watches would go unnoticed too.
        told = watch(
            self.watched.root,
            watch_filter=None,
            debounce=_GROUP_MS,
            step=_STEP_MS,
            rust_timeout=_WAKE_MS,
            stop_event=self._closed,
            force_polling=False,
            ignore_permission_denied=False,
        )
        for changes in told:
            for _, path in changes:
                self._note(path)

    def _note(self, path: str) -> None:
        place = stored_path(path[len(self.watched.root.rstrip("/")) + 1 :])
        if not is_passed_over(place):
            self._add(place.rpartition("/")[0])

    def _add(self, folder: str) -> None:
        self._changes.add(self.watched.library_id, folder, time.monotonic())

    def _poll(self) -> None:
        seen = fingerprint(self.watched.root)
        while not self._closed.wait(self._poll_seconds):
            now = fingerprint(self.watched.root)
            if now not in (None, seen):
                self._add("")
                seen = now


def is_passed_over(place: str) -> bool:
    """Return whether a scan passes a path by: hidden, or in a junk folder."""
    parts = place.split("/")
    return any(part[:1] == "." or f"{part.lower()}/" in JUNK_FOLDERS for part in parts)


def fingerprint(root: str) -> int | None:
    """Return a number that is another when a file is; None for an unreadable folder."""
    mark = 0
    try:
        for fact in Walk().files(stored_path(root), _EVERYTHING):
            mark = hash((mark, fact))
    except OSError:
        return None
    return mark
