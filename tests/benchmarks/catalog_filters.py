"""Conditions as the API takes them, each beside the SQL that a person would write."""

# ruff: noqa: S608 - statements of this module alone

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from random import Random

    from catalog_samples import Samples


class Filter(NamedTuple):
    """A condition, and the same as SQL with its parameters."""

    json: dict[str, Any]
    sql: str
    params: tuple


def _owner(noun: str) -> str:
    return "series.id" if noun == "series" else "books.series_id"


def term(
    noun: str, kind: str, found: tuple[int, str], *, negate: bool = False
) -> Filter:
    """Return the filter of a genre or tag."""
    row_id, name = found
    links = f"SELECT series_id FROM series_{kind}s WHERE {kind}_id = ?"
    sql = f"{_owner(noun)} {'NOT ' if negate else ''}IN ({links})"
    return Filter(_test(kind, "isNot" if negate else "is", name), sql, (row_id,))


def column(name: str, value: str) -> Filter:
    """Return the filter of a column of series."""
    return Filter(_test(name, "is", value), f"series.{name} = ?", (value,))


def title(noun: str, word: str, operator: str = "contains") -> Filter:
    """Return the filter of a title with a word in it, or at its beginning."""
    index = f"{noun}_trigrams"
    sql = f"{noun}.id IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)"
    params: tuple = (f'title_key : "{word}"',)
    if operator == "beginsWith":
        sql += f" AND substr({noun}.title_key, 1, {len(word)}) = ?"
        params += (word,)
    name = "name" if noun == "series" else "title"
    return Filter(_test(name, operator, word), sql, params)


def has_error() -> Filter:
    """Return the filter of books that cannot be read."""
    json = {"hasError": {"operator": "isTrue"}}
    return Filter(json, "books.analysis_error IS NOT NULL", ())


def read_status(noun: str, status: str, user: int) -> Filter:
    """Return the filter of what a user has read, has not, or is reading."""
    json = _test("readStatus", "is", status)
    if noun == "books":
        found = "SELECT book_id FROM read_progress WHERE user_id = ? AND status"
        sql = {
            "unread": f"books.id NOT IN ({found} <> 'unread')",
            "in_progress": f"books.id IN ({found} = 'in_progress')",
            "read": f"books.id IN ({found} = 'read')",
        }[status]
        return Filter(json, sql, (user,))
    found = """
        EXISTS (SELECT 1 FROM series_progress AS p WHERE p.user_id = ?
        AND p.series_id = series.id AND
    """
    sql = {
        "unread": f"NOT {found} p.read_count + p.started_count > 0)",
        "in_progress": f"""{found} p.read_count + p.started_count > 0
            AND p.read_count < series.book_count)""",
        "read": f"{found} p.read_count >= series.book_count)",
    }[status]
    return Filter(json, sql, (user,))


def all_of(*filters: Filter) -> Filter:
    """Return the filter that holds where all hold."""
    return _joined("allOf", " AND ", filters)


def any_of(*filters: Filter) -> Filter:
    """Return the filter that holds where one holds."""
    return _joined("anyOf", " OR ", filters)


def _joined(name: str, word: str, filters: tuple[Filter, ...]) -> Filter:
    sql = word.join(f"({part.sql})" for part in filters)
    params = tuple(value for part in filters for value in part.params)
    return Filter({name: [part.json for part in filters]}, sql, params)


def _test(field: str, operator: str, value: str) -> dict[str, Any]:
    return {field: {"operator": operator, "value": value}}


def of_terms(noun: str, samples: Samples, rng: Random) -> dict[str, Filter]:
    """Return the filters of genres and tags that are measured."""

    def genre(*, rare: bool = False, negate: bool = False) -> Filter:
        return term(noun, "genre", samples.term(rng, "genre", rare=rare), negate=negate)

    def tag(*, rare: bool = False) -> Filter:
        return term(noun, "tag", samples.term(rng, "tag", rare=rare))

    return {
        "common genre": genre(),
        "rare genre": genre(rare=True),
        "genre and not another": all_of(genre(), genre(negate=True)),
        "rare genre and not a common one": all_of(genre(rare=True), genre(negate=True)),
        "tag and genre and not genre": all_of(tag(), genre(), genre(negate=True)),
        "nested: 2 x (genre and tag) or": any_of(
            all_of(genre(), tag()), all_of(genre(rare=True), genre(negate=True))
        ),
    }
