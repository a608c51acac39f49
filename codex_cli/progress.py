"""Showing a scan while it runs, and stopping it in order."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from codex_cli.exit_codes import ExitCode
from codex_cli.output import has_colors, is_terminal, note, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from rich.progress import Progress

    from codex_lib.scanning.result import ScanProgress

PHASES = {
    "walk": "looking for files",
    "match": "recognizing files",
    "read": "reading",
    "finish": "putting series in order",
}
SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def scan_bar(
    title: str, *, quiet: bool = False
) -> Iterator[Callable[[ScanProgress], None] | None]:
    """Draw a bar on a terminal: files a second, what is read, the time left.

    Yields None, and draws nothing, when stderr is no terminal or quiet is set.
    """
    with _bar(title, quiet=quiet) as bar:
        if bar is None:
            yield None
            return

        def show(progress: ScanProgress) -> None:
            bar.update(
                bar.tasks[0].id,
                completed=progress.done,
                total=progress.total or None,
                count=_count(progress, bar.tasks[0].speed or 0),
                current=printable(progress.current),
            )

        yield show


@contextmanager
def count_bar(
    title: str, unit: str, *, quiet: bool = False
) -> Iterator[Callable[[int, int, str], None] | None]:
    """Draw a bar on a terminal for done, total and what is at hand, as scan_bar."""
    with _bar(title, quiet=quiet) as bar:
        if bar is None:
            yield None
            return

        def show(done: int, total: int, current: str) -> None:
            speed = bar.tasks[0].speed or 0
            bar.update(
                bar.tasks[0].id,
                completed=done,
                total=total or None,
                count=f"{done:,}/{total:,}, {speed:,.0f} {unit}/s",
                current=printable(current),
            )

        yield show


@contextmanager
def _bar(title: str, *, quiet: bool) -> Iterator[Progress | None]:
    if quiet or not is_terminal(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    console = Console(stderr=True, no_color=not has_colors(sys.stderr))
    fixed = Column(no_wrap=True)
    rest = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    bar = Progress(
        TextColumn("{task.description}", markup=False, table_column=fixed),
        BarColumn(bar_width=24, table_column=fixed),
        TextColumn("{task.fields[count]}", markup=False, table_column=fixed),
        TimeRemainingColumn(table_column=fixed),
        TextColumn("{task.fields[current]}", markup=False, table_column=rest),
        console=console,
        transient=True,
        expand=True,
    )
    with bar:
        bar.add_task(printable(title), total=None, count="", current="")
        yield bar


def _count(progress: ScanProgress, speed: float) -> str:
    if not progress.total:
        return PHASES[progress.phase]
    if progress.phase == "finish":
        return f"{progress.done:,}/{progress.total:,} series"
    return f"{progress.done:,}/{progress.total:,}, {speed:,.0f} files/s"


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C end a scan between two batches; a second one ends it at once.

    Yields the question that the scan asks: has it been pressed? Ending at once is
    safe too, each batch being one transaction, but loses what the batch had read.
    """
    pressed: list[int] = []

    def on_interrupt(number: int, _frame: FrameType | None) -> None:
        if pressed:
            if is_terminal(sys.stderr):
                os.write(2, SHOW_CURSOR.encode())
            os._exit(ExitCode.INTERRUPTED)
        pressed.append(number)
        note("Stopping after the current batch (Ctrl-C again ends at once) …")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)
