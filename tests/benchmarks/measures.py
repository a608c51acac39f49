"""What is measured: each function makes its inputs and returns lines of the table.

A measure and its floor take turns, because machines are shared and their speed drifts.
Each is then told by its best round, with the median beside it.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import shutil
import subprocess
import sys
import sysconfig
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
# Books a second, and the least share of the floor's.
SCAN_TARGETS = {"scan of new books": (2500, 0.55), "scan with page sizes": (1500, 0)}
RESCAN_RATIO, RESCANS = 2.0, 5  # so many of each a round
START_RATIOS = {"--help": 2.0, "--version": 2.0, "libraries list": 11.0}
STARTS = 8  # processes of each kind, a round
PEAK_MB, PEAK_BOOKS = 80, 5000
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
        "bare floor": floor,
        "scan of new books": lambda: scan(page_sizes=False),
        "scan with page sizes": lambda: scan(page_sizes=True),
    }
    found = {
        name: [books / seconds for seconds in times]
        for name, times in _take_turns(runs, rounds).items()
    }
    best = {name: max(rates) for name, rates in found.items()}
    lines = []
    for name, rates in found.items():
        ratio = best[name] / best["bare floor"]
        line = Line(name, best[name], median(rates), "books/s")
        if name in SCAN_TARGETS:
            rate, share = SCAN_TARGETS[name]
            target = f">= {rate:,}" + (f" and {share}" if share else "")
            is_met = best[name] >= rate and ratio >= share
            line = line._replace(
                ratio=ratio, floor="floor", target=target, is_met=is_met
            )
        lines.append(line)
    return lines


def measure_rescan(work: Path, books: int, rounds: int) -> list[Line]:
    """Scan again when nothing has changed."""
    root = comics(work, books, PAGES)
    with _catalog(work, root) as (db, id_):
        scan_library(db, id_, now=now())
        runs = {
            "walk": lambda: 1000 * _seconds(lambda: bare_walk(str(root))),
            "scan": lambda: 1000 * _seconds(lambda: scan_library(db, id_, now=now())),
        }
        walk, rescan = _take_turns(runs, RESCANS * rounds).values()
    return [
        Line("bare walk", min(walk), median(walk), "ms"),
        _against("rescan, nothing changed", rescan, walk, "walk", RESCAN_RATIO),
    ]


def measure_startup(work: Path, rounds: int) -> list[Line]:
    """Start whole processes: the installed command against an empty program."""
    codex = shutil.which("codex", path=sysconfig.get_path("scripts"))
    if codex is None:
        raise SystemExit(f"Codex is not installed beside {sys.executable}")
    env = environment(work)
    with closing(open_catalog(work / "data" / "codex.db")) as db:
        (work / "shelf").mkdir()
        create_library(db, name="Comics", path=work / "shelf", now=now())
    commands = {"python -c pass": [sys.executable, "-c", "pass"]}
    commands |= {f"codex {args}": [codex, *args.split()] for args in START_RATIOS}

    def run(command: list[str]) -> Callable[[], float]:
        return lambda: 1000 * _seconds(lambda: _run(command, work, env))

    runs = {name: run(command) for name, command in commands.items()}
    floor, *times = _take_turns(runs, STARTS * rounds).values()
    lines = [Line("start-up: python -c pass", min(floor), median(floor), "ms")]
    for (name, target), found in zip(START_RATIOS.items(), times, strict=True):
        lines.append(_against(f"codex {name}", found, floor, "pass", target))
    return lines


def measure_memory(work: Path, books: int) -> list[Line]:
    """Run codex scan as a process, twice, and tell its peak of memory and its speed.

    The first finds every book new, the second nothing changed.
    """
    is_small = books <= PEAK_BOOKS
    pages = PAGES if is_small else FEW_PAGES
    root = comics(work, books, pages)
    env = environment(work) | {"CODEX_DATA_DIR": str(work / f"data-{books}")}
    command = [sys.executable, str(_PROCESS), "scan", "--quiet", str(root)]
    lines = []
    for what in ("scan", "rescan"):
        began = time.perf_counter()
        done = _run(command, work, env)
        rate = books / (time.perf_counter() - began)
        peak = int(done.stderr.split()[-1]) / 1000
        name = f"codex {what}, {books:,} books of {pages} pages"
        memory = Line(f"{name}: peak memory", peak, peak, "MB")
        if is_small:
            is_met = peak <= PEAK_MB
            memory = memory._replace(target=f"<= {PEAK_MB} MB", is_met=is_met)
        lines += [memory, Line(f"{name}: speed", rate, rate, "books/s")]
    return lines


def _run(
    command: list[str], work: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=env, cwd=work, check=True, capture_output=True, text=True
    )


def _against(
    what: str, found: list[float], floor: list[float], name: str, most: float
) -> Line:
    """Return the line of times in ms that are to be at most so many of the floor's."""
    ratio = min(found) / min(floor)
    target = f"<= {most:.0f} x"
    figures = (min(found), median(found), "ms", ratio, name, target, ratio <= most)
    return Line(what, *figures)


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
    with (
        tempfile.TemporaryDirectory(dir=work) as folder,
        closing(open_catalog(Path(folder) / "codex.db")) as db,
    ):
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
