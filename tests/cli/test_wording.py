from __future__ import annotations

import time

import pytest

from codex_cli import wording


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (12_345_678, "12.3 MB"),
        (999_999, "1.0 MB"),
        (5 * 10**12, "5.0 TB"),
        (10**19, "10000.0 PB"),
    ],
)
def test_file_size_counts_in_thousands(size, shown):
    assert wording.file_size(size) == shown


def test_count_takes_the_plural():
    assert wording.count(1, "book") == "1 book"
    assert wording.count(2000, "library", "libraries") == "2,000 libraries"


def test_local_time_is_that_of_this_place(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()

    shown = wording.local_time("2024-01-15T22:30:00.123456Z")

    monkeypatch.undo()
    time.tzset()
    assert shown == "2024-01-16 07:30"


def test_local_time_of_nothing_is_empty():
    assert wording.local_time(None) == ""


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0312, "0.03 s"), (12.34, "12.3 s"), (200.4, "3 min 20 s"), (59.96, "60.0 s")],
)
def test_duration(seconds, shown):
    assert wording.duration(seconds) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(None, ""), (3.0, "3"), (1.5, "1.5"), (1234567.0, "1234567")]
)
def test_decimal_drops_a_needless_fraction(number, shown):
    assert wording.decimal(number) == shown
