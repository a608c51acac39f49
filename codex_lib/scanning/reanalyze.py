"""Reading single books again now, without a scan of their library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.announce import tell_cover
from codex_lib.db import one, write
from codex_lib.scanning.analyze import analyze_file
from codex_lib.scanning.apply import Shelf, apply_changes
from codex_lib.scanning.chosen import choose_books
from codex_lib.scanning.finish import finish_series
from codex_lib.scanning.plan import Change, KnownBook
from codex_lib.scanning.result import ScanResult
from codex_lib.scanning.rules import library_rules
from codex_lib.scanning.walk import file_fact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codex_lib.db import Database, Row
    from codex_lib.scanning.analyze import Analyzed
    from codex_lib.scanning.rules import LibraryRules

# Never read, or not readable when it was.
UNANALYZED = "(books.analyzed_at IS NULL OR books.analysis_error IS NOT NULL)"
_NOT_SINCE = "(books.analyzed_at IS NULL OR books.analyzed_at < :since)"
_BOOK = """
    SELECT books.id, libraries.uuid AS library, books.path, books.file_size,
        books.mtime_ns, books.sidecar_mtime_ns, books.identity, books.page_count
    FROM books JOIN libraries ON libraries.id = books.library_id
    WHERE books.id = ? AND books.deleted_at IS NULL
"""


_KNOWN = ("id", "path", "file_size", "mtime_ns", "sidecar_mtime_ns", "identity")


@dataclass(slots=True)
class AnalyzeResult:
    """What reading books again did; errors are books that cannot be read, or are gone.

    unreadable books keep what was known of them, with the reason.
    """

    total_books: int = 0
    books_analyzed: int = 0
    errors: int = 0
    cancelled: bool = False


class AnalyzeProgress(NamedTuple):
    """How far it is: books done of total, and the path of the next one."""

    done: int
    total: int
    current: str


def analyze_books(  # noqa: PLR0913 - all by keyword
    db: Database,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    book_ids: Sequence[str] | None = None,
    force: bool = True,
    since: str | None = None,
    page_sizes: bool = True,
    on_progress: Callable[[AnalyzeProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    now: str,
) -> AnalyzeResult:
    """Read the files of live books again, and store what is in them now.

    As a scan would: edited and locked fields stay. Without force only books that were
    not readable so far. since: those read since then are left out, so that a run that
    was killed goes on. Raises LibraryNotFoundError, SeriesNotFoundError,
    BookNotFoundError.
    """
    where, values = "true" if force else UNANALYZED, {"since": since}
    if since is not None:
        where = f"{where} AND {_NOT_SINCE}"
    chosen = choose_books(
        db,
        library_id=library_id,
        series_id=series_id,
        book_ids=book_ids,
        where=where,
        values=values if since is not None else None,
    )
    result = AnalyzeResult(total_books=len(chosen))
    shelves = _Shelves(db, now, page_sizes=page_sizes)
    for done, book_id in enumerate(chosen):
        if should_stop is not None and should_stop():
            result.cancelled = True
            break
        row = one(db, _BOOK, [book_id])
        if row is None:
            continue
        if on_progress:
            on_progress(AnalyzeProgress(done, len(chosen), row["path"]))
        is_read = shelves.analyze(row)
        result.books_analyzed += is_read
        result.errors += not is_read
    shelves.finish()
    return result


class _Shelves:
    """The libraries of the books that are read, each with its rules."""

    def __init__(self, db: Database, now: str, *, page_sizes: bool) -> None:
        self._db, self._now, self._page_sizes = db, now, page_sizes
        self._rules: dict[str, LibraryRules] = {}

    def analyze(self, row: Row) -> bool:
        """Read one book and store it; return whether it is readable."""
        rules = self._rules_of(row["library"])
        known = KnownBook(*(row[name] for name in _KNOWN))
        try:
            file = file_fact(rules.path, row["path"], rules.walk)
        except OSError:
            return False  # gone: what that means is for a scan to say
        found = analyze_file(rules.path, file, page_sizes=self._page_sizes)
        return self._store(rules, row, Change(known, file, "read again"), found)

    def _store(
        self, rules: LibraryRules, row: Row, change: Change, found: Analyzed
    ) -> bool:
        shelf = Shelf(
            self._db, rules, self._now, ScanResult(rules.uuid, rules.name, "normal")
        )
        with write(self._db):
            current = one(self._db, _BOOK, [row["id"]])
            if current is None or current["path"] != row["path"]:
                return False  # a scan has moved or missed it meanwhile
            apply_changes(shelf, [(change, found)])
            if not row["page_count"] and found.page_count:
                tell_cover(self._db, "book", row["id"], now=self._now)
        return found.error is None

    def finish(self) -> None:
        """Let series take what they take from their books."""
        for rules in self._rules.values():
            finish_series(self._db, rules, now=self._now)

    def _rules_of(self, library: str) -> LibraryRules:
        if library not in self._rules:
            self._rules[library] = library_rules(self._db, library)
        return self._rules[library]
