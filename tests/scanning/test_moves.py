"""Moves: books follow their content, and none is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.scanning.moves import match_moves
from codex_lib.scanning.plan import KnownBook, plan_scan
from codex_lib.scanning.walk import FileFact


def match(before, after, *, deleted=()):
    """Plan a scan: before and after map paths to contents, deleted is (path, content).

    A book's id is its content, or content and path where it is not the only one. Books
    whose content changed differ in time; None is a file that cannot be read.
    """
    before, after = before.items(), dict(after)
    books = [
        KnownBook(f"{text}@{path}", path, 1, hash((path, text)), None, _identity(text))
        for path, text in sorted(before)
    ]
    files = [FileFact(p, 1, hash((p, text))) for p, text in sorted(after.items())]
    gone = [
        KnownBook(f"{text}@{path}", path, 1, 0, None, _identity(text), is_deleted=True)
        for path, text in deleted
    ]
    plan = plan_scan(files, books)
    changed = [change.file for change in plan.changed]
    identities = {
        fact.path: _identity(after[fact.path])
        for fact in [*plan.added, *changed]
        if after[fact.path]
    }
    return match_moves(plan, gone, identities), books, gone


def _identity(text):
    return text.encode() if text else None


def outcome(before, after, *, deleted=()):
    plan, *_ = match(before, after, deleted=deleted)
    kinds = ("changed", "moved", "restored")
    found = {
        kind: {c.file.path: c.book.id for c in getattr(plan, kind)} for kind in kinds
    }
    found["added"] = [fact.path for fact in plan.added]
    found["missing"] = [book.id for book in plan.missing]
    return {kind: items for kind, items in found.items() if items}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({"a": "A"}, {"b": "A"}, {"moved": {"b": "A@a"}}, id="rename"),
        pytest.param(
            {"x/a": "A"}, {"y/a": "A"}, {"moved": {"y/a": "A@x/a"}}, id="other folder"
        ),
        pytest.param(
            {"x/a": "A", "x/b": "B"},
            {"y/a": "A", "y/b": "B"},
            {"moved": {"y/a": "A@x/a", "y/b": "B@x/b"}},
            id="folder renamed",
        ),
        pytest.param({"a": "A"}, {"a": "A", "b": "A"}, {"added": ["b"]}, id="copy"),
        pytest.param(
            {"a": "A", "b": "B"},
            {"a": "B", "b": "A"},
            {"moved": {"a": "B@b", "b": "A@a"}},
            id="two names swapped",
        ),
        pytest.param(
            {"1": "A", "2": "B", "3": "C"},
            {"1": "new", "2": "A", "3": "B", "4": "C"},
            {"added": ["1"], "moved": {"2": "A@1", "3": "B@2", "4": "C@3"}},
            id="a first issue inserted, all others renamed",
        ),
        pytest.param(
            {"1": "A", "2": "B", "3": "C"},
            {"1": "B", "2": "C"},
            {"moved": {"1": "B@2", "2": "C@3"}, "missing": ["A@1"]},
            id="the first issue taken out, all others renamed",
        ),
        pytest.param(
            {"a": "A", "b": "B"},
            {"a": "B"},
            {"moved": {"a": "B@b"}, "missing": ["A@a"]},
            id="one renamed over the other",
        ),
        pytest.param(
            {"a": "A"}, {"a": "edited"}, {"changed": {"a": "A@a"}}, id="edited in place"
        ),
        pytest.param(
            {"a": "A"},
            {"a": "edited", "b": "A"},
            {"added": ["a"], "moved": {"b": "A@a"}},
            id="renamed, and another file in its place",
        ),
        pytest.param(
            {"a": "A", "b": "B"},
            {"a": "edited", "c": "B"},
            {"changed": {"a": "A@a"}, "moved": {"c": "B@b"}},
            id="one edited, another renamed",
        ),
        pytest.param(
            {"a": "A"}, {"b": "B"}, {"added": ["b"], "missing": ["A@a"]}, id="replaced"
        ),
        pytest.param({"a": "A"}, {"a": None}, {"changed": {"a": "A@a"}}, id="damaged"),
        pytest.param(
            {"a": "A"},
            {"b": None},
            {"added": ["b"], "missing": ["A@a"]},
            id="renamed and damaged",
        ),
        pytest.param(
            {"a": None}, {"a": "A"}, {"changed": {"a": "None@a"}}, id="mended"
        ),
        pytest.param(
            {"a": None, "c": "C"},
            {"b": None, "c": "C"},
            {"added": ["b"], "missing": ["None@a"]},
            id="unreadable files are not alike",
        ),
        pytest.param(
            {"a": "A", "b": "A"}, {"a": "A"}, {"missing": ["A@b"]}, id="duplicate gone"
        ),
        pytest.param(
            {"x/1": "A", "x/2": "A"},
            {"y/1": "A", "y/2": "A"},
            {"moved": {"y/1": "A@x/1", "y/2": "A@x/2"}},
            id="equal duplicates keep their names",
        ),
        pytest.param(
            {"x/1": "A", "x/2": "A"},
            {"y/0": "A", "y/2": "A"},
            {"moved": {"y/0": "A@x/1", "y/2": "A@x/2"}},
            id="of equal duplicates the renamed one is renamed",
        ),
    ],
)
def test_books_follow_their_content(before, after, expected):
    assert outcome(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "deleted", "expected"),
    [
        pytest.param(
            {}, {"a": "A"}, [("a", "A")], {"restored": {"a": "A@a"}}, id="back"
        ),
        pytest.param(
            {}, {"b": "A"}, [("a", "A")], {"moved": {"b": "A@a"}}, id="back elsewhere"
        ),
        pytest.param(
            {},
            {"a": "B"},
            [("a", "A")],
            {"restored": {"a": "A@a"}},
            id="back with other content",
        ),
        pytest.param(
            {},
            {"a": None},
            [("a", "A")],
            {"restored": {"a": "A@a"}},
            id="back, damaged",
        ),
        pytest.param(
            {},
            {"a": "A"},
            [("a", "old"), ("a", "A")],
            {"restored": {"a": "A@a"}},
            id="content decides which of two",
        ),
        pytest.param(
            {},
            {"a": "new"},
            [("a", "old"), ("a", "older")],
            {"restored": {"a": "older@a"}},
            id="the one deleted last",
        ),
        pytest.param(
            {},
            {"a": "B", "b": "A"},
            [("a", "A"), ("b", "B")],
            {"moved": {"a": "B@b", "b": "A@a"}},
            id="back with names swapped",
        ),
        pytest.param(
            {"x": "A"},
            {"b": "A"},
            [("a", "A")],
            {"moved": {"b": "A@x"}},
            id="live before deleted",
        ),
        pytest.param(
            {"x": "A"},
            {"a": "A"},
            [("a", "A")],
            {"restored": {"a": "A@a"}, "missing": ["A@x"]},
            id="its own path before all",
        ),
        pytest.param(
            {"a": "A"},
            {"a": "A", "b": "B"},
            [("c", "C")],
            {"added": ["b"]},
            id="nothing to do with it",
        ),
        pytest.param(
            {"a": "A"},
            {"a": "old", "b": "A"},
            [("z", "old")],
            {"moved": {"a": "old@z", "b": "A@a"}},
            id="back in the place of one that moved",
        ),
        pytest.param(
            {"a": "A"},
            {"a": "old"},
            [("z", "old")],
            {"moved": {"a": "old@z"}, "missing": ["A@a"]},
            id="back over a live one",
        ),
    ],
)
def test_deleted_books_come_back(before, after, deleted, expected):
    assert outcome(before, after, deleted=deleted) == expected


def test_what_the_plan_knows_else_is_kept():
    plan = plan_scan([FileFact("a", 1, 1)], [KnownBook(1, "a", 1, 1, None, b"A")])
    plan.unreadable = [("b", "no such file or directory")]

    matched = match_moves(plan, [], {})

    assert matched.unchanged == 1
    assert matched.unreadable == plan.unreadable


_PATHS = st.sampled_from(["1", "2", "3", "x/1", "x/2", "y/1", "y/3"])
_TEXTS = st.sampled_from(["A", "B", "C", "D", None])
_TREES = st.dictionaries(_PATHS, _TEXTS, max_size=6)


@given(_TREES, _TREES, st.lists(st.tuples(_PATHS, _TEXTS), max_size=4, unique=True))
def test_every_file_gets_one_book_and_no_book_is_lost(before, after, deleted):
    plan, books, gone = match(before, after, deleted=deleted)

    claimed = [*plan.changed, *plan.moved, *plan.restored]
    unchanged = {path for path in after if before.get(path, 0) == after[path]}
    paths = [c.file.path for c in claimed] + [fact.path for fact in plan.added]
    assert sorted(paths) == sorted(after.keys() - unchanged)
    taken = [id(change.book) for change in claimed] + [id(b) for b in plan.missing]
    assert len(taken) == len(set(taken))
    live = {id(book) for book in books if book.path not in unchanged}
    assert live <= set(taken) <= live | {id(book) for book in gone}
    for change in plan.moved:
        assert _identity(after[change.file.path]) == change.book.identity
    assert all(c.book.path == c.file.path for c in [*plan.changed, *plan.restored])
    assert plan.unchanged == len(unchanged)
