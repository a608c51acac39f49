"""Locks and the metadata beside what tests/catalog/test_series.py edits."""

import pytest

from codex_lib.catalog.external_ratings import set_external_rating
from codex_lib.catalog.full_metadata import (
    get_series_metadata,
    replace_series_metadata,
    update_series_metadata,
)
from codex_lib.catalog.links import set_external_link
from codex_lib.catalog.series import get_series
from codex_lib.catalog.series_metadata import (
    SERIES_FIELDS,
    get_series_locks,
    set_series_locks,
    update_series,
)
from codex_lib.catalog.titles import create_alternate_title
from codex_lib.db import rows
from codex_lib.errors import InvalidError, SeriesNotFoundError

TUESDAY = "2024-01-16T10:30:00.000000Z"
WEDNESDAY = "2024-01-17T10:30:00.000000Z"


@pytest.fixture
def saga(db, make_cbz, scan):
    """The id of a series whose book says some things of it."""
    make_cbz(
        "Saga/Saga 1.cbz",
        Summary="Two soldiers.",
        Publisher="Image",
        Genre="Space, opera",
        Tags="war",
        Year=2012,
    )
    scan()
    return rows(db, "SELECT uuid FROM series")[0]["uuid"]


@pytest.fixture
def locked(db, saga):
    """Return a function that returns the names of the locked fields."""

    def names():
        locks = get_series_locks(db, saga)
        return [name for name in SERIES_FIELDS if getattr(locks, name)]

    return names


# Locks


def test_a_lock_keeps_a_value_that_the_file_gave(db, saga, make_cbz, scan, locked):
    found = set_series_locks(db, saga, {"publisher": True}, now=TUESDAY)
    make_cbz("Saga/Saga 1.cbz", seed=2, Publisher="Other", Summary="Three.")
    scan(now=WEDNESDAY)

    assert found.publisher
    assert locked() == ["publisher"]
    series = get_series(db, saga)
    assert (series.publisher, series.summary) == ("Image", "Three.")


def test_what_is_locked_empty_stays_empty(db, saga, scan):
    update_series(db, saga, {"summary": None}, now=TUESDAY)
    set_series_locks(db, saga, {"summary": True}, now=TUESDAY)
    scan(now=WEDNESDAY)

    assert get_series(db, saga).summary is None


def test_the_next_scan_fills_what_is_unlocked(db, saga, scan, locked):
    update_series(db, saga, {"summary": "Mine", "genres": ["Noir"]}, now=TUESDAY)
    scan(now=TUESDAY)
    set_series_locks(db, saga, {"summary": False, "genres": False}, now=TUESDAY)
    series = get_series(db, saga)
    assert (series.summary, series.genres) == ("Mine", ["Noir"])
    assert rows(db, "SELECT is_stale FROM series")[0]["is_stale"] == 1

    scan(now=WEDNESDAY)

    series = get_series(db, saga)
    assert (series.summary, series.genres) == ("Two soldiers.", ["opera", "Space"])
    assert locked() == []


def test_locks_that_are_not_named_stay(db, saga, locked):
    set_series_locks(db, saga, {"year": True, "tags": True}, now=TUESDAY)
    set_series_locks(db, saga, {"year": False, "title": True}, now=TUESDAY)

    assert locked() == ["title", "tags"]


def test_only_a_lock_that_changes_is_a_change(db, saga):
    before = get_series(db, saga).updated_at

    set_series_locks(db, saga, {"year": False}, now=TUESDAY)
    assert get_series(db, saga).updated_at == before

    set_series_locks(db, saga, {"year": True}, now=TUESDAY)
    assert get_series(db, saga).updated_at == TUESDAY


def test_a_field_without_a_lock_changes_nothing(db, saga, locked):
    with pytest.raises(InvalidError, match="color"):
        set_series_locks(db, saga, {"year": True, "color": True}, now=TUESDAY)

    assert locked() == []


@pytest.mark.parametrize(
    "operation",
    [
        get_series_locks,
        get_series_metadata,
        lambda db, uuid: set_series_locks(db, uuid, {}, now=TUESDAY),
        lambda db, uuid: update_series_metadata(db, uuid, {}, now=TUESDAY),
    ],
)
def test_an_unknown_series_is_not_found(db, operation):
    with pytest.raises(SeriesNotFoundError):
        operation(db, "nothing")


# Everything


def test_all_that_is_known_is_told(db, saga):
    found = get_series_metadata(db, saga)

    assert (found.id, found.series_id, found.title) == (saga, saga, "Saga")
    assert (found.publisher, found.year) == ("Image", 2012)
    assert [genre.name for genre in found.genres] == ["opera", "Space"]
    assert [tag.name for tag in found.tags] == ["war"]
    assert found.alternate_titles == found.external_ratings == []
    assert found.reading_direction is None
    assert found.custom_metadata is None


def test_other_titles_and_what_other_catalogs_say_is_told(db, saga):
    now = {"now": TUESDAY}
    title = create_alternate_title(db, saga, label="Romaji", title="Zaga", **now)
    rating = set_external_rating(db, saga, source_name="anilist", rating=81.5, **now)
    url = "https://example.org/saga"
    link = set_external_link(db, saga, source_name="mal", url=url, **now)

    found = get_series_metadata(db, saga)

    assert found.alternate_titles == [title]
    assert found.external_ratings == [rating]
    assert found.external_links == [link]


def test_a_new_title_is_found_beside_the_alternate_ones(db, saga):
    for label, title in (("x", "S\u00e1ga"), ("y", "Zaga")):
        create_alternate_title(db, saga, label=label, title=title, now=TUESDAY)

    update_series(db, saga, {"title": "ZAGA"}, now=TUESDAY)

    keys = rows(db, "SELECT title_key, other_keys FROM series")[0]
    assert tuple(keys) == ("zaga", "saga")


# Edits


def test_custom_metadata_is_kept_and_locked(db, saga, scan, locked):
    custom = {"shelf": ["A", 3], "x": None}
    found = update_series_metadata(db, saga, {"custom_metadata": custom}, now=TUESDAY)
    scan(now=WEDNESDAY, deep=True)

    assert found.custom_metadata == custom
    assert get_series_metadata(db, saga).custom_metadata == custom
    assert locked() == ["custom_metadata"]


def test_custom_metadata_can_be_cleared(db, saga, locked):
    update_series(db, saga, {"custom_metadata": [1]}, now=TUESDAY)
    update_series(db, saga, {"custom_metadata": None}, now=TUESDAY)

    assert get_series_metadata(db, saga).custom_metadata is None
    assert locked() == []


def test_replacing_clears_what_is_not_given(db, saga, locked):
    update_series(db, saga, {"custom_metadata": 5, "language": "de"}, now=TUESDAY)

    found = replace_series_metadata(db, saga, {"summary": "Mine"}, now=WEDNESDAY)

    assert (found.summary, found.publisher, found.year) == ("Mine", None, None)
    assert (found.custom_metadata, found.language) == (None, None)
    assert found.updated_at == WEDNESDAY
    assert locked() == ["summary"]


def test_replacing_keeps_title_genres_and_tags_that_are_not_given(db, saga):
    update_series(db, saga, {"title": "SAGA"}, now=TUESDAY)

    found = replace_series_metadata(db, saga, {"tags": ["x"]}, now=WEDNESDAY)

    assert found.title == "SAGA"
    assert found.locks.title
    assert [genre.name for genre in found.genres] == ["opera", "Space"]
    assert [tag.name for tag in found.tags] == ["x"]


def test_a_mistake_replaces_nothing(db, saga):
    before = get_series_metadata(db, saga)

    with pytest.raises(InvalidError):
        replace_series_metadata(db, saga, {"year": -1}, now=TUESDAY)

    assert get_series_metadata(db, saga) == before
