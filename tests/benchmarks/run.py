"""Measure Codex on this machine: `python tests/benchmarks/run.py [MEASURE ...]`.

Everything is made in a temporary folder (0.3 GB for 5,000 books, 0.8 GB more for the
100,000, 2.5 GB for the catalog of a million; --work says where) and removed at the end.
Compare the ratios: they hold on other machines, seconds do not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from catalog import measure_catalog, table
from images import measure_images
from measures import (
    Line,
    measure_memory,
    measure_rescan,
    measure_scan,
    measure_startup,
    profile_scan,
)
from pages import measure_pages
from serve import measure_serve
from streams import measure_streams
from tasks import measure_tasks

if TYPE_CHECKING:
    from catalog_calls import CatalogLine

MEASURES = (
    "scan",
    "rescan",
    "startup",
    "memory",
    "serve",
    "tasks",
    "streams",
    "pages",
    "images",
    "catalog",
)
WHOLE = 1000  # figures from here on are told without decimals


def main() -> None:
    """Measure what was asked for and print the table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="codex-bench-", dir=options.work) as folder:
        work = Path(folder)
        if options.profile:
            profile_scan(work, options.books)
            return
        lines = _measured(work, options)
        calls: list[CatalogLine] = []
        if _is_wanted("catalog", options):
            calls, memory = measure_catalog(
                *(work, options.catalog_books, options.rounds),
                made=options.catalog_file,
                only=options.only,
            )
            lines += memory
    if options.json:
        found = {"lines": lines, "catalog": calls}
        told = {name: [x._asdict() for x in some] for name, some in found.items()}
        print(json.dumps(_host() | told, indent=2))
        return
    if calls:
        print(table(calls), end="\n\n")
    _print_table(lines)


def _is_wanted(measure: str, options: argparse.Namespace) -> bool:
    return measure in options.measures or "all" in options.measures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    add = parser.add_argument
    choices = (*MEASURES, "all")
    names = f"{', '.join(choices)} (all)"
    add("measures", nargs="*", choices=choices, default="all", help=names)
    add("--books", type=int, default=5000, help="books of 20 pages (5000)")
    many = "books of 3 pages, for the memory of a large library (100000); 0: none"
    add("--many", type=int, default=100_000, help=many)
    made = "books of the catalog that is asked for lists (1000000)"
    add("--catalog-books", type=int, default=1_000_000, help=made)
    ready = "a catalog from big_catalog.py to copy instead of making one"
    add("--catalog-file", type=Path, help=ready)
    add("--only", default="", help="ask the catalog only what has this in its name")
    flat = "page requests over which memory is watched (0: none)"
    add("--requests", type=int, default=0, help=flat)
    add("--rounds", type=int, default=5, help="turns of each measure (5)")
    add("--json", action="store_true", help="print one JSON object")
    add("--profile", action="store_true", help="profile one scan and do nothing else")
    add("--work", type=Path, help="where to make the temporary folder")
    return parser.parse_args()


def _measured(work: Path, options: argparse.Namespace) -> list[Line]:
    books, rounds = options.books, options.rounds

    def memory() -> list[Line]:
        counts = filter(None, (books, options.many))
        return [line for count in counts for line in measure_memory(work, count)]

    measures = {
        "scan": lambda: measure_scan(work, books, rounds),
        "rescan": lambda: measure_rescan(work, books, rounds),
        "startup": lambda: measure_startup(work, rounds),
        "memory": memory,
        "serve": lambda: measure_serve(work, rounds),
        "tasks": lambda: measure_tasks(work),
        "streams": lambda: measure_streams(work),
        "images": lambda: measure_images(work, rounds),
        "pages": lambda: measure_pages(work, rounds, options.requests),
    }
    chosen = [
        measure for name, measure in measures.items() if _is_wanted(name, options)
    ]
    return [line for measure in chosen for line in measure()]


def _host() -> dict[str, object]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cpu": f"{_cpu()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _print_table(lines: list[Line]) -> None:
    head = ("", "best", "median", "", "ratio", "target", "")
    cells = [head, *map(_cells, lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *middle, last in cells:
        columns = zip(middle, widths[1:-1], strict=True)
        padded = [text.rjust(width) for text, width in columns]
        print("  ".join([first.ljust(widths[0]), *padded, last]).rstrip())
    host = _host()
    versions = f"Python {host['python']}, SQLite {host['sqlite']}"
    print(f"\n{host['date']}, {host['cpu']}, {versions}")


def _cells(line: Line) -> tuple[str, ...]:
    digits = ",.0f" if line.best >= WHOLE else ".1f"
    ratio = "" if line.ratio is None else f"{line.ratio:.2f} x {line.floor}"
    verdict = {None: "", True: "ok", False: "missed"}[line.is_met]
    return (
        *(line.what, format(line.best, digits), format(line.median, digits)),
        *(line.unit, ratio, line.target, verdict),
    )


if __name__ == "__main__":
    main()
