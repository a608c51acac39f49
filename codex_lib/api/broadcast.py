"""Events from the catalog to everybody who listens in this process.

One thread looks, ten times a second, whether any process has written (SQLite's
data_version: microseconds), reads what is new once, and hands it to all listeners as
bytes made once. Nothing looks while nobody listens.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from weakref import WeakSet

from codex_lib.db import data_version
from codex_lib.errors import CodexError
from codex_lib.events.outbox import Event, newest_event, read_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from codex_lib.db import Database

logger = logging.getLogger("codex.api.events")
LOOK_SECONDS = 0.1
AFTER_FAILURE_SECONDS = 5.0
# What may wait for a slow client; then its stream ends and it may come back.
WAITING = 1000


class Frame:
    """One event as it is sent, with a name or without."""

    __slots__ = ("id", "library_id", "named", "stream", "unnamed")

    def __init__(self, event: Event) -> None:
        self.id = event.id
        self.stream = event.stream
        self.library_id = json.loads(event.data).get("library_id")
        data = f"id: {event.id}\ndata: {event.data}\n\n"
        self.unnamed = data.encode()
        self.named = f"event: {event.type}\n{data}".encode()


class Listener:
    """What waits for one client. after: the last event that it has, or had before."""

    def __init__(self, streams: Sequence[str]) -> None:
        self.streams = streams
        self.frames: asyncio.Queue[Frame | None] = asyncio.Queue(WAITING + 1)
        self.is_over = False

    def put(self, frame: Frame) -> None:
        """Let a frame wait; too many end the stream behind those that wait."""
        if self.is_over or frame.stream not in self.streams:
            return
        if self.frames.qsize() >= WAITING:
            self.end()
        else:
            self.frames.put_nowait(frame)

    def end(self) -> None:
        """End the stream behind what waits."""
        if not self.is_over:
            self.is_over = True
            self.frames.put_nowait(None)


class Broadcaster:
    """The listeners of one process and the thread that looks for them."""

    def __init__(self, open_db: Callable[[], Database]) -> None:
        self._open = open_db
        self._listeners: set[Listener] = set()
        self._thread: threading.Thread | None = None
        self._is_closed = threading.Event()
        self._lock = threading.Lock()
        self._last: int | None = None  # the newest event that was handed on
        self._follows = asyncio.Event()
        _BROADCASTERS.add(self)

    @contextmanager
    def listening(self, streams: Sequence[str]) -> Iterator[Listener]:
        """Have a listener for a block, on the loop's thread."""
        listener = Listener(streams)
        with self._lock:
            self._listeners.add(listener)
            if self._is_closed.is_set():
                listener.end()
            elif self._thread is None:
                self._follows.clear()
                loop = asyncio.get_running_loop()
                self._thread = threading.Thread(
                    target=self._look, args=[loop], name="events", daemon=True
                )
                self._thread.start()
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners.discard(listener)

    async def follows(self) -> None:
        """Wait until every event written from now on reaches the listeners."""
        if not self._is_closed.is_set():
            await self._follows.wait()

    def close(self) -> None:
        """End all streams, those to come as well, when the server stops."""
        self._is_closed.set()
        self._follows.set()
        with self._lock:
            for listener in self._listeners:
                listener.end()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand on what is new until nobody listens any more."""
        while not self._is_over():
            try:
                with closing(self._open()) as db:
                    self._follow(db, loop)
            except CodexError as error:  # a full disk, a catalog that is being restored
                logger.warning("Events cannot be read: %s", error)
                self._is_closed.wait(AFTER_FAILURE_SECONDS)

    def _is_over(self) -> bool:
        """Tell whether nobody listens, and then let the next one begin anew."""
        with self._lock:
            if self._listeners and not self._is_closed.is_set():
                return False
            self._thread = self._last = None
            return True

    def _follow(self, db: Database, loop: asyncio.AbstractEventLoop) -> None:
        if self._last is None:
            self._last = newest_event(db)
        loop.call_soon_threadsafe(self._follows.set)
        seen = -1
        while not self._is_closed.is_set() and self._listeners:
            version = data_version(db)
            if version == seen:
                self._is_closed.wait(LOOK_SECONDS)
                continue
            events = read_events(db, self._last)
            if events:
                self._last = events[-1].id
                frames = [Frame(event) for event in events]
                loop.call_soon_threadsafe(self._deliver, frames)
            else:
                seen = version

    def _deliver(self, frames: list[Frame]) -> None:
        for listener in tuple(self._listeners):
            for frame in frames:
                listener.put(frame)


_BROADCASTERS: WeakSet[Broadcaster] = WeakSet()


def end_streams() -> None:
    """End every stream of this process: it is about to stop."""
    for broadcaster in tuple(_BROADCASTERS):
        broadcaster.close()
