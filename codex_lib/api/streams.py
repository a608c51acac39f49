"""Live events as server-sent events (the HTML standard, section 9.2).

Every frame has an id. A client that comes back with Last-Event-ID gets what it missed,
from whichever process it asks and whichever wrote it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from msgspec import Meta, Struct

from codex_lib.accounts.permissions import Permission
from codex_lib.api.auth import authenticate
from codex_lib.api.broadcast import Frame
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.errors import BadFieldsError, FieldError
from codex_lib.api.ids import id_text
from codex_lib.errors import CodexError
from codex_lib.events.outbox import (
    CATALOG,
    SCANS,
    TASKS,
    newest_event,
    oldest_event,
    read_events,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from falcon.asgi import Response
    from falcon.media import BaseHandler

    from codex_lib.api.broadcast import Listener
    from codex_lib.api.requests import Request
    from codex_lib.db import Database

TAG = "Events"
EVENT_STREAM = "text/event-stream"
KEEP_ALIVE_SECONDS = 15.0
# How often a stream makes sure that its caller may still listen.
CHECK_SECONDS = 60.0
LARGEST_ID = 2**63 - 1


class StreamQuery(Struct):
    """How events are wanted."""

    named: Annotated[
        bool,
        Meta(description="false leaves out the event line, for EventSource.onmessage."),
    ] = True
    library_id: UUID | None = None


class Line:
    """Bytes as they are sent; Falcon asks an event for them in this way."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def serialize(self, _handler: BaseHandler | None = None) -> bytes:
        """Return the bytes."""
        return self.data


KEEP_ALIVE = Line(b": keep-alive\n\n")
# Told once to a client that was away for longer than events are kept.
MISSED = Line(b'event: resync\ndata: {"type":"resync"}\n\n')


class EventStream:
    """/events/stream."""

    @endpoint(
        Permission.LIBRARIES_READ,
        tag=TAG,
        query=StreamQuery,
        reply=str,
        media=(EVENT_STREAM,),
        cookie=True,
    )
    async def on_get(self, req: Request, resp: Response, query: StreamQuery) -> None:
        """Tell what happens in the libraries, as it happens."""
        await send_stream(req, resp, query, [CATALOG])


class TaskStream:
    """/tasks/stream."""

    @endpoint(
        *(Permission.TASKS_READ, Permission.LIBRARIES_READ),
        tag=TAG,
        query=StreamQuery,
        reply=str,
        media=(EVENT_STREAM,),
        cookie=True,
    )
    async def on_get(self, req: Request, resp: Response, query: StreamQuery) -> None:
        """Tell how tasks get on; those under way first."""
        await send_stream(req, resp, query, [TASKS])


class ScanStream:
    """/scans/stream."""

    @endpoint(
        Permission.LIBRARIES_READ,
        tag=TAG,
        query=StreamQuery,
        reply=str,
        media=(EVENT_STREAM,),
        cookie=True,
    )
    async def on_get(self, req: Request, resp: Response, query: StreamQuery) -> None:
        """Tell how scans get on."""
        await send_stream(req, resp, query, [SCANS])


async def send_stream(
    req: Request, resp: Response, query: StreamQuery, streams: Sequence[str]
) -> None:
    """Answer with a stream that ends when the client or the server leaves."""
    resp.set_header("Cache-Control", "no-cache")
    resp.set_header("X-Accel-Buffering", "no")
    resp.sse = lines(req, query, streams, last_event_id(req))  # type: ignore[assignment]  # see Line


def last_event_id(req: Request) -> int | None:
    """Return where a client was that comes back. Raises BadFieldsError."""
    text = req.get_header("Last-Event-ID", default="").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_ID:
        raise BadFieldsError([FieldError("Last-Event-ID", "is no number of an event")])
    return int(text)


async def lines(
    req: Request, query: StreamQuery, streams: Sequence[str], after: int | None
) -> AsyncIterator[Line]:
    """Yield what a client has missed, then what happens."""
    with req.broadcaster.listening(streams) as listener:
        await req.broadcaster.follows()
        last = await call(req, newest_event) if after is None else after
        yield KEEP_ALIVE  # so that the client knows that it is told from now on
        if after is not None and await call(req, was_missed, after):
            yield MISSED
        while frames := await call(req, backlog, last, streams):
            for frame in frames:
                last = frame.id
                if is_wanted(frame, query):
                    yield line_of(frame, query)
        async for news in live(req, listener):
            if news is None:  # pragma: no branch - lost when a generator is closed
                yield KEEP_ALIVE
            elif news.id > last and is_wanted(news, query):
                yield line_of(news, query)


def was_missed(db: Database, after: int) -> bool:
    """Return whether events behind a number are kept no longer, or it was never one."""
    return after + 1 < oldest_event(db) or after > newest_event(db)


def backlog(db: Database, after: int, streams: Sequence[str]) -> list[Frame]:
    """Return the frames behind an event, some at a time."""
    return [Frame(event) for event in read_events(db, after, streams=streams)]


async def live(req: Request, listener: Listener) -> AsyncIterator[Frame | None]:
    """Yield frames as they come, None when it is time for a sign of life.

    Ends when the server stops, the client is too slow, or may listen no longer.
    """
    loop = asyncio.get_running_loop()
    check_at = loop.time() + CHECK_SECONDS
    while True:
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                frame = await listener.frames.get()
        except TimeoutError:
            yield None
        else:
            if frame is None:
                return
            yield frame
        if loop.time() >= check_at:
            check_at = loop.time() + CHECK_SECONDS
            if not await may_listen(req):
                return


async def may_listen(req: Request) -> bool:
    """Return whether the credential that opened a stream is still good."""
    try:
        caller = await authenticate(req, cookie=True)
    except CodexError:
        return False
    return caller.permissions == req.caller.permissions


def is_wanted(frame: Frame, query: StreamQuery) -> bool:
    """Return whether a frame is of the library that was asked for."""
    return query.library_id is None or frame.library_id == id_text(query.library_id)


def line_of(frame: Frame, query: StreamQuery) -> Line:
    """Return a frame as this client wants it."""
    return Line(frame.named if query.named else frame.unnamed)
