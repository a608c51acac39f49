"""Genres and tags as such: listed, renamed, merged, deleted.

noun is "genre" or "tag" throughout. What a genre was called before it was renamed or
merged becomes an alias of it: names in files that mean it from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codex_lib.catalog.series_rows import touch_series
from codex_lib.catalog.terms import checked_name, term_row_id
from codex_lib.db import one, rows, write
from codex_lib.db.folding import fold
from codex_lib.db.naming import only_id, rows_of_id
from codex_lib.errors import ConflictError, InvalidError, TermNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.db import Database, Row


@dataclass(frozen=True, slots=True)
class Term:
    """A genre or tag.

    series_count is of series with a live book. aliases are other names that lead to it,
    in alphabetical order.
    """

    id: str
    name: str
    series_count: int
    aliases: list[str]
    created_at: str


_SELECT = """
    SELECT terms.uuid AS id, terms.name, terms.series_count, (
        SELECT group_concat(name, char(10)) FROM {noun}_aliases
        WHERE {noun}_id = terms.id
    ) AS aliases, terms.created_at
    FROM {noun}s AS terms
"""
_SEARCH = """
    WHERE instr(terms.name_key, :key) OR EXISTS (
        SELECT 1 FROM {noun}_aliases
        WHERE {noun}_id = terms.id AND instr(name_key, :key))
"""


def list_terms(db: Database, noun: str, *, search: str = "") -> list[Term]:
    """Return the genres or tags by name: all, or those that hold a text.

    Case and accents aside; an alias that holds it counts too.
    """
    key = fold(search)
    where = _SEARCH if key else ""
    return _terms(db, noun, f"{where} ORDER BY terms.name_key", {"key": key})


def terms_of_series(db: Database, noun: str, series_id: str) -> list[Term]:
    """Return the genres or tags of a series by name; none of an unknown one."""
    where = f"""
        WHERE terms.id IN (SELECT {noun}_id FROM series_{noun}s
            WHERE series_id = (SELECT id FROM series WHERE uuid = :id))
        ORDER BY terms.name_key
    """  # noqa: S608 - a closed list
    return _terms(db, noun, where, {"id": series_id})


def get_term(db: Database, noun: str, term_id: str) -> Term:
    """Return one genre or tag. Raises TermNotFoundError."""
    found = _terms(db, noun, "WHERE terms.uuid = :id", {"id": term_id})
    if not found:
        raise TermNotFoundError(noun, term_id)
    return found[0]


def _terms(db: Database, noun: str, where: str, values: dict[str, Any]) -> list[Term]:
    found = rows(db, f"{_SELECT}{where}".replace("{noun}", noun), values)
    return [Term(**{**dict(row), "aliases": _lines(row["aliases"])}) for row in found]


def _lines(text: str | None) -> list[str]:
    return sorted(text.split("\n"), key=fold) if text else []


def named_term(db: Database, noun: str, name: str) -> Term:
    """Return the genre or tag of a name or an alias. Raises TermNotFoundError."""
    found = _terms(
        db, noun, "WHERE terms.id = :id", {"id": term_row_id(db, noun, name)}
    )
    if not found:
        raise TermNotFoundError(noun, name)
    return found[0]


def find_term(db: Database, noun: str, text: str) -> Term:
    """Return the genre or tag that a text names: id, beginning of an id, name, alias.

    Raises TermNotFoundError, AmbiguousNameError with the candidates.
    """
    sql = (
        f"SELECT uuid, name AS label FROM {noun}s WHERE uuid >= :start AND uuid < :end"  # noqa: S608 - a closed list
    )
    found = rows_of_id(db, sql, text)
    if found:
        return get_term(db, noun, only_id(noun, text, found))
    return named_term(db, noun, text)


def rename_term(db: Database, noun: str, term_id: str, name: str, *, now: str) -> Term:
    """Give a genre or tag another name; the old one becomes an alias of it.

    Raises TermNotFoundError, InvalidError, and ConflictError for a name that leads to
    another genre or tag: merge them.
    """
    name = checked_name("name", name)
    key = fold(name)
    with write(db):
        row = _row(db, noun, term_id)
        _refuse_other(db, noun, row["id"], name)
        if name != row["name"]:
            drop = f"DELETE FROM {noun}_aliases WHERE name_key = ?"  # noqa: S608 - a closed list
            rows(db, drop, [key])
            sql = f"UPDATE {noun}s SET name = ?, name_key = ? WHERE id = ?"  # noqa: S608 - as above
            rows(db, sql, [name, key, row["id"]])
            if key != row["name_key"]:
                _add_alias(db, noun, row, row["id"], now)
            _touch_all(db, noun, row["id"], now)
    return get_term(db, noun, term_id)


def _refuse_other(db: Database, noun: str, row_id: int, name: str) -> None:
    """Raise ConflictError for a name that leads to another genre or tag than this."""
    found = term_row_id(db, noun, name)
    if found in (None, row_id):
        return
    other = rows(db, f"SELECT name FROM {noun}s WHERE id = ?", [found])[0]["name"]  # noqa: S608 - a closed list
    led = "" if fold(other) == fold(name) else f", which leads to {other}"
    raise ConflictError(f"There is a {noun} {name} already{led}: merge them")


def merge_terms(
    db: Database, noun: str, from_ids: Sequence[str], into_id: str, *, now: str
) -> Term:
    """Give all series of some genres or tags another one in their place, for good.

    Their names become aliases, so that files that say them mean that one. Series that
    have a lock on the field change too: it is the same genre under another name.
    Raises TermNotFoundError, InvalidError; then nothing was changed.
    """
    with write(db):
        into = _row(db, noun, into_id)
        others = [_row(db, noun, term_id) for term_id in dict.fromkeys(from_ids)]
        if into["id"] in [row["id"] for row in others]:
            raise InvalidError("ids", f"{into['name']} cannot be merged into itself")
        for row in others:
            _touch_all(db, noun, row["id"], now)
            for sql in _MERGE:
                values = {"old": row["id"], "new": into["id"]}
                rows(db, sql.format(noun=noun), values)
            _add_alias(db, noun, row, into["id"], now)
        rows(db, _RECOUNT.format(noun=noun), [into["id"]])
    return get_term(db, noun, into_id)


# Links are deleted on their own, so that what watches them hears of each.
_MERGE = (
    """
    INSERT OR IGNORE INTO series_{noun}s (series_id, {noun}_id)
    SELECT series_id, :new FROM series_{noun}s WHERE {noun}_id = :old
    """,
    "DELETE FROM series_{noun}s WHERE {noun}_id = :old",
    "UPDATE {noun}_aliases SET {noun}_id = :new WHERE {noun}_id = :old",
    "DELETE FROM {noun}s WHERE id = :old",
)
_RECOUNT = """
    UPDATE {noun}s SET series_count = (
        SELECT count(*) FROM series_{noun}s AS link
        JOIN series ON series.id = link.series_id
        WHERE link.{noun}_id = {noun}s.id AND series.book_count > 0
    ) WHERE id = ?
"""


def unmerge_term(db: Database, noun: str, term_id: str, names: Sequence[str]) -> Term:
    """Let aliases of a genre or tag be names of their own again.

    The next scan gives them back to the series whose files say them, unless the field
    is locked. Raises TermNotFoundError, and InvalidError for a name that is no alias;
    then nothing was changed.
    """
    delete = (
        f"DELETE FROM {noun}_aliases WHERE {noun}_id = ? AND name_key = ? RETURNING 1"  # noqa: S608 - a closed list
    )
    with write(db):
        row = _row(db, noun, term_id)
        for name in names:
            if not rows(db, delete, [row["id"], fold(name)]):
                raise InvalidError("names", f"{name} is no alias of {row['name']}")
        sql = f"UPDATE series SET is_stale = 1 WHERE id IN ({_HAVING})"  # noqa: S608 - as above
        rows(db, sql.format(noun=noun), [row["id"]])
    return get_term(db, noun, term_id)


def delete_term(db: Database, noun: str, term_id: str, *, now: str) -> None:
    """Take a genre or tag from all series, and forget its aliases.

    Where the field is not locked it comes back as soon as a scan fills a series whose
    files say it: merge it into another to be rid of it for good, or lock the series.
    Raises TermNotFoundError.
    """
    with write(db):
        row = _row(db, noun, term_id)
        _touch_all(db, noun, row["id"], now)
        rows(db, f"DELETE FROM series_{noun}s WHERE {noun}_id = ?", [row["id"]])  # noqa: S608 - a closed list
        rows(db, f"DELETE FROM {noun}s WHERE id = ?", [row["id"]])  # noqa: S608 - as above


_CLEANUP = """
    DELETE FROM {noun}s
    WHERE NOT EXISTS (SELECT 1 FROM series_{noun}s WHERE {noun}_id = {noun}s.id)
    AND NOT EXISTS (SELECT 1 FROM {noun}_aliases WHERE {noun}_id = {noun}s.id)
    RETURNING name
"""


def cleanup_terms(db: Database, noun: str) -> list[str]:
    """Delete the genres or tags that no series has; return their names in order.

    Not those that only series without live books have, which may come back, and not
    those to which aliases lead.
    """
    with write(db):
        found = rows(db, _CLEANUP.format(noun=noun))
    return sorted((row["name"] for row in found), key=fold)


_HAVING = "SELECT series_id FROM series_{noun}s WHERE {noun}_id = ?"
_ADD_ALIAS = """
    INSERT INTO {noun}_aliases (name_key, name, {noun}_id, created_at)
    VALUES (?, ?, ?, ?)
"""


def _row(db: Database, noun: str, term_id: str) -> Row:
    sql = f"SELECT id, name, name_key FROM {noun}s WHERE uuid = ?"  # noqa: S608 - a closed list
    row = one(db, sql, [term_id])
    if row is None:
        raise TermNotFoundError(noun, term_id)
    return row


def _add_alias(db: Database, noun: str, old: Row, row_id: int, now: str) -> None:
    values = [old["name_key"], old["name"], row_id, now]
    rows(db, _ADD_ALIAS.format(noun=noun), values)


def _touch_all(db: Database, noun: str, row_id: int, now: str) -> None:
    """Note that all series of a genre or tag change with it."""
    found = rows(db, _HAVING.format(noun=noun), [row_id])
    touch_series(db, [row["series_id"] for row in found], f"{noun}s", now=now)
