import pytest

from codex_lib.catalog.number_strategies import (
    NUMBER_STRATEGIES,
    number_in_stem,
    number_rule,
    uses_position,
)
from codex_lib.errors import InvalidError


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("Bone #001", 1.0),
        ("Bone #1.5", 1.5),
        ("Bone #½", 0.5),
        ("Bone #-1", -1.0),
        ("Bone # 7 v2 c3", 7.0),
        ("Bone v03 c016", 3.0),
        ("Bone Vol. 5", 5.0),
        ("BONE VOLUME 12", 12.0),
        ("Bone v02 v07", 2.0),
        ("Bone part 4 c016", 16.0),
        ("Bone Chapter 1.5 (3)", 1.5),
        ("Bone ep.3 part 5", 5.0),
        ("Bone Episode 12", 12.0),
        ("Bone 012 (3)", 3.0),
        ("Bone 012", 12.0),
        ("Bone_042", 42.0),
        ("Bone-5", 5.0),
        ("012", 12.0),
        ("Bone.012", 12.0),
    ],
)
def test_filename_number_is_the_first_kind_found(stem, number):
    assert number_in_stem(stem) == number


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("Bone 012 (2016)", 12.0),
        ("Bone 012 (2016) (digital)", 12.0),
        ("Bone (2016) (5)", 5.0),
        ("Bone 012 - The Title (2016)", 12.0),
        ("Bone (2016)", 2016.0),
    ],
)
def test_year_in_parentheses_counts_only_alone(stem, number):
    assert number_in_stem(stem) == number


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("Public12 Enemy", None),
        ("Kiev 3", 3.0),
        ("Magic 5", 5.0),
        ("Bone 012 (c2c)", 12.0),
        ("Bone c2c", None),
        ("Step 4", 4.0),
        ("Rampart 4 Story", None),
    ],
)
def test_letters_inside_words_do_not_count(stem, number):
    assert number_in_stem(stem) == number


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("Astérix - Tome 3 - Les Goths", 3.0),
        ("進撃の巨人 第34巻", 34.0),
        ("Bone #X 1.2.3", None),
        ("Just a Title", None),
        ("X23", None),
        ("", None),
    ],
)
def test_other_languages_are_tried_last(stem, number):
    assert number_in_stem(stem) == number


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("file_order", [4.0, 4.0, None]),
        ("metadata", [7.5, None, None]),
        ("filename", [2.0, 2.0, None]),
        ("smart", [7.5, 2.0, None]),
    ],
)
def test_strategy_chooses_among_the_sources(strategy, expected):
    rule = number_rule(strategy)

    numbers = [
        rule("Bone 2", "7.5", 4),
        rule("Bone 2", None, 4),
        rule("Bone", "Annual", None),
    ]

    assert numbers == expected


def test_smart_takes_the_position_when_nothing_else_is_known():
    assert number_rule("smart")("Bone", None, 4) == 4.0


def test_only_positions_change_with_the_series():
    assert {name for name in NUMBER_STRATEGIES if uses_position(name)} == {
        "file_order",
        "smart",
    }


def test_unknown_strategy_is_refused():
    with pytest.raises(InvalidError, match=r"^number_strategy: size is none of"):
        number_rule("size")
