"""What a series takes from its books, once they are all there.

Numbers by position, titles that name the series, and the fields of the series itself:
genres, publisher and the rest. Series whose books changed are marked stale in the same
transaction, so that a scan that was killed is finished by the next one.
"""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.age_ratings import age_rating_years
from codex_lib.catalog.announce import tell_series
from codex_lib.catalog.book_strategies import BookName
from codex_lib.catalog.sort_keys import book_sort_key, sort_key, title_sort_key
from codex_lib.catalog.terms import link_terms
from codex_lib.db import many, rows, write
from codex_lib.db.folding import fold, other_keys
from codex_lib.scanning.records import stem_and_format
from codex_lib.scanning.walk import FileFact

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db import Database, Row
    from codex_lib.scanning.rules import LibraryRules

BATCH_SERIES = 16
_STALE = "SELECT id FROM series WHERE library_id = ? AND is_stale = 1 ORDER BY id"
_SERIES = """
    SELECT id, place, title, title_sort, summary, publisher, imprint, status,
        age_rating, language, reading_direction, year, total_book_count, locks, sources
    FROM series WHERE id = ?
"""
_BOOKS = """
    SELECT book.id, book.path, book.file_name, book.file_key, book.number, book.title,
        book.title_sort, book.sort_key, book.volume, book.chapter, book.locks,
        data.source, data.title AS given_title, data.number AS given_number,
        data.volume AS given_volume, data.title_sort AS given_title_sort,
        data.series_sort, data.summary, data.publisher, data.imprint, data.year,
        data.status, data.age_rating, data.language_iso, data.reading_direction,
        data.count, data.genres, data.tags
    FROM books AS book LEFT JOIN book_metadata AS data ON data.book_id = book.id
    WHERE book.series_id = ? AND book.deleted_at IS NULL
"""
# Field of the series: the column of the book's metadata that it is taken from.
_TAKEN = {
    "summary": "summary",
    "publisher": "publisher",
    "imprint": "imprint",
    "year": "year",
    "status": "status",
    "language": "language_iso",
    "reading_direction": "reading_direction",
    "total_book_count": "count",
}


def finish_series(
    db: Database,
    rules: LibraryRules,
    *,
    now: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Bring all stale series of a library up to date, some at a time.

    on_progress gets series done and their total. A series of which no book is left,
    live or deleted, is removed unless somebody locked a field of it.
    """
    stale = [row["id"] for row in rows(db, _STALE, [rules.id])]
    for start in range(0, len(stale), BATCH_SERIES):
        with write(db):
            for series_id in stale[start : start + BATCH_SERIES]:
                _finish(db, rules, series_id, now)
        if on_progress:
            on_progress(min(start + BATCH_SERIES, len(stale)), len(stale))


def _finish(db: Database, rules: LibraryRules, series_id: int, now: str) -> None:
    series = rows(db, _SERIES, [series_id])[0]
    books = rows(db, _BOOKS, [series_id])
    changed: set[str] = set()
    if books:
        ordered = _in_order(rules, books)
        _number_and_name(db, rules, series, ordered)
        changed = _take_fields(db, rules, series, ordered)
        for noun in ("genre", "tag"):
            if f"{noun}s" not in series["locks"].split("\n"):
                names = [n for b in ordered for n in (b[f"{noun}s"] or "").split("\n")]
                if link_terms(db, noun, series_id, names, now=now):
                    changed.add(f"{noun}s")
    else:
        rows(db, "UPDATE series SET is_stale = 0 WHERE id = ?", [series_id])
    if changed:
        tell_series(db, "series_updated", [series_id], now=now, fields=changed)
    if not books and not series["locks"] and not rows(db, _HAS_BOOK, [series_id]):
        tell_series(db, "series_deleted", [series_id], now=now)
        rows(db, "DELETE FROM series WHERE id = ?", [series_id])


_HAS_BOOK = "SELECT 1 FROM books WHERE series_id = ? LIMIT 1"


def _in_order(rules: LibraryRules, books: list[Row]) -> list[Row]:
    """Return books in the order of their file names, or of their paths."""
    if rules.by_path:
        return sorted(books, key=lambda book: (sort_key(book["path"]), book["path"]))
    return sorted(books, key=itemgetter("file_key", "path"))


def _number_and_name(
    db: Database, rules: LibraryRules, series: Row, books: list[Row]
) -> None:
    numbers, titles = [], []
    for position, book in enumerate(books, 1):
        stem = stem_and_format(FileFact(book["path"], 0, 0))[0]
        number = book["number"]
        locks = book["locks"].split("\n")
        if rules.late_numbers and "number" not in locks:
            number = rules.number(stem, book["given_number"], position)
            if number != book["number"]:
                numbers.append((number, book["id"]))
        if rules.late_titles and "title" not in locks:
            title = _title(rules, series, book, stem, number, len(books))
            key = book_sort_key(
                title,
                book["title_sort"],
                given_title=book["given_title"],
                given_title_sort=book["given_title_sort"],
            )
            if (title, key) != (book["title"], book["sort_key"]):
                title_key = fold(title)
                others = other_keys(title_key, book["file_name"])
                titles.append((title, key, title_key, others, book["id"]))
    many(db, "UPDATE books SET number = ? WHERE id = ?", numbers)
    many(db, _TITLE, titles)


_TITLE = """
    UPDATE books SET title = ?, sort_key = ?, title_key = ?, other_keys = ?
    WHERE id = ?
"""


def _title(  # noqa: PLR0913, PLR0917 - what a title can be made of
    rules: LibraryRules,
    series: Row,
    book: Row,
    stem: str,
    number: float | None,
    book_count: int,
) -> str:
    volume = book["volume"] if book["volume"] is not None else book["given_volume"]
    return rules.title(
        BookName(
            stem=stem,
            title=book["given_title"],
            series=series["title"],
            volume=volume,
            chapter=book["chapter"],
            number=number,
            book_count=book_count,
        )
    )


def _take_fields(
    db: Database, rules: LibraryRules, series: Row, books: list[Row]
) -> set[str]:
    """Fill the series from its books: of each field the first that has one, in order.

    A field that no book has any more is cleared, unless it is locked: an edit locks.
    Returns the names of the fields that changed.
    """
    locks = series["locks"].split("\n")
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for field, column in _TAKEN.items():
        values[field], sources[field] = _first(books, column)
    rating, sources["age_rating"] = _first(books, "age_rating")
    values["age_rating"] = age_rating_years(rating)
    place = rules.series(books[0]["path"], None)
    if values["publisher"] is None and place.publisher:
        values["publisher"], sources["publisher"] = place.publisher, "folder"
    values["title_sort"], sources["title_sort"] = _first(books, "series_sort")
    for field in values:
        if field in locks:
            values[field], sources[field] = series[field], "edit"
    told_fields = tuple(values)
    values["sort_key"] = title_sort_key(values["title_sort"] or series["title"])
    told = {
        field: text for field, text in sources.items() if values.get(field) is not None
    }
    values["sources"] = json.dumps(told, ensure_ascii=False)
    values["is_stale"] = 0
    assignments = ", ".join([f"{field} = :{field}" for field in values])
    rows(
        db,
        f"UPDATE series SET {assignments} WHERE id = :id",  # noqa: S608 - closed list
        {**values, "id": series["id"]},
    )
    return {name for name in told_fields if values[name] != series[name]}


def _first(books: list[Row], column: str) -> tuple[Any, str]:
    for book in books:
        if book[column] is not None:
            return book[column], f"{book['source']}: {book['file_name']}"
    return None, ""
