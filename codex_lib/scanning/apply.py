"""A plan into the catalog: short transactions, each leaving it consistent."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.announce import tell_books, tell_series
from codex_lib.catalog.metadata import METADATA_COLUMNS, metadata_values
from codex_lib.catalog.sort_keys import release_date, title_sort_key
from codex_lib.catalog.titles import series_keys
from codex_lib.db import many, one, rows, write
from codex_lib.db.folding import fold, other_keys
from codex_lib.db.ids import new_id, new_ids
from codex_lib.errors import LibraryNotFoundError
from codex_lib.scanning.counts import Deltas
from codex_lib.scanning.records import (
    BookRecord,
    book_record,
    place_key,
    series_place,
)
from codex_lib.scanning.result import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codex_lib.catalog.series_strategies import SeriesPlace
    from codex_lib.db import Database, Row
    from codex_lib.scanning.analyze import Analyzed
    from codex_lib.scanning.plan import Change, KnownBook
    from codex_lib.scanning.result import ScanResult
    from codex_lib.scanning.rules import LibraryRules

_RECORD = ", ".join(BookRecord._fields)
_INSERT_BOOK = f"""
    INSERT INTO books (
        id, uuid, library_id, series_id, created_at, updated_at, {_RECORD}
    ) VALUES (?, ?, ?, ?, ?, ?, {", ".join("?" * len(BookRecord._fields))})
"""  # noqa: S608 - names from a closed list
_INSERT_METADATA = f"""
    INSERT OR REPLACE INTO book_metadata (book_id, {", ".join(METADATA_COLUMNS)})
    VALUES (?{", ?" * len(METADATA_COLUMNS)})
"""  # noqa: S608 - names from a closed list
_INSERT_PAGES = "INSERT OR REPLACE INTO page_maps (book_id, pages) VALUES (?, ?)"
_INSERT_SERIES = """
    INSERT INTO series (
        uuid, library_id, place, path, title, sort_key, title_key, other_keys,
        created_at, updated_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""

_STILL_THERE = "SELECT 1 AS yes FROM libraries WHERE id = ?"


@dataclass(slots=True)
class Shelf:
    """A library while a scan writes to it; series maps the places met to inner ids."""

    db: Database
    rules: LibraryRules
    now: str
    result: ScanResult
    deltas: Deltas = field(default_factory=Deltas)
    series: dict[str, int] = field(default_factory=dict)

    def series_id(self, place: SeriesPlace) -> int:
        """Return the inner id of a series, making it if it is new."""
        key = place_key(place)
        found = self.series.get(key)
        if found is None:
            found = self.series[key] = self._find_or_create(key, place)
        return found

    def _find_or_create(self, key: str, place: SeriesPlace) -> int:
        sql = "SELECT id FROM series WHERE library_id = ? AND place = ?"
        row = one(self.db, sql, [self.rules.id, key])
        if row is None:
            self.result.series_created += 1
            title_key = fold(place.name)
            values = [
                *(new_id(), self.rules.id, key, place.path, place.name),
                *(title_sort_key(place.name), title_key, other_keys(title_key)),
                *(self.now, self.now),
            ]
            row = rows(self.db, _INSERT_SERIES, values)[0]
            tell_series(self.db, "series_created", [row["id"]], now=self.now)
        return int(row["id"])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold a transaction for a block; the counters are stored at its end.

        Raises LibraryNotFoundError when somebody has deleted the library meanwhile.
        """
        with write(self.db):
            if one(self.db, _STILL_THERE, [self.rules.id]) is None:
                raise LibraryNotFoundError(self.rules.name)
            yield
            self.deltas.store(self.db, self.rules.id, now=self.now)

    def note(self, found: Analyzed) -> None:
        """Remember for the summary what is wrong with a file."""
        if found.error is not None:
            self.result.unreadable.append(UnreadableFile(found.file.path, found.error))
        elif found.facts is not None and found.facts.warnings:
            reason = found.facts.warnings[0]
            self.result.damaged.append(UnreadableFile(found.file.path, reason))


def apply_added(shelf: Shelf, batch: Sequence[Analyzed]) -> None:
    """Make books of new files; one transaction."""
    db, rules, now = shelf.db, shelf.rules, shelf.now
    books, metadata, pages = [], [], []
    with shelf.writing():
        last = rows(db, "SELECT coalesce(max(id), 0) AS id FROM books")[0]["id"]
        ids = zip(
            range(last + 1, last + 1 + len(batch)), new_ids(len(batch)), strict=True
        )
        for found, (book_id, uuid) in zip(batch, ids, strict=True):
            place = series_place(rules, found)
            series_id = shelf.series_id(place)
            record = book_record(rules, found, place, now=now)
            books.append((book_id, uuid, rules.id, series_id, now, now, *record))
            shelf.deltas.add(series_id, 1, record.page_count, record.file_size)
            if found.facts is not None:
                pages.append((book_id, found.page_map))
                if found.facts.metadata:
                    metadata.append((book_id, *metadata_values(found.facts.metadata)))
        many(db, _INSERT_BOOK, books)
        many(db, _INSERT_METADATA, metadata)
        many(db, _INSERT_PAGES, pages)
        tell_books(db, "book_created", [book[0] for book in books], now=now)
    shelf.result.added += len(batch)
    for found in batch:
        shelf.note(found)


_KEPT_UNREADABLE = {
    *("identity", "page_count", "file_format", "title", "sort_key", "title_key"),
    *("number", "release_date", "analysis_warnings", "analyzed_at"),
}
_UPDATE_BOOK = f"""
    UPDATE books SET
        file_hash = CASE WHEN file_size = :file_size AND mtime_ns = :mtime_ns
            THEN file_hash ELSE '' END,
        {", ".join(f"{name} = :{name}" for name in BookRecord._fields)},
        series_id = :series_id, updated_at = :now, deleted_at = NULL
    WHERE id = :id
"""  # noqa: S608 - names from a closed list
# "//" stands in no path, so that such a book is missing until its turn comes; with its
# path before it, so that it gets that back even when this scan is killed.
_ASIDE = "//"
_DISPLACE = f"""
    UPDATE books SET path = path || '{_ASIDE}' || id
    WHERE library_id = ? AND path = ? AND deleted_at IS NULL AND id <> ?
"""  # noqa: S608 - a constant


def apply_changes(shelf: Shelf, batch: Sequence[tuple[Change, Analyzed]]) -> None:
    """Bring known books up to date with their files; one transaction.

    Ids, progress, locked fields and edits stay. A file that cannot be read now keeps
    what was known of it, with the reason. A live book that stands at the path steps
    aside; its own turn, moved or missing, comes in the same scan.
    """
    with shelf.writing():
        for change, found in batch:
            _update_book(shelf, change.book, found)
        told = [change.book for change, _ in batch]
        back = [book.id for book in told if book.is_deleted]
        changed = [book.id for book in told if not book.is_deleted]
        _tell_deleted(shelf, back)
        tell_books(shelf.db, "book_updated", changed, now=shelf.now)
    for _, found in batch:
        shelf.note(found)


def _update_book(shelf: Shelf, book: KnownBook, found: Analyzed) -> None:
    db, rules = shelf.db, shelf.rules
    old = rows(db, "SELECT * FROM books WHERE id = ?", [book.id])[0]
    place = series_place(rules, found)
    # Metadata may have named the series, and that cannot be read now.
    is_settled = found.facts is None and book.path == found.file.path
    series_id = old["series_id"] if is_settled else shelf.series_id(place)
    values = book_record(rules, found, place, now=shelf.now)._asdict()
    values |= {name: old[name] for name in _kept(rules, old, found)}
    values["other_keys"] = other_keys(values["title_key"], values["file_name"])
    rows(db, _DISPLACE, [rules.id, found.file.path, book.id])
    ids = {"id": book.id, "series_id": series_id, "now": shelf.now}
    rows(db, _UPDATE_BOOK, {**values, **ids})
    if found.facts is not None:
        rows(db, _INSERT_PAGES, [book.id, found.page_map])
        metadata = metadata_values(found.facts.metadata)
        _update_metadata(db, book.id, old["locks"], metadata)
    if old["deleted_at"] is None:
        shelf.deltas.add(old["series_id"], -1, -old["page_count"], -old["file_size"])
    shelf.deltas.add(series_id, 1, values["page_count"], values["file_size"])
    if old["deleted_at"] is not None or old["series_id"] != series_id:
        shelf.deltas.recount_progress(old["series_id"])
        shelf.deltas.recount_progress(series_id)


def _kept(rules: LibraryRules, old: Row, found: Analyzed) -> set[str]:
    """Return the columns that stay as they are."""
    kept = set(_KEPT_UNREADABLE) if found.facts is None else set()
    locks = old["locks"].split("\n")
    if "title" in locks or rules.late_titles:
        kept |= {"title", "sort_key", "title_key"}
    if old["title_sort"] is not None:
        kept.add("sort_key")
    if "number" in locks or rules.late_numbers:
        kept.add("number")
    return kept


def _update_metadata(db: Database, book_id: int, locks: str, values: list[Any]) -> None:
    """Store what a file says now, but keep locked fields."""
    sql = f"SELECT {', '.join(METADATA_COLUMNS)} FROM book_metadata WHERE book_id = ?"  # noqa: S608 - names from a closed list
    old = one(db, sql, [book_id]) if locks else None
    if old is not None:
        locked = set(locks.split("\n"))
        values = [
            old[name] if name in locked else value
            for name, value in zip(METADATA_COLUMNS, values, strict=True)
        ]
    rows(db, _INSERT_METADATA, [book_id, *values])
    if old is not None:  # of a locked date the scan knows nothing
        date = release_date(dict(zip(METADATA_COLUMNS, values, strict=True)))
        rows(db, "UPDATE books SET release_date = ? WHERE id = ?", [date, book_id])


_MISS = """
    UPDATE books SET deleted_at = ?, updated_at = ?, path = ?
    WHERE id = ? AND deleted_at IS NULL RETURNING series_id, page_count, file_size
"""


def apply_missing(shelf: Shelf, batch: Sequence[KnownBook]) -> None:
    """Soft-delete books whose files are gone: they keep ids, metadata and progress."""
    with shelf.writing():
        for book in batch:
            path = book.path.partition(_ASIDE)[0]
            for row in rows(shelf.db, _MISS, [shelf.now, shelf.now, path, book.id]):
                counts = (-1, -row["page_count"], -row["file_size"])
                shelf.deltas.add(row["series_id"], *counts)
                shelf.deltas.recount_progress(row["series_id"])
        _tell_deleted(shelf, [book.id for book in batch])
    shelf.result.missing += len(batch)


def _tell_deleted(shelf: Shelf, ids: list[int]) -> None:
    """Tell that books were deleted, or came back: their flag has changed."""
    tell_books(shelf.db, "book_updated", ids, now=shelf.now, fields=["deleted"])


_MOVED_SERIES = """
    SELECT series_id FROM books WHERE id = ? AND deleted_at IS NULL
"""
_RENAME_SERIES = """
    UPDATE series SET place = :place, path = :path, updated_at = :now,
        title = CASE WHEN :is_locked THEN title ELSE :title END,
        sort_key = CASE WHEN :is_locked OR title_sort IS NOT NULL
            THEN sort_key ELSE :sort_key END,
        title_key = CASE WHEN :is_locked THEN title_key ELSE :title_key END,
        other_keys = CASE WHEN :is_locked THEN other_keys ELSE :other_keys END
    WHERE id = :id
"""


def rename_series(shelf: Shelf, moved: Sequence[Change]) -> None:
    """Let a series follow its books when all of them moved to one new place.

    So a renamed folder stays the same series, with its id, edits and ratings.
    """
    if not moved:
        return
    with shelf.writing():
        places: dict[int, list[SeriesPlace]] = {}
        for change in moved:
            for row in rows(shelf.db, _MOVED_SERIES, [change.book.id]):
                place = shelf.rules.series(change.file.path, None)
                places.setdefault(row["series_id"], []).append(place)
        for series_id, found in places.items():
            _rename(shelf, series_id, found)


def _rename(shelf: Shelf, series_id: int, places: list[SeriesPlace]) -> None:
    db, place = shelf.db, places[0]
    row = rows(db, "SELECT * FROM series WHERE id = ?", [series_id])[0]
    keys = {place_key(other) for other in places}
    taken = one(
        db,
        "SELECT id FROM series WHERE library_id = ? AND place = ?",
        [shelf.rules.id, place_key(place)],
    )
    if len(places) != row["book_count"] or len(keys) != 1 or taken or not place.path:
        return
    title_key, others = series_keys(db, series_id, place.name)
    values = {
        "place": place_key(place),
        "path": place.path,
        "title": place.name,
        "sort_key": title_sort_key(place.name),
        "title_key": title_key,
        "other_keys": others,
        "is_locked": "title" in row["locks"].split("\n"),
        "now": shelf.now,
        "id": series_id,
    }
    rows(db, _RENAME_SERIES, values)
    fields = {"path"} if values["is_locked"] else {"path", "title"}
    tell_series(db, "series_updated", [series_id], now=shelf.now, fields=fields)
