"""The genres and tags that people give a series; noun is "genre" or "tag"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.catalog.series_metadata import update_series
from codex_lib.catalog.series_rows import series_row_id
from codex_lib.catalog.taxonomy import Term, named_term, terms_of_series
from codex_lib.catalog.terms import checked_name
from codex_lib.db import write
from codex_lib.errors import TermNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.db import Database


def get_series_terms(db: Database, noun: str, series_id: str) -> list[Term]:
    """Return the genres or tags of a series by name. Raises SeriesNotFoundError."""
    series_row_id(db, series_id)
    return terms_of_series(db, noun, series_id)


def set_series_terms(
    db: Database, noun: str, series_id: str, names: Sequence[str], *, now: str
) -> list[Term]:
    """Give a series exactly these genres or tags and lock them; make what is new.

    An alias gives what it leads to. Raises SeriesNotFoundError, InvalidError.
    """
    with write(db):
        update_series(db, series_id, {f"{noun}s": list(names)}, now=now)
        return terms_of_series(db, noun, series_id)


def add_series_term(
    db: Database, noun: str, series_id: str, name: str, *, now: str
) -> Term:
    """Give a series one more genre or tag, making it if it is new; lock the field.

    Raises SeriesNotFoundError, InvalidError.
    """
    name = checked_name("name", name)
    with write(db):
        names = [term.name for term in get_series_terms(db, noun, series_id)]
        set_series_terms(db, noun, series_id, [*names, name], now=now)
        return named_term(db, noun, name)


def remove_series_term(
    db: Database, noun: str, series_id: str, term_id: str, *, now: str
) -> None:
    """Take a genre or tag from a series and lock the field.

    Raises SeriesNotFoundError, and TermNotFoundError also if the series has it not.
    """
    with write(db):
        terms = get_series_terms(db, noun, series_id)
        kept = [term.name for term in terms if term.id != term_id]
        if len(kept) == len(terms):
            raise TermNotFoundError(noun, term_id)
        set_series_terms(db, noun, series_id, kept, now=now)
