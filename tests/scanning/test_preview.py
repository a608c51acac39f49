"""Previews: which series a folder would make."""

from __future__ import annotations

import pytest

from codex_lib.errors import InvalidError
from codex_lib.scanning import preview
from codex_lib.scanning.preview import PreviewSeries, preview_library
from codex_lib.scanning.walk import WalkRules


@pytest.fixture
def touch(root):
    """Return a function that makes empty files in the folder."""

    def make(*names):
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()

    return make


def test_a_preview_lists_series_with_some_of_their_books(root, touch):
    touch(*(f"The Bone/{number}.cbz" for number in (10, 9, 8, 7, 6, 5)))
    touch("Akira/1.cbz", "loose.pdf")

    found = preview_library(root).detected_series

    assert found == [
        PreviewSeries("Akira", "Akira", 1, ["1.cbz"]),
        PreviewSeries(
            "The Bone", "The Bone", 6, ["5.cbz", "6.cbz", "7.cbz", "8.cbz", "9.cbz"]
        ),
        PreviewSeries("Unsorted", None, 1, ["loose.pdf"]),
    ]


def test_a_preview_tells_what_folders_tell(root, touch):
    touch("Marvel/X-Men/1.cbz", "DC/Batman/1.cbz")

    found = preview_library(root, series_strategy="publisher_hierarchy").detected_series

    assert [(s.name, s.path, s.metadata) for s in found] == [
        ("Batman", "DC/Batman", {"publisher": "DC"}),
        ("X-Men", "Marvel/X-Men", {"publisher": "Marvel"}),
    ]


def test_a_preview_obeys_formats_and_excluded_patterns(root, touch):
    touch("A/1.cbz", "B/2.pdf", "C/1.jpg", "Extras/3.cbz")

    found = preview_library(
        root, allowed_formats=["CBZ", "FOLDER"], excluded_patterns="extras"
    ).detected_series

    assert [series.name for series in found] == ["A", "Unsorted"]
    assert found[1].sample_books == ["C"]


def test_series_without_a_folder_are_joined_by_name(root, touch):
    touch("x/[Bone] 1.cbz", "y/[bone] 2.cbz")

    (series,) = preview_library(root, series_strategy="flat").detected_series

    assert (series.name, series.path, series.book_count) == ("Bone", None, 2)


def test_no_folder_and_no_strategy_are_errors(root):
    with pytest.raises(InvalidError, match="is not a folder on this machine"):
        preview_library(root / "nothing")
    with pytest.raises(InvalidError, match="series_strategy"):
        preview_library(root, series_strategy="by_smell")


def test_a_preview_counts_files_and_tells_that_it_saw_all(root, touch):
    touch("A/1.cbz", "A/2.cbz", "B/1.cbz", "notes.txt")

    found = preview_library(str(root), max_files=3, max_seconds=60)

    assert (found.total_files, found.is_complete) == (3, True)


@pytest.mark.parametrize("limit", [{"max_files": 1}, {"max_seconds": -1}])
def test_a_preview_of_too_much_ends_early_and_says_so(root, touch, limit):
    touch("A/1.cbz", "A/2.cbz", "B/1.cbz", "C/1.cbz")

    found = preview_library(root, **limit)

    assert not found.is_complete
    assert len(found.detected_series) < 3


def test_a_preview_ends_among_folders_without_books_too(root):
    for number in range(20):
        (root / str(number)).mkdir()

    assert not preview_library(root, max_seconds=-1).is_complete


def test_a_folder_that_cannot_be_looked_into_cannot_be_previewed(root):
    with pytest.raises(InvalidError, match="path: cannot be looked into"):
        list(preview._walked(str(root / "gone meanwhile"), WalkRules()))
