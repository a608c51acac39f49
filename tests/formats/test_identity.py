"""Content identity: the same pages, whatever their names and order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codex_lib.formats.book import Page
from codex_lib.formats.identity import entries_identity, pages_identity

_PAIRS = st.lists(
    st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)), max_size=6
)


@given(_PAIRS, st.randoms())
def test_identity_does_not_depend_on_order_and_names(pairs, chance):
    pages = [Page("a", crc=crc, file_size=size) for crc, size in pairs]
    shuffled = [page._replace(name="b", offset=7) for page in pages]
    chance.shuffle(shuffled)

    assert pages_identity(pages) == pages_identity(shuffled) == entries_identity(pairs)
    assert len(pages_identity(pages)) == 16


@given(_PAIRS, _PAIRS)
def test_other_pages_are_another_identity(pairs, others):
    same = sorted(pairs) == sorted(others)

    assert (entries_identity(pairs) == entries_identity(others)) == same
