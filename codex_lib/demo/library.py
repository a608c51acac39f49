"""The demonstration library: a folder of comics that Codex draws itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.demo.comic_files import comic_file_name, render_comic
from codex_lib.demo.elevator import ELEVATOR
from codex_lib.demo.lighthouse import LIGHTHOUSE
from codex_lib.demo.novel import FILE_NAME, SERIES, render_novel
from codex_lib.demo.robots import ROBOTS
from codex_lib.demo.teahouse import TEAHOUSE
from codex_lib.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ALL_SERIES = (LIGHTHOUSE, TEAHOUSE, ELEVATOR, ROBOTS)
# A hidden file that tells a folder of ours from anybody else's.
MARKER = ".codex-demo"
MARKER_TEXT = "Codex drew the books in this folder. It may be deleted with them.\n"


class DemoLibrary(NamedTuple):
    """The books of a demonstration folder; written counts those that were missing."""

    folder: Path
    files: tuple[Path, ...]
    series_count: int
    written: int


def make_demo_library(folder: Path) -> DemoLibrary:
    """Draw the demonstration library into a folder, made if it is not there.

    A file that exists already stays as it is, so a second call only puts back what
    was deleted. Every file is complete or not there. The bytes are the same each time.
    Raises RefusedError, having written nothing, for a folder with anything in it that
    is not such a library; OSError as the system raises it.
    """
    claim_folder(folder)
    files = []
    written = 0
    for name, render in list_books():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            write_whole(path, render())
            written += 1
        files.append(path)
    return DemoLibrary(folder, tuple(files), len(ALL_SERIES) + 1, written)


def claim_folder(folder: Path) -> None:
    """Make the folder and its marker; RefusedError if it is somebody else's."""
    if folder.exists() and not folder.is_dir():
        raise RefusedError(f"{folder} is a file, not a folder. Nothing was changed")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / MARKER).exists():
        return
    if any(folder.iterdir()):
        raise RefusedError(
            f"{folder} is not empty and holds no demonstration library. Nothing was"
            " changed; choose a new or an empty folder"
        )
    (folder / MARKER).write_text(MARKER_TEXT)


def list_books() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield every book's place in the folder and the function that renders it."""
    for series in ALL_SERIES:
        for book in series.books:
            name = f"{series.name}/{comic_file_name(series, book)}"
            yield name, partial(render_comic, series, book)
    yield f"{SERIES.name}/{FILE_NAME}", render_novel


def write_whole(path: Path, data: bytes) -> None:
    """Write a new file that appears under its name only when it is complete."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(data)
    unfinished.replace(path)
