"""Covers made in advance, so that nobody waits for the first look at a shelf.

By processes, because Pillow decodes under Python's lock: two threads make 63 covers a
second where two processes make 85 and one 60. Each opens books and catalog itself.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.cover_choices import (
    CoverChoices,
    CoverLook,
    cover_look,
    find_book_cover,
    find_series_cover,
)
from codex_lib.catalog.covers import make_cover
from codex_lib.catalog.image_cache import ImageCache
from codex_lib.db import open_catalog, rows
from codex_lib.errors import CodexError, LibraryNotFoundError, SeriesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codex_lib.db import Database

    Report = Callable[[int, int, str], None]

_BATCH = 64  # covers between two questions whether to stop
_FEW = 20  # covers for which starting processes takes longer than making them
_MOST_FAILURES = 1000  # that are told one by one


class CoverFailure(NamedTuple):
    """A book or series whose cover could not be made, and why."""

    id: str
    title: str
    reason: str


@dataclass(slots=True)
class MadeCovers:
    """What became of the covers; skipped ones were there already.

    failures tells the first thousand. is_stopped: there is more to do.
    """

    made: int = 0
    skipped: int = 0
    failed: int = 0
    failures: list[CoverFailure] = field(default_factory=list)
    is_stopped: bool = False

    @property
    def done(self) -> int:
        """How many were looked at."""
        return self.made + self.skipped + self.failed


class _Thing(NamedTuple):
    id: str
    title: str
    noun: str


_BOOKS = """
    FROM books WHERE id > :after AND deleted_at IS NULL AND page_count > 0
    AND (:library IS NULL OR library_id = :library)
    AND (:series IS NULL OR series_id = :series)
"""
# The others show a book's cover.
_SERIES = """
    FROM series WHERE id > :after
    AND (:library IS NULL OR library_id = :library)
    AND (:series IS NULL OR id = :series)
    AND id IN (
        SELECT series_id FROM covers WHERE is_selected AND source_book_id IS NULL
    )
"""


def generate_covers(  # noqa: PLR0913 - what to make, and how
    db: Database,
    cache: ImageCache,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    force: bool = False,
    processes: int = 2,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> MadeCovers:
    """Make the covers that the cache does not have, of all books or of some.

    force makes the others, too. on_progress gets how many are done, of how many, and a
    title. A book that cannot be read, or that makes a process crash, stops nothing.
    Raises LibraryNotFoundError, SeriesNotFoundError.
    """
    scope = _scope(db, library_id, series_id)
    total = sum(
        rows(db, f"SELECT count(*) AS n {source}", scope)[0]["n"]
        for source in (_BOOKS, _SERIES)
    )
    job = _Job(str(db.path), cache.folder, cache.max_bytes, cover_look(db), force)
    made = MadeCovers()
    with closing(_Makers(job, 0 if total <= _FEW else processes)) as makers:
        for batch in _batches(db, scope):
            if should_stop():
                made.is_stopped = True
                break
            for thing, outcome in zip(batch, makers.make(batch), strict=True):
                _count(made, thing, outcome)
                if on_progress:
                    on_progress(made.done, total, thing.title)
    return made


def _scope(
    db: Database, library_id: str | None, series_id: str | None
) -> dict[str, int | None]:
    """Return the inner ids between which to choose."""
    scope: dict[str, int | None] = {"after": 0, "library": None, "series": None}
    if library_id is not None:
        found = rows(db, "SELECT id FROM libraries WHERE uuid = ?", [library_id])
        if not found:
            raise LibraryNotFoundError(library_id)
        scope["library"] = found[0]["id"]
    if series_id is not None:
        found = rows(db, "SELECT id FROM series WHERE uuid = ?", [series_id])
        if not found:
            raise SeriesNotFoundError(series_id)
        scope["series"] = found[0]["id"]
    return scope


def _batches(db: Database, scope: dict[str, int | None]) -> Iterator[list[_Thing]]:
    """Yield the books and series some at a time; no question stays open meanwhile."""
    for noun, source in (("book", _BOOKS), ("series", _SERIES)):
        after = 0
        sql = f"SELECT id, uuid, title {source} ORDER BY id LIMIT {_BATCH}"
        while found := rows(db, sql, {**scope, "after": after}):
            after = found[-1]["id"]
            yield [_Thing(row["uuid"], row["title"], noun) for row in found]


class _Job(NamedTuple):
    """What a process has to know."""

    catalog: str
    folder: str
    max_bytes: int
    look: CoverLook
    force: bool


class _Maker:
    """Makes covers in one process."""

    def __init__(self, job: _Job) -> None:
        # Whoever opened the catalog first has answered for its file system.
        self._db = open_catalog(job.catalog, allow_network=True)
        self._cache = ImageCache(Path(job.folder), max_bytes=job.max_bytes)
        self._job = job

    def make(self, thing: _Thing) -> str | None:
        """Make a cover; return "" if it was there, None if not, else what failed."""
        try:
            found = self._found(thing)
            key = found.keys[0]
            if self._job.force:
                self._cache.remove(key)
            elif self._cache.has(key):
                return ""
            make_cover(self._db, found, self._cache)
        except CodexError as error:
            return str(error)
        if self._cache.has(key):
            return None
        return "made but not kept: no space, or its file is not that of the last scan"

    def _found(self, thing: _Thing) -> CoverChoices:
        find = find_book_cover if thing.noun == "book" else find_series_cover
        return find(self._db, thing.id, look=self._job.look)

    def close(self) -> None:
        """Close the catalog."""
        self._db.close()


class _Makers:
    """Makes covers in so many processes, or in this one for 0."""

    def __init__(self, job: _Job, processes: int) -> None:
        self._job = job
        self._processes = processes
        self._maker = None if processes else _Maker(job)
        self._pool = self._started(max(1, processes))  # starts none before it is asked

    def make(self, batch: list[_Thing]) -> Iterator[str | None]:
        """Yield what became of each."""
        if self._maker is not None:
            yield from map(self._maker.make, batch)
            return
        futures = [self._pool.submit(_made, thing) for thing in batch]
        for thing, future in zip(batch, futures, strict=True):
            try:
                outcome = future.result()
            except BrokenProcessPool:
                outcome = self._made_alone(thing)
            yield outcome
        if any(isinstance(f.exception(), BrokenProcessPool) for f in futures):
            self._pool.shutdown()
            self._pool = self._started(self._processes)

    def _made_alone(self, thing: _Thing) -> str | None:
        """Make a cover where a crash is certainly its own fault."""
        with self._started(1) as pool:
            try:
                return pool.submit(_made, thing).result()
            except BrokenProcessPool:
                return "reading it makes the process crash"

    def _started(self, processes: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            processes,
            mp_context=get_context("spawn"),
            initializer=_start,
            initargs=(self._job,),
        )

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)
        if self._maker is not None:
            self._maker.close()


_makers: list[_Maker] = []  # of a process of the pool: one


def _start(job: _Job) -> None:  # pragma: no cover - in the processes of the pool
    # Ctrl-C is for the one who asked; who dies without asking takes them along.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end = partial(_end_with, os.getppid())
    threading.Thread(target=end, daemon=True).start()
    _makers.append(_Maker(job))


def _end_with(parent: int) -> None:  # pragma: no cover - as above
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _made(thing: _Thing) -> str | None:  # pragma: no cover - as above
    return _makers[0].make(thing)


def _count(made: MadeCovers, thing: _Thing, outcome: str | None) -> None:
    if outcome is None:
        made.made += 1
    elif not outcome:
        made.skipped += 1
    else:
        made.failed += 1
        if len(made.failures) < _MOST_FAILURES:
            made.failures.append(CoverFailure(thing.id, thing.title, outcome))
