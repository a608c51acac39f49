from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.api.byte_ranges import (
    UnsatisfiableRangeError,
    is_same_file,
    wanted_part,
)

DATA = bytes(range(200))


@given(st.integers(0, 250), st.integers(0, 250))
def test_a_range_is_a_slice(first, last):
    header = f"bytes={first}-{last}"
    if first <= last and first >= len(DATA):
        with pytest.raises(UnsatisfiableRangeError):
            wanted_part(header, len(DATA))
        return

    part = wanted_part(header, len(DATA))

    if last < first:
        assert part is None
    else:
        assert DATA[slice(*part)] == DATA[first : last + 1]


@given(st.integers(0, 199))
def test_a_range_without_an_end_goes_to_the_end(first):
    assert DATA[slice(*wanted_part(f"bytes={first}-", 200))] == DATA[first:]


@given(st.integers(1, 500))
def test_a_suffix_counts_from_the_end(count):
    assert DATA[slice(*wanted_part(f"bytes=-{count}", 200))] == DATA[-count:]


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=200-", 200), ("bytes=-0", 200), ("bytes=0-", 0), ("bytes=-5", 0)],
)
def test_a_range_outside_of_the_file_is_refused(header, size):
    with pytest.raises(UnsatisfiableRangeError):
        wanted_part(header, size)


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "0-1"),
        *("lines=0-1", "bytes=0-1,4-5", "bytes=--1", "bytes=1-1-1", "bytes=1"),
        f"bytes=0-{10**30}",
    ],
)
def test_what_is_no_single_range_is_the_whole_file(header):
    assert wanted_part(header, 200) is None


@given(st.text(max_size=20))
def test_no_header_fails(text):
    try:
        part = wanted_part(f"bytes={text}", 200)
    except UnsatisfiableRangeError:
        return
    assert part is None or 0 <= part[0] < part[1] <= 200


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (None, True),
        ('"a"', True),
        (' "a" ', True),
        ("Mon", True),
        ('W/"a"', False),
        ("a", False),
        ("Tue", False),
        ("", False),
    ],
)
def test_a_part_is_sent_only_of_the_file_that_the_client_has(condition, holds):
    assert is_same_file(condition, '"a"', "Mon") is holds
