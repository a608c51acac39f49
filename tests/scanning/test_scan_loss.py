"""The loss breaker: a lost disk is never taken for tidying up."""

from __future__ import annotations

import os
import shutil

import pytest

from codex_lib.errors import LossRefusedError


def counts(result):
    """Return the counts of a result that are not 0."""
    names = ("added", "changed", "moved", "missing", "restored", "unchanged")
    return {name: getattr(result, name) for name in names if getattr(result, name)}


@pytest.fixture
def scanned(scan, make_cbz):
    """A scanned library: folders A, B, C of six books each and two books besides."""
    for name in "ABC":
        for number in range(1, 7):
            make_cbz(f"{name}/{number}.cbz", seed=ord(name) + number * 10, pages=1)
    make_cbz("one.cbz", seed=1, pages=1)
    make_cbz("two.cbz", seed=2, pages=1)
    scan()


@pytest.fixture
def refused(db, scan):
    """Return a function: scan, expect a refusal that changes no byte, give reasons."""

    def run(**options):
        before = list(db.iterdump())
        with pytest.raises(LossRefusedError) as caught:
            scan(**options)
        assert list(db.iterdump()) == before
        return caught.value.reasons

    return run


def _empty(folder):
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_an_emptied_root_is_refused(scanned, refused, scan, root, books):
    _empty(root)

    assert refused() == ["its folder is empty and 20 books would be missing"]
    assert refused(deep=True) == refused()
    assert counts(scan(allow_missing=True)) == {"missing": 20}
    assert books() == {}


def test_a_root_left_with_other_files_only_is_empty(scanned, refused, root):
    _empty(root)
    (root / ".DS_Store").touch()
    (root / "readme.txt").touch()

    assert refused() == ["its folder is empty and 20 books would be missing"]


def test_a_vanished_root_is_refused_whatever_is_allowed(scanned, refused, root):
    root.rename(root.parent / "Elsewhere")

    reason = "its folder cannot be read (no such file or directory)"
    assert refused() == [reason]
    assert refused(allow_missing=True) == [reason]


def test_a_root_that_became_a_file_is_refused(scanned, refused, root):
    root.rename(root.parent / "Elsewhere")
    root.touch()

    assert refused() == ["its folder cannot be read (not a directory)"]


def test_a_vanished_top_folder_is_refused(scanned, refused, scan, root, books):
    _empty(root / "A")
    (root / "A").rmdir()

    first, share = refused()
    assert first == "the folder 'A' with 6 books is gone"
    assert share == "6 of 20 books would be missing (30 %; the limit is 20 %)"
    assert refused(max_missing_percent=30) == [first]
    assert counts(scan(allow_missing=True)) == {"missing": 6, "unchanged": 14}
    assert set(books(deleted=True)) == {f"A/{n}.cbz" for n in range(1, 7)}


def test_an_emptied_top_folder_of_five_books_is_refused(scanned, refused, scan, root):
    """A mount point without its disk is an empty folder."""
    _empty(root / "A")

    assert refused(max_missing_percent=50) == ["the folder 'A' with 6 books is empty"]


def test_emptying_a_small_top_folder_is_tidying_up(scan, make_cbz, root):
    for number in range(1, 30):
        make_cbz(f"A/{number}.cbz", seed=number, pages=1)
    for number in range(1, 5):
        make_cbz(f"B/{number}.cbz", seed=50 + number, pages=1)
    scan()
    _empty(root / "B")

    assert counts(scan()) == {"missing": 4, "unchanged": 29}


def test_thirty_percent_missing_is_refused_and_twenty_is_not(
    scanned, refused, scan, root
):
    for name in "ABC":
        for number in (1, 2):
            (root / name / f"{number}.cbz").unlink()

    limit = "6 of 20 books would be missing (30 %; the limit is 20 %)"
    assert refused() == [limit]
    for number in (1, 2):
        shutil.copyfile(root / "A" / "3.cbz", root / "A" / f"{number}.cbz")
    assert counts(scan()) == {"changed": 2, "missing": 4, "unchanged": 14}


def test_new_books_do_not_make_up_for_missing_ones(scanned, refused, make_cbz, root):
    for number in range(1, 6):
        (root / "A" / f"{number}.cbz").unlink()
    for number in range(30):
        make_cbz(f"D/{number}.cbz", seed=500 + number, pages=1)

    assert refused() == ["5 of 20 books would be missing (25 %; the limit is 20 %)"]


def test_moving_a_whole_folder_elsewhere_is_no_loss(scanned, scan, root):
    (root / "A").rename(root / "B" / "A")

    assert counts(scan()) == {"moved": 6, "unchanged": 14}


def test_a_folder_of_which_all_books_move_out_is_no_loss(scanned, scan, root):
    for path in (root / "A").iterdir():
        path.rename(root / "B" / f"A {path.name}")

    assert counts(scan()) == {"moved": 6, "unchanged": 14}


def test_a_folder_that_is_now_a_file_is_refused(scanned, refused, root):
    _empty(root / "A")
    (root / "A").rmdir()
    (root / "A").touch()

    assert refused(max_missing_percent=50) == ["the folder 'A' with 6 books is empty"]


def test_a_folder_whose_name_is_no_utf8_may_lose_a_book(scanned, scan, root):
    folder = os.fsencode(root) + b"/\xff"
    os.mkdir(folder)  # noqa: PTH102 - bytes
    for number in (1, 2):
        target = folder + b"/%d.cbz" % number
        shutil.copyfile(os.fsencode(root / "A" / f"{number}.cbz"), target)
    scan()
    os.unlink(folder + b"/1.cbz")  # noqa: PTH108 - bytes

    assert counts(scan()) == {"missing": 1, "unchanged": 21}


def test_limited_scans_are_refused_by_the_share_of_their_folder(
    scanned, refused, scan, root
):
    for number in range(1, 4):
        (root / "A" / f"{number}.cbz").unlink()

    limit = "3 of 6 books would be missing (50 %; the limit is 20 %)"
    assert refused(under="A") == [limit]
    assert counts(scan()) == {"missing": 3, "unchanged": 17}


def test_what_was_missed_before_counts_no_more(scanned, scan, root):
    for number in range(1, 4):
        (root / "A" / f"{number}.cbz").unlink()
    scan()
    for number in range(1, 4):
        (root / "B" / f"{number}.cbz").unlink()

    assert counts(scan()) == {"missing": 3, "unchanged": 14}


def test_a_refusal_tells_what_to_do(scanned, scan, root):
    _empty(root)

    with pytest.raises(LossRefusedError, match="--allow-missing"):
        scan()


def test_a_refusal_offers_no_permission_where_there_is_nothing_to_scan(
    scanned, scan, root
):
    root.rename(root.parent / "Elsewhere")

    with pytest.raises(LossRefusedError, match=r"Is the disk mounted\?$"):
        scan()
