from __future__ import annotations

import random
from pathlib import Path

import pytest
import rars

from codex_lib.formats import rar_check
from codex_lib.formats.rar_check import check_task, groups_of
from codex_lib.formats.rar_directory import list_rar

NAMES = [f"{i}.png" for i in range(5)]


@pytest.fixture
def rar(tmp_path, make_image):
    """Return a function that writes an archive of five images and a text."""

    def make(kind="rar50", more=(), **options):
        builder = rars.RarBuilder(kind, **options)
        for i, name in enumerate(NAMES):
            noise = random.Random(i).randbytes(2000)  # noqa: S311 - not for secrets
            image = make_image(60 + i, 90, kind="PNG")
            builder.add_bytes(image + noise, name)
        builder.add_bytes(b"some words " * 100, "notes.txt")
        for name, data in dict(more).items():
            builder.add_bytes(data, name)
        path = str(tmp_path / "book.cbr")
        builder.write(path)
        return path

    return make


def problems(path, *, decode=False):
    return check_task(path, decode=decode)[0]["problems"]


def flip(path, name):
    """Change one bit in the middle of what is stored of an entry."""
    entry = next(entry for entry in list_rar(path).entries if entry.name == name)
    part = entry.parts[0]
    data = bytearray(Path(path).read_bytes())
    data[part.data_offset + part.size // 2] ^= 1
    Path(path).write_bytes(data)


@pytest.mark.parametrize("decode", [False, True])
@pytest.mark.parametrize("kind", ["rar20", "rar40", "rar50", "rar70"])
@pytest.mark.parametrize("options", [{"store": True}, {}, {"solid": True}])
def test_every_entry_of_a_sound_archive_passes(rar, kind, options, decode):
    assert problems(rar(kind, **options), decode=decode) == []


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
@pytest.mark.parametrize("options", [{"store": True}, {}])
@pytest.mark.parametrize("name", ["2.png", "notes.txt"])
def test_one_bit_is_enough(rar, kind, options, name):
    path = rar(kind, **options)
    flip(path, name)

    assert problems(path) == [f"{name!r} is damaged or cut off"]


@pytest.mark.parametrize("name", ["0.png", "2.png", "4.png"])
def test_of_a_solid_archive_the_first_bad_entry_is_told(rar, name):
    path = rar(solid=True)
    flip(path, name)

    (problem,) = problems(path)

    assert problem == f"{name!r} is damaged or cut off, and what lies behind it"


@pytest.mark.parametrize("options", [{}, {"solid": True}])
def test_pages_are_looked_at_as_images(rar, make_image, options):
    more = {"7.jpg": make_image(200, 300)[:-300], "8.jpg": b"<html>"}

    found = problems(rar(more=more, **options), decode=True)

    assert found == ["'7.jpg' is cut off", "'8.jpg' is not an image"]


def test_a_large_solid_archive_is_unpacked_in_groups(rar, monkeypatch):
    path = rar(solid=True)
    monkeypatch.setattr(rar_check, "_TOGETHER_BYTES", 5000)
    files = list_rar(path).entries

    assert [len(group) for group in groups_of(files, 5000)] == [2, 2, 2]
    assert [len(group) for group in groups_of(files, 1)] == [1] * 6
    assert list(groups_of([], 1)) == []
    assert problems(path) == []
