"""The page map: what goes in comes out, whatever the names and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.formats.book import Page
from codex_lib.formats.page_map import pack_pages, unpack_page, unpack_pages

_FORMATS = ("", "jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "jxl", "pdf")
_NAMES = st.one_of(
    st.text(st.characters(exclude_characters="\0"), max_size=8),  # surrogates too
    st.integers(0, 200).map(lambda number: f"page/{number:03}.jpg"),
    st.text("ab", max_size=3),
)
_SMALL = st.integers(0, 255)
_LARGE = st.integers(0, 2**63 - 1)


def _pages(numbers):
    return st.builds(
        Page,
        *(_NAMES, st.sampled_from([*_FORMATS, "xhtml", "heif", "svg"])),
        *(numbers, numbers, numbers, numbers, numbers, numbers, numbers),
    )


_LISTS = st.one_of(
    st.lists(_pages(_SMALL), max_size=8), st.lists(_pages(_LARGE), max_size=4)
)


@given(_LISTS, st.none() | _pages(_SMALL) | _pages(_LARGE))
def test_a_page_map_gives_back_what_it_was_made_of(pages, cover):
    assert unpack_pages(pack_pages(pages, cover)) == (pages, cover)


@given(_LISTS, st.none() | _pages(_SMALL) | _pages(_LARGE))
def test_one_page_is_the_same_as_among_all(pages, cover):
    blob = pack_pages(pages, cover)

    found = [unpack_page(blob, number) for number in range(len(pages) + 2)]

    assert found == [(page, len(pages)) for page in [None, *pages, None]]


def test_names_of_any_length_fit():
    names = ["░" * 65_535 + ".jpg", "░" * 65_535 + ".png", "x" * 200_000]
    for some in ([], names[:1], names[:2], names):
        pages = [Page(name) for name in some]

        assert unpack_pages(pack_pages(pages))[0] == pages


@pytest.mark.parametrize(
    "names", [["a1x", "a2y", "a3x"], ["a", "a", "a"], ["", "a"], ["ab", "abab", "b"]]
)
def test_names_that_overlap_in_what_they_share_stay_what_they_are(names):
    pages = [Page(name) for name in names]

    assert unpack_pages(pack_pages(pages))[0] == pages


def test_a_format_that_has_no_code_is_none():
    (page,), _ = unpack_pages(pack_pages([Page("1", "new kind")]))

    assert page.format == ""


def test_pages_of_usual_names_take_22_bytes_and_what_differs():
    pages = [
        Page(f"Bone 01/Bone 01 - {number:03}.jpg", "jpeg", 300_000, 1600, 2400, 1, 2, 3)
        for number in range(100)
    ]

    assert len(pack_pages(pages)) < 100 * (22 + 3) + 60
