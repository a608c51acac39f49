"""HTTP on one connection: limits and deadlines before a request reaches the app.

uvicorn puts no limit on the head of a request and waits for ever for its next byte.
Both are closed here; what is refused gets the error body that every endpoint has.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from codex_lib.api.access_log import NOTHING, Answer, log_request

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

MAX_TARGET_BYTES = 8 * 1024  # path and query
MAX_HEADERS = 100
MAX_HEAD_BYTES = 32 * 1024  # the target and all headers; trailers have the same room
HEAD_SECONDS = 15.0  # from the first byte of a request to the end of its headers
BODY_SECONDS = 30.0  # between two pieces of a body
FAREWELL_SECONDS = 1.0  # for a refused client to read why
LAST_SECONDS = 0.2  # for a request that is on its way when the server stops


class Refusal(NamedTuple):
    """A request that the app never sees; word and message are those of the body."""

    status: HTTPStatus
    word: str
    message: str


MALFORMED = Refusal(
    HTTPStatus.BAD_REQUEST, "BadRequest", "This is not a valid HTTP request"
)
TARGET_TOO_LONG = Refusal(
    HTTPStatus.REQUEST_URI_TOO_LONG,
    "UriTooLong",
    f"The address is longer than {MAX_TARGET_BYTES} bytes",
)
HEAD_TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "RequestHeaderFieldsTooLarge",
    f"The headers are more than {MAX_HEADERS} or larger than {MAX_HEAD_BYTES} bytes",
)
TOO_SLOW = Refusal(
    HTTPStatus.REQUEST_TIMEOUT, "RequestTimeout", "The request took too long to arrive"
)


class RefusedError(Exception):
    """Ends the parser's work from inside one of its callbacks."""


class LimitedProtocol(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*args, **kwargs)
        self._deadline: TimerHandle | None = None
        self._refusal: Refusal | None = None
        self._is_refused = False
        self._is_last = False
        self._reads_request = False
        self._reads_body = False
        # Bytes that the parser took since it last handed something on: it keeps a
        # header in memory until its end, however far that is.
        self._swallowed = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Start the clock for the first request."""
        super().connection_made(transport)
        self._expect_more(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hand what arrived to the parser, unless the client was refused."""
        if self._is_refused:
            return
        self._unset_keepalive_if_required()
        self._swallowed += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # the request is answered without the upgrade
        except httptools.HttpParserError:
            self._refuse(self._refusal or MALFORMED)
            return
        if self._swallowed > MAX_HEAD_BYTES:
            self._refuse(HEAD_TOO_LARGE)
        elif self._reads_body:
            self._expect_more(BODY_SECONDS)
        elif self._is_idle() and self._deadline is None:
            self._expect_more(HEAD_SECONDS)

    def _is_idle(self) -> bool:
        """Whether neither a request is worked on nor the keep-alive clock runs."""
        is_answered = self.cycle is None or self.cycle.response_complete
        return is_answered and self.timeout_keep_alive_task is None

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._swallowed = 0
        self._reads_request = True
        if self._deadline is None:
            self._expect_more(HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES:
            self._stop_parsing(TARGET_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer after the body."""
        if len(self.headers) >= MAX_HEADERS:
            self._stop_parsing(HEAD_TOO_LARGE)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Give the request to the app; its body may still be on the way."""
        size = len(self.url) + sum(len(name) + len(text) for name, text in self.headers)
        if size > MAX_HEAD_BYTES:
            self._stop_parsing(HEAD_TOO_LARGE)
        self._expect_nothing()
        self._swallowed = 0
        self._reads_body = True
        super().on_headers_complete()
        if self._is_last:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._swallowed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._expect_nothing()
        self._swallowed = 0
        self._reads_request = self._reads_body = False
        super().on_message_complete()

    def _stop_parsing(self, refusal: Refusal) -> None:
        self._refusal = refusal
        raise RefusedError

    def _expect_more(self, seconds: float) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, self._on_deadline)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_deadline(self) -> None:
        self._deadline = None
        if self.flow.read_paused:
            # Not the client is slow: the app has not taken what is there.
            self._expect_more(BODY_SECONDS)
        elif self._reads_request:
            self._refuse(TOO_SLOW)
        else:
            self.transport.close()  # opened ahead of need by a browser

    def _refuse(self, refusal: Refusal) -> None:
        """Answer without the app, and close once the client had time to read it."""
        self._is_refused = True
        self._expect_nothing()
        if self._is_silent():
            self._write(refusal)
            # Closing at once, with bytes unread, would reset the connection and
            # throw the answer away.
            self.transport.write_eof()
            self.loop.call_later(FAREWELL_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def _is_silent(self) -> bool:
        """Whether nothing of an answer is on the line; if so, nothing will be."""
        if self.cycle is None or self.cycle.response_complete:
            return True
        if self.cycle.response_started:
            return False
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        return True

    def _write(self, refusal: Refusal) -> None:
        content = {"error": refusal.word, "message": refusal.message, "details": None}
        body = json.dumps(content).encode()
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        status = f"HTTP/1.1 {refusal.status} {refusal.status.phrase}\r\n".encode()
        self.transport.write(status + lines + b"\r\n" + body)
        answer = Answer()
        answer.status, answer.size = refusal.status, len(body)
        peer = self.client[0] if self.client else NOTHING
        log_request(peer, NOTHING, NOTHING, answer, 0)

    def shutdown(self) -> None:
        """End after the request that runs, or after one that may be on its way.

        Closing an idle connection at once would lose what a client sent just then.
        """
        if self.cycle is None or self.cycle.response_complete:
            self._is_last = True
            self._unset_keepalive_if_required()
            self._expect_more(LAST_SECONDS)
        else:
            super().shutdown()

    def eof_received(self) -> None:
        """Close when a refused client has read its answer."""
        if self._is_refused:
            self.transport.close()
