"""What is measured: each function makes its inputs and returns lines of the table.

A measure and its floor take turns, because machines are shared and their speed drifts.
Each is then told by its best round, with the median beside it.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from comic_folder import make_comics
from floors import bare_scan, bare_walk, finished_rows

from codex_lib.catalog.libraries import create_library
from codex_lib.clock import now
from codex_lib.db import open_catalog
from codex_lib.scanning.scan import scan_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from codex_lib.db import Database

PAGES = 20
FEW_PAGES = 3  # of each of very many books: there it is their number that counts
SCAN_RATE, SIZES_RATE, FLOOR_SHARE = 2500, 1500, 0.55
RESCAN_RATIO = 2.0
START_RATIOS = {"--help": 2.0, "--version": 2.0, "libraries list": 11.0}
STARTS = 8  # processes of each kind, a round
PEAK_MB, PEAK_BOOKS = 80, 5000
_CODEX = Path(sys.executable).with_name("codex")
_PROCESS = Path(__file__).with_name("codex_process.py")


class Line(NamedTuple):
    """One line of the table; ratio is to the floor, is_met None without a target."""

    what: str
    best: float
    median: float
    unit: str
    ratio: float | None = None
    floor: str = ""
    target: str = ""
    is_met: bool | None = None


def measure_scan(work: Path, books: int, rounds: int) -> list[Line]:
    """Scan new books, with and without the pixel sizes of their pages."""
    root = comics(work, books, PAGES)
    with _catalog(work, root) as (db, library_id):
        scan_library(db, library_id, now=now())
        batches = finished_rows(db, root)

    def floor() -> float:
        with _catalog(work, root) as (db, _):
            return _seconds(lambda: bare_scan(db, batches))

    def scan(*, page_sizes: bool) -> float:
        with _catalog(work, root) as (db, id_):
            options = {"now": now(), "page_sizes": page_sizes}
            return _seconds(lambda: scan_library(db, id_, **options))

    runs = {
        "floor": floor,
        "scan": lambda: scan(page_sizes=False),
        "sizes": lambda: scan(page_sizes=True),
    }
    rates = {
        name: [books / seconds for seconds in found]
        for name, found in _take_turns(runs, rounds).items()
    }
    best = {name: max(found) for name, found in rates.items()}
    share, sizes_share = best["scan"] / best["floor"], best["sizes"] / best["floor"]
    is_fast = best["scan"] >= SCAN_RATE and share >= FLOOR_SHARE
    target = f">= {SCAN_RATE:,} and {FLOOR_SHARE}"
    middle = {name: median(found) for name, found in rates.items()}
    unit, floor_name = "books/s", "floor"
    return [
        Line("scan: bare floor", best["floor"], middle["floor"], unit),
        Line(
            *("scan of new books", best["scan"], middle["scan"], unit),
            *(share, floor_name, target, is_fast),
        ),
        Line(
            *("scan with page sizes", best["sizes"], middle["sizes"], unit),
            *(
                sizes_share,
                floor_name,
                f">= {SIZES_RATE:,}",
                best["sizes"] >= SIZES_RATE,
            ),
        ),
    ]


def measure_rescan(work: Path, books: int, rounds: int) -> list[Line]:
    """Scan again when nothing has changed."""
    root = comics(work, books, PAGES)
    with _catalog(work, root) as (db, id_):
        scan_library(db, id_, now=now())
        runs = {
            "walk": lambda: _seconds(lambda: bare_walk(str(root))),
            "rescan": lambda: _seconds(lambda: scan_library(db, id_, now=now())),
        }
        found = _take_turns(runs, 5 * rounds)
    times = {name: [1000 * value for value in values] for name, values in found.items()}
    walk, rescan = times["walk"], times["rescan"]
    ratio = min(rescan) / min(walk)
    return [
        Line("rescan: bare walk", min(walk), median(walk), "ms"),
        Line(
            *("rescan, nothing changed", min(rescan), median(rescan), "ms"),
            *(ratio, "walk", f"<= {RESCAN_RATIO:.0f}", ratio <= RESCAN_RATIO),
        ),
    ]


def measure_startup(work: Path, rounds: int) -> list[Line]:
    """Start whole processes: the installed command against an empty program."""
    env = environment(work)
    with closing(open_catalog(work / "data" / "codex.db")) as db:
        (work / "shelf").mkdir()
        create_library(db, name="Comics", path=work / "shelf", now=now())
    commands = {"pass": [sys.executable, "-c", "pass"]}
    commands |= {name: [str(_CODEX), *name.split()] for name in START_RATIOS}

    def run(command: list[str]) -> Callable[[], float]:
        options = {"env": env, "cwd": work, "check": True, "capture_output": True}
        return lambda: _seconds(lambda: subprocess.run(command, **options))

    runs = {name: run(command) for name, command in commands.items()}
    found = _take_turns(runs, STARTS * rounds)
    times = {name: [1000 * value for value in values] for name, values in found.items()}
    floor = times["pass"]
    lines = [Line("start-up: python -c pass", min(floor), median(floor), "ms")]
    for name, target in START_RATIOS.items():
        ratio = min(times[name]) / min(floor)
        lines.append(
            Line(
                *(f"codex {name}", min(times[name]), median(times[name]), "ms"),
                *(ratio, "pass", f"<= {target:.0f}", ratio <= target),
            )
        )
    return lines


def measure_memory(work: Path, books: int) -> list[Line]:
    """Scan and scan again with the codex command, and tell its peak of memory."""
    pages = PAGES if books <= PEAK_BOOKS else FEW_PAGES
    root = comics(work, books, pages)
    env = environment(work)
    env["CODEX_DATA_DIR"] = str(work / f"data-{books}")
    lines = []
    for what in ("scan", "rescan"):
        command = [sys.executable, str(_PROCESS), "scan", "--quiet", str(root)]
        began = time.perf_counter()
        done = subprocess.run(
            command, env=env, cwd=work, check=True, capture_output=True, text=True
        )
        seconds = time.perf_counter() - began
        peak = int(done.stderr.split()[-1]) / 1000
        target, is_met = "", None
        if books <= PEAK_BOOKS:
            target, is_met = f"<= {PEAK_MB}", peak <= PEAK_MB
        name = f"{what} of {books:,} books of {pages} pages"
        lines += [
            Line(f"memory: {name}", peak, peak, "MB", target=target, is_met=is_met),
            Line(f"speed: {name}", books / seconds, books / seconds, "books/s"),
        ]
    return lines


def profile_scan(work: Path, books: int) -> None:
    """Print where a scan with page sizes spends its time."""
    root = comics(work, books, PAGES)
    for _ in range(2):  # the first round warms the page cache
        with _catalog(work, root) as (db, id_), cProfile.Profile() as profile:
            scan_library(db, id_, now=now())
    pstats.Stats(profile).sort_stats("tottime").print_stats(40)


def comics(work: Path, books: int, pages: int) -> Path:
    """Return a folder of so many made comics, made once."""
    root = work / f"comics-{books}-{pages}"
    if not root.exists():
        make_comics(root, books=books, pages=pages)
    return root


@contextmanager
def _catalog(work: Path, root: Path) -> Iterator[tuple[Database, str]]:
    """Open a new catalog with one library, and drop it afterwards."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        with closing(open_catalog(Path(folder) / "codex.db")) as db:
            yield db, create_library(db, name="Comics", path=root, now=now()).id


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _take_turns(
    runs: Mapping[str, Callable[[], float]], rounds: int
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].append(run())
    return found


def environment(work: Path) -> dict[str, str]:
    """Return the environment without the user's own settings of Codex."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CODEX_")}
    folders = {"CODEX_DATA_DIR": work / "data", "XDG_CONFIG_HOME": work / "settings"}
    return kept | {name: str(path) for name, path in folders.items()}
