"""What a scan would do: file facts against the catalog's rows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codex_lib.scanning.walk import FileFact


class KnownBook(NamedTuple):
    """What the catalog knows of a book before the scan; path is relative."""

    id: int
    path: str
    file_size: int
    mtime_ns: int
    sidecar_mtime_ns: int | None
    identity: bytes | None
    is_deleted: bool = False


class Change(NamedTuple):
    """A known book and the file that is to be read for it, with the reason."""

    book: KnownBook
    file: FileFact
    reason: str


@dataclass(slots=True)
class ScanPlan:
    """What a scan would do, each list ordered by path.

    added: files of no book. changed: the file of a book is to be read again. moved:
    the file of a book stands at another path (a missing or deleted book found by its
    content). restored: a deleted book's file is back at its path. missing: live books
    without a file. unchanged is a count. unreadable: (path, reason) of what could not
    be looked at. refused: why applying it could lose data. is_unreachable: the root
    itself cannot be read, and nothing can be applied at all.
    """

    added: list[FileFact] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    restored: list[Change] = field(default_factory=list)
    missing: list[KnownBook] = field(default_factory=list)
    unchanged: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    is_unreachable: bool = False

    @property
    def file_count(self) -> int:
        """Return how many files are to be read."""
        changes = len(self.changed) + len(self.moved) + len(self.restored)
        return len(self.added) + changes

    @property
    def files_total(self) -> int:
        """Return how many files were found."""
        return self.unchanged + self.file_count


def plan_scan(
    files: Iterable[FileFact], known: Iterable[KnownBook], *, deep: bool = False
) -> ScanPlan:
    """Compare files with live books, both ordered by path; deep reads every file.

    A file is read again when its size, its time or its sidecar's time differs in
    either direction: a restored backup is older than what it replaces.
    """
    plan = ScanPlan()
    books = iter(known)
    book = next(books, None)
    unchanged = 0
    for file in files:
        path = file[0]
        while book is not None and book[1] < path:
            plan.missing.append(book)
            book = next(books, None)
        if book is None or book[1] != path:
            plan.added.append(file)
            continue
        if book[1:5] == file and not deep:
            unchanged += 1
        else:
            plan.changed.append(Change(book, file, _difference(book, file)))
        book = next(books, None)
    plan.unchanged = unchanged
    plan.missing.extend(_rest(book, books))
    return plan


def _rest(book: KnownBook | None, books: Iterator[KnownBook]) -> Iterator[KnownBook]:
    if book is not None:
        yield book
        yield from books


def _difference(book: KnownBook, file: FileFact) -> str:
    if book.file_size != file.file_size:
        return "size changed"
    if book.mtime_ns != file.mtime_ns:
        return "time changed"
    if book.sidecar_mtime_ns != file.sidecar_mtime_ns:
        return "metadata.opf changed"
    return "read again"


def spare_unreadable(plan: ScanPlan, unreadable: list[tuple[str, str]]) -> None:
    """Keep books below folders that could not be read from counting as missing."""
    plan.unreadable = sorted(unreadable)
    if not unreadable:
        return
    paths = {path for path, _ in unreadable}
    plan.missing = [book for book in plan.missing if not paths & _above(book.path)]


def _above(path: str) -> set[str]:
    """Return a path and all folders above it, as relative paths."""
    parts = path.split("/")
    return {"/".join(parts[:count]) for count in range(len(parts) + 1)}


EMPTY_FOLDER_BOOKS = 5  # an emptied folder of fewer books is somebody tidying up
SHARE_BOOKS = 3  # below this many missing books no share is suspicious


def loss_reasons(  # noqa: PLR0913 - what the rules look at, by keyword
    plan: ScanPlan,
    *,
    book_count: int,
    is_empty: bool,
    top_folders: set[str],
    existing: set[str],
    max_missing_percent: int,
) -> list[str]:
    """Return why a plan looks like a lost disk and not like tidying; [] if it does not.

    book_count is the live books within the scan's reach, is_empty tells that the walk
    met neither file nor folder, top_folders hold something, existing are all folders
    right under the root that are still there. The rules: nothing is left at all; a
    folder right under the root is gone, or stands there empty (as a mount point does)
    after holding five books; more than the percentage is missing (never for one or two
    books).
    """
    missing = len(plan.missing)
    if not missing:
        return []
    if is_empty:
        return [f"its folder is empty and {_books(missing)} would be missing"]
    reasons = []
    for folder, count in sorted(_missing_by_folder(plan.missing).items()):
        if folder not in existing:
            reasons.append(f"the folder {folder!r} with {_books(count)} is gone")
        elif folder not in top_folders and count >= EMPTY_FOLDER_BOOKS:
            reasons.append(f"the folder {folder!r} with {_books(count)} is empty")
    share = 100 * missing / max(1, book_count)
    if missing >= SHARE_BOOKS and share > max_missing_percent:
        reasons.append(
            f"{missing} of {book_count} books would be missing ({share:.0f} %;"
            f" the limit is {max_missing_percent} %)"
        )
    return reasons


def _books(count: int) -> str:
    return "1 book" if count == 1 else f"{count} books"


def _missing_by_folder(missing: list[KnownBook]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for book in missing:
        folder, slash, _ = book.path.partition("/")
        if slash:
            counts[folder] = counts.get(folder, 0) + 1
    return counts
