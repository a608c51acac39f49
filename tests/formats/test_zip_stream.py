from __future__ import annotations

import io
import os
import zipfile

import pytest

from codex_lib.formats.zip_stream import stream_zip


@pytest.fixture
def make(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def opened(archive):
    data = b"".join(archive.pieces)
    assert len(data) == archive.length
    return zipfile.ZipFile(io.BytesIO(data))


def test_files_are_stored_in_order_and_equal_names_numbered(make):
    one, two = make("1", b"one"), make("2", b"two")

    archive = stream_zip([(two, "b.cbz"), (one, "a.cbz"), (two, "B.CBZ")])

    assert archive.files == 3
    with opened(archive) as found:
        assert found.namelist() == ["b.cbz", "a.cbz", "B (2).CBZ"]
        assert [found.read(name) for name in found.namelist()] == [
            b"two",
            b"one",
            b"two",
        ]


def test_what_is_no_readable_file_is_named_in_a_text(make, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    gone = str(tmp_path / "gone")

    archive = stream_zip(
        [
            (gone, "gone.cbz"),
            (make("1", b"one"), "Missing files.txt"),
            (str(tmp_path / "pipe"), "pipe.cbz"),
        ]
    )

    assert archive.files == 1
    with opened(archive) as found:
        assert found.read("Missing files (2).txt") == b"gone.cbz\npipe.cbz\n"


def test_nothing_gives_an_empty_archive():
    archive = stream_zip([("/nowhere", "a.cbz")])

    assert archive.files == 0
    with opened(archive) as found:
        assert found.namelist() == []


def test_a_large_file_comes_in_pieces(make):
    data = os.urandom(1_500_000)

    archive = stream_zip([(make("1", data), "a.cbz")])

    pieces = list(archive.pieces)
    assert max(map(len, pieces)) < 700_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as found:
        assert found.read("a.cbz") == data


def test_a_file_that_shrinks_on_the_way_ends_the_archive_unfinished(make):
    path = make("1", b"one" * 100)
    archive = stream_zip([(path, "a.cbz")])
    make("1", b"one")

    with pytest.raises(RuntimeError):
        list(archive.pieces)
