from __future__ import annotations

import io
import random
import tarfile
from pathlib import Path

import pytest

from codex_lib.formats import limits
from codex_lib.formats.tar_check import check_task

PACKED = ["w:gz", "w:bz2", "w:xz"]


@pytest.fixture
def tar(tmp_path, make_image):
    """Return a function that writes an archive of three images and a text."""

    def make(mode="w", more=()):
        entries = {
            f"{i}.png": make_image(60 + i, 90, kind="PNG")
            + random.Random(i).randbytes(2000)  # noqa: S311 - not for secrets
            for i in range(3)
        }
        path = tmp_path / "book.cbt"
        with tarfile.open(path, mode) as archive:
            for name, data in {**entries, "notes.txt": b"words", **dict(more)}.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return str(path)

    return make


def problems(path, *, decode=False):
    return check_task(path, decode=decode)[0]["problems"]


@pytest.mark.parametrize("decode", [False, True])
@pytest.mark.parametrize("mode", ["w", *PACKED])
def test_a_sound_archive_passes(tar, mode, decode):
    assert problems(tar(mode), decode=decode) == []


@pytest.mark.parametrize("mode", PACKED)
@pytest.mark.parametrize("at", [0.5, -6])
def test_one_bit_of_a_compressed_archive_is_enough(tar, mode, at):
    path = Path(tar(mode))
    data = bytearray(path.read_bytes())
    data[at if at < 0 else int(len(data) * at)] ^= 1
    path.write_bytes(data)

    assert problems(str(path)) == ["cut off or damaged: the archive ends early"]


@pytest.mark.parametrize("mode", ["w", *PACKED])
def test_an_archive_that_is_cut_off_is_told(tar, mode):
    path = Path(tar(mode))
    path.write_bytes(path.read_bytes()[:3500])

    assert problems(str(path))[-1] == "cut off or damaged: the archive ends early"


def test_pages_are_looked_at_as_images(tar, make_image):
    more = {"7.jpg": make_image(200, 300)[:-300], "8.jpg": b"<html>"}

    found = problems(tar(more=more), decode=True)

    assert found == ["'7.jpg' is cut off", "'8.jpg' is not an image"]


def test_no_more_is_unpacked_than_is_believable(tar, monkeypatch):
    path = tar("w:gz")
    monkeypatch.setattr(limits, "EXPANSION_FREE_BYTES", 30_000)
    monkeypatch.setattr(limits, "EXPANSION", 1)

    assert problems(path) == []
