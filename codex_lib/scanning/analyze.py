"""Opening books: each file once, by several reader threads, in the order given."""

from __future__ import annotations

import os
import resource
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.paths import disk_path
from codex_lib.errors import UnreadableBookError
from codex_lib.formats import BOOK_SUFFIXES, read_book
from codex_lib.formats.page_map import pack_pages
from codex_lib.scanning.walk import SIDECAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from codex_lib.formats.book import BookFacts
    from codex_lib.scanning.walk import FileFact

# Files a thread takes at once: handing over costs as much as reading one warm file.
CHUNK_FILES = 32
# Formats whose readers run in child processes (formats/isolation.py keeps two).
CHILD_FORMATS = {"cbr", "cb7", "cbt", "pdf"}
CHILD_READERS = 2
CHILD_FILES_AHEAD = 512
CHUNKS_AHEAD = 3  # lists that wait for the caller, a thread
AHEAD_FILES = 32 * CHUNK_FILES
# Waiting for a file, on average, above which threads pay: a warm file waits for
# nothing, a cold one for some milliseconds.
WAIT_SECONDS = 0.0005
BLOCKS_PER_FILE = 0.25  # cold files: 1.0 measured, warm ones: 0.0


class Analyzed(NamedTuple):
    """What opening a file gave: facts and their page map, or the reason why not.

    The pages are in the page map alone: hundreds of books wait for their transaction.
    """

    file: FileFact
    facts: BookFacts | None
    page_map: bytes
    error: str | None
    page_count: int = 0


def analyze_file(root: str, file: FileFact, *, page_sizes: bool = True) -> Analyzed:
    """Open one book; an unreadable one is a result, not an exception."""
    path = disk_path(root, file.path)
    try:
        facts = read_book(path, page_sizes=page_sizes)
        if file.sidecar_mtime_ns is not None:
            _read_sidecar(path, facts)
    except UnreadableBookError as error:
        return Analyzed(file, None, b"", error.reason)
    page_map, count = pack_pages(facts.pages, facts.cover), len(facts.pages)
    facts.pages = []
    return Analyzed(file, facts, page_map, None, count)


def _read_sidecar(path: str, facts: BookFacts) -> None:
    """Let the metadata.opf beside a book win over what the book says itself."""
    from codex_lib.formats.sidecar import read_sidecar  # noqa: PLC0415 - calibre only

    folder = os.path.dirname(path)  # noqa: PTH120 - paths may hold bytes pathlib alters
    metadata, warning = read_sidecar(os.path.join(folder, SIDECAR))  # noqa: PTH118 - same
    facts.metadata = {**facts.metadata, **metadata}
    if warning:
        facts.warnings.append(warning)


def analyze_files(
    root: str,
    files: Sequence[FileFact],
    *,
    threads: int = 4,
    page_sizes: bool = True,
    should_stop: Callable[[], bool] | None = None,
) -> Iterator[list[Analyzed]]:
    """Yield what opening each file gave, in the order of files, in lists of up to 32.

    One list is read in this thread and timed. When that was mostly waiting for the
    disk, the next thousand files are read ahead by so many threads, and then one list
    is timed again: on cold disks four threads make 2.5 to 3 times the speed of one, but
    on a warm cache they fight for the interpreter's lock and take 1.5 times as long.
    RAR, 7z, tar and PDF files, whose readers are child processes, are always begun
    some hundred files ahead, so that another core works on them meanwhile. threads=1
    reads one file after the other. When should_stop says so, no further list is begun
    and the generator ends.
    """
    stop = should_stop or _never
    start = 0
    with ExitStack() as stack:
        reader = _Lists(root, files, page_sizes=page_sizes)
        if threads > 1:
            reader.children = stack.enter_context(ThreadPoolExecutor(CHILD_READERS))
            stack.callback(reader.cancel)
        pool: ThreadPoolExecutor | None = None
        while start < len(files) and not stop():
            reader.begin(start)
            found, waited = reader.read(start)
            yield found
            start += CHUNK_FILES
            if threads > 1 and waited > WAIT_SECONDS * len(found):
                pool = pool or stack.enter_context(ThreadPoolExecutor(threads))
                end = min(start + AHEAD_FILES, len(files))
                starts = range(start, end, CHUNK_FILES)
                yield from _read_ahead(pool, reader, starts, threads, stop)
                start += AHEAD_FILES


def _never() -> bool:
    return False


def _blocks() -> int:
    """Return how often this thread gave up the processor of itself, to wait.

    Unlike the clock it does not count the time that other programs took. Where the
    system does not tell (macOS), every file counts as waited for.
    """
    who = getattr(resource, "RUSAGE_THREAD", None)
    if who is None:  # pragma: no cover - not on Linux
        return time.monotonic_ns()
    return resource.getrusage(who).ru_nvcsw


class _Lists:
    """Files cut into lists; those that a child process reads are begun early."""

    def __init__(
        self, root: str, files: Sequence[FileFact], *, page_sizes: bool
    ) -> None:
        self._root, self._files, self._page_sizes = root, files, page_sizes
        self.children: ThreadPoolExecutor | None = None
        self._begun: dict[int, Future[Analyzed]] = {}
        self._looked = 0

    def begin(self, start: int) -> None:
        """Let children begin with their files of the list at start and behind it."""
        if self.children is None:
            return
        end = min(start + CHUNK_FILES + CHILD_FILES_AHEAD, len(self._files))
        for i in range(max(start, self._looked), end):
            suffix = self._files[i].path.rpartition(".")[2].lower()
            if BOOK_SUFFIXES.get(suffix) in CHILD_FORMATS:
                self._begun[i] = self.children.submit(self._analyze, i)
        self._looked = max(self._looked, end)

    def read(self, start: int) -> tuple[list[Analyzed], float]:
        """Return one list, and the seconds its reading here spent waiting.

        Several threads may read different lists; begin was called for each before.
        """
        end = min(start + CHUNK_FILES, len(self._files))
        wall, busy, blocks = time.perf_counter(), time.thread_time(), _blocks()
        here = {i: self._analyze(i) for i in range(start, end) if i not in self._begun}
        waited = time.perf_counter() - wall - (time.thread_time() - busy)
        if _blocks() - blocks < len(here) * BLOCKS_PER_FILE:
            waited = 0.0  # it was the processor that other programs had
        found = [
            here[i] if i in here else self._begun.pop(i).result()
            for i in range(start, end)
        ]
        return found, waited

    def cancel(self) -> None:
        """Drop what was begun for lists that nobody will ask for."""
        for future in self._begun.values():
            future.cancel()

    def _analyze(self, index: int) -> Analyzed:
        return analyze_file(self._root, self._files[index], page_sizes=self._page_sizes)


def _read_ahead(
    pool: ThreadPoolExecutor,
    reader: _Lists,
    starts: range,
    threads: int,
    stop: Callable[[], bool],
) -> Iterator[list[Analyzed]]:
    """Yield lists in order while threads work on those behind them."""
    ahead: deque[Future[tuple[list[Analyzed], float]]] = deque()
    waiting = iter(starts)
    try:
        while not stop():
            for start in islice(waiting, threads * CHUNKS_AHEAD - len(ahead)):
                reader.begin(start)
                ahead.append(pool.submit(reader.read, start))
            if not ahead:
                return
            yield ahead.popleft().result()[0]
    finally:
        for future in ahead:
            future.cancel()


def read_identities(
    root: str, files: Sequence[FileFact], *, threads: int = 4
) -> dict[str, bytes]:
    """Return the content identity of each readable file by its path."""
    return {
        found.file.path: found.facts.identity
        for chunk in analyze_files(root, files, threads=threads, page_sizes=False)
        for found in chunk
        if found.facts is not None
    }
