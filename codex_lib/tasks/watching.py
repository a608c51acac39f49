"""Scans by themselves when files change, in libraries that are watched.

Each library has an eye, a thread that notes where something changes. What it notes only
says where to scan: a normal scan finds out what has changed, and refuses to believe
that a whole disk is gone.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codex_lib import clock
from codex_lib.catalog.libraries import list_libraries
from codex_lib.catalog.paths import disk_path
from codex_lib.errors import CodexError, LibraryNotFoundError
from codex_lib.tasks.eyes import Eye, Watched
from codex_lib.tasks.quiet import Changes, Patience
from codex_lib.tasks.scans import request_scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codex_lib.db import Database

logger = logging.getLogger("codex.tasks")


class Rhythm(NamedTuple):
    """How often, in seconds: due scans, the list of libraries, a folder's polling."""

    look: float = 1.0
    recheck: float = 10.0
    poll: float = 60.0


@contextmanager
def watching(
    open_db: Callable[[], Database],
    patience: Patience = Patience(),  # noqa: B008 - it cannot change
    rhythm: Rhythm = Rhythm(),  # noqa: B008 - as above
) -> Iterator[None]:
    """Watch the libraries that want it, for the time of a block."""
    ended = threading.Event()
    watcher = Watcher(Changes(patience), rhythm)
    thread = threading.Thread(target=watcher.run, args=(open_db, ended))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class Watcher:
    """Opens and closes eyes as libraries come and go, and asks for scans."""

    def __init__(self, changes: Changes, rhythm: Rhythm) -> None:
        self._changes = changes
        self._rhythm = rhythm
        self._eyes: dict[str, Eye] = {}
        self._lost: set[str] = set()  # libraries whose folder went while we watched
        self._recheck_at = 0.0

    def run(self, open_db: Callable[[], Database], ended: threading.Event) -> None:
        """Watch until the end."""
        with closing(open_db()) as db:
            while not ended.wait(self._rhythm.look):
                try:
                    self._look(db)
                except CodexError as error:  # a busy catalog: the next time then
                    logger.warning("Libraries are not watched: %s", error)
        for eye in self._eyes.values():
            eye.close()

    def _look(self, db: Database) -> None:
        moment = time.monotonic()
        if moment >= self._recheck_at:
            self._recheck_at = moment + self._rhythm.recheck
            self._follow(watched_folders(db), moment)
        for library_id, folder in self._changes.take_due(moment):
            if library_id in self._eyes:
                self._scan(db, library_id, folder)

    def _scan(self, db: Database, library_id: str, folder: str) -> None:
        under = reachable_folder(self._eyes[library_id].watched.root, folder)
        try:
            task = request_scan(db, library_id, under=under, now=clock.now())
        except LibraryNotFoundError:
            return
        except CodexError as error:
            logger.warning("A scan of %s cannot be queued yet: %s", library_id, error)
            task = None
        if task is None:
            # Or one runs, and may have passed this folder already.
            self._changes.add(library_id, folder, time.monotonic())

    def _follow(self, wanted: dict[str, Watched | None], moment: float) -> None:
        """Watch what is wanted and nothing else; None is a folder that is not there."""
        for library_id in list(self._eyes):
            eye = self._eyes[library_id]
            if library_id not in wanted:
                eye.close()
                del self._eyes[library_id]
            elif wanted[library_id] != eye.watched:
                logger.warning("%s is gone, or something else", eye.watched.root)
                eye.close()
                del self._eyes[library_id]
                self._lost.add(library_id)
        for library_id, watched in wanted.items():
            if watched is not None and library_id not in self._eyes:
                self._open(watched, moment)

    def _open(self, watched: Watched, moment: float) -> None:
        self._eyes[watched.library_id] = Eye(watched, self._changes, self._rhythm.poll)
        if watched.library_id in self._lost and holds_something(watched.root):
            # What happened meanwhile nobody saw. An empty folder is a mount point.
            self._lost.discard(watched.library_id)
            self._changes.add(watched.library_id, "", moment)


def watched_folders(db: Database) -> dict[str, Watched | None]:
    """Return the folders to watch by library; None for one that is not there."""
    return {
        library.id: _folder(library.id, disk_path(library.path, ""))
        for library in list_libraries(db)
        if library.is_active
        and library.scanning_config
        and library.scanning_config.watch
    }


def _folder(library_id: str, root: str) -> Watched | None:
    try:
        found = os.stat(root)  # noqa: PTH116 - a path may hold bytes that pathlib alters
    except OSError:
        return None
    return Watched(library_id, root, found.st_dev, found.st_ino)


def holds_something(root: str) -> bool:
    """Return whether there is anything in a folder."""
    try:
        return any(Path(root).iterdir())
    except OSError:
        return False


def reachable_folder(root: str, folder: str) -> str:
    """Return the nearest folder at or above one of a library that is still there."""
    while folder and not os.path.isdir(disk_path(root, folder)):  # noqa: PTH112 - as above
        folder = folder.rpartition("/")[0]
    return folder
