import re

import pytest

from codex_lib.catalog.strategy_config import read_config, search
from codex_lib.errors import InvalidError


def read(pattern):
    return read_config("config", {"pattern": pattern}, ("pattern",)).pattern("pattern")


@pytest.mark.parametrize("key", ["skip_depth", "skipDepth", "SKIP_DEPTH"])
def test_keys_are_known_in_both_spellings(key):
    config = read_config("config", {key: 2}, ("skip_depth",))

    assert config.integer("skip_depth", default=1, maximum=5) == 2


def test_null_is_the_default():
    config = read_config("config", {"skip_depth": None}, ("skip_depth",))

    assert config.integer("skip_depth", default=1, maximum=5) == 1


def test_key_given_with_two_values_is_refused():
    with pytest.raises(InvalidError, match=r"^config: skip_depth is given twice$"):
        read_config("config", {"skipDepth": 1, "skip_depth": 2}, ["skip_depth"])


def test_key_may_stand_in_both_spellings_with_one_value():
    config = read_config("config", {"skipDepth": 1, "skip_depth": 1}, ["skip_depth"])

    assert config.values == {"skip_depth": 1}


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?P<publisher>[^/]+)/(?P<series>.+?) v(?P<volume>\d+)/(?P<book>.+)\.cbz$",
        r"(?:Vol|Volume) (\d+)",
        r"(\(x+\))[(+*)]+",
        r"(ab)+c",
        r"(\d{4})?x",
        r"(?i)(?P<series>\w+)",
        r"[]a]*(\d+)",
        r"((a))+{",
    ],
)
def test_usual_patterns_are_accepted(pattern):
    assert read(pattern).pattern == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"(a+)+$", r"(a*)*b", r"(?:a|aa)+$", r"(a?a)*b", r"((a+))+", r"(x(a+)y)*"),
        *(r"(a+){20}", r"(a{1,5}){2,}", r".*.*.*.*x", r".+.+.+.*x"),
    ],
)
def test_patterns_that_may_take_for_ever_are_refused(pattern):
    with pytest.raises(InvalidError, match="take for ever"):
        read(pattern)


@pytest.mark.parametrize("pattern", ["(", "*", "a{99999999999999}", "(?P<1>x)"])
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(InvalidError, match="no regular expression"):
        read(pattern)


def test_long_patterns_and_texts_are_refused():
    config = read_config("config", {"pattern": "x" * 501}, ("pattern",))

    with pytest.raises(InvalidError, match="longer than 500"):
        config.pattern("pattern")
    with pytest.raises(InvalidError, match="longer than 500"):
        config.text("pattern")


def test_verbose_pattern_with_a_loose_bracket_in_its_comment():
    assert read("(?x)a # )\nb").search("ab")


def test_long_names_match_nothing():
    pattern = re.compile("x")

    assert search(pattern, "x" * 1024)
    assert search(pattern, "x" * 1025) is None


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{series", "is no template"),
        ("{}", "unknown field {}"),
        ("{series.x}", "unknown field {series.x}"),
        ("{series[0]}", "unknown field"),
        ("{series:>99999999}", "names in braces only"),
        ("{series!r}", "names in braces only"),
    ],
)
def test_templates_hold_plain_names_only(template, reason):
    config = read_config("config", {"template": template}, ("template",))

    with pytest.raises(InvalidError) as caught:
        config.template("template", {"series"}, default="")

    assert reason in caught.value.reason


def test_braces_can_be_written_twice():
    config = read_config("config", {"template": "{{{series}}}"}, ("template",))

    assert config.template("template", {"series"}, default="")({"series": "a"}) == "{a}"
