from __future__ import annotations

import random
from pathlib import Path

import py7zr
import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.seven_check import check_task

COPY = [{"id": py7zr.FILTER_COPY}]


@pytest.fixture
def seven(tmp_path, make_image):
    """Return a function that writes an archive of three images and a text."""

    def make(more=(), **options):
        path = tmp_path / "book.cb7"
        with py7zr.SevenZipFile(path, "w", **options) as archive:
            for i in range(3):
                noise = random.Random(i).randbytes(2000)  # noqa: S311 - not for secrets
                image = make_image(60 + i, 90, kind="PNG")
                archive.writestr(image + noise, f"{i}.png")
            archive.writestr(b"words", "notes.txt")
            for name, data in dict(more).items():
                archive.writestr(data, name)
        return str(path)

    return make


def problems(path, *, decode=False):
    return check_task(path, decode=decode)[0]["problems"]


def flip(path, at):
    data = bytearray(Path(path).read_bytes())
    data[at] ^= 1
    Path(path).write_bytes(data)
    return path


@pytest.mark.parametrize("decode", [False, True])
@pytest.mark.parametrize("options", [{}, {"filters": COPY}])
def test_every_entry_of_a_sound_archive_passes(seven, options, decode):
    assert problems(seven(**options), decode=decode) == []


def test_one_bit_is_enough_and_tells_where(seven):
    path = flip(seven(filters=COPY), 3000)

    expected = "'1.png' is damaged; what lies behind it was not checked"
    assert problems(path) == [expected]


def test_a_directory_that_cannot_be_read_is_told(seven):
    path = flip(seven(), -3)

    expected = "the archive is damaged; what lies behind it was not checked"
    assert problems(path) == [expected]


@pytest.mark.parametrize("decode", [False, True])
def test_pages_are_looked_at_as_images(seven, make_image, decode):
    image = bytearray(make_image(80, 80, kind="PNG"))
    image[60] ^= 0xFF
    more = {"7.jpg": make_image(200, 300)[:-300], "8.jpg": b"<html>", "9.png": image}

    found = problems(seven(more={k: bytes(v) for k, v in more.items()}), decode=decode)

    assert found[:2] == ["'7.jpg' is cut off", "'8.jpg' is not an image"]
    assert len(found) == 2 + decode


def test_a_page_beyond_the_limit_is_not_decoded(seven, monkeypatch):
    path = seven()
    monkeypatch.setattr(limits, "ENTRY_BYTES", 100)

    assert problems(path, decode=True) == []


def test_an_archive_that_expands_too_far_is_refused(seven, monkeypatch):
    path = seven(more={"big.txt": b"\0" * 100_000})
    monkeypatch.setattr(limits, "EXPANSION_FREE_BYTES", 1000)
    monkeypatch.setattr(limits, "EXPANSION", 2)

    with pytest.raises(UnreadableBookError, match="would expand to"):
        problems(path)
