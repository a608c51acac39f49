import math

import pytest

from codex_lib.catalog.external_ratings import (
    MOST_VOTES,
    delete_external_rating,
    list_external_ratings,
    set_external_rating,
)
from codex_lib.db import rows
from codex_lib.errors import InvalidError, RatingNotFoundError, SeriesNotFoundError

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def saga(db, make_cbz, scan):
    make_cbz("Saga/Saga 1.cbz")
    scan()
    return rows(db, "SELECT uuid FROM series")[0]["uuid"]


def put(db, series_id, source="AniList", rating=81.5, vote_count=None, now=TUESDAY):
    return set_external_rating(
        db,
        series_id,
        source_name=source,
        rating=rating,
        vote_count=vote_count,
        now=now,
    )


def test_a_source_has_one_rating_which_the_next_replaces(db, saga):
    first = put(db, saga, vote_count=7, now=MONDAY)
    second = put(db, saga, "ANILIST", 90)

    assert (first.source_name, first.rating, first.vote_count) == ("anilist", 81.5, 7)
    assert (second.id, second.created_at) == (first.id, MONDAY)
    assert (second.rating, second.vote_count, second.fetched_at) == (
        90.0,
        None,
        TUESDAY,
    )
    assert list_external_ratings(db, saga) == [second]
    assert rows(db, "SELECT updated_at FROM series")[0]["updated_at"] == TUESDAY


@pytest.mark.parametrize("by", ["id", "source_name"])
def test_a_rating_is_deleted_by_source_or_id(db, saga, by):
    rating = put(db, saga)

    delete_external_rating(db, saga, getattr(rating, by).upper(), now=TUESDAY)

    assert list_external_ratings(db, saga) == []
    with pytest.raises(RatingNotFoundError, match="Rating not found: anilist"):
        delete_external_rating(db, saga, "anilist", now=TUESDAY)


@pytest.mark.parametrize("rating", [-0.1, 100.1, math.nan, math.inf, 10**400])
def test_a_rating_outside_of_0_to_100_is_refused(db, saga, rating):
    with pytest.raises(InvalidError, match="rating"):
        put(db, saga, rating=rating)


@pytest.mark.parametrize("votes", [-1, MOST_VOTES + 1])
def test_votes_that_nobody_can_count_are_refused(db, saga, votes):
    with pytest.raises(InvalidError, match="vote_count"):
        put(db, saga, vote_count=votes)


def test_a_series_has_at_most_100_external_ratings(db, saga):
    for number in range(100):
        put(db, saga, f"s{number}")

    with pytest.raises(InvalidError, match="at most 100"):
        put(db, saga, "one more")
    assert len(list_external_ratings(db, saga)) == 100


def test_an_unknown_series_has_no_external_ratings(db, saga):
    for ask in (
        lambda: list_external_ratings(db, NOBODY),
        lambda: put(db, NOBODY),
        lambda: delete_external_rating(db, NOBODY, "x", now=TUESDAY),
    ):
        with pytest.raises(SeriesNotFoundError):
            ask()
