import math

import pytest

from codex_lib.catalog.custom_metadata import (
    MAX_BYTES,
    MAX_DEPTH,
    custom_metadata_text,
    custom_metadata_value,
)
from codex_lib.errors import InvalidError


def nested(depth):
    value = 1
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, None], "a": {"x": True}}, '{"a":{"x":true},"b":[1,null]}'),
        ("見出し", '"見出し"'),
        (0, "0"),
        (1.5, "1.5"),
        (False, "false"),
        ([], "[]"),
        (2**64 - 1, str(2**64 - 1)),
    ],
)
def test_any_json_is_kept_in_one_form(value, text):
    assert custom_metadata_text(value) == text
    assert custom_metadata_value(text) == value


def test_none_is_no_custom_metadata():
    assert custom_metadata_value(None) is None


def test_json_may_be_as_large_as_the_limit_and_no_larger():
    assert len(custom_metadata_text("x" * (MAX_BYTES - 2))) == MAX_BYTES
    with pytest.raises(InvalidError, match=r"65,537 bytes; at most 65,536"):
        custom_metadata_text("x" * (MAX_BYTES - 1))


def test_bytes_count_and_not_letters():
    with pytest.raises(InvalidError, match="bytes"):
        custom_metadata_text("あ" * (MAX_BYTES // 2))


def test_json_may_be_as_deep_as_the_limit_and_no_deeper():
    assert custom_metadata_text(nested(MAX_DEPTH)).count("[") == MAX_DEPTH - 1
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(InvalidError, match="more than 32 levels deep"):
            custom_metadata_text({"a": nested(depth)})


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800", {"\udfff": 1}])
def test_what_only_python_takes_for_json_is_refused(value):
    with pytest.raises(InvalidError, match="custom_metadata: no JSON"):
        custom_metadata_text(value)


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1])
def test_a_number_that_no_answer_can_hold_is_refused(number):
    with pytest.raises(InvalidError, match="64 bits"):
        custom_metadata_text({"a": [number]})
