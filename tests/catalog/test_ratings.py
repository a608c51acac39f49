import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.catalog.ratings import (
    average_rating,
    delete_rating,
    get_rating,
    list_ratings,
    set_rating,
)
from codex_lib.db import rows
from codex_lib.errors import (
    InvalidError,
    RatingNotFoundError,
    SeriesNotFoundError,
    UserNotFoundError,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def users(db):
    """The ids of Ana and Ben."""
    return [
        create_user(
            db,
            username=name,
            email=f"{name}@example.com",
            password="Green.Apple7",
            costs=Costs(8192, 1, 1),
            now=MONDAY,
        ).id
        for name in ("ana", "ben")
    ]


@pytest.fixture
def series(db, make_cbz, scan):
    """The ids of Bone and Saga."""
    make_cbz("Bone/Bone 1.cbz", seed=1)
    make_cbz("Saga/Saga 1.cbz", seed=2)
    scan()
    return [row["uuid"] for row in rows(db, "SELECT uuid FROM series ORDER BY title")]


def rate(db, user, series_id, rating, now=TUESDAY, **notes):
    return set_rating(db, user, series_id, {"rating": rating, **notes}, now=now)


def test_everybody_has_a_rating_of_their_own(db, users, series):
    ana, ben = users
    rated = rate(db, ana, series[0], 80, notes=" Fun ")
    rate(db, ben, series[0], 41)

    assert get_rating(db, ana, series[0]) == rated
    assert (rated.rating, rated.notes, rated.series_title) == (80, "Fun", "Bone")
    assert average_rating(db, series[0]).average == 60.5
    assert average_rating(db, series[0]).count == 2


def test_a_series_without_ratings_has_no_average(db, series):
    mean = average_rating(db, series[0])

    assert (mean.average, mean.count) == (None, 0)


def test_the_next_rating_replaces_and_keeps_notes_unless_told(db, users, series):
    ana = users[0]
    first = rate(db, ana, series[0], 80, notes="Fun", now=MONDAY)
    second = rate(db, ana, series[0], 70)

    assert (second.id, second.created_at) == (first.id, MONDAY)
    assert (second.rating, second.notes, second.updated_at) == (70, "Fun", TUESDAY)
    assert rate(db, ana, series[0], 70, notes=None).notes is None
    assert rate(db, ana, series[0], 70, notes=" ").notes is None


def test_ratings_are_listed_the_latest_first(db, users, series):
    rate(db, users[0], series[0], 1, now=MONDAY)
    rate(db, users[0], series[1], 100)
    rate(db, users[1], series[1], 50)

    found = list_ratings(db, users[0])

    assert [(item.series_title, item.rating) for item in found] == [
        ("Saga", 100),
        ("Bone", 1),
    ]


def test_a_rating_can_be_taken_back(db, users, series):
    rate(db, users[0], series[0], 1)
    rate(db, users[1], series[0], 2)

    delete_rating(db, users[0], series[0])

    assert list_ratings(db, users[0]) == []
    assert average_rating(db, series[0]).average == 2
    for again in (get_rating, delete_rating):
        with pytest.raises(RatingNotFoundError, match="Rating not found"):
            again(db, users[0], series[0])


def test_a_series_is_no_newer_for_what_somebody_gives_it(db, users, series):
    rate(db, users[0], series[0], 1)

    assert rows(db, "SELECT max(updated_at) AS at FROM series")[0]["at"] == MONDAY


@pytest.mark.parametrize("rating", [0, 101, True, 5.0, "5", None])
def test_a_rating_is_a_whole_number_from_1_to_100(db, users, series, rating):
    with pytest.raises(InvalidError, match=r"rating: .*from 1 to 100"):
        rate(db, users[0], series[0], rating)


@pytest.mark.parametrize("notes", [7, "x" * 10_001])
def test_notes_are_text_of_a_reasonable_length(db, users, series, notes):
    with pytest.raises(InvalidError, match="notes"):
        rate(db, users[0], series[0], 5, notes=notes)


def test_nobody_and_nothing_is_rated(db, users, series):
    with pytest.raises(UserNotFoundError):
        rate(db, NOBODY, series[0], 5)
    for ask in (
        lambda: rate(db, users[0], NOBODY, 5),
        lambda: get_rating(db, users[0], NOBODY),
        lambda: delete_rating(db, users[0], NOBODY),
        lambda: average_rating(db, NOBODY),
    ):
        with pytest.raises(SeriesNotFoundError):
            ask()
