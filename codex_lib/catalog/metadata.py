"""What a book's file says of itself, and what people say instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.announce import tell_books
from codex_lib.catalog.books import BookDetail, get_book
from codex_lib.catalog.libraries import reading_direction
from codex_lib.catalog.locks import lock_changes, locks_of, with_locks
from codex_lib.catalog.series import STATUSES
from codex_lib.catalog.sort_keys import book_sort_key, release_date
from codex_lib.db import one, rows, write
from codex_lib.db.folding import fold, other_keys
from codex_lib.errors import BookNotFoundError, InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database, Row
    from codex_lib.formats.book import Metadata

TEXT_COLUMNS = (
    *("title", "title_sort", "series", "number", "summary", "notes", "publisher"),
    *("imprint", "language_iso", "format_detail", "manga", "reading_direction"),
    *("age_rating", "status", "main_character_or_team", "story_arc"),
    *("story_arc_number", "series_group", "series_sort", "alternate_series"),
    *("alternate_number", "scan_information", "review"),
)
LIST_COLUMNS = (
    *("writers", "pencillers", "inkers", "colorists", "letterers", "cover_artists"),
    *("editors", "translators", "genres", "tags", "web", "characters", "teams"),
    *("locations", "isbns"),
)
INTEGER_COLUMNS = (
    *("count", "volume", "year", "month", "day", "page_count", "alternate_count"),
    "cover_page_index",
)
# The columns of book_metadata after book_id, each a key of Metadata.
METADATA_COLUMNS = (
    *("source", *TEXT_COLUMNS, *LIST_COLUMNS, *INTEGER_COLUMNS),
    *("black_and_white", "community_rating"),
)
# Fields of the book itself; "title" and "number" here are the book's, as shown.
_BOOK_FIELDS = ("title", "sort_title", "number")
_DERIVED = {"source", "page_count", "cover_page_index", "title", "title_sort", "number"}
EDITABLE = (*_BOOK_FIELDS, *(name for name in METADATA_COLUMNS if name not in _DERIVED))
# What replacing the metadata clears where it says nothing; contract section 13.
REPLACED = (
    *("summary", "writers", "pencillers", "inkers", "colorists", "letterers"),
    *("cover_artists", "editors", "publisher", "imprint", "genres", "web"),
    *("language_iso", "format_detail", "black_and_white", "manga", "year", "month"),
    *("day", "volume", "count", "isbns"),
)
_LARGEST = 2**31 - 1
READ_AGAIN = -1  # as mtime_ns: the next scan opens the file whatever its time


def metadata_values(metadata: Metadata) -> list[Any]:
    """Return the values of METADATA_COLUMNS; lists become one item a line."""
    return [
        "\n".join(value) if type(value) is list else value  # exact type: hot
        for value in map(metadata.get, METADATA_COLUMNS)
    ]


_SELECT = f"SELECT {', '.join(METADATA_COLUMNS)} FROM book_metadata WHERE book_id = ?"  # noqa: S608 - names from a closed list


def get_book_detail(
    db: Database, book_id: str, *, user_id: str | None = None
) -> BookDetail:
    """Return a book with its metadata. Raises BookNotFoundError."""
    book = get_book(db, book_id, user_id=user_id)
    row = one(db, _SELECT, [_inner_id(db, book_id)["id"]])
    if row is None or all(value is None for value in row):
        return BookDetail(book, None)
    return BookDetail(book, _metadata(row))


def _inner_id(db: Database, book_id: str) -> Row:
    row = one(db, "SELECT * FROM books WHERE uuid = ?", [book_id])
    if row is None:
        raise BookNotFoundError(book_id)
    return row


def _metadata(row: Row) -> dict[str, Any]:
    values = dict(row)
    for name in LIST_COLUMNS:
        values[name] = values[name].split("\n") if values[name] else []
    if values["black_and_white"] is not None:
        values["black_and_white"] = bool(values["black_and_white"])
    return values


def update_book(
    db: Database, book_id: str, changes: Mapping[str, Any], *, now: str
) -> BookDetail:
    """Change fields of a book and lock them, so that no scan takes them back.

    Names are those of EDITABLE; people, genres, tags and other lists are lists of
    names, or one text with commas. None unlocks a field: the next scan reads the file
    again and fills it. Whoever wants it to stay empty locks it with set_book_locks.
    Raises BookNotFoundError, InvalidError; then nothing was changed.
    """
    edit_book(db, book_id, changes, now=now)
    return get_book_detail(db, book_id)


def edit_book(
    db: Database, book_id: str, changes: Mapping[str, Any], *, now: str
) -> None:
    """Do what update_book does and return nothing, for who changes a great many."""
    values = {name: checked_book_field(name, value) for name, value in changes.items()}
    with write(db):
        row = _inner_id(db, book_id)
        book = {name: values.pop(name) for name in _BOOK_FIELDS if name in values}
        columns: dict[str, Any] = {
            "updated_at": now,
            "locks": with_locks(row["locks"], changes),
        }
        if None in changes.values():
            columns["mtime_ns"] = READ_AGAIN
        columns |= _book_columns(row, one(db, _SELECT, [row["id"]]), book)
        _set(db, "books", "id", row["id"], columns)
        if values:
            rows(db, _ADD_METADATA, [row["id"]])
            _set(db, "book_metadata", "book_id", row["id"], values)
            columns = {"release_date": _release_date(db, row["id"])}
            _set(db, "books", "id", row["id"], columns)
        rows(db, _STALE, [row["series_id"]])
        tell_books(db, "book_updated", [row["id"]], now=now, fields=changes)


def replace_book_metadata(
    db: Database, book_id: str, values: Mapping[str, Any], *, now: str
) -> BookDetail:
    """Give a book exactly this metadata: what is absent of REPLACED is cleared.

    As update_book does it. Raises BookNotFoundError, InvalidError.
    """
    return update_book(db, book_id, dict.fromkeys(REPLACED) | dict(values), now=now)


def get_book_locks(db: Database, book_id: str) -> dict[str, bool]:
    """Return of each of EDITABLE whether scans leave it alone.

    Raises BookNotFoundError.
    """
    return locks_of(_inner_id(db, book_id)["locks"], EDITABLE)


def set_book_locks(
    db: Database, book_id: str, wanted: Mapping[str, bool], *, now: str
) -> dict[str, bool]:
    """Lock and unlock fields of a book; no value changes, fields not named stay.

    The next scan reads the file again and fills what is unlocked.
    Raises BookNotFoundError, InvalidError.
    """
    changes = lock_changes(wanted, EDITABLE)
    with write(db):
        row = _inner_id(db, book_id)
        locks = with_locks(row["locks"], changes)
        if locks != row["locks"]:
            columns: dict[str, Any] = {"locks": locks, "updated_at": now}
            if set(row["locks"].split("\n")) - {"", *locks.split("\n")}:
                columns["mtime_ns"] = READ_AGAIN
            _set(db, "books", "id", row["id"], columns)
            rows(db, _ADD_METADATA, [row["id"]])  # what is locked empty stays empty
            rows(db, _STALE, [row["series_id"]])
    return locks_of(locks, EDITABLE)


_ADD_METADATA = "INSERT OR IGNORE INTO book_metadata (book_id) VALUES (?)"
_STALE = "UPDATE series SET is_stale = 1 WHERE id = ?"


def _book_columns(
    row: Row, given: Row | None, book: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the columns of an edited book; unlocked ones wait for the next scan."""
    names = ("title", "number")
    columns = {name: book[name] for name in names if book.get(name) is not None}
    if "sort_title" in book:
        columns["title_sort"] = book["sort_title"]
    new = {**dict(row), **columns}
    columns["title_key"] = fold(new["title"])
    columns["other_keys"] = other_keys(columns["title_key"], row["file_name"])
    columns["sort_key"] = book_sort_key(
        new["title"],
        new["title_sort"],
        given_title=given["title"] if given else None,
        given_title_sort=given["title_sort"] if given else None,
    )
    return columns


def _release_date(db: Database, book_id: int) -> int | None:
    sql = "SELECT year, month, day FROM book_metadata WHERE book_id = ?"
    return release_date(dict(rows(db, sql, [book_id])[0]))


def _set(
    db: Database, table: str, key: str, value: int, columns: Mapping[str, Any]
) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    sql = f"UPDATE {table} SET {assignments} WHERE {key} = :key"  # noqa: S608 - names from closed lists
    rows(db, sql, {**columns, "key": value})


def checked_book_field(name: str, value: Any) -> Any:  # noqa: ANN401 - a column's value
    """Return the value of a field of EDITABLE as its column holds it.

    Raises InvalidError.
    """
    if name not in EDITABLE:
        raise InvalidError(name, f"no field of a book; there are {', '.join(EDITABLE)}")
    if value is None:
        return None
    if name in LIST_COLUMNS:
        return _names(name, value)
    if name in ("number", "community_rating"):
        return _number(name, value)
    return _scalar(name, value)


def _names(name: str, value: object) -> str | None:
    if isinstance(value, str):
        value = value.split() if name == "web" else re.split("[,\n]", value)
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InvalidError(name, "must be a list of names")
    names = [" ".join(v.split()) for v in value if v.strip()]
    if name == "web" and not all(_is_web_address(text) for text in names):
        raise InvalidError(name, "an address begins with http:// or https://")
    return "\n".join(names) or None


def _is_web_address(text: str) -> bool:
    """Return whether a text may become a link in somebody's browser."""
    return text[:8].lower().startswith(("http://", "https://"))


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidError(name, "must be a number")
    if not abs(value) <= _LARGEST:  # "not a number" is not "<=" either
        raise InvalidError(name, f"must not be larger than {_LARGEST:,}")
    return float(value)


def _scalar(name: str, value: object) -> object:
    if name == "manga" and isinstance(value, bool):
        return "Yes" if value else "No"
    if name == "black_and_white":
        if not isinstance(value, bool):
            raise InvalidError(name, "must be true or false")
        return int(value)
    if name in INTEGER_COLUMNS:
        if type(value) is not int or not 0 <= value <= _LARGEST:  # a bool is no number
            raise InvalidError(name, "must be a whole number")
        return value
    return _text(name, value)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidError(name, "must be text and not blank")
    if name == "reading_direction":
        return reading_direction(name, value)
    if name == "status" and value not in STATUSES:
        raise InvalidError(name, f"{value!r} is none of {', '.join(STATUSES)}")
    return value.strip()
