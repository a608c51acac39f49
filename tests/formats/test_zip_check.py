from __future__ import annotations

import random
import zipfile
import zlib
from pathlib import Path

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import zip_check
from codex_lib.formats.zip_archive import open_zip
from codex_lib.formats.zip_check import zip_problems

METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]


@pytest.fixture
def make_zip(tmp_path, make_image):
    def make(entries=None, method=zipfile.ZIP_STORED):
        path = tmp_path / "book.cbz"
        if entries is None:
            entries = {f"{i}.jpg": make_image(90 + i, 120) for i in range(3)}
            entries["ComicInfo.xml"] = b"<ComicInfo/>"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, data in entries.items():
                archive.writestr(name, data)
        return str(path)

    return make


def found(path, *, decode=False):
    return [problem for problem in zip_problems(path, decode=decode) if problem]


def flip(path, name, at=0.5):
    """Change one bit in the stored bytes of an entry."""
    with open_zip(path) as archive:
        entry = archive.find(name)
    data = bytearray(Path(path).read_bytes())
    data[entry.offset + 30 + len(name) + int(entry.compressed_size * at)] ^= 1
    Path(path).write_bytes(data)


@pytest.mark.parametrize("decode", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_every_entry_of_a_sound_archive_passes(make_zip, method, decode):
    path = make_zip(method=method)

    assert list(zip_problems(path, decode=decode)) == [None] * 4


@pytest.mark.parametrize("decode", [False, True])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["1.jpg", "ComicInfo.xml"])
def test_one_bit_is_enough(make_zip, name, method, decode):
    path = make_zip(method=method)
    flip(path, name)

    (problem,) = found(path, decode=decode)

    assert problem.startswith(f"{name!r} is damaged (")


def test_a_large_entry_passes_in_pieces(make_zip, monkeypatch):
    monkeypatch.setattr(zip_check, "_PIECE_BYTES", 100)
    entries = {"a.txt": bytes(range(256)) * 40, "b.txt": b"\0" * 100_000}

    for method in METHODS:
        assert found(make_zip(entries, method)) == []


def test_more_than_an_entry_declares_is_not_unpacked(make_zip, monkeypatch):
    monkeypatch.setattr(zip_check, "_PIECE_BYTES", 100)
    path = make_zip({"a.txt": b"\0" * 100_000}, zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(path) as archive:
        at = archive.start_dir
    data = bytearray(Path(path).read_bytes())
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    Path(path).write_bytes(data)

    assert found(path) == ["'a.txt' is damaged (its checksum is wrong)"]


def test_a_stream_that_ends_early_ends_the_look(make_zip, monkeypatch):
    monkeypatch.setattr(zip_check, "_PIECE_BYTES", 1000)
    noise = random.Random(1).randbytes(20_000)  # noqa: S311 - not for secrets
    path = Path(make_zip({"a.txt": noise}, zipfile.ZIP_DEFLATED))
    short = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = short.compress(noise[:300] + b"\0" * 5000) + short.flush()
    data = bytearray(path.read_bytes())
    data[35 : 35 + len(end)] = end
    path.write_bytes(data)

    assert found(str(path)) == ["'a.txt' is damaged (its checksum is wrong)"]


def test_pages_are_looked_at_as_images(make_zip, make_image):
    entries = {
        "1.jpg": make_image(200, 300)[:-200],
        "2.jpg": b"<html>",
        "3.jpg": b"",
        "4.png": make_image(kind="PNG"),
        "notes.txt": b"",
    }
    wanted = ["'1.jpg' is cut off", "'2.jpg' is not an image", "'3.jpg' is empty"]

    assert found(make_zip(entries)) == wanted
    assert found(make_zip(entries, zipfile.ZIP_BZIP2)) == wanted


@pytest.mark.parametrize("at", [0, 10**6])
def test_an_entry_that_is_not_where_it_should_be_is_told(make_zip, at):
    path = make_zip({"1.txt": b"one"})
    with zipfile.ZipFile(path) as archive:
        directory = archive.start_dir
    data = bytearray(Path(path).read_bytes())
    if at:
        data[directory + 42 : directory + 46] = at.to_bytes(4, "little")
    else:
        data[0] ^= 0xFF
    Path(path).write_bytes(data)

    assert found(path) == ["'1.txt' is damaged (its checksum is wrong)"]


def test_an_entry_cut_off_by_the_end_of_the_file_is_told(make_zip):
    path = make_zip({"1.txt": b"a" * 100})
    with zipfile.ZipFile(path) as archive:
        at = archive.start_dir
    data = bytearray(Path(path).read_bytes())
    data[at + 20 : at + 24] = (9999).to_bytes(4, "little")
    Path(path).write_bytes(data)

    assert found(path) == ["'1.txt' is damaged (its checksum is wrong)"]


def test_an_encrypted_entry_cannot_be_checked(make_zip):
    path = make_zip({"1.txt": b"one"})
    with zipfile.ZipFile(path) as archive:
        at = archive.start_dir
    data = bytearray(Path(path).read_bytes())
    data[at + 8] |= 1
    Path(path).write_bytes(data)

    assert found(path) == ["'1.txt' is encrypted"]


def test_what_is_no_archive_is_unreadable(tmp_path):
    path = tmp_path / "book.cbz"
    path.write_bytes(b"nothing")

    with pytest.raises(UnreadableBookError):
        found(str(path))
