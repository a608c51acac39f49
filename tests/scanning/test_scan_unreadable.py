"""Scans that meet damage: one bad file is one reason, never the end of a scan."""

from __future__ import annotations

import zipfile

import pytest

from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.metadata import update_book
from codex_lib.db import rows
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


def counts(result):
    """Return the counts of a result that are not 0."""
    names = ("added", "changed", "moved", "missing", "restored", "unchanged")
    return {name: getattr(result, name) for name in names if getattr(result, name)}


def test_bad_files_are_listed_with_their_reasons_and_the_rest_is_read(
    scan, make_cbz, books
):
    make_cbz("A/1.cbz")
    make_cbz("A/2.cbz").write_bytes(b"")
    make_cbz("A/3.cbz").write_bytes(b"<html></html>")
    with zipfile.ZipFile(make_cbz("A/4.cbz"), "w") as archive:
        archive.writestr("readme.txt", b"x")

    result = scan()

    assert [tuple(bad) for bad in result.unreadable] == [
        ("A/2.cbz", "not a ZIP archive but an empty file"),
        ("A/3.cbz", "not a ZIP archive but a web page or XML"),
        ("A/4.cbz", "no pages: none of its files is an image"),
    ]
    assert (result.added, result.unreadable_count) == (4, 3)
    found = books()
    assert found["A/1.cbz"]["analysis_error"] is None
    bad = found["A/3.cbz"]
    assert (bad["analysis_error"], bad["page_count"], bad["analyzed_at"]) == (
        *("not a ZIP archive but a web page or XML", 0),
        None,
    )
    assert (bad["title"], bad["file_format"], bad["identity"]) == ("3", "cbz", None)


def test_a_bad_file_is_counted_but_not_read_again_until_it_changes(
    scan, make_cbz, books
):
    make_cbz("A/1.cbz").write_bytes(b"no book")
    scan()
    before = books()["A/1.cbz"]["uuid"]

    again = scan()
    assert (counts(again), again.unreadable, again.unreadable_count) == (
        *({"unchanged": 1}, []),
        1,
    )
    make_cbz("A/1.cbz", pages=3)
    mended = scan()
    assert (counts(mended), mended.unreadable_count) == ({"changed": 1}, 0)
    book = books()["A/1.cbz"]
    assert (book["uuid"], book["page_count"], book["analysis_error"]) == (
        *(before, 3),
        None,
    )


def test_a_good_file_that_turns_bad_keeps_what_was_known(scan, make_cbz, books):
    path = make_cbz("A/1.cbz", pages=3, Title="Boneville", Genre="War")
    scan()
    before = dict(books()["A/1.cbz"])
    path.write_bytes(path.read_bytes()[:20])

    scan(now=TUESDAY)

    after = dict(books()["A/1.cbz"])
    assert after.pop("analysis_error").startswith("cut off")
    changed = {key for key, value in after.items() if value != before[key]}
    assert changed == {"file_size", "mtime_ns", "updated_at"}


def test_a_bad_file_stays_in_the_series_that_its_metadata_gave(
    db, root, make_cbz, books, series
):
    library = create_library(
        db,
        name="L",
        path=root,
        now=MONDAY,
        series_strategy="flat",
        series_config={"require_metadata": True},
    )
    path = make_cbz("A/1.cbz", Series="Bone")
    scan_library(db, library.id, now=MONDAY)
    path.write_bytes(b"damaged")

    scan_library(db, library.id, now=MONDAY)

    assert books()["A/1.cbz"]["analysis_error"] is not None
    assert set(series()) == {"Bone"}


def test_warnings_of_readable_files_are_kept_and_told(scan, make_cbz, books):
    path = make_cbz("A/1.cbz", pages=2)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("003.jpg", b"this is no image")

    result = scan()

    book = books()["A/1.cbz"]
    assert book["page_count"] == 3
    assert book["analysis_warnings"] == "page 3 (003.jpg) is not an image"
    assert [tuple(item) for item in result.damaged] == [
        ("A/1.cbz", "page 3 (003.jpg) is not an image")
    ]
    assert result.unreadable_count == 0


def test_a_file_that_vanishes_after_the_walk_is_one_bad_book(
    scan, make_cbz, books, root
):
    make_cbz("A/1.cbz")
    scan()
    (root / "A" / "1.cbz").rename(root / "A" / "2.cbz")
    make_cbz("A/3.cbz", seed=3)

    def vanish(progress):
        if progress.phase == "match":
            (root / "A" / "3.cbz").unlink()

    result = scan(on_progress=vanish)

    assert counts(result) == {"moved": 1, "added": 1}
    assert books()["A/3.cbz"]["analysis_error"] == "No such file or directory"
    assert counts(scan()) == {"missing": 1, "unchanged": 1}


def test_a_folder_that_cannot_be_looked_into_loses_no_book(
    scan, make_cbz, books, root, monkeypatch
):
    for number in range(1, 9):
        make_cbz(f"A/{number}.cbz", seed=number)
    make_cbz("B/1.cbz", seed=20)
    scan()
    before = books()
    _forbid(monkeypatch, root / "A")

    result = scan()

    assert counts(result) == {"unchanged": 1}
    assert [tuple(bad) for bad in result.unreadable] == [("A", "permission denied")]
    assert result.unreadable_count == 1
    assert books() == before


def test_a_library_of_which_nothing_can_be_looked_into_is_not_empty(
    scan, make_cbz, books, root, monkeypatch
):
    make_cbz("A/1.cbz")
    make_cbz("2.cbz", seed=2)
    scan()
    (root / "2.cbz").unlink()
    _forbid(monkeypatch, root / "A")

    assert counts(scan()) == {"missing": 1}
    assert set(books()) == {"A/1.cbz"}


def _forbid(monkeypatch, folder):
    """Let a folder be one without permission; root, who runs tests, has them all."""
    import os  # noqa: PLC0415 - only this stand-in needs it

    scandir = os.scandir

    def forbidding(path):
        if str(path) == str(folder):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)


@pytest.mark.parametrize("threads", [1, 4])
def test_bad_files_among_many_stop_no_reader(scan, make_cbz, books, threads):
    for number in range(50):
        path = make_cbz(f"A/{number:02}.cbz", seed=number, pages=1)
        if number % 3 == 0:
            path.write_bytes(path.read_bytes()[:-30])

    result = scan(threads=threads)

    assert result.added == len(books()) == 50
    assert len(result.unreadable) + len(result.damaged) == 17


def test_edits_outlive_damage_and_repair(db, scan, make_cbz, books):
    path = make_cbz("A/1.cbz", Title="One")
    data = path.read_bytes()
    scan()
    uuid = books()["A/1.cbz"]["uuid"]
    update_book(db, uuid, {"title": "Mine", "genres": ["War"]}, now=MONDAY)
    path.write_bytes(b"damaged")
    scan()
    path.write_bytes(data)

    scan()

    book = books()["A/1.cbz"]
    assert (book["uuid"], book["title"], book["genres"]) == (uuid, "Mine", "War")
    (row,) = rows(db, "SELECT count(*) AS count FROM books")
    assert row["count"] == 1
