"""What a measured call is."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from http.client import HTTPConnection

    from codex_lib.db import Database

BASE = "/api/v1"
CALLS, WARM_UP = 60, 5  # of a shape, a round; the latter are not counted
PAGE, FOUND = 20, 50  # of a list; of a search or an array
LIBRARY_MS, HTTP_MS = 10, 20


class Call(NamedTuple):
    """One call: of the library, over HTTP by a user, and as bare statements."""

    library: Callable[[Database], object]
    method: str
    path: str
    body: object
    user: str
    bare: list[tuple[str, tuple]]


class Shape(NamedTuple):
    """A kind of call; draw makes one with values of its own."""

    name: str
    draw: Callable[[Random], Call]


class Times(NamedTuple):
    """How long calls took, in ms."""

    p50: float
    p95: float


class CatalogLine(NamedTuple):
    """One line of the catalog's table; None: not asked for."""

    what: str
    bare: Times | None
    library: Times | None
    http: Times | None
    target: tuple[float | None, float | None] = (LIBRARY_MS, HTTP_MS)

    @property
    def is_met(self) -> bool:
        """Tell whether both p95 are within their targets."""
        pairs = zip((self.library, self.http), self.target, strict=True)
        return all(
            times is None or most is None or times.p95 <= most for times, most in pairs
        )


def calls_of(shape: Shape, turn: int = 0) -> list[Call]:
    """Return the calls of a shape: other ones every turn, the same in every run."""
    rng = Random(f"{shape.name} {turn}")  # noqa: S311 - examples, not secrets
    return [shape.draw(rng) for _ in range(WARM_UP + CALLS)]


def best_of(turns: Sequence[Times]) -> Times:
    """Return the best median of some turns, and the best p95."""
    medians, highs = zip(*turns, strict=True)
    return Times(min(medians), min(highs))


def times_of(times: Sequence[float]) -> Times:
    """Return the median of times and the one that 95 % stay below."""
    times = sorted(times)
    return Times(times[len(times) // 2], times[int(len(times) * 0.95)])


def send(line: HTTPConnection, call: Call, keys: dict[str, str]) -> object:
    """Send a call over HTTP and return the JSON of its answer."""
    body = None if call.body is None else json.dumps(call.body)
    headers = {"Content-Type": "application/json", "X-API-Key": keys[call.user]}
    line.request(call.method, call.path, body, headers)
    response = line.getresponse()
    data = response.read()
    assert response.status < 300, (call.path, response.status, data)
    return json.loads(data) if data else None
