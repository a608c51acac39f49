import pytest

from codex_lib.catalog.age_ratings import age_rating_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Everyone", 0),
        ("G", 0),
        ("All Ages", 0),
        ("Kids to Adults", 6),
        ("PG", 8),
        ("M", 15),
        ("Teen Plus", 15),
        ("Mature", 17),
        ("R18+", 18),
        ("Adult", 18),
        ("Explicit", 18),
        ("Early Childhood", 3),
        ("Everyone 10+", 10),
        ("Teen", 13),
        ("MA15+", 15),
        ("Mature 17+", 17),
        ("Adults Only 18+", 18),
        ("X18+", 18),
        (" teen\n", 13),
        ("12+", 12),
        ("from 16 + years", 16),
        ("0+", 0),
    ],
)
def test_a_rating_is_its_least_age(text, years):
    assert age_rating_years(text) == years


@pytest.mark.parametrize("text", [None, "", "Unknown", "Rating Pending", "12", "PG-13"])
def test_what_is_no_rating_has_no_age(text):
    assert age_rating_years(text) is None
