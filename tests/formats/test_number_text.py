import math

import pytest

from codex_lib.formats.number_text import normal_number, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("001", 1.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("1,000", 1000.0),
        ("0,125", 0.125),
        ("½", 0.5),
        ("1½", 1.5),
        ("1/2", 0.5),
        ("12.AU", 12.0),
        ("34.1NOW", 34.1),
        ("001A", 1.0),
        ("-1", -1.0),
        ("\u22121", -1.0),
        ("-½", -0.5),
        ("+3", 3.0),
        ("-0", 0.0),
        ("#7", 7.0),
        (" 8 ", 8.0),
        ("1-6", 1.0),
        ("999999999", 999999999.0),
        ("\u0663", 3.0),
    ],
)
def test_number_has_a_value(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "#", "inf", "nan", "-inf", "Infinity", "1e5", "0x10", "1_000"),
        *("Annual 1", "B1", "one", "1/0", "1.2.3", "10000000000", "-10000000000"),
        *("9" * 33, "1" * 5000, "²"),
    ],
)
def test_text_without_a_value_is_none(text):
    assert parse_number(text) is None


def test_values_are_finite():
    assert math.isfinite(parse_number("9" * 9) or math.inf)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("001", "1"),
        ("000", "0"),
        ("0", "0"),
        ("00.5", "0.5"),
        ("12,5", "12.5"),
        ("½", "½"),
        ("0½", "½"),
        ("100", "100"),
    ],
)
def test_leading_zeros_are_dropped(text, normal):
    assert normal_number(text) == normal
