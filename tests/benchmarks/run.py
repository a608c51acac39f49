"""Measure Codex on this machine: `python tests/benchmarks/run.py [MEASURE …]`.

Everything is made in a temporary folder (--work DIR to choose where; 0.3 GB for 5,000
books, 1 GB more for the 100,000) and removed at the end. Compare the ratios: they hold
on other machines, while seconds do not.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from measures import (
    Line,
    measure_memory,
    measure_rescan,
    measure_scan,
    measure_startup,
    profile_scan,
)
from serve import measure_serve

MEASURES = ("scan", "rescan", "startup", "memory", "serve")


def main() -> None:
    """Measure what was asked for and print the table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="codex-bench-", dir=options.work) as folder:
        work = Path(folder)
        if options.profile:
            profile_scan(work, options.books)
            return
        lines = _measured(work, options)
    if options.json:
        print(json.dumps({**_host(), "lines": [x._asdict() for x in lines]}, indent=2))
    else:
        _print_table(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    add = parser.add_argument
    choices = (*MEASURES, "all")
    add(
        "measures",
        nargs="*",
        choices=choices,
        default="all",
        metavar="MEASURE",
        help=f"{', '.join(choices)} (all)",
    )
    add("--books", type=int, default=5000, help="books of 20 pages (5000)")
    add(
        "--many",
        type=int,
        default=100_000,
        help="books of 3 pages for the memory of a large library, 0: none (100000)",
    )
    add("--rounds", type=int, default=5, help="turns of each measure (5)")
    add("--json", action="store_true", help="print one JSON object")
    add("--profile", action="store_true", help="profile the scan and do nothing else")
    add("--work", type=Path, help="the folder to make the temporary folder in")
    return parser.parse_args()


def _measured(work: Path, options: argparse.Namespace) -> list[Line]:
    wanted = set(options.measures if "all" not in options.measures else MEASURES)
    lines: list[Line] = []
    if "scan" in wanted:
        lines += measure_scan(work, options.books, options.rounds)
    if "rescan" in wanted:
        lines += measure_rescan(work, options.books, options.rounds)
    if "startup" in wanted:
        lines += measure_startup(work, options.rounds)
    if "memory" in wanted:
        for books in filter(None, (options.books, options.many)):
            lines += measure_memory(work, books)
    if "serve" in wanted:
        lines += measure_serve(work, options.rounds)
    return lines


def _host() -> dict[str, object]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cpu": _cpu(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _cpu() -> str:
    import os

    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def _print_table(lines: list[Line]) -> None:
    head = ("", "best", "median", "", "ratio", "target", "")
    cells = [head, *map(_cells, lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        left, *middle, last = row
        padded = [left.ljust(widths[0])]
        padded += [c.rjust(w) for c, w in zip(middle, widths[1:-1], strict=True)]
        print("  ".join([*padded, last]).rstrip())
    host = _host()
    print(f"\n{host['date']}, {host['cpu']}, Python {host['python']}", end="")
    print(f", SQLite {host['sqlite']}")


def _cells(line: Line) -> tuple[str, ...]:
    digits = ",.0f" if line.best >= 1000 else ".1f"
    ratio = "" if line.ratio is None else f"{line.ratio:.2f} x {line.floor}"
    verdict = {None: "", True: "ok", False: "missed"}[line.is_met]
    return (
        *(line.what, format(line.best, digits), format(line.median, digits)),
        *(line.unit, ratio, line.target, verdict),
    )


if __name__ == "__main__":
    sys.exit(main())
