"""Libraries: the folders that a catalog knows."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.paths import disk_path, stored_path
from codex_lib.catalog.scanning_config import (
    ScanningConfig,
    read_scanning_config,
    stored_scanning_config,
)
from codex_lib.catalog.strategy_config import snake_case
from codex_lib.db import one, rows, write
from codex_lib.db.ids import new_id
from codex_lib.errors import ConflictError, InvalidError, LibraryNotFoundError
from codex_lib.events.outbox import emit
from codex_lib.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database, Row

READING_DIRECTIONS = {
    **{name: name for name in ("ltr", "rtl", "ttb", "webtoon")},
    "left_to_right": "ltr",
    "right_to_left": "rtl",
    "top_to_bottom": "ttb",
}
_CONFIGS = ("series_config", "book_config", "number_config")
_FIXED = {"series_strategy", "series_config"}
_RULES = {"book_strategy", "book_config", "number_strategy", "number_config"}
MAX_NAME = 200
MAX_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Library:
    """One library, in the shape of the API contract, section 2.4.

    path is absolute, as stored (catalog/paths.py). Keys of configs are in snake_case,
    allowed_formats upper-case names or None for every file format; "FOLDER" in it makes
    a folder of images a book. Counts are of live books.
    """

    id: str
    name: str
    path: str
    description: str | None
    is_active: bool
    series_strategy: str
    series_config: dict[str, Any] | None
    book_strategy: str
    book_config: dict[str, Any] | None
    number_strategy: str
    number_config: dict[str, Any] | None
    scanning_config: ScanningConfig | None
    default_reading_direction: str
    allowed_formats: list[str] | None
    excluded_patterns: str | None
    book_count: int
    series_count: int
    page_count: int
    file_size: int
    last_scanned_at: str | None
    created_at: str
    updated_at: str


_COLUMNS = """
    uuid AS id, name, path, description, is_active, series_strategy, series_config,
    book_strategy, book_config, number_strategy, number_config, scanning_config,
    default_reading_direction, allowed_formats, excluded_patterns, book_count,
    series_count, page_count, file_size, last_scanned_at, created_at, updated_at
"""


def _library(row: Row) -> Library:
    values = dict(row)
    for name in (*_CONFIGS, "allowed_formats"):
        values[name] = json.loads(values[name]) if values[name] else None
    values["scanning_config"] = stored_scanning_config(values["scanning_config"])
    values["is_active"] = bool(values["is_active"])
    return Library(**values)


def list_libraries(db: Database) -> list[Library]:
    """Return all libraries, ordered by name."""
    sql = f"SELECT {_COLUMNS} FROM libraries ORDER BY name COLLATE NOCASE, libraries.id"  # noqa: S608 - a constant
    return [_library(row) for row in rows(db, sql)]


def get_library(db: Database, library_id: str) -> Library:
    """Return one library. Raises LibraryNotFoundError."""
    sql = f"SELECT {_COLUMNS} FROM libraries WHERE uuid = :id"  # noqa: S608 - a constant
    row = one(db, sql, {"id": library_id})
    if row is None:
        raise LibraryNotFoundError(library_id)
    return _library(row)


_INSERT = """
    INSERT INTO libraries (
        uuid, name, path, description, is_active, series_strategy, series_config,
        book_strategy, book_config, number_strategy, number_config, scanning_config,
        default_reading_direction, allowed_formats, excluded_patterns, created_at,
        updated_at
    ) VALUES (
        :id, :name, :path, :description, 1, :series_strategy, :series_config,
        :book_strategy, :book_config, :number_strategy, :number_config,
        :scanning_config, :default_reading_direction, :allowed_formats,
        :excluded_patterns, :now, :now
    )
"""


def create_library(  # noqa: PLR0913 - the fields of a library, all by keyword
    db: Database,
    *,
    name: str,
    path: str | os.PathLike[str],
    now: str,
    description: str | None = None,
    series_strategy: str = "series_volume",
    series_config: Mapping[str, Any] | None = None,
    book_strategy: str = "filename",
    book_config: Mapping[str, Any] | None = None,
    number_strategy: str = "file_order",
    number_config: Mapping[str, Any] | None = None,
    scanning_config: Mapping[str, Any] | None = None,
    allowed_formats: list[str] | None = None,
    excluded_patterns: str | None = None,
    default_reading_direction: str = "ltr",
) -> Library:
    """Make a library of a folder; nothing is scanned.

    path is made absolute, its symbolic links resolved. Raises InvalidError (blank name,
    no such folder, unknown strategy, bad config, format or direction) and ConflictError
    (the folder is a library already, or lies inside one, or holds one).
    """
    values = _checked(
        {
            "name": name,
            "path": path,
            "description": description,
            "series_strategy": series_strategy,
            "series_config": series_config,
            "book_strategy": book_strategy,
            "book_config": book_config,
            "number_strategy": number_strategy,
            "number_config": number_config,
            "scanning_config": scanning_config,
            "allowed_formats": allowed_formats,
            "excluded_patterns": excluded_patterns,
            "default_reading_direction": default_reading_direction,
        }
    )
    library_id = new_id()
    with write(db):
        _refuse_overlap(db, values["path"])
        rows(db, _INSERT, {**values, "id": library_id, "now": now})
        emit(db, "library_created", now=now, library_id=library_id)
    return get_library(db, library_id)


def update_library(
    db: Database, library_id: str, changes: Mapping[str, Any], *, now: str
) -> Library:
    """Change fields of a library; those that are not named stay as they are.

    None clears a field that may be empty. A new book or number strategy makes the next
    scan read every file again. Raises LibraryNotFoundError, InvalidError (also when the
    series strategy would change: it decides which series there are) and ConflictError.
    """
    with write(db):
        old = get_library(db, library_id)
        values = _checked(dict(changes), old=old)
        if values.get("path", old.path) != old.path:
            _refuse_overlap(db, values["path"], but=library_id)
        if any(_is_new(old, name, values[name]) for name in _RULES & values.keys()):
            values["rules_changed"] = 1
        values["updated_at"] = now
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        sql = f"UPDATE libraries SET {assignments} WHERE uuid = :id"  # noqa: S608 - names from a closed list
        rows(db, sql, {**values, "id": library_id})
        emit(db, "library_updated", now=now, library_id=library_id)
        return get_library(db, library_id)


def delete_library(db: Database, library_id: str, *, now: str) -> Library:
    """Forget a library with its series, books and progress; return what it was.

    Files on disk are not touched. Raises LibraryNotFoundError.
    """
    with write(db):
        library = get_library(db, library_id)
        for noun in ("genre", "tag"):
            rows(db, _UNCOUNT.replace("genre", noun), {"id": library_id})
        rows(db, "DELETE FROM libraries WHERE uuid = :id", {"id": library_id})
        emit(db, "library_deleted", now=now, library_id=library_id)
    return library


_UNCOUNT = """
    UPDATE genres SET series_count = series_count - (
        SELECT count(*) FROM series_genres AS link
        JOIN series ON series.id = link.series_id
        JOIN libraries ON libraries.id = series.library_id
        WHERE link.genre_id = genres.id AND libraries.uuid = :id
        AND series.book_count > 0
    )
"""


def _checked(changes: dict[str, Any], old: Library | None = None) -> dict[str, Any]:
    """Return the changes as the columns hold them. Raises InvalidError."""
    unknown = changes.keys() - _CHECKS.keys()
    if unknown:
        known = ", ".join(sorted(_CHECKS))
        raise InvalidError(min(unknown), f"no field of a library; there are {known}")
    checked = {name: _CHECKS[name](name, value) for name, value in changes.items()}
    values = {name: _stored(name, value) for name, value in checked.items()}
    for name in _FIXED & values.keys():
        if old is not None and _is_new(old, name, values[name]):
            raise InvalidError(name, "cannot change after the library was created")
    _check_rules({**({} if old is None else _strategies(old)), **checked})
    return values


def _strategies(library: Library) -> dict[str, Any]:
    names = ("series", "book", "number")
    return {
        f"{name}_{part}": getattr(library, f"{name}_{part}")
        for name in names
        for part in ("strategy", "config")
    }


def _check_rules(values: Mapping[str, Any]) -> None:
    # Their patterns take 20 ms to compile, a third of the time of a list.
    from codex_lib.catalog import (  # noqa: PLC0415 - see above
        book_strategies,
        number_strategies,
        series_strategies,
    )

    series_strategies.series_rule(values["series_strategy"], values["series_config"])
    book_strategies.title_rule(values["book_strategy"], values["book_config"])
    number_strategies.number_rule(values["number_strategy"])


def _is_new(old: Library, name: str, value: object) -> bool:
    return bool(value != _stored(name, getattr(old, name)))


def _stored(name: str, value: Any) -> Any:  # noqa: ANN401 - a column's value
    if name == "scanning_config" and value is not None:
        value = asdict(value)
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True) if value else None
    return value


def _name(field: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidError(field, "must not be blank")
    if len(value) > MAX_NAME:
        raise InvalidError(field, f"is longer than {MAX_NAME} characters")
    return value.strip()


def folder_path(field: str, value: object) -> str:
    """Return the stored path of a folder that somebody named. Raises InvalidError.

    Absolute, its symbolic links resolved.
    """
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        raise InvalidError(field, "must be the path of a folder")
    try:
        path = Path(value).expanduser()
        is_folder = path.is_dir()
    except RuntimeError as error:  # "~name" without such a user
        raise InvalidError(field, f"{value} is not a folder: {error}") from error
    except OSError as error:  # too long, or in a folder that is closed to Codex
        reason = f"cannot be looked at: {error.strerror}"
        raise InvalidError(field, reason) from error
    if not is_folder:
        raise InvalidError(field, f"{path} is not a folder on this machine")
    return stored_path(str(path.resolve()))


def _text(field: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InvalidError(field, "must be text")
    if value is not None and len(value) > MAX_TEXT:
        raise InvalidError(field, f"is longer than {MAX_TEXT:,} characters")
    return value


def _config(field: str, value: object) -> dict[str, Any] | None:
    """Return a configuration with its keys as they are stored."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InvalidError(field, "must be an object")
    found: dict[str, Any] = {}
    for given, item in value.items():
        key = snake_case(str(given))
        if found.get(key, item) != item:
            raise InvalidError(field, f"{key} is given twice")
        found[key] = item
    return found


def _scanning(field: str, value: object) -> ScanningConfig | None:
    values = _config(field, value)
    return read_scanning_config(field, values) if values else None


def _strategy(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidError(field, "must be the name of a strategy")
    if (field, value) == ("series_strategy", "default"):
        return "series_volume"
    return value


def _flag(field: str, value: object) -> int:
    if not isinstance(value, bool):
        raise InvalidError(field, "must be true or false")
    return int(value)


def file_formats(field: str, value: object) -> list[str] | None:
    """Return the names of formats as they are stored. Raises InvalidError."""
    if value is None:
        return None
    known = {name.upper() for name in FORMATS}
    given = value if isinstance(value, list | tuple) and value else [value]
    names = {str(name).upper().lstrip(".") for name in given}
    wrong = names - known
    if wrong:
        allowed = ", ".join(sorted(known))
        raise InvalidError(field, f"{min(wrong)!r} is none of {allowed}")
    return sorted(names)


def reading_direction(field: str, value: object) -> str:
    """Return ltr, rtl, ttb or webtoon for any spelling. Raises InvalidError."""
    direction = READING_DIRECTIONS.get(str(value).lower())
    if direction is None:
        raise InvalidError(field, f"{value!r} is none of ltr, rtl, ttb, webtoon")
    return direction


_CHECKS = {
    "name": _name,
    "path": folder_path,
    "description": _text,
    "is_active": _flag,
    "series_strategy": _strategy,
    "series_config": _config,
    "book_strategy": _strategy,
    "book_config": _config,
    "number_strategy": _strategy,
    "number_config": _config,
    "scanning_config": _scanning,
    "allowed_formats": file_formats,
    "excluded_patterns": _text,
    "default_reading_direction": reading_direction,
}


def _refuse_overlap(db: Database, path: str, *, but: str | None = None) -> None:
    """One file in two libraries would be two books with progress each."""
    inside = f"{path.rstrip('/')}/"
    for row in rows(db, "SELECT uuid, name, path FROM libraries"):
        other = f"{row['path'].rstrip('/')}/"
        overlaps = inside.startswith(other) or other.startswith(inside)
        if overlaps and row["uuid"] != but:
            what = "is" if inside == other else "overlaps"
            folder = disk_path(path, "")
            raise ConflictError(f"{folder} {what} the library {row['name']!r}")
