"""Facts through JSON, and nonsense from a child that was taken over."""

from __future__ import annotations

import json

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.book import BookFacts, Page
from codex_lib.formats.book_json import parse_book, render_book

COVER = Page("cover.jpg", "jpeg", 9, 1, 1, 5, 0, 9, 0)
FACTS = BookFacts(
    "cbr",
    [Page("caf\udce9.jpg", "jpeg", 1000, 20, 30, 2**32 - 1, 2**40, 900, 1)],
    bytes(range(16)),
    {"title": "One", "volume": 2, "genres": ["a", "b"], "community_rating": 4.5},
    COVER,
    ["cut off"],
)


@pytest.mark.parametrize("cover", [COVER, None])
def test_facts_survive_json(cover):
    facts = BookFacts("cbr", FACTS.pages, FACTS.identity, FACTS.metadata, cover, ["x"])

    answer = json.loads(json.dumps(render_book(facts)))

    assert parse_book("book.cbr", answer) == facts


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("file_format", 3),
        ("pages", None),
        ("pages", [["1.jpg"]]),
        ("pages", [["1\0.jpg", "jpeg", 0, 0, 0, 0, 0, 0, 0]]),
        ("pages", [[1, "jpeg", 0, 0, 0, 0, 0, 0, 0]]),
        ("pages", [["1.jpg", "jpeg", -1, 0, 0, 0, 0, 0, 0]]),
        ("pages", [["1.jpg", "jpeg", 2**64, 0, 0, 0, 0, 0, 0]]),
        ("pages", [["1.jpg", "jpeg", True, 0, 0, 0, 0, 0, 0]]),
        ("pages", [["1.jpg", "jpeg", *range(8)]]),
        ("identity", "zz"),
        ("identity", 5),
        ("metadata", []),
        ("metadata", {"unknown": "x"}),
        ("metadata", {"genres": [1]}),
        ("metadata", {"title": {"a": 1}}),
        ("cover", "1.jpg"),
        ("warnings", [1]),
    ],
)
def test_nonsense_is_refused(key, value):
    answer = render_book(FACTS) | {key: value}

    with pytest.raises(UnreadableBookError, match="nonsense"):
        parse_book("book.cbr", answer)


def test_an_answer_without_pages_is_refused():
    answer = render_book(FACTS)
    del answer["pages"]

    with pytest.raises(UnreadableBookError, match="nonsense"):
        parse_book("book.cbr", answer)
