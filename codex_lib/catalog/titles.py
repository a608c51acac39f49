"""Alternate titles of a series: its original one, a translation, an abbreviation.

A search finds the series by all of them: they are in its other_keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.series_rows import series_row_id, touch_series
from codex_lib.db import rows, write
from codex_lib.db.folding import fold, other_keys
from codex_lib.db.ids import new_id
from codex_lib.db.naming import only_id, rows_of_id
from codex_lib.errors import ConflictError, InvalidError, TitleNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database

MAX_LABEL = 100  # characters
MAX_TITLE = 500
MAX_TITLES = 100  # of one series
FIELDS = {"label": MAX_LABEL, "title": MAX_TITLE}


@dataclass(frozen=True, slots=True)
class AlternateTitle:
    """Another title of a series; label says what kind, as Japanese or Romaji."""

    id: str
    series_id: str
    label: str
    title: str
    created_at: str
    updated_at: str


_SELECT = """
    SELECT titles.uuid AS id, series.uuid AS series_id, label, titles.title,
        titles.created_at, titles.updated_at
    FROM alternate_titles AS titles JOIN series ON series.id = titles.series_id
"""


def list_alternate_titles(db: Database, series_id: str) -> list[AlternateTitle]:
    """Return the alternate titles of a series, the oldest first.

    Raises SeriesNotFoundError.
    """
    sql = f"{_SELECT} WHERE titles.series_id = ? ORDER BY titles.id"
    found = rows(db, sql, [series_row_id(db, series_id)])
    return [AlternateTitle(**row) for row in found]


def get_alternate_title(db: Database, series_id: str, title_id: str) -> AlternateTitle:
    """Return one alternate title of a series.

    Raises SeriesNotFoundError, TitleNotFoundError.
    """
    titles = list_alternate_titles(db, series_id)
    found = [title for title in titles if title.id == title_id]
    if not found:
        raise TitleNotFoundError(title_id)
    return found[0]


_NAMED = """
    SELECT uuid, title AS label, label AS detail FROM alternate_titles
    WHERE series_id = :series
"""


def find_alternate_title(db: Database, series_id: str, text: str) -> AlternateTitle:
    """Return the alternate title of a series that a text is: id, its beginning, title.

    Raises SeriesNotFoundError, TitleNotFoundError, AmbiguousNameError.
    """
    values = {"series": series_row_id(db, series_id)}
    of_id = f"{_NAMED} AND uuid >= :start AND uuid < :end"
    found = rows_of_id(db, of_id, text, **values) or [
        row for row in rows(db, _NAMED, values) if fold(row["label"]) == fold(text)
    ]
    if not found:
        raise TitleNotFoundError(text)
    return get_alternate_title(db, series_id, only_id("title", text, found))


_INSERT = """
    INSERT INTO alternate_titles (
        uuid, series_id, label, title, created_at, updated_at
    ) VALUES (?, ?, ?, ?, ?, ?)
"""


def create_alternate_title(
    db: Database, series_id: str, *, label: str, title: str, now: str
) -> AlternateTitle:
    """Give a series another title, by which it is found as well.

    Raises SeriesNotFoundError, ConflictError if it has that one, InvalidError.
    """
    label, title = _checked("label", label), _checked("title", title)
    title_id = new_id()
    with write(db):
        known = list_alternate_titles(db, series_id)
        if len(known) >= MAX_TITLES:
            raise InvalidError("title", f"a series has at most {MAX_TITLES} of them")
        _refuse_same(known, label, title)
        row_id = series_row_id(db, series_id)
        rows(db, _INSERT, [title_id, row_id, label, title, now, now])
        _follow(db, row_id, now)
    return get_alternate_title(db, series_id, title_id)


def update_alternate_title(
    db: Database,
    series_id: str,
    title_id: str,
    changes: Mapping[str, str | None],
    *,
    now: str,
) -> AlternateTitle:
    """Change the label or title of an alternate title.

    Raises SeriesNotFoundError, TitleNotFoundError, ConflictError, InvalidError.
    """
    values = {name: _checked(name, value) for name, value in changes.items()}
    with write(db):
        old = get_alternate_title(db, series_id, title_id)
        values = {"label": old.label, "title": old.title, **values}
        known = list_alternate_titles(db, series_id)
        others = [title for title in known if title.id != title_id]
        _refuse_same(others, values["label"], values["title"])
        sql = """
            UPDATE alternate_titles SET label = :label, title = :title,
                updated_at = :now WHERE uuid = :id
        """
        rows(db, sql, {**values, "now": now, "id": title_id})
        _follow(db, series_row_id(db, series_id), now)
    return get_alternate_title(db, series_id, title_id)


def delete_alternate_title(
    db: Database, series_id: str, title_id: str, *, now: str
) -> None:
    """Take an alternate title from a series.

    Raises SeriesNotFoundError, TitleNotFoundError.
    """
    with write(db):
        get_alternate_title(db, series_id, title_id)
        rows(db, "DELETE FROM alternate_titles WHERE uuid = ?", [title_id])
        _follow(db, series_row_id(db, series_id), now)


def series_keys(db: Database, row_id: int, title: str) -> tuple[str, str]:
    """Return title_key and other_keys of a series that has this title.

    row_id is its inner id. Whoever changes a title stores both.
    """
    sql = "SELECT title FROM alternate_titles WHERE series_id = ? ORDER BY id"
    others = [row["title"] for row in rows(db, sql, [row_id])]
    title_key = fold(title)
    return title_key, other_keys(title_key, *others)


def _follow(db: Database, row_id: int, now: str) -> None:
    """Store what a series is found by, after its alternate titles changed."""
    title = rows(db, "SELECT title FROM series WHERE id = ?", [row_id])[0]["title"]
    title_key, others = series_keys(db, row_id, title)
    sql = "UPDATE series SET title_key = ?, other_keys = ? WHERE id = ?"
    rows(db, sql, [title_key, others, row_id])
    touch_series(db, [row_id], "alternate_titles", now=now)


def _refuse_same(known: list[AlternateTitle], label: str, title: str) -> None:
    wanted = (fold(label), fold(title))
    if any((fold(old.label), fold(old.title)) == wanted for old in known):
        raise ConflictError(f"The series has the {label} title {title} already")


def _checked(name: str, value: str | None) -> str:
    if name not in FIELDS:
        raise InvalidError(name, "no field of a title; there are label, title")
    text = " ".join((value or "").split())
    if not text:
        raise InvalidError(name, "must not be blank")
    if len(text) > FIELDS[name]:
        raise InvalidError(name, f"must not be longer than {FIELDS[name]} characters")
    return text
