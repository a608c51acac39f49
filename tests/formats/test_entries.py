"""Which entries are pages, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.formats.entries import (
    is_hidden,
    is_page_name,
    natural_key,
    page_order,
    sorted_pages,
)


@pytest.mark.parametrize(
    "name",
    [
        *("1.jpg", "1.JPEG", "a/b/1.jpe", "x.jfif", "x.png", "x.webp", "x.gif"),
        *("x.bmp", "x.tif", "x.tiff", "x.avif", "x.jxl", "./1.jpg", "../1.jpg"),
        *("a/../1.jpg", "a.b/1.jpg", "1..jpg", "MACOSX/1.jpg"),
    ],
)
def test_images_are_pages(name):
    assert is_page_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "jpg", "1", "1.txt", "1.jpg.txt", "1.svg", "jpg/1", "a.jpg/"),
        *(".1.jpg", "a/.1.jpg", ".a/1.jpg", "__MACOSX/1.jpg", "a/__MACOSX/._1.jpg"),
        *(".jpg", "a/..b.jpg"),
    ],
)
def test_what_is_hidden_or_no_image_is_no_page(name):
    assert not is_page_name(name)


def test_hidden_is_told_by_any_part_of_the_path():
    assert is_hidden("a/.b/c")
    assert not is_hidden("a/b./c")


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.jpg", "2.jpg", "3.jpg", "9.jpg", "10.jpg"],
        ["001.jpg", "002.jpg", "010.jpg", "100.jpg"],
        ["a1.jpg", "A2.jpg", "a3.jpg"],
        ["p1-2.jpg", "p1-10.jpg", "p2-1.jpg"],
        ["c1/p9.jpg", "c1/p10.jpg", "c2/p1.jpg", "c10/p1.jpg"],
        ["cover.jpg", "page 1.jpg"],
        ["1.jpg", "01.jpg", "2.jpg"],
        ["1.jpg", "1a.jpg", "2.jpg"],
        ["Ä1.jpg", "ä2.jpg"],
        [f"{'9' * 5000}.jpg", f"{'9' * 5001}a.jpg"],
        ["2.jpg", f"{'1' * 5000}.jpg"],
    ],
)
def test_pages_are_in_natural_order(ordered):
    found = page_order(ordered[::-1])

    assert list(map(natural_key, found)) == list(map(natural_key, ordered))
    assert sorted(found) == sorted(ordered)


_NAMES = st.text("0129ab./ A²\u0661é日", max_size=6)


@given(st.lists(st.tuples(_NAMES, st.integers(0, 3)), max_size=8))
def test_the_quick_way_gives_the_natural_order(entries):
    expected = sorted(entries, key=lambda entry: (natural_key(entry[0]), entry))

    assert sorted_pages(entries) == expected


_PADDED = st.tuples(
    st.text("0a\u0661", max_size=2), st.text("b0.", max_size=2)
).flatmap(
    lambda ends: st.lists(
        st.text("0123456789\u0661", min_size=3, max_size=3).map(
            lambda digits: f"{ends[0]}{digits}{ends[1]}"
        ),
        min_size=1,
        max_size=8,
    )
)


@given(_PADDED)
def test_the_quick_way_gives_the_natural_order_of_padded_names(names):
    entries = [(name,) for name in names]

    expected = sorted(entries, key=lambda entry: (natural_key(entry[0]), entry))
    assert sorted_pages(entries) == expected


@given(_NAMES, _NAMES)
def test_any_two_keys_compare(one, other):
    assert (natural_key(one) < natural_key(other)) in (True, False)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_are_in_their_own_order(one, other):
    assert (natural_key(f"p{one}.jpg") < natural_key(f"p{other}.jpg")) == (one < other)
