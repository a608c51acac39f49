"""Genres and tags: names that series share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.catalog.sort_keys import fold
from codex_lib.db import one, rows
from codex_lib.db.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_lib.db import Database

_FIND = "SELECT id FROM {noun}s WHERE name_key = ?"
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
) -> None:
    """Give a series exactly these genres (noun "genre") or tags ("tag").

    Names that differ only in case or accents are one; the spelling met first stays.
    Inside a write block. A name that no series has any more is kept, with count 0.
    """
    wanted = {fold(name): name for name in reversed(list(names)) if name}
    linked = f"SELECT {noun}_id AS id FROM series_{noun}s WHERE series_id = ?"  # noqa: S608 - a closed list
    old = {row["id"] for row in rows(db, linked, [series_id])}
    new = {_term(db, noun, key, name, now) for key, name in wanted.items()}
    for term in old - new:
        sql = f"DELETE FROM series_{noun}s WHERE series_id = ? AND {noun}_id = ?"  # noqa: S608 - a closed list
        rows(db, sql, [series_id, term])
        rows(db, _COUNT.format(noun=noun), [-1, term, series_id])
    for term in new - old:
        sql = f"INSERT INTO series_{noun}s (series_id, {noun}_id) VALUES (?, ?)"  # noqa: S608 - a closed list
        rows(db, sql, [series_id, term])
        rows(db, _COUNT.format(noun=noun), [1, term, series_id])


def _term(db: Database, noun: str, key: str, name: str, now: str) -> int:
    row = one(db, _FIND.format(noun=noun), [key])
    if row is None:
        row = rows(db, _INSERT.format(noun=noun), [new_id(), name, key, now])[0]
    return int(row["id"])
