from __future__ import annotations

import hashlib

import pytest

from codex_lib.db import rows
from codex_lib.scanning import hashes
from codex_lib.scanning.hashes import hash_books


@pytest.fixture
def shelf(root, make_cbz, scan):
    """Three books, scanned."""
    for number in range(3):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number)
    scan()
    return root / "Bone"


def stored(db):
    found = rows(db, "SELECT file_name, file_hash FROM books ORDER BY path")
    return {row["file_name"]: row["file_hash"] for row in found}


def test_the_hash_is_that_of_the_files_bytes(db, shelf):
    told = []

    result = hash_books(db, on_progress=told.append)

    assert (result.total, result.hashed, result.failed) == (3, 3, 0)
    assert stored(db) == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in shelf.iterdir()
    }
    assert [progress.done for progress in told] == [1, 2, 3]
    assert hash_books(db).total == 0


def test_a_file_that_is_another_than_the_scan_saw_has_no_hash(db, shelf):
    (shelf / "Bone 0.cbz").write_bytes(b"other")
    (shelf / "Bone 1.cbz").unlink()

    result = hash_books(db)

    assert (result.hashed, result.failed) == (1, 2)
    assert [bool(value) for value in stored(db).values()] == [False, False, True]


def test_a_book_that_changes_or_goes_meanwhile_has_no_hash(db, shelf, make_cbz, scan):
    def meddle(progress):
        if progress.done == 1:
            make_cbz("Bone/Bone 0.cbz", seed=9, pages=7)
            scan()

    result = hash_books(db, on_progress=meddle)

    assert (result.hashed, result.failed) == (2, 1)


def test_what_was_hashed_before_a_stop_stays(db, shelf, monkeypatch):
    monkeypatch.setattr(hashes, "_STORE_BOOKS", 1)
    told = []

    result = hash_books(db, on_progress=told.append, should_stop=lambda: len(told) > 1)

    assert (result.hashed, result.cancelled) == (2, True)
    assert hash_books(db).hashed == 1


def test_a_book_that_is_forgotten_meanwhile_counts_as_failed(db, shelf, scan):
    from codex_lib.catalog.libraries import (  # noqa: PLC0415 - here alone
        delete_library,
        list_libraries,
    )

    def forget(progress):
        if progress.done == 1:
            delete_library(db, list_libraries(db)[0].id, now="2024-01-15T00:00:00Z")

    result = hash_books(db, on_progress=forget)

    assert (result.hashed, result.failed) == (0, 3)
