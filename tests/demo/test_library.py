"""Making the demonstration library."""

import pytest

from codex_lib.demo.library import (
    ALL_SERIES,
    MARKER,
    MARKER_TEXT,
    list_books,
    make_demo_library,
)
from codex_lib.errors import RefusedError


@pytest.fixture
def spare(tmp_path, demo):
    """A copy of the library that a test may spoil, its books empty files."""
    folder = tmp_path / "spare"
    folder.mkdir()
    (folder / MARKER).write_text(MARKER_TEXT)
    for path in demo.files:
        copy = folder / path.relative_to(demo.folder)
        copy.parent.mkdir(exist_ok=True)
        copy.touch()
    return folder


def test_the_library_has_five_series_of_three_formats(demo):
    suffixes = [path.suffix for path in demo.files]

    assert (demo.series_count, len(demo.files), demo.written) == (5, 14, 14)
    assert (suffixes.count(".pdf"), suffixes.count(".epub")) == (1, 1)
    assert all(path.is_file() for path in demo.files)


def test_the_folder_holds_the_books_and_the_marker_only(demo):
    found = {path for path in demo.folder.rglob("*") if path.is_file()}

    assert found == {*demo.files, demo.folder / MARKER}


def test_the_library_is_small(demo):
    assert sum(path.stat().st_size for path in demo.files) < 6_000_000


@pytest.mark.parametrize("part", ["v01.cbz", "Chapter 1.cbz", ".pdf", ".epub"])
def test_the_bytes_are_the_same_each_time(demo, demo_file, part):
    path = demo_file(part)

    render = dict(list_books())[path.relative_to(demo.folder).as_posix()]

    assert render() == path.read_bytes()


def test_a_second_call_writes_nothing(spare):
    again = make_demo_library(spare)

    assert again.written == 0
    assert {path.stat().st_size for path in again.files} == {0}


def test_what_was_deleted_is_put_back_and_the_rest_left_alone(spare, demo):
    gone = next(path for path in demo.files if path.suffix == ".epub")
    (spare / gone.relative_to(demo.folder)).unlink()
    (spare / "mine.txt").write_text("kept")

    again = make_demo_library(spare)

    assert again.written == 1
    assert again.files[-1].read_bytes() == gone.read_bytes()
    assert (spare / "mine.txt").read_text() == "kept"


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"x")

    with pytest.raises(RefusedError, match="is not empty"):
        make_demo_library(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    path = tmp_path / "library"
    path.write_text("mine")

    with pytest.raises(RefusedError, match="is a file, not a folder"):
        make_demo_library(path)

    assert path.read_text() == "mine"


def test_every_series_has_three_to_five_books():
    assert {3 <= len(series.books) <= 5 for series in ALL_SERIES} == {True}
