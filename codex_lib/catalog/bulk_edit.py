"""Editing many books or series by a file: records out, changed records back in.

What comes back is compared with the catalog; only what differs is an edit. One mistake
anywhere and nothing is written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.catalog.bulk_records import BOOKS, SERIES, Kind, Known, known_records
from codex_lib.catalog.listing import SHELF, Sort, Wanted, list_ids
from codex_lib.catalog.metadata import edit_book
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db import write
from codex_lib.db.paging import Paging
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codex_lib.catalog.conditions import Condition
    from codex_lib.db import Database

CHUNK = 500  # records read from the catalog at a time
MAX_ERRORS = 100  # after so many the rest of a file is not looked at
MAX_LINE = 1_000_000  # bytes
_EVERYTHING = 2**31 - 1


class FieldEdit(NamedTuple):
    """One field that changes; the values are those of records."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes of one book or series; line is where the file says so, from 1."""

    line: int
    id: str
    title: str
    changes: list[FieldEdit]


class LineError(NamedTuple):
    """What is wrong with one line of a file, from 1."""

    line: int
    reason: str


@dataclass(slots=True)
class BulkEdit:
    """What a file changes, or why it changes nothing.

    line_count is of lines that were looked at, blank ones aside. errors end with the
    hundredth. applied tells whether the edits were written.
    """

    line_count: int = 0
    edits: list[Edit] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    applied: bool = False


class _Line(NamedTuple):
    number: int
    id: str
    record: dict[str, Any]


def export_books(  # noqa: PLR0913 - all by keyword
    db: Database,
    *,
    library_id: str | None = None,
    series_id: str | None = None,
    condition: Condition | None = None,
    text: str = "",
    user_id: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield a record of every live book that fits, series by series, in their order.

    What fits is decided at once; a book that goes meanwhile is left out. The arguments
    are those of list_books.
    """
    wanted = Wanted(
        of="books",
        library_id=library_id,
        series_id=series_id,
        condition=condition,
        text=text,
        sort=Sort(SHELF, descending=False),
        user_id=user_id,
    )
    return _export(db, BOOKS, wanted)


def export_series(
    db: Database,
    *,
    library_id: str | None = None,
    condition: Condition | None = None,
    text: str = "",
    user_id: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield a record of every series that fits, by name; as export_books."""
    wanted = Wanted(
        of="series",
        library_id=library_id,
        condition=condition,
        text=text,
        sort=Sort("sort_key", descending=False),
        user_id=user_id,
    )
    return _export(db, SERIES, wanted)


def _export(db: Database, kind: Kind, wanted: Wanted) -> Iterator[dict[str, Any]]:
    # One list of ids, 40 bytes each, instead of pages that shift while they are read.
    ids, _ = list_ids(db, Paging(0, _EVERYTHING, maximum=_EVERYTHING), wanted)
    for start in range(0, len(ids), CHUNK):
        for known in known_records(db, kind, ids=ids[start : start + CHUNK]):
            yield known.record


def apply_books(
    db: Database, lines: Iterable[bytes], *, now: str, dry_run: bool = False
) -> BulkEdit:
    """Make books what the lines of a file say, a JSON object each, and return how.

    A line needs an id; fields that it leaves out stay. What differs from the catalog
    is changed and locked, as update_book does it: null unlocks. Everything is written
    in one transaction, or, after any error, nothing; with dry_run nothing either.
    """
    found = _compared(db, BOOKS, lines)
    if not found.errors and not dry_run:
        with write(db):
            for edit in found.edits:
                edit_book(db, edit.id, _changes(edit), now=now)
        found.applied = True
    return found


def apply_series(
    db: Database, lines: Iterable[bytes], *, now: str, dry_run: bool = False
) -> BulkEdit:
    """Make series what the lines of a file say, as apply_books does with books."""
    found = _compared(db, SERIES, lines)
    if not found.errors and not dry_run:
        with write(db):
            for edit in found.edits:
                update_series(db, edit.id, _changes(edit), now=now)
        found.applied = True
    return found


def _changes(edit: Edit) -> dict[str, Any]:
    return {change.field: change.new for change in edit.changes}


def _compared(db: Database, kind: Kind, lines: Iterable[bytes]) -> BulkEdit:
    found = BulkEdit()
    chunk: list[_Line] = []
    for line in _read(lines, found, kind):
        chunk.append(line)
        if len(chunk) == CHUNK:
            _compare(db, kind, chunk, found)
            chunk = []
        if len(found.errors) >= MAX_ERRORS:
            break
    _compare(db, kind, chunk, found)
    found.errors = sorted(found.errors)[:MAX_ERRORS]
    return found


def _read(lines: Iterable[bytes], found: BulkEdit, kind: Kind) -> Iterator[_Line]:
    """Yield the lines that are records, and note what is wrong with the others."""
    seen: dict[str, int] = {}
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        found.line_count += 1
        try:
            line = _parsed(number, text, kind)
            _refuse_second(line, seen)
        except InvalidError as error:
            found.errors.append(LineError(number, _told(error)))
        else:
            yield line


def _parsed(number: int, text: bytes, kind: Kind) -> _Line:
    if len(text) > MAX_LINE:
        raise InvalidError("line", f"is longer than {MAX_LINE:,} bytes")
    try:
        record = json.loads(text.strip())
    except (ValueError, RecursionError) as error:
        raise InvalidError("line", f"is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise InvalidError("line", "is no JSON object")
    uuid = record.get("id")
    if not isinstance(uuid, str):
        raise InvalidError("id", "is missing" if uuid is None else "must be text")
    unknown = record.keys() - {"id", *kind.fields, *kind.context}
    if unknown:
        raise InvalidError(min(unknown), f"is no field of a {kind.noun}")
    return _Line(number, uuid.lower(), record)


def _refuse_second(line: _Line, seen: dict[str, int]) -> None:
    first = seen.setdefault(line.id, line.number)
    if first != line.number:
        raise InvalidError("id", f"stands in line {first} already")


def _compare(db: Database, kind: Kind, chunk: list[_Line], found: BulkEdit) -> None:
    """Add what the lines change, or what is wrong with them."""
    uuids = [line.id for line in chunk]
    records = known_records(db, kind, uuids=uuids) if uuids else []
    known = {item.record["id"]: item for item in records}
    for line in chunk:
        if line.id not in known:
            reason = f"id: there is no {kind.noun} {line.id}"
            found.errors.append(LineError(line.number, reason))
            continue
        changes = _field_edits(kind, line, known[line.id], found)
        if changes:
            title = known[line.id].record["title"]
            found.edits.append(Edit(line.number, line.id, title, changes))


def _field_edits(
    kind: Kind, line: _Line, known: Known, found: BulkEdit
) -> list[FieldEdit]:
    edits = []
    for name, new in line.record.items():
        try:
            if name != "id" and _differs(kind, name, new, known):
                edits.append(FieldEdit(name, known.record[name], new))
        except InvalidError as error:
            found.errors.append(LineError(line.number, _told(error)))
    return edits


def _told(error: InvalidError) -> str:
    return error.reason if error.field == "line" else str(error)


def _differs(kind: Kind, name: str, new: Any, known: Known) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a field is to change. Raises InvalidError if it cannot."""
    old = known.record[name]
    if new == old:
        return False
    if name in kind.context:
        raise InvalidError(name, f"cannot be changed here, it is {old!r}")
    if new is None and name in kind.never_empty:
        return name in known.locks
    _refuse_surrogates(name, new)
    key = kind.key(name, new)
    try:
        return key != kind.key(name, old)
    except InvalidError:  # what a file says of itself keeps no rules
        return True


def _refuse_surrogates(name: str, value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidError(name, "is no Unicode text") from error
