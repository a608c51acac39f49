"""What readers wait while a scan of new books writes to the same catalog."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from catalog_calls import BASE, Call, CatalogLine, send, times_of
from catalog_shapes import shapes
from comic_folder import make_comics
from measures import FEW_PAGES, environment

from codex_lib.catalog.series_metadata import update_series
from codex_lib.clock import now
from codex_lib.reading.progress import mark_book_read, set_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from catalog_samples import Samples
    from serve import Running

    from codex_lib.db import Database

WRITE_MS = 15
SCANNED = 20_000  # new books, of a scan
PAUSE = 0.01  # between two calls: people do not write without end
# Lists that are read meanwhile.
_LISTS = ("series by name asc", "books by created_at desc", "series: common genre")


class Action(NamedTuple):
    """What is done again and again while a scan runs."""

    name: str
    draw: Callable[[Random], Call]
    target: float | None


def measure_under_scan(
    work: Path, db: Database, samples: Samples, server: Running, keys: dict[str, str]
) -> list[CatalogLine]:
    """Write and read while `codex scan` adds books, in the library and over HTTP."""
    lines: dict[str, dict[str, list[float]]] = {}
    for way in ("library", "http"):
        root = work / f"new-{way}"
        make_comics(root, books=SCANNED, pages=FEW_PAGES)
        with closing(http.client.HTTPConnection(server.host, server.port)) as line:

            def run(call: Call, way=way, line=line) -> object:
                return call.library(db) if way == "library" else send(line, call, keys)

            actions = list(_actions(samples))
            rng = Random(way)  # noqa: S311 - examples, not secrets
            for action in actions:  # what is kept in memory is loaded
                run(action.draw(rng))
            with _scan(work, root) as is_running:
                for action in cycle(actions):
                    if not is_running():
                        break
                    call = action.draw(rng)
                    began = time.perf_counter()
                    run(call)
                    ended = time.perf_counter()
                    found = lines.setdefault(action.name, {}).setdefault(way, [])
                    found.append(1000 * (ended - began))
                    time.sleep(PAUSE)
    return [
        CatalogLine(
            f"while a scan runs: {action.name}",
            None,
            *(times_of(lines[action.name][way]) for way in ("library", "http")),
            (action.target, action.target),
        )
        for action in _actions(samples)
    ]


@contextmanager
def _scan(work: Path, root: Path) -> Iterator[Callable[[], bool]]:
    """Run codex scan; lends a function that tells whether it still runs."""
    command = [sys.executable, "-m", "codex_cli", "scan", "--quiet", str(root)]
    with subprocess.Popen(command, env=environment(work), cwd=work) as process:
        try:
            yield lambda: process.poll() is None
            assert process.wait() == 0
        finally:
            process.kill()


def _actions(samples: Samples) -> Iterator[Action]:
    user_id = samples.users["heavy"][1]

    def edit(rng: Random) -> Call:
        _, uuid = samples.one(rng, "series")
        changes = {"title": f"{samples.word(rng)} {rng.random()}".title()}
        return Call(
            lambda db: update_series(db, uuid, changes, now=now()),
            *("PATCH", f"{BASE}/series/{uuid}/metadata", changes, "heavy"),
            [],
        )

    def read(rng: Random) -> Call:
        _, uuid = samples.one(rng, "books")
        return Call(
            lambda db: mark_book_read(db, uuid, user_id=user_id, now=now()),
            *("POST", f"{BASE}/books/{uuid}/read", None, "heavy"),
            [],
        )

    def turn(rng: Random) -> Call:
        _, uuid = samples.one(rng, "books")
        place = {"current_page": 1}
        return Call(
            lambda db: set_progress(db, uuid, user_id=user_id, **place, now=now()),
            *("PUT", f"{BASE}/books/{uuid}/progress", place, "heavy"),
            [],
        )

    yield Action("a book is marked read", read, WRITE_MS)
    yield Action("a page is turned", turn, WRITE_MS)
    yield Action("a series gets a title", edit, WRITE_MS)
    by_name = {shape.name: shape for shape in shapes(samples)}
    for name in _LISTS:
        yield Action(name, by_name[name].draw, None)
