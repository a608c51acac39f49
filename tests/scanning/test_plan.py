"""The plan: what differs between the files and the catalog, and when to refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.scanning.plan import (
    KnownBook,
    ScanPlan,
    loss_reasons,
    plan_scan,
    spare_unreadable,
)
from codex_lib.scanning.walk import FileFact


def book(path, *, number=1, size=10, time=100, sidecar=None):
    return KnownBook(number, path, size, time, sidecar, b"identity")


def file(path, *, size=10, time=100, sidecar=None):
    return FileFact(path, size, time, sidecar)


def planned(plan):
    return {
        "added": [fact.path for fact in plan.added],
        "changed": [(change.file.path, change.reason) for change in plan.changed],
        "missing": [known.path for known in plan.missing],
        "unchanged": plan.unchanged,
    }


@pytest.mark.parametrize(
    ("files", "books", "expected"),
    [
        ([], [], {}),
        ([file("a")], [], {"added": ["a"]}),
        ([], [book("a")], {"missing": ["a"]}),
        ([file("a")], [book("a")], {"unchanged": 1}),
        ([file("a", size=9)], [book("a")], {"changed": [("a", "size changed")]}),
        ([file("a", time=101)], [book("a")], {"changed": [("a", "time changed")]}),
        ([file("a", time=99)], [book("a")], {"changed": [("a", "time changed")]}),
        (
            [file("a", sidecar=5)],
            [book("a")],
            {"changed": [("a", "metadata.opf changed")]},
        ),
        (
            [file("a")],
            [book("a", sidecar=5)],
            {"changed": [("a", "metadata.opf changed")]},
        ),
        ([file("a", sidecar=5)], [book("a", sidecar=5)], {"unchanged": 1}),
        (
            [file("b"), file("d"), file("e")],
            [book("a"), book("b"), book("c"), book("e", size=1), book("f")],
            {
                "added": ["d"],
                "changed": [("e", "size changed")],
                "missing": ["a", "c", "f"],
                "unchanged": 1,
            },
        ),
    ],
)
def test_files_and_books_are_compared_by_path(files, books, expected):
    nothing = {"added": [], "changed": [], "missing": [], "unchanged": 0}

    assert planned(plan_scan(files, books)) == {**nothing, **expected}


def test_deep_reads_every_file_again():
    plan = plan_scan([file("a"), file("b", size=1)], [book("a"), book("b")], deep=True)

    assert planned(plan)["changed"] == [("a", "read again"), ("b", "size changed")]
    assert plan.unchanged == 0


_PATHS = st.sets(st.text("ab/ .é日\U0001f600", min_size=1, max_size=4), max_size=12)


@given(_PATHS, _PATHS, st.booleans())
def test_every_file_and_every_book_is_accounted_for_once(on_disk, known, deep):
    files = [file(path) for path in sorted(on_disk)]
    books = [
        book(path, number=number, size=len(path) + 9)
        for number, path in enumerate(sorted(known))
    ]

    plan = plan_scan(files, books, deep=deep)

    assert {fact.path for fact in plan.added} == on_disk - known
    assert {found.path for found in plan.missing} == known - on_disk
    unchanged = {p for p in known & on_disk if len(p) == 1 and not deep}
    assert plan.unchanged == len(unchanged)
    assert {c.file.path for c in plan.changed} == known & on_disk - unchanged
    assert all(change.book.path == change.file.path for change in plan.changed)
    assert plan.files_total == len(on_disk)
    assert plan.file_count == len(on_disk) - plan.unchanged


@pytest.mark.parametrize(
    ("unreadable", "missing"),
    [
        ([], ["a/1", "a/b/2", "ab/3", "c"]),
        ([("a", "x")], ["ab/3", "c"]),
        ([("a/b", "x")], ["a/1", "ab/3", "c"]),
        ([("c", "x")], ["a/1", "a/b/2", "ab/3"]),
        ([("", "x")], []),
        ([("ab", "x"), ("a", "y")], ["c"]),
    ],
)
def test_books_below_an_unreadable_folder_are_not_missing(unreadable, missing):
    plan = ScanPlan(missing=[book(path) for path in ("a/1", "a/b/2", "ab/3", "c")])

    spare_unreadable(plan, unreadable)

    assert [known.path for known in plan.missing] == missing
    assert plan.unreadable == sorted(unreadable)


def reasons(missing, **facts):
    plan = ScanPlan(missing=[book(path) for path in missing])
    top = {path.partition("/")[0] for path in missing if "/" in path}
    usual = {"book_count": 1000, "is_empty": False, "existing": top}
    usual |= {"top_folders": top, "max_missing_percent": 20}
    return loss_reasons(plan, **{**usual, **facts})


def in_folder(folder, count):
    return [f"{folder}/{number}.cbz" for number in range(count)]


@pytest.mark.parametrize(
    ("missing", "facts", "refused"),
    [
        ([], {"book_count": 0, "is_empty": True}, []),
        (["a"], {"is_empty": True}, ["its folder is empty and 1 book"]),
        (in_folder("A", 2), {"is_empty": True}, ["its folder is empty and 2 books"]),
        (
            in_folder("A", 1),
            {"existing": set()},
            ["the folder 'A' with 1 book is gone"],
        ),
        (
            [*in_folder("A", 3), *in_folder("B", 2)],
            {"existing": set(), "top_folders": set()},
            ["the folder 'A' with 3 books is gone", "the folder 'B' with 2 books"],
        ),
        (in_folder("A", 4), {"top_folders": set()}, []),
        (in_folder("A", 5), {"top_folders": set()}, ["'A' with 5 books is empty"]),
        (in_folder("A", 9), {}, []),
        (["a.cbz", "b.cbz"], {"book_count": 2}, []),
        (["a", "b", "c"], {"book_count": 3}, ["3 of 3 books would be missing (100 %;"]),
        (in_folder("A", 20), {"book_count": 100}, []),
        (in_folder("A", 21), {"book_count": 100}, ["21 of 100 books would be missing"]),
        (in_folder("A", 30), {"book_count": 100, "max_missing_percent": 30}, []),
        (in_folder("A", 99), {"book_count": 100, "max_missing_percent": 100}, []),
    ],
)
def test_a_plan_that_looks_like_a_lost_disk_is_refused(missing, facts, refused):
    told = reasons(missing, **facts)

    assert len(told) == len(refused)
    assert all(part in text for part, text in zip(refused, told, strict=True))


def test_the_share_that_is_missing_is_told_with_its_limit():
    told = reasons(in_folder("A", 30), book_count=90)

    assert told == ["30 of 90 books would be missing (33 %; the limit is 20 %)"]
