"""Genres and tags of a series: names that series share.

A name that was renamed or merged leads to what it became (its aliases), so that a scan
that reads it again in a file does not bring it back. What is done to a genre or tag as
such is in catalog/taxonomy.py.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from codex_lib.db import one, rows
from codex_lib.db.folding import fold
from codex_lib.db.ids import new_id
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_lib.db import Database

MAX_NAME = 200  # characters
MAX_TERMS = 200  # genres, or tags, of one series

_FIND = """
    SELECT id FROM {noun}s WHERE name_key = :key
    UNION ALL SELECT {noun}_id FROM {noun}_aliases WHERE name_key = :key
"""
_INSERT = """
    INSERT INTO {noun}s (uuid, name, name_key, created_at) VALUES (?, ?, ?, ?)
    RETURNING id
"""
_COUNT = """
    UPDATE {noun}s SET series_count = series_count + ? WHERE id = ?
    AND (SELECT book_count FROM series WHERE id = ?) > 0
"""


def link_terms(
    db: Database, noun: str, series_id: int, names: Iterable[str], *, now: str
) -> bool:
    """Give a series exactly these genres (noun "genre") or tags ("tag").

    Names that differ only in case or accents are one; the spelling met first stays. An
    alias gives what it leads to. Of what a file says too much is left out: names of
    more than 200 characters, and all after the 200th. Inside a write block. A name that
    no series has any more is kept, with count 0. Returns whether anything changed.
    """
    linked = f"SELECT {noun}_id AS id FROM series_{noun}s WHERE series_id = ?"  # noqa: S608 - a closed list
    old = {row["id"] for row in rows(db, linked, [series_id])}
    wanted = islice(_by_key(names).items(), MAX_TERMS)
    new = {_term(db, noun, key, name, now) for key, name in wanted}
    for term in old - new:
        sql = f"DELETE FROM series_{noun}s WHERE series_id = ? AND {noun}_id = ?"  # noqa: S608 - a closed list
        rows(db, sql, [series_id, term])
        rows(db, _COUNT.format(noun=noun), [-1, term, series_id])
    for term in new - old:
        sql = f"INSERT INTO series_{noun}s (series_id, {noun}_id) VALUES (?, ?)"  # noqa: S608 - a closed list
        rows(db, sql, [series_id, term])
        rows(db, _COUNT.format(noun=noun), [1, term, series_id])
    return new != old


def term_row_id(db: Database, noun: str, name: str) -> int | None:
    """Return the inner id of the genre or tag that a name or an alias is of."""
    row = one(db, _FIND.format(noun=noun), {"key": fold(name)})
    return int(row["id"]) if row else None


def checked_name(field: str, value: str) -> str:
    """Return the name of a genre or tag with single spaces. Raises InvalidError."""
    name = " ".join(value.split())
    if not fold(name):
        raise InvalidError(field, "must not be blank")
    if len(name) > MAX_NAME:
        raise InvalidError(field, f"must not be longer than {MAX_NAME} characters")
    return name


def checked_names(field: str, value: object) -> list[str]:
    """Return the names of a list without blank ones, each once. Raises InvalidError."""
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InvalidError(field, "must be a list of names")
    names = _by_key(checked_name(field, name) for name in value if name.strip())
    if len(names) > MAX_TERMS:
        raise InvalidError(field, f"must not be more than {MAX_TERMS} names")
    return list(names.values())


def _by_key(names: Iterable[str]) -> dict[str, str]:
    """Return the usable names by their folded ones, in their order."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        key = fold(name) if len(name) <= MAX_NAME else ""
        if key:
            found.setdefault(key, name)
    return found


def _term(db: Database, noun: str, key: str, name: str, now: str) -> int:
    row = one(db, _FIND.format(noun=noun), {"key": key})
    if row is None:
        row = rows(db, _INSERT.format(noun=noun), [new_id(), name, key, now])[0]
    return int(row["id"])
