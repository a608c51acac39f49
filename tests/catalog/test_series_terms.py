import pytest

from codex_lib.catalog.series_metadata import get_series_locks
from codex_lib.catalog.series_terms import (
    add_series_term,
    get_series_terms,
    remove_series_term,
    set_series_terms,
)
from codex_lib.catalog.taxonomy import list_terms, named_term
from codex_lib.db import rows
from codex_lib.errors import InvalidError, SeriesNotFoundError, TermNotFoundError

TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"

pytestmark = pytest.mark.parametrize("noun", ["genre", "tag"])


@pytest.fixture
def saga(db, make_cbz, scan):
    """The id of a series that its file calls Space and Opera in genres and tags."""
    make_cbz("Saga/Saga 1.cbz", Genre="Space, Opera", Tags="Space, Opera")
    scan()
    return rows(db, "SELECT uuid FROM series")[0]["uuid"]


def names(db, noun, series_id):
    return [term.name for term in get_series_terms(db, noun, series_id)]


def is_locked(db, noun, series_id):
    return getattr(get_series_locks(db, series_id), f"{noun}s")


def test_terms_of_a_series_come_by_name(db, saga, noun):
    assert names(db, noun, saga) == ["Opera", "Space"]
    assert not is_locked(db, noun, saga)


def test_set_terms_replace_are_locked_and_survive_a_scan(db, saga, scan, noun):
    found = set_series_terms(db, noun, saga, ["War", "Opéra", "war"], now=TUESDAY)

    scan(deep=True)

    assert [(t.name, t.series_count) for t in found] == [("Opera", 1), ("War", 1)]
    assert names(db, noun, saga) == ["Opera", "War"]
    assert is_locked(db, noun, saga)
    assert named_term(db, noun, "Space").series_count == 0


def test_no_terms_at_all_can_be_set(db, saga, scan, noun):
    assert set_series_terms(db, noun, saga, [], now=TUESDAY) == []

    scan(deep=True)

    assert names(db, noun, saga) == []


def test_one_more_is_made_if_it_is_new(db, saga, scan, noun):
    term = add_series_term(db, noun, saga, " Dark  War ", now=TUESDAY)
    again = add_series_term(db, noun, saga, "dark war", now=TUESDAY)

    scan(deep=True)

    assert (term.name, term.series_count) == ("Dark War", 1)
    assert again == term
    assert names(db, noun, saga) == ["Dark War", "Opera", "Space"]


def test_one_is_taken_away_for_good(db, saga, scan, noun):
    opera = named_term(db, noun, "Opera")

    remove_series_term(db, noun, saga, opera.id, now=TUESDAY)
    scan(deep=True)

    assert names(db, noun, saga) == ["Space"]
    with pytest.raises(TermNotFoundError):
        remove_series_term(db, noun, saga, opera.id, now=TUESDAY)
    with pytest.raises(TermNotFoundError):
        remove_series_term(db, noun, saga, NOBODY, now=TUESDAY)


def test_bad_names_change_nothing(db, saga, noun):
    many = [f"Name {number}" for number in range(201)]
    with pytest.raises(InvalidError, match=rf"{noun}s: .*more than 200"):
        set_series_terms(db, noun, saga, many, now=TUESDAY)
    with pytest.raises(InvalidError, match=r"name: .*blank"):
        add_series_term(db, noun, saga, " ", now=TUESDAY)

    assert len(list_terms(db, noun)) == 2
    assert not is_locked(db, noun, saga)


def test_an_unknown_series_is_not_found(db, saga, noun):
    opera = named_term(db, noun, "Opera").id
    for function, args in (
        (get_series_terms, ()),
        (set_series_terms, (["x"],)),
        (add_series_term, ("x",)),
        (remove_series_term, (opera,)),
    ):
        at = {} if function is get_series_terms else {"now": TUESDAY}
        with pytest.raises(SeriesNotFoundError):
            function(db, noun, NOBODY, *args, **at)
