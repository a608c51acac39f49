"""One line for each request that was answered: who, what, how it ended, how long.

The line holds the path and never the query, a header or a body: there is nothing in
it to mask. A request's scope["state"] carries what the app alone knows, under the
names in this module.
"""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Scope = dict[str, Any]
    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]

logger = logging.getLogger("codex.access")
# Keys of scope["state"]: the address behind the proxies, and who is calling:
# a user's name or the prefix of an API key.
CLIENT = "client_address"
CALLER = "caller"
# What health checks ask every few seconds is of interest only when it fails.
HEALTH = "/health"
NOTHING = "-"
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class Answer:
    """What was sent so far for one request; status 500 if it was nothing."""

    def __init__(self) -> None:
        self.status = 500
        self.size = 0


def logged(app: AsgiApp) -> AsgiApp:
    """Wrap an app so that each request ends in a line of the access log."""

    async def logged_app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        answer = Answer()
        began = perf_counter()
        scope.setdefault("state", {})

        async def counted_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
            elif scope["method"] != "HEAD":
                answer.size += len(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, counted_send)
        finally:
            log_answer(scope, answer, perf_counter() - began)

    return logged_app


def log_answer(scope: Scope, answer: Answer, seconds: float) -> None:
    """Write the line of one request."""
    path = scope["path"]
    is_routine = path.endswith(HEALTH) and answer.status < 400  # noqa: PLR2004 - HTTP
    level = logging.DEBUG if is_routine else logging.INFO
    if not logger.isEnabledFor(level):
        return
    peer = scope.get("client") or (NOTHING,)
    state = scope["state"]
    log_request(
        str(state.get(CLIENT) or peer[0]),
        scope["method"],
        path,
        answer,
        seconds,
        str(state.get(CALLER) or NOTHING),
        level=level,
    )


def log_request(  # noqa: PLR0913, PLR0917 - the fields of the line, in its order
    client: str,
    method: str,
    path: str,
    answer: Answer,
    seconds: float,
    caller: str = NOTHING,
    *,
    level: int = logging.INFO,
) -> None:
    """Write "127.0.0.1 GET /api/v1/books 200 5120B 3.2ms alice"."""
    logger.log(
        level,
        "%s %s %s %d %dB %.1fms %s",
        quote(client, safe=PRINTABLE),
        quote(method, safe=PRINTABLE),
        quote(path, safe=PRINTABLE),
        answer.status,
        answer.size,
        seconds * 1000,
        quote(caller, safe=PRINTABLE),
    )
