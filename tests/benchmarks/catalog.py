"""How soon a catalog of a million books answers: every list, sort, filter, search, home
list and detail, in the library and over HTTP, beside the SQL that a person would write.

Every call has values of its own, the same in each way. The first calls of a shape are
not counted: they load what is kept in memory; what that costs stands apart, as the
first call of a new process. The ways take turns; told is the best turn.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from big_catalog import make_catalog
from catalog_calls import WARM_UP, CatalogLine, best_of, calls_of, send, times_of
from catalog_samples import samples_of
from catalog_shapes import shapes
from catalog_under_scan import measure_under_scan
from measures import Line
from serve import memory_mb, running_server

from codex_lib.accounts.api_keys import create_api_key
from codex_lib.accounts.users import get_user
from codex_lib.catalog.shelf_index.kept import keep_index
from codex_lib.clock import now
from codex_lib.db import open_catalog, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from catalog_calls import Call, Shape, Times
    from catalog_samples import Samples
    from serve import Running

    from codex_lib.db import Database

FIRSTS = 5  # processes, of each first call
_BARE_MS = 1000  # of a shape; slower statements are asked fewer times
_PROCESS = Path(__file__).with_name("first_call.py")
# Shapes of which the first call of a process is measured.
FIRST_CALLS = (
    *("series by name asc", "series: common genre", "books by title asc"),
    *("books: common genre", "books by file_size, page at 50 %"),
    *("books: unread, heavy reader", "search books: a rare word"),
)


def measure_catalog(
    work: Path, books: int, rounds: int, *, made: Path | None = None, only: str = ""
) -> tuple[list[CatalogLine], list[Line]]:
    """Ask a catalog everything; only leaves the shapes with a text in their name.

    made is a catalog to copy instead of making one. Returns the lines of calls, then
    those of memory.
    """
    path = work / "data" / "codex.db"
    _prepare(path, books, made)
    keep_index(path)
    with closing(open_catalog(path)) as db, closing(open_catalog(path)) as bare:
        samples = samples_of(db)
        keys = _keys(db, samples)
        wanted = [shape for shape in shapes(samples) if only in shape.name]
        with running_server(work) as server:
            ways = _Ways(db, bare, server, keys)
            lines = [_measured(shape, ways, rounds) for shape in wanted]
            memory = _memory(server)
            if not only:
                lines += measure_under_scan(work, db, samples, server, keys)
    firsts = [_first_call(path, name) for name in FIRST_CALLS if only in name]
    return [*lines, *firsts], memory


def _prepare(path: Path, books: int, made: Path | None) -> None:
    path.parent.mkdir(exist_ok=True)
    if made:
        shutil.copy(made, path)
    else:
        make_catalog(path, books=books)
    os.sync()  # else the first commit waits until all of it is on the disk


class _Ways(NamedTuple):
    """How a call is made: by the library, as bare SQL, by the server for a key."""

    db: Database
    bare: Database
    server: Running
    keys: dict[str, str]


def _keys(db: Database, samples: Samples) -> dict[str, str]:
    """Return an API key of each reader."""
    return {
        name: create_api_key(db, get_user(db, uuid), name="bench", now=now())[1]
        for name, (_, uuid) in samples.users.items()
    }


def _measured(shape: Shape, ways: _Ways, rounds: int) -> CatalogLine:
    """Make the calls of a shape in every way, the ways taking turns."""
    found: dict[str, list[Times]] = {"bare": [], "library": [], "http": []}
    for turn in range(rounds):
        calls = calls_of(shape, turn)
        found["library"].append(_timed(calls, lambda call: call.library(ways.db)))
        found["http"].append(_over_http(calls, ways))
        if calls[0].bare and not turn:
            found["bare"].append(_timed(calls, partial(_run_bare, ways.bare), _BARE_MS))
    best = {way: best_of(turns) if turns else None for way, turns in found.items()}
    line = CatalogLine(shape.name, **best)
    print(row_text(line), flush=True, file=sys.stderr)
    return line


def _over_http(calls: Sequence[Call], ways: _Ways) -> Times:
    with closing(HTTPConnection(ways.server.host, ways.server.port)) as connection:
        return _timed(calls, lambda call: send(connection, call, ways.keys))


def _run_bare(db: Database, call: Call) -> None:
    for sql, params in call.bare:
        rows(db, sql, params)


def _timed(
    calls: Sequence[Call], run: Callable[[Call], object], most_ms: float = math.inf
) -> Times:
    times: list[float] = []
    for call in calls:
        began = time.perf_counter()
        run(call)
        times.append(1000 * (time.perf_counter() - began))
        if sum(times) > most_ms:
            break
    return times_of(times[WARM_UP:] or times)


def _memory(server: Running) -> list[Line]:
    """Return what the server's processes hold when everything was asked of them."""
    _, *workers = memory_mb(server.pid)
    name = "serve: memory of a web process that answered all lists"
    return [Line(name, max(workers), median(workers), "MB")]


def _first_call(path: Path, name: str) -> CatalogLine:
    """Return how long the first call takes in new processes."""
    command = [sys.executable, str(_PROCESS), str(path), name]
    times = [
        float(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(FIRSTS)
    ]
    return CatalogLine(f"first call: {name}", None, times_of(times), None, (None, None))


def row_text(line: CatalogLine) -> str:
    """Return a line of the table."""
    columns = [
        f"{times.p50:9.2f}{times.p95:9.2f}" if times else " " * 18
        for times in (line.bare, line.library, line.http)
    ]
    verdict = "" if line.is_met else "missed"
    return f"{line.what:<44}{' '.join(columns)}  {verdict}".rstrip()


def table(lines: Sequence[CatalogLine]) -> str:
    """Return the table of the catalog's lines."""
    columns = (f"{f'{way} p50':>9}{'p95':>9}" for way in ("SQL", "library", "HTTP"))
    head = f"{'ms':<44}{' '.join(columns)}"
    return "\n".join([head, *map(row_text, lines)])
