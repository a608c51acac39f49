"""Making the catalog match what is in a library's folder."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from codex_lib.catalog.paths import disk_path, stored_path
from codex_lib.db import one, rows, write
from codex_lib.db.bulk import bulk_writing
from codex_lib.errors import LossRefusedError
from codex_lib.scanning.analyze import Analyzed, analyze_files, read_identities
from codex_lib.scanning.apply import (
    Shelf,
    apply_added,
    apply_changes,
    apply_missing,
    rename_series,
)
from codex_lib.scanning.finish import finish_series
from codex_lib.scanning.lock import scan_lock
from codex_lib.scanning.moves import match_moves
from codex_lib.scanning.plan import (
    KnownBook,
    ScanPlan,
    loss_reasons,
    plan_scan,
    spare_unreadable,
)
from codex_lib.scanning.purge import purge_books
from codex_lib.scanning.result import ScanProgress, ScanResult, UnreadableFile
from codex_lib.scanning.rules import LibraryRules, library_rules
from codex_lib.scanning.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codex_lib.db import Database
    from codex_lib.scanning.plan import Change
    from codex_lib.scanning.walk import FileFact

    OnProgress = Callable[[ScanProgress], None]

# A transaction is as long as this many books take, about 40 ms: short enough for
# readers and other writers to get in, long enough that commits cost little.
# A transaction: some 10 ms at a million books, so that nobody waits long for the lock.
BATCH_BOOKS = 32
MAX_MISSING_PERCENT = 20
STORED_FILES = 100  # bad files that a library's last result names, of each kind
_KNOWN = """
    SELECT id, path, file_size, mtime_ns, sidecar_mtime_ns, {identity},
        {is_deleted} AS is_deleted
    FROM books WHERE library_id = :library AND deleted_at IS {state} {where}
    ORDER BY path, deleted_at
"""
# "0" follows "/": what is in the folder and nothing else. It may itself be a book.
_UNDER = """
    AND (path = :under OR path >= :under || '/' AND path < :under || '0')
"""


def plan_library(  # noqa: PLR0913 - all by keyword
    db: Database,
    library_id: str,
    *,
    deep: bool = False,
    under: str = "",
    max_missing_percent: int = MAX_MISSING_PERCENT,
    threads: int = 4,
    on_progress: OnProgress | None = None,
) -> ScanPlan:
    """Return what a scan would do, and change nothing.

    under limits it to a folder of the library. Files are opened only when books may
    have moved: then their content tells. Raises LibraryNotFoundError.
    """
    rules = library_rules(db, library_id)
    report = on_progress or _silent
    report(ScanProgress(0, 0, "", "walk"))
    walk = Walk()
    everything = deep or rules.needs_all
    try:
        files = walk.files(rules.path, rules.walk, under=under)
        known = _known(db, rules, under, with_identity=False)
        plan = plan_scan(files, known, deep=everything)
        existing = _first_level(rules.path)
    except OSError as error:
        reason = f"its folder cannot be read ({(error.strerror or '').lower()})"
        return ScanPlan(refused=[reason], is_unreachable=True)
    spare_unreadable(plan, walk.unreadable)
    # A deleted book may come back from anywhere in the library.
    deleted = list(_known(db, rules, "", is_deleted=True))
    strays = partial(_strays, db, rules, under) if under else None
    plan = _with_moves(db, plan, deleted, rules, threads, report, strays)
    plan.refused = loss_reasons(
        plan,
        book_count=_book_count(db, rules, under),
        is_empty=walk.is_empty and not plan.unreadable,
        top_folders=walk.top_folders,
        existing=existing,
        max_missing_percent=max_missing_percent,
    )
    return plan


def scan_library(  # noqa: PLR0913 - all by keyword
    db: Database,
    library_id: str,
    *,
    now: str,
    deep: bool = False,
    under: str = "",
    allow_missing: bool = False,
    max_missing_percent: int = MAX_MISSING_PERCENT,
    threads: int = 4,
    page_sizes: bool = True,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> ScanResult:
    """Make the catalog match what is in a library's folder, and return what was done.

    deep reads every file again. under limits the scan to a folder of the library. Books
    are stored some hundred at a time, each transaction leaves the catalog consistent,
    and a scan that was stopped or killed is completed by the next. should_stop is asked
    after every 32 files or so; then nothing is marked missing. Deleted books are
    forgotten after a scan of all if the library wants it. Files are never changed.
    Raises ScanRunningError and LossRefusedError, having written nothing, and
    LibraryNotFoundError, also when somebody deletes the library meanwhile.
    """
    began = time.monotonic()
    rules = library_rules(db, library_id)
    report = on_progress or _silent
    with scan_lock(db.path.parent, rules.uuid, rules.name):
        plan = plan_library(
            db,
            library_id,
            deep=deep,
            under=under,
            max_missing_percent=max_missing_percent,
            threads=threads,
            on_progress=on_progress,
        )
        if plan.is_unreachable or (plan.refused and not allow_missing):
            can_allow = not plan.is_unreachable
            raise LossRefusedError(rules.name, plan.refused, can_allow=can_allow)
        mode = "deep" if deep else "normal"
        result = ScanResult(library_id, rules.name, mode)
        shelf = Shelf(db, rules, now, result)
        result.files_total, result.unchanged = plan.files_total, plan.unchanged
        report = _with_result(report, result)
        reader = _Reader(rules.path, threads, page_sizes, report, plan, should_stop)
        with bulk_writing(db) as breathe:
            _apply(shelf, plan, reader, breathe)
            finish_series(db, rules, now=now, on_progress=_finishing(report, breathe))
        is_whole = not under and not result.cancelled
        if rules.purges and is_whole:
            result.purged = purge_books(db, rules.id, now=now)
        result.seconds = round(time.monotonic() - began, 3)
        _close(shelf, plan, is_whole=is_whole)
    return result


def _silent(_: ScanProgress) -> None:
    """Say nothing."""


def _with_result(report: OnProgress, result: ScanResult) -> OnProgress:
    return lambda progress: report(progress._replace(so_far=result))


def _finishing(
    report: OnProgress, breathe: Callable[[], None]
) -> Callable[[int, int], None]:
    def finished(done: int, total: int) -> None:
        breathe()
        report(ScanProgress(done, total, "", "finish"))

    return finished


def _known(
    db: Database,
    rules: LibraryRules,
    under: str,
    *,
    is_deleted: bool = False,
    with_identity: bool = True,
) -> Iterator[KnownBook]:
    """Return the known books by path.

    Identities stand behind the texts of a row: without them it takes a third less.
    """
    sql = _KNOWN.format(
        state="NOT NULL" if is_deleted else "NULL",
        where=_UNDER if under else "",
        identity="identity" if with_identity else "NULL",
        is_deleted=int(is_deleted),
    )
    cursor = db.execute(sql, {"library": rules.id, "under": under})
    cursor.row_factory = None
    return map(partial(tuple.__new__, KnownBook), cursor)


def _book_count(db: Database, rules: LibraryRules, under: str) -> int:
    if not under:
        return rules.book_count
    return sum(1 for _ in _known(db, rules, under))


def _first_level(root: str) -> set[str]:
    with os.scandir(disk_path(root, "")) as entries:
        return {stored_path(entry.name) for entry in entries}


def _with_moves(  # noqa: PLR0913, PLR0917 - what moves are made of
    db: Database,
    plan: ScanPlan,
    deleted: list[KnownBook],
    rules: LibraryRules,
    threads: int,
    report: OnProgress,
    strays: Callable[[dict[str, bytes]], list[KnownBook]] | None,
) -> ScanPlan:
    """Open the files that may hold a known book's content, if there can be any."""
    replaced = [c.file for c in plan.changed if c.reason != "read again"]
    files = [*plan.added, *replaced]
    is_adrift = plan.missing or deleted or strays or (replaced and len(files) > 1)
    if not files or not is_adrift:
        return plan
    report(ScanProgress(0, len(files), "", "match"))
    plan.missing = [_identified(db, book) for book in plan.missing]
    plan.changed = [c._replace(book=_identified(db, c.book)) for c in plan.changed]
    identities = read_identities(rules.path, files, threads=threads)
    found = strays(identities) if strays else []
    return match_moves(plan, [*deleted, *found], identities)


def _identified(db: Database, book: KnownBook) -> KnownBook:
    """Return a book with its identity, which the comparison with files left out."""
    row = one(db, "SELECT identity FROM books WHERE id = ?", [book.id])
    return book._replace(identity=row["identity"] if row else None)


def _strays(
    db: Database, rules: LibraryRules, under: str, identities: dict[str, bytes]
) -> list[KnownBook]:
    """Return live books elsewhere whose content was met and whose own file is gone.

    A scan of one folder sees the new place of a file that was moved into it, but not
    that it has left the old one.
    """
    met = set(identities.values())
    return [
        book
        for book in _known(db, rules, "")
        if book.identity in met
        and not f"{book.path}/".startswith(f"{under}/")
        and not os.path.lexists(disk_path(rules.path, book.path))
    ]


class _Reader:
    """Files to what is in them, in batches, with progress and a way to stop."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a scan is told
        self,
        root: str,
        threads: int,
        page_sizes: bool,  # noqa: FBT001 - as above
        report: OnProgress,
        plan: ScanPlan,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._root, self._threads, self._page_sizes = root, threads, page_sizes
        self._report, self._done, self._total = report, 0, plan.file_count
        self._should_stop = should_stop
        self._stopped = False

    def stopped(self) -> bool:
        """Tell whether somebody asked to stop; once true it stays so."""
        if self._should_stop is not None and not self._stopped:
            self._stopped = self._should_stop()
        return self._stopped

    def batches(self, files: list[FileFact]) -> Iterator[list[Analyzed]]:
        """Yield what is in the files, some hundred at a time, in their order."""
        batch: list[Analyzed] = []
        for chunk in analyze_files(
            self._root,
            files,
            threads=self._threads,
            page_sizes=self._page_sizes,
            should_stop=self.stopped,
        ):
            batch += chunk
            self._done += len(chunk)
            progress = (self._done, self._total, chunk[-1].file.path, "read")
            self._report(ScanProgress(*progress))
            if len(batch) >= BATCH_BOOKS:
                yield batch
                batch = []
        if batch:
            yield batch


def _apply(
    shelf: Shelf, plan: ScanPlan, reader: _Reader, breathe: Callable[[], None]
) -> None:
    rename_series(shelf, plan.moved)
    for name in ("moved", "restored", "changed"):
        changes: list[Change] = getattr(plan, name)
        turn = iter(changes)
        for batch in reader.batches([change.file for change in changes]):
            apply_changes(shelf, [(next(turn), found) for found in batch])
            setattr(shelf.result, name, getattr(shelf.result, name) + len(batch))
            breathe()
    for batch in reader.batches(plan.added):
        apply_added(shelf, batch)
        breathe()
    shelf.result.cancelled = reader.stopped()
    if not shelf.result.cancelled:
        for start in range(0, len(plan.missing), BATCH_BOOKS):
            apply_missing(shelf, plan.missing[start : start + BATCH_BOOKS])
            breathe()


_UNREADABLE = """
    SELECT count(*) AS count FROM books WHERE library_id = ?
    AND analysis_error IS NOT NULL AND deleted_at IS NULL
"""
_CLOSE = """
    UPDATE libraries SET last_scan = :result, last_scanned_at = :now,
        rules_changed = CASE WHEN :is_whole AND updated_at = :updated_at
            THEN 0 ELSE rules_changed END
    WHERE id = :id
"""


def _close(shelf: Shelf, plan: ScanPlan, *, is_whole: bool) -> None:
    """Store the result with the library."""
    result = shelf.result
    result.unreadable += [UnreadableFile(*item) for item in plan.unreadable]
    count = rows(shelf.db, _UNREADABLE, [shelf.rules.id])[0]["count"]
    result.unreadable_count = count + len(plan.unreadable)
    stored = asdict(result)
    for name in ("unreadable", "damaged"):
        stored[name] = stored[name][:STORED_FILES]
    values = {
        "result": json.dumps(stored),
        "now": shelf.now,
        "is_whole": is_whole,
        "updated_at": shelf.rules.updated_at,  # else the rules changed meanwhile
    }
    with write(shelf.db):
        rows(shelf.db, _CLOSE, {**values, "id": shelf.rules.id})
