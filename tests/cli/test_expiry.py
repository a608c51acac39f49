from __future__ import annotations

import time
from contextlib import suppress

import pytest

from codex_cli.expiry import parse_expiry
from codex_lib.errors import InvalidError

MONDAY = "2024-01-15T10:30:00.000000Z"


@pytest.fixture
def set_zone(monkeypatch):
    """Return a function that moves this computer to another time zone."""

    def move(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_days_are_counted_from_now():
    assert parse_expiry("90d", now=MONDAY) == "2024-04-14T10:30:00.000000Z"


def test_never_is_no_time():
    assert parse_expiry("never", now=MONDAY) is None


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2030-01-31T23:59:59.000000Z"),
        ("Asia/Tokyo", "2030-01-31T14:59:59.000000Z"),
        ("America/New_York", "2030-02-01T04:59:59.000000Z"),
    ],
)
def test_a_date_is_that_days_last_second_here(set_zone, zone, end):
    set_zone(zone)

    assert parse_expiry("2030-01-31", now=MONDAY) == end


def test_a_time_is_taken_as_it_is():
    end = parse_expiry("2030-01-31T12:00:00+02:00", now=MONDAY)

    assert end == "2030-01-31T10:00:00.000000Z"


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-1d", "1.5d", "d", "٣d", "999999d", "2030-02-30", "31.01.2030"],
)
def test_anything_else_is_refused_with_the_forms_there_are(text):
    with pytest.raises(InvalidError, match=r"--expires: must be a date .* 90d"):
        parse_expiry(text, now=MONDAY)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_no_crash(set_zone, zone, text):
    set_zone(zone)

    with suppress(InvalidError):
        assert parse_expiry(text, now=MONDAY).startswith(text[:3])
