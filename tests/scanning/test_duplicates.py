from __future__ import annotations

import shutil

import pytest

from codex_lib.catalog.duplicates import (
    dismiss_duplicate,
    duplicate_candidates,
    find_duplicate,
    list_duplicates,
)
from codex_lib.db import rows
from codex_lib.errors import AmbiguousNameError, DuplicateNotFoundError
from codex_lib.scanning.duplicates import find_duplicates

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def copy(root, scan):
    """Return a function that copies a book and scans."""

    def run(source, target):
        shutil.copyfile(root / source, root / target)
        scan()

    return run


@pytest.fixture
def shelf(make_cbz, scan, copy):
    """Two equal books, and two of one size that are not equal."""
    make_cbz("Bone/Bone 1.cbz", seed=1)
    make_cbz("Bone/Bone 2.cbz", seed=2)
    copy("Bone/Bone 1.cbz", "Bone/Bone 3.cbz")


@pytest.fixture
def search(db):
    return lambda now=MONDAY, **options: find_duplicates(db, now=now, **options)


def names(db, group):
    sql = "SELECT uuid, file_name FROM books"
    found = {row["uuid"]: row["file_name"] for row in rows(db, sql)}
    return [found[book_id] for book_id in group.book_ids]


@pytest.mark.usefixtures("shelf")
def test_books_with_equal_files_are_a_group(db, search):
    told = []

    result = search(on_progress=told.append)

    (group,) = list_duplicates(db)
    assert (result.duplicate_groups, result.hashed, result.cancelled) == (1, 2, False)
    assert names(db, group) == ["Bone 1.cbz", "Bone 3.cbz"]
    assert group.duplicate_count == 2
    assert (group.created_at, group.updated_at) == (MONDAY, MONDAY)
    assert len(told) == 2


@pytest.mark.usefixtures("shelf")
def test_a_second_search_reads_nothing_and_keeps_the_ids(db, search):
    search()
    before = list_duplicates(db)

    result = search(now=TUESDAY)

    assert (result.hashed, result.duplicate_groups) == (0, 1)
    assert list_duplicates(db) == before


@pytest.mark.usefixtures("shelf")
def test_a_dismissed_group_stays_hidden_until_a_book_joins(db, search, copy):
    search()
    (group,) = list_duplicates(db)

    dismiss_duplicate(db, group.id, now=MONDAY)
    assert list_duplicates(db) == []
    with pytest.raises(DuplicateNotFoundError):
        dismiss_duplicate(db, group.id, now=MONDAY)
    search()
    assert list_duplicates(db) == []

    copy("Bone/Bone 1.cbz", "Bone/Bone 4.cbz")
    search(now=TUESDAY)

    (back,) = list_duplicates(db)
    assert (back.id, back.duplicate_count) == (group.id, 3)
    assert (back.created_at, back.updated_at) == (MONDAY, TUESDAY)


@pytest.mark.usefixtures("shelf")
def test_a_group_that_is_no_more_goes(db, root, search, scan):
    search()
    (root / "Bone" / "Bone 3.cbz").unlink()
    scan(allow_missing=True)
    assert list_duplicates(db) == []  # before anybody searches, too

    search()

    assert rows(db, "SELECT * FROM duplicate_groups") == []


@pytest.mark.usefixtures("shelf")
def test_a_book_that_changed_has_left_its_group(db, make_cbz, search, scan, copy):
    copy("Bone/Bone 1.cbz", "Bone/Bone 4.cbz")
    search()
    make_cbz("Bone/Bone 3.cbz", seed=7, pages=9)
    scan()

    (group,) = list_duplicates(db)

    assert names(db, group) == ["Bone 1.cbz", "Bone 4.cbz"]


def test_unreadable_files_that_are_equal_are_found_but_not_empty_ones(
    db, root, scan, search
):
    for name, data in (("a", b"rubbish"), ("b", b"rubbish"), ("c", b""), ("d", b"")):
        (root / "Bone").mkdir(exist_ok=True)
        (root / "Bone" / f"{name}.cbz").write_bytes(data)
    scan()

    search()

    (group,) = list_duplicates(db)
    assert names(db, group) == ["a.cbz", "b.cbz"]


@pytest.mark.usefixtures("shelf")
def test_a_search_that_is_stopped_leaves_the_groups_as_they_were(db, search, copy):
    search()
    before = list_duplicates(db)
    copy("Bone/Bone 1.cbz", "Bone/Bone 4.cbz")

    result = search(should_stop=lambda: True)

    assert result.cancelled
    assert list_duplicates(db) == before
    assert len(duplicate_candidates(db)) == 1


@pytest.mark.usefixtures("shelf")
def test_a_group_is_found_by_the_beginning_of_its_id(db, search, copy):
    copy("Bone/Bone 2.cbz", "Bone/Bone 5.cbz")
    search()
    first, second = list_duplicates(db)

    assert find_duplicate(db, first.id) == first
    with pytest.raises(AmbiguousNameError):
        find_duplicate(db, first.id[:8])
    dismiss_duplicate(db, second.id, now=MONDAY)
    assert find_duplicate(db, first.id[:8]) == first
    with pytest.raises(DuplicateNotFoundError):
        find_duplicate(db, second.id)
