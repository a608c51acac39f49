from dataclasses import replace

import pytest

from codex_lib.catalog.book_strategies import (
    BOOK_STRATEGIES,
    BookName,
    depends_on_series,
    title_rule,
)
from codex_lib.errors import InvalidError

BONE = BookName("Bone 003", title="The Map", series="Bone", number=3.0, book_count=9)


def title(strategy, name, config=None):
    return title_rule(strategy, config)(name)


def test_filename_is_the_stem():
    assert title("filename", BONE) == "Bone 003"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("The Map", "The Map"), ("  ", "Bone 003"), (None, "Bone 003")],
)
def test_metadata_first_falls_back_on_the_stem(given, expected):
    assert title("metadata_first", replace(BONE, title=given)) == expected


@pytest.mark.parametrize(
    "given",
    [
        *("Vol 3", "Vol. 3", "Volume 12", "Chapter 7", "Issue #3", "#3", "3", "Part 2"),
        *("Ep 5", "Episode 5", "1.5", "", None),
    ],
)
def test_smart_prefers_the_stem_to_a_generic_title(given):
    assert title("smart", replace(BONE, title=given)) == "Bone 003"


@pytest.mark.parametrize(
    "given", ["The Map", "Volume 3: The Map", "volume 3", "1984 and 5", "Part Two"]
)
def test_smart_keeps_a_title_that_says_something(given):
    assert title("smart", replace(BONE, title=given)) == given


@pytest.mark.parametrize(
    "key",
    ["additional_generic_patterns", "additionalGenericPatterns", "generic_patterns"],
)
def test_smart_takes_more_generic_patterns(key):
    config = {key: [r"Tome \d+"]}

    assert title("smart", replace(BONE, title="Tome 3"), config) == "Bone 003"
    assert title("smart", replace(BONE, title="Tome 3 bis"), config) == "Tome 3 bis"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Bone v.03"),
        ({"book_count": 99}, "Bone v.03"),
        ({"book_count": 100}, "Bone v.003"),
        ({"book_count": 1000}, "Bone v.0003"),
        ({"number": 1.5}, "Bone v.01.5"),
        ({"number": 0.0}, "Bone v.00"),
        ({"number": None}, "Bone 003"),
        ({"volume": 2}, "Bone v.03"),
        ({"volume": 2, "chapter": "7"}, "Bone v.02 c.007"),
        ({"volume": 2, "chapter": "7.5", "book_count": 1000}, "Bone v.02 c.0007.5"),
    ],
)
def test_series_name_pads_by_the_number_of_books(fields, expected):
    assert title("series_name", replace(BONE, **fields)) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"pattern": r"(?P<title>[A-Z]\w+) \d+"}, "Bone"),
        ({"pattern": r"\d+"}, "Bone 003"),
        ({"pattern": r"(?P<title>x)?\d+"}, "Bone 003"),
        ({"pattern": "z"}, "Bone 003"),
        ({"pattern": "z", "fallback": "metadata_first"}, "The Map"),
        ({"pattern": "z", "fallback": "series_name"}, "Bone v.03"),
        (
            {"pattern": r"(?P<n>\d+)", "titleTemplate": "{series} {n}: {title}"},
            "Bone 003: The Map",
        ),
        (
            {
                "pattern": r"(?P<title>\w+) (?P<volume>\d)(?P<x>y)?",
                "title_template": "{title}/{volume}/{chapter}/{filename}{x}",
            },
            "Bone/0//Bone 003",
        ),
        ({"pattern": r"\d", "title_template": "{chapter}{volume}"}, "Bone 003"),
    ],
)
def test_custom_title(config, expected):
    assert title("custom", BONE, config) == expected


def test_custom_template_names_the_volume_that_is_known():
    config = {"pattern": "Bone", "title_template": "{series} {volume}"}

    assert title("custom", replace(BONE, volume=2), config) == "Bone 2"


@pytest.mark.parametrize(
    ("strategy", "config", "reason"),
    [
        ("filename", {"x": 1}, "x is unknown (known: none)"),
        ("smart", {"generic_patterns": ["("]}, "is no regular expression"),
        ("custom", {}, "pattern is missing"),
        ("custom", {"pattern": "x", "fallback": "custom"}, "fallback has to be one of"),
        ("custom", {"pattern": "x", "title_template": "{y}"}, "unknown field {y}"),
    ],
)
def test_bad_configuration_is_refused(strategy, config, reason):
    with pytest.raises(InvalidError) as caught:
        title_rule(strategy, config)

    assert caught.value.field == "book_config"
    assert reason in caught.value.reason


def test_unknown_strategy_is_refused():
    with pytest.raises(InvalidError, match=r"^book_strategy: x is none of"):
        title_rule("x", None)


@pytest.mark.parametrize(
    ("strategy", "config", "expected"),
    [
        ("filename", None, False),
        ("smart", None, False),
        ("series_name", None, True),
        ("custom", {"pattern": "x"}, False),
        ("custom", {"pattern": "x", "titleTemplate": "{series} x"}, True),
        ("custom", {"pattern": "x", "fallback": "series_name"}, True),
    ],
)
def test_titles_that_depend_on_the_series(strategy, config, expected):
    assert depends_on_series(strategy, config) is expected


@pytest.mark.parametrize("strategy", BOOK_STRATEGIES)
def test_every_strategy_titles_a_book_of_which_only_the_file_is_known(strategy):
    config = {"pattern": "x"} if strategy == "custom" else None

    assert title(strategy, BookName("Bone"), config) == "Bone"
