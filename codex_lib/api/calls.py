"""The one place where the API runs blocking code.

A responder never calls a domain function itself: `await call(req, function, ...)` runs
it on a bounded pool of threads, each with its own connection to the catalog, which the
function gets as its first argument. What does not fit in the queue is refused at once
(503), because a queue that only grows answers everybody too late.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from codex_lib.api.errors import OverloadedError
from codex_lib.db import open_catalog, wait_for_no_lock
from codex_lib.errors import CatalogBusyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from codex_lib.api.requests import Request
    from codex_lib.db import Database

logger = logging.getLogger("codex.api")
P = ParamSpec("P")
T = TypeVar("T")
# Waiting calls per thread: at 5 ms a call the last one waits for a third of a second.
QUEUE_PER_THREAD = 64
READERS = 4  # threads that read files for downloads


class Lane:
    """A pool of threads and the calls that wait for one of them, on one loop.

    What does not fit in its queue is refused.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._name = name
        self._threads = threads
        self._limit = threads * (1 + QUEUE_PER_THREAD)
        self._pool: ThreadPoolExecutor | None = None
        self._pending = 0

    async def run(self, function: Callable[[], T]) -> T:
        """Run a function in a thread. Raises OverloadedError."""
        if self._pending >= self._limit:
            raise OverloadedError
        self._pending += 1
        if self._pool is None:
            self._pool = ThreadPoolExecutor(
                self._threads, thread_name_prefix=self._name
            )
        future = self._pool.submit(function)
        loop = asyncio.get_running_loop()
        future.add_done_callback(partial(self._release, loop))
        return await asyncio.wrap_future(future)

    def _release(self, loop: asyncio.AbstractEventLoop, _done: Future[T]) -> None:
        """Count a call as over, on the loop: the count is touched nowhere else."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._count_down)

    def _count_down(self) -> None:
        self._pending -= 1

    def close(self) -> None:
        """Finish what runs; a later call starts new threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool = None


class Calls:
    """Threads with a catalog connection each, for one process.

    Nothing is opened and no thread started before the first call, so an app may be made
    before a server forks.
    """

    def __init__(
        self, path: Path, *, threads: int, allow_network: bool, image_threads: int = 1
    ) -> None:
        self.open_catalog = partial(open_catalog, path, allow_network=allow_network)
        self._catalog = Lane("catalog", threads)
        self._images = Lane("images", image_threads)
        self._aside: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[Database] = []
        self._brief: Database | None = None

    async def run(
        self,
        function: Callable[Concatenate[Database, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function in a thread, with that thread's connection first.

        A call that is given up while it waits never starts; one that has started runs
        to its end. Raises OverloadedError when too many are waiting.
        """
        return await self._catalog.run(
            lambda: function(self._connection(), *args, **kwargs)
        )

    async def run_image(
        self,
        function: Callable[Concatenate[Database, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function that makes an image, where lists do not wait for it."""
        return await self._images.run(
            lambda: function(self._connection(), *args, **kwargs)
        )

    async def run_briefly(
        self,
        function: Callable[Concatenate[Database, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function at once, on a connection that waits for no lock."""
        if self._brief is not None:
            with suppress(CatalogBusyError):
                return function(self._brief, *args, **kwargs)
        else:
            await self.run(self._open_brief)
        return await self.run(function, *args, **kwargs)

    def _open_brief(self, _db: Database) -> None:
        with self._lock:
            if self._brief is None:
                db = self.open_catalog()
                wait_for_no_lock(db)
                self._opened.append(db)
                self._brief = db

    async def run_reader(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function that reads a file, in a thread without a connection."""
        if self._readers is None:
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="files")
        future = self._readers.submit(function, *args, **kwargs)
        return await asyncio.wrap_future(future)

    def run_aside(
        self,
        function: Callable[Concatenate[Database, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Run a function after everything else that was set aside, without waiting.

        For what an answer does not depend on. An error goes to the log.
        """
        if self._aside is None:
            self._aside = ThreadPoolExecutor(1, thread_name_prefix="aside")
        future = self._aside.submit(
            lambda: function(self._connection(), *args, **kwargs)
        )
        future.add_done_callback(
            partial(log_failure, getattr(function, "__name__", ""))
        )

    def _connection(self) -> Database:
        """Return the connection of the thread that this runs in."""
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = self.open_catalog()
            with self._lock:
                self._opened.append(db)
        return db

    def close(self) -> None:
        """Finish what runs and what was set aside, then close the connections.

        A later call opens new ones.
        """
        self._catalog.close()
        self._images.close()
        if self._readers is not None:
            self._readers.shutdown(cancel_futures=True)
        if self._aside is not None:
            self._aside.shutdown()
        self._aside = self._readers = self._brief = None
        for db in self._opened:
            db.close()
        self._opened.clear()


def log_failure(name: str, done: Future[object]) -> None:
    """Log why a call that nobody waits for has failed."""
    error = done.exception()
    if error is not None:
        logger.error("%s failed: %s", name, error, exc_info=error)


async def call(
    req: Request,
    function: Callable[Concatenate[Database, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a domain function for a request; it gets the Database as first argument."""
    return await req.calls.run(function, *args, **kwargs)


async def call_image(
    req: Request,
    function: Callable[Concatenate[Database, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a domain function that decodes, renders or unpacks an image.

    So many at a time as api.image_threads says: decoding takes a processor and up to
    400 MB each.
    """
    return await req.calls.run_image(function, *args, **kwargs)


async def call_briefly(
    req: Request,
    function: Callable[Concatenate[Database, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a domain function that looks up a row or two, on the loop itself.

    For what every request needs, who is calling and where a page lies: such a look-up
    takes 20 to 80 µs, and handing it to a thread and back 150 more. Nobody else is
    answered meanwhile, so it must neither write nor scan, nor touch a book's file. When
    another process keeps it waiting it moves to a thread.
    """
    return await req.calls.run_briefly(function, *args, **kwargs)


async def read_piece(
    req: Request, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Read the next piece of an answer that has begun, which none may refuse any more.

    Downloads of slow disks wait for each other here, and for nobody else.
    """
    return await req.calls.run_reader(function, *args, **kwargs)


def call_aside(
    req: Request,
    function: Callable[Concatenate[Database, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Run a domain function some time after this, whatever becomes of the request."""
    req.calls.run_aside(function, *args, **kwargs)
