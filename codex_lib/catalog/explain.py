"""Why a book is what the catalog says: the source of every field, and what lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.libraries import get_library
from codex_lib.catalog.metadata import LIST_COLUMNS, METADATA_COLUMNS, get_book_detail
from codex_lib.catalog.number_strategies import number_in_stem
from codex_lib.catalog.series_strategies import series_rule
from codex_lib.db import rows
from codex_lib.formats import BOOK_SUFFIXES
from codex_lib.formats.filenames import parse_filename
from codex_lib.formats.number_text import parse_number

if TYPE_CHECKING:
    from codex_lib.catalog.books import Book, BookDetail
    from codex_lib.catalog.libraries import Library
    from codex_lib.db import Database, Row
    from codex_lib.formats.book import Metadata


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """One field of a book: its value and where that comes from.

    source is edit, folder, file name, file order, file, strategy (made of several of
    them), or the reader of the metadata (comicinfo, metroninfo, opf, pdf). detail is a
    sentence for people. candidates maps every other source that has something to say
    to what it says.
    """

    field: str
    value: Any
    source: str
    is_locked: bool
    detail: str
    candidates: dict[str, Any]


_PLACE = """
    SELECT books.locks, books.path, series.locks AS series_locks
    FROM books JOIN series ON series.id = books.series_id WHERE books.uuid = ?
"""
_EDITED = "edited or locked; scans leave it alone"


def explain_book(db: Database, book_id: str) -> list[FieldOrigin]:
    """Return the origin of every field of a book that has a value or a candidate.

    Placement first (series, title, number), then the metadata in the catalog's order.
    Raises BookNotFoundError.
    """
    detail = get_book_detail(db, book_id)
    library = get_library(db, detail.book.library_id)
    row = rows(db, _PLACE, [book_id])[0]
    locks = set(row["locks"].split("\n"))
    origins = [
        _series(library, detail, row),
        _title(library, detail, locks),
        _number(library, detail, locks),
        _pages(detail.book),
        *_metadata(detail, locks),
    ]
    return [o for o in origins if o.value is not None or o.candidates or o.is_locked]


def _stem(book: Book) -> str:
    stem, _, suffix = book.file_name.rpartition(".")
    return stem if stem and suffix.lower() in BOOK_SUFFIXES else book.file_name


def _given(detail: BookDetail, field: str) -> dict[str, Any]:
    """Return what the file's own metadata says of a field, by its source."""
    metadata = detail.metadata or {}
    value, source = metadata.get(field), metadata.get("source")
    return {source: value} if source and value else {}


def _origin(
    field: str, value: object, source: str, detail: str, candidates: dict[str, Any]
) -> FieldOrigin:
    lost = {name: text for name, text in candidates.items() if name != source}
    is_locked = source == "edit"
    return FieldOrigin(
        field, value, source, is_locked, _EDITED if is_locked else detail, lost
    )


def _series(library: Library, detail: BookDetail, row: Row) -> FieldOrigin:
    book, strategy, config = detail.book, library.series_strategy, library.series_config
    given, parsed = _given(detail, "series"), parse_filename(book.file_name).series
    rule = series_rule(strategy, config)
    without = rule(row["path"], None)
    said: Metadata = {"series": next(iter(given.values()))} if given else {}
    place = rule(row["path"], said)
    source = "file name" if strategy == "flat" else "folder"
    if "title" in row["series_locks"].split("\n"):
        source = "edit"
    elif place != without:
        source = next(iter(given))
    folder = f" (folder {place.path!r})" if place.path else ""
    text = f"strategy {strategy} puts {row['path']!r} there{folder}"
    if config:
        text += f" with {json.dumps(config, ensure_ascii=False)}"
    candidates = {**given, **({"file name": parsed} if parsed else {})}
    return _origin("series", book.series_name, source, text, candidates)


def _title(library: Library, detail: BookDetail, locks: set[str]) -> FieldOrigin:
    title, stem = detail.book.title, _stem(detail.book)
    candidates = {"file name": stem, **_given(detail, "title")}
    source = next(
        (name for name in candidates if candidates[name] == title), "strategy"
    )
    if "title" in locks:
        source = "edit"
    text = f"strategy {library.book_strategy}"
    return _origin("title", title, source, text, candidates)


def _number(library: Library, detail: BookDetail, locks: set[str]) -> FieldOrigin:
    strategy, given = library.number_strategy, _given(detail, "number")
    in_stem = number_in_stem(_stem(detail.book))
    named = {} if in_stem is None else {"file name": in_stem}
    candidates = {**given, **named}
    asked = {"metadata": given, "filename": named, "smart": candidates}
    last = {"metadata": "file", "filename": "file name"}.get(strategy, "file order")
    source = _first_number(asked.get(strategy, {}), last)
    if "number" in locks:
        source = "edit"
    text = f"strategy {strategy}"
    if source == "file order":
        text += ": its place among the books of the series by file name"
    return _origin("number", detail.book.number, source, text, candidates)


def _first_number(candidates: dict[str, Any], otherwise: str) -> str:
    return next(
        (name for name, said in candidates.items() if _as_number(said) is not None),
        otherwise,
    )


def _as_number(said: str | float | None) -> float | None:
    return parse_number(said) if isinstance(said, str) else said


def _pages(book: Book) -> FieldOrigin:
    text = f"{book.file_format} read at the last scan"
    if book.analysis_error:
        text = f"cannot be read: {book.analysis_error}"
    elif book.analysis_warnings:
        text = "; ".join(book.analysis_warnings)
    return _origin("page_count", book.page_count, "file", text, {})


_PLACED = {"source", "title", "title_sort", "number", "page_count"}


def _metadata(detail: BookDetail, locks: set[str]) -> list[FieldOrigin]:
    metadata = detail.metadata or {}
    source = metadata.get("source") or "file"
    origins = []
    for field in METADATA_COLUMNS:
        value = metadata.get(field)
        is_locked = field in locks
        empty = value is None or (field in LIST_COLUMNS and not value)
        if field in _PLACED or (empty and not is_locked):
            continue
        where = "edit" if is_locked else source
        origins.append(_origin(field, value, where, f"read by {source}", {}))
    return origins
