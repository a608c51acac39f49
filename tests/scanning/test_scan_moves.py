"""Scans after files were renamed, moved and repacked: books keep their ids."""

from __future__ import annotations

import os
import shutil
import zipfile

import pytest
from rars import RarBuilder

from codex_lib.catalog.metadata import update_book
from codex_lib.catalog.series_metadata import update_series

MONDAY = "2024-01-15T10:30:00.000000Z"


def counts(result):
    """Return the counts of a result that are not 0."""
    names = ("added", "changed", "moved", "missing", "restored", "unchanged")
    return {name: getattr(result, name) for name in names if getattr(result, name)}


@pytest.fixture
def shelf(make_cbz):
    """Return a function that makes the issues 1 to n of a series, all different."""

    def make(folder, count, *, seed=0):
        for number in range(1, count + 1):
            make_cbz(f"{folder}/{number}.cbz", seed=seed + number, pages=1)

    return make


def test_a_renamed_file_is_the_same_book(scan, shelf, ids, books, root):
    shelf("A", 3)
    scan()
    before = ids()
    (root / "A" / "2.cbz").rename(root / "A" / "9 - The End.cbz")

    assert counts(scan()) == {"moved": 1, "unchanged": 2}
    assert ids() == {
        "A/1.cbz": before["A/1.cbz"],
        "A/3.cbz": before["A/3.cbz"],
        "A/9 - The End.cbz": before["A/2.cbz"],
    }
    book = books()["A/9 - The End.cbz"]
    assert (book["file_name"], book["title"], book["number"]) == (
        *("9 - The End.cbz", "9 - The End"),
        3.0,
    )
    assert books(deleted=True) == {}


def test_the_only_issue_moves_along_when_one_comes_before_it(scan, make_cbz, ids, root):
    make_cbz("A/1.cbz", seed=1)
    scan()
    before = ids()
    (root / "A" / "1.cbz").rename(root / "A" / "2.cbz")
    make_cbz("A/1.cbz", seed=2)

    assert counts(scan()) == {"moved": 1, "added": 1}
    assert ids()["A/2.cbz"] == before["A/1.cbz"]


def test_all_numbers_shifted_by_one_move_all_books(scan, shelf, make_cbz, ids, root):
    shelf("A", 6)
    scan()
    before = ids()
    for number in range(6, 0, -1):
        (root / f"A/{number}.cbz").rename(root / f"A/{number + 1}.cbz")
    make_cbz("A/1.cbz", seed=50)

    assert counts(scan()) == {"moved": 6, "added": 1}
    after = ids()
    assert [after[f"A/{n + 1}.cbz"] for n in range(1, 7)] == [
        before[f"A/{n}.cbz"] for n in range(1, 7)
    ]
    assert counts(scan()) == {"unchanged": 7}


def test_two_swapped_names_swap_their_books(scan, shelf, ids, root):
    shelf("A", 2)
    scan()
    before = ids()
    (root / "A" / "1.cbz").rename(root / "A" / "x")
    (root / "A" / "2.cbz").rename(root / "A" / "1.cbz")
    (root / "A" / "x").rename(root / "A" / "2.cbz")

    assert counts(scan()) == {"moved": 2}
    assert ids() == {"A/1.cbz": before["A/2.cbz"], "A/2.cbz": before["A/1.cbz"]}


def test_a_book_renamed_over_another_leaves_that_one_missing(
    scan, shelf, ids, books, root
):
    shelf("A", 9)
    scan()
    before = ids()
    (root / "A" / "9.cbz").rename(root / "A" / "1.cbz")

    assert counts(scan()) == {"moved": 1, "missing": 1, "unchanged": 7}
    assert ids()["A/1.cbz"] == before["A/9.cbz"]
    (gone,) = books(deleted=True).values()
    assert (gone["path"], gone["uuid"]) == ("A/1.cbz", before["A/1.cbz"])


def test_a_copy_is_a_book_of_its_own(scan, shelf, ids, root):
    shelf("A", 1)
    scan()
    before = ids()
    shutil.copyfile(root / "A" / "1.cbz", root / "A" / "0.cbz")

    assert counts(scan()) == {"added": 1, "unchanged": 1}
    assert ids()["A/1.cbz"] == before["A/1.cbz"]


def test_a_renamed_folder_stays_the_same_series(db, scan, shelf, series, ids, root):
    shelf("A", 3)
    shelf("B", 1, seed=10)
    scan()
    before, book_ids = series()["A"], ids()
    update_series(db, before["uuid"], {"publisher": "Cartoon Books"}, now=MONDAY)
    (root / "A").rename(root / "The Z")

    result = scan()

    assert (counts(result), result.series_created) == ({"moved": 3, "unchanged": 1}, 0)
    after = series()
    assert set(after) == {"B", "The Z"}
    renamed = after["The Z"]
    assert renamed["uuid"] == before["uuid"]
    assert (renamed["path"], renamed["sort_key"], renamed["publisher"]) == (
        *("The Z", "z"),
        "Cartoon Books",
    )
    assert ids()["The Z/1.cbz"] == book_ids["A/1.cbz"]


def test_a_renamed_folder_keeps_a_title_that_a_person_gave(
    db, scan, shelf, series, root
):
    shelf("A", 2)
    shelf("B", 2, seed=10)
    scan()
    before = series()
    update_series(db, before["A"]["uuid"], {"title": "Bone"}, now=MONDAY)
    update_series(db, before["B"]["uuid"], {"title_sort": "first"}, now=MONDAY)
    (root / "A").rename(root / "C")
    (root / "B").rename(root / "D")

    scan()

    after = series()
    assert (after["Bone"]["path"], after["Bone"]["sort_key"]) == ("C", "bone")
    assert (after["D"]["path"], after["D"]["sort_key"]) == ("D", "first")


def test_a_series_stays_when_only_some_of_its_books_move(scan, shelf, series, root):
    shelf("A", 3)
    scan()
    before = series()["A"]["uuid"]
    (root / "B").mkdir()
    (root / "A" / "3.cbz").rename(root / "B" / "3.cbz")

    result = scan()

    assert (counts(result), result.series_created) == ({"moved": 1, "unchanged": 2}, 1)
    assert series()["A"]["uuid"] == before
    assert series()["B"]["book_count"] == 1


def test_a_series_divided_between_two_folders_makes_two(scan, shelf, series, root):
    shelf("A", 2)
    scan()
    for number in (1, 2):
        (root / f"B{number}").mkdir()
        (root / f"A/{number}.cbz").rename(root / f"B{number}/{number}.cbz")

    result = scan(allow_missing=True)

    assert (counts(result), result.series_created) == ({"moved": 2}, 2)
    assert set(series()) == {"B1", "B2"}


def test_a_folder_that_moves_into_another_joins_its_series(
    db, scan, shelf, series, ids, root
):
    shelf("A", 2)
    shelf("B", 2, seed=10)
    scan()
    before, book_ids = series()["B"]["uuid"], ids()
    (root / "A").rename(root / "B" / "A")

    scan()

    assert {name: row["uuid"] for name, row in series().items()} == {"B": before}
    assert ids()["B/A/1.cbz"] == book_ids["A/1.cbz"]
    assert [row["title"] for row in db.execute("SELECT title FROM series")] == ["B"]


def test_books_that_leave_their_folder_for_the_root_are_unsorted(
    scan, shelf, series, ids, root
):
    shelf("A", 2)
    scan()
    before = ids()
    for number in (1, 2):
        (root / f"A/{number}.cbz").rename(root / f"{number}.cbz")

    assert counts(scan()) == {"moved": 2}
    assert set(series()) == {"Unsorted"}
    assert ids() == {"1.cbz": before["A/1.cbz"], "2.cbz": before["A/2.cbz"]}


def test_a_deleted_book_comes_back_under_another_name(scan, shelf, ids, root):
    shelf("A", 8)
    scan()
    before = ids()
    (root / "A" / "8.cbz").rename(root.parent / "8.cbz")
    scan()
    (root.parent / "8.cbz").rename(root / "A" / "8 (2024).cbz")

    assert counts(scan()) == {"moved": 1, "unchanged": 7}
    assert ids()["A/8 (2024).cbz"] == before["A/8.cbz"]


def test_new_metadata_and_a_new_name_at_once_keep_the_book(
    scan, make_cbz, ids, books, root
):
    make_cbz("A/1.cbz", seed=1, Title="Old")
    make_cbz("A/2.cbz", seed=2)
    scan()
    before = ids()
    (root / "A" / "1.cbz").unlink()
    make_cbz("A/0.cbz", seed=1, Title="New")

    assert counts(scan()) == {"moved": 1, "unchanged": 1}
    assert ids()["A/0.cbz"] == before["A/1.cbz"]
    assert books()["A/0.cbz"]["given_title"] == "New"


def test_another_compression_is_the_same_book(scan, make_cbz, ids, root):
    make_cbz("A/1.cbz", seed=1)
    make_cbz("A/2.cbz", seed=2)
    scan()
    before = ids()
    (root / "A" / "1.cbz").unlink()
    make_cbz("B/1.cbz", seed=1, method=zipfile.ZIP_DEFLATED)

    scan(allow_missing=True)

    assert ids()["B/1.cbz"] == before["A/1.cbz"]


def test_a_cbr_repacked_as_cbz_keeps_its_id_and_edits(
    db, scan, make_cbz, ids, books, root
):
    repacked = make_cbz("A/Bone 1.cbz", pages=4, seed=1)
    rar = RarBuilder()
    with zipfile.ZipFile(repacked) as archive:
        for name in archive.namelist():
            rar.add_bytes(archive.read(name), f"Bone/{name}")
    data = repacked.read_bytes()
    repacked.unlink()
    rar.write(str(root / "A" / "Bone 1.cbr"))
    scan()
    before = books()["A/Bone 1.cbr"]
    assert (before["file_format"], before["page_count"]) == ("cbr", 4)
    update_book(db, before["uuid"], {"title": "Boneville"}, now=MONDAY)
    (root / "A" / "Bone 1.cbr").unlink()
    repacked.write_bytes(data)

    assert counts(scan()) == {"moved": 1}
    after = books()["A/Bone 1.cbz"]
    assert (after["uuid"], after["file_format"], after["title"]) == (
        *(before["uuid"], "cbz"),
        "Boneville",
    )


def test_unreadable_files_do_not_stand_in_the_way_of_moves(scan, shelf, ids, root):
    shelf("A", 2)
    scan()
    before = ids()
    (root / "A" / "2.cbz").rename(root / "A" / "3.cbz")
    (root / "A" / "0.cbz").write_bytes(b"nothing")

    assert counts(scan()) == {"moved": 1, "added": 1, "unchanged": 1}
    assert ids()["A/3.cbz"] == before["A/2.cbz"]


def test_a_whole_shelf_moved_elsewhere_is_no_loss(scan, shelf, ids, series, root):
    for name in "ABC":
        shelf(name, 6, seed=ord(name) * 10)
    scan()
    before = ids()
    (root / "Marvel").mkdir()
    for name in "ABC":
        os.rename(root / name, root / "Marvel" / name)  # noqa: PTH104 - as mv does

    assert counts(scan()) == {"moved": 18}
    assert ids() == {f"Marvel/{path}": uuid for path, uuid in before.items()}
    assert series()["Marvel"]["book_count"] == 18


def test_a_file_moved_into_the_only_folder_scanned_is_the_same_book(
    scan, shelf, ids, root
):
    """Else the book would be new here, and the next scan would miss the old one."""
    shelf("A", 2)
    shelf("B", 1, seed=10)
    scan()
    before = ids()
    (root / "A" / "1.cbz").rename(root / "B" / "5.cbz")

    assert counts(scan(under="B")) == {"moved": 1, "unchanged": 1}
    assert ids()["B/5.cbz"] == before["A/1.cbz"]
    assert counts(scan()) == {"unchanged": 3}


def test_a_file_copied_into_the_only_folder_scanned_is_a_new_book(
    scan, shelf, ids, root
):
    shelf("A", 2)
    shelf("B", 1, seed=10)
    scan()
    before = ids()
    shutil.copy(root / "A" / "1.cbz", root / "B" / "5.cbz")

    assert counts(scan(under="B")) == {"added": 1, "unchanged": 1}
    assert ids()["A/1.cbz"] == before["A/1.cbz"]
