"""Why a book is what the catalog says: the source of every field, and what lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.libraries import get_library
from codex_lib.catalog.metadata import LIST_COLUMNS, METADATA_COLUMNS, get_book_detail
from codex_lib.catalog.number_strategies import number_in_stem
from codex_lib.catalog.series_strategies import series_rule
from codex_lib.db import one
from codex_lib.formats import BOOK_SUFFIXES
from codex_lib.formats.filenames import parse_filename
from codex_lib.formats.number_text import parse_number

if TYPE_CHECKING:
    from codex_lib.catalog.books import Book, BookDetail
    from codex_lib.catalog.libraries import Library
    from codex_lib.db import Database, Row


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """One field of a book: its value and where that comes from.

    source is edit, folder, file name, file order, file, or the reader of the metadata
    (comicinfo, metroninfo, opf, pdf). detail is a sentence for people. candidates maps
    every other source that has something to say to what it says.
    """

    field: str
    value: Any
    source: str
    is_locked: bool
    detail: str
    candidates: dict[str, Any]


def explain_book(db: Database, book_id: str) -> list[FieldOrigin]:
    """Return the origin of every field of a book that has a value or a candidate.

    Placement first (series, title, number), then the metadata in the catalog's order.
    Raises BookNotFoundError.
    """
    detail = get_book_detail(db, book_id)
    library = get_library(db, detail.book.library_id)
    row = one(db, "SELECT locks, path FROM books WHERE uuid = ?", [book_id])
    assert row is not None  # noqa: S101 - get_book_detail has found it
    locks = set(row["locks"].split("\n"))
    return [
        _series(library, detail, row),
        _title(library, detail, locks),
        _number(library, detail, locks),
        _pages(detail.book),
        *_metadata(detail, locks),
    ]


def _stem(book: Book) -> str:
    stem, _, suffix = book.file_name.rpartition(".")
    return stem if stem and suffix.lower() in BOOK_SUFFIXES else book.file_name


def _given(detail: BookDetail, field: str) -> dict[str, Any]:
    """Return what the file's own metadata says of a field, by its source."""
    metadata = detail.metadata or {}
    value, source = metadata.get(field), metadata.get("source")
    return {source: value} if source and value not in (None, []) else {}


def _series(library: Library, detail: BookDetail, row: Row) -> FieldOrigin:
    book, strategy = detail.book, library.series_strategy
    rule = series_rule(strategy, library.series_config)
    place = rule(row["path"], None)
    by_folder = place.name == book.series_name
    parsed = parse_filename(book.file_name).series
    candidates = {
        **_given(detail, "series"),
        **({"file name": parsed} if parsed else {}),
    }
    folder = f" (folder {place.path!r})" if place.path else ""
    detail_text = f"strategy {strategy} puts {row['path']!r} there{folder}"
    config = library.series_config
    if config:
        detail_text += f" with {json.dumps(config, ensure_ascii=False)}"
    source = "folder" if by_folder else "metadata or edit"
    return FieldOrigin(
        "series", book.series_name, source, False, detail_text, candidates
    )  # noqa: FBT003 - a field


def _title(library: Library, detail: BookDetail, locks: set[str]) -> FieldOrigin:
    book, stem = detail.book, _stem(detail.book)
    candidates = {"file name": stem, **_given(detail, "title")}
    if "title" in locks:
        source = "edit"
    elif book.title == stem:
        source = "file name"
    elif book.title in candidates.values():
        source = str((detail.metadata or {}).get("source"))
    else:
        source = "strategy"
    text = f"strategy {library.book_strategy}"
    return FieldOrigin("title", book.title, source, source == "edit", text, candidates)


def _number(library: Library, detail: BookDetail, locks: set[str]) -> FieldOrigin:
    book, strategy = detail.book, library.number_strategy
    given = _given(detail, "number")
    parsed = number_in_stem(_stem(book))
    candidates = {**given, **({} if parsed is None else {"file name": parsed})}
    source = {"metadata": "metadata", "filename": "file name"}.get(
        strategy, "file order"
    )
    if strategy in ("smart", "metadata") and given:
        name, text = next(iter(given.items()))
        source = name if parse_number(text) == book.number else source
    elif strategy == "smart" and parsed is not None and parsed == book.number:
        source = "file name"
    if "number" in locks:
        source = "edit"
    text = f"strategy {strategy}"
    if source == "file order":
        text += ": its place among the books of the series by file name"
    return FieldOrigin(
        "number", book.number, source, source == "edit", text, candidates
    )


def _pages(book: Book) -> FieldOrigin:
    text = f"{book.file_format} read at the last scan"
    if book.analysis_error:
        text = f"cannot be read: {book.analysis_error}"
    elif book.analysis_warnings:
        text = "; ".join(book.analysis_warnings)
    return FieldOrigin("page_count", book.page_count, "file", False, text, {})  # noqa: FBT003 - a field


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
        text = "edited; scans leave it alone" if is_locked else f"read by {source}"
        origins.append(FieldOrigin(field, value, where, is_locked, text, {}))
    return origins
