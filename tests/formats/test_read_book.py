"""Choosing a reader: by content, and with words for what is no book."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile

import py7zr
import pytest
from rars import RarBuilder

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import BOOK_SUFFIXES, FORMATS, read_book, read_page


@pytest.fixture
def samples(tmp_path, make_image, make_epub, make_pdf):
    """One book of each format, by format."""
    image = make_image(30, 40)
    with zipfile.ZipFile(tmp_path / "cbz", "w") as archive:
        archive.writestr("1.jpg", image)
    rar = RarBuilder()
    rar.add_bytes(image, "1.jpg")
    rar.write(str(tmp_path / "cbr"))
    with py7zr.SevenZipFile(tmp_path / "cb7", "w") as archive:
        archive.writestr(image, "1.jpg")
    with tarfile.open(tmp_path / "cbt", "w") as archive:
        info = tarfile.TarInfo("1.jpg")
        info.size = len(image)
        archive.addfile(info, io.BytesIO(image))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "1.jpg").write_bytes(image)
    shutil.copyfile(make_epub(), tmp_path / "epub")
    shutil.copyfile(make_pdf(), tmp_path / "pdf")
    return {name: tmp_path / name for name in FORMATS}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_read_and_its_page_too(samples, name, tmp_path):
    path = samples[name].rename(
        tmp_path / ("book" if name == "folder" else f"b.{name}")
    )

    facts = read_book(str(path))

    assert facts.file_format == name
    assert len(facts.pages) == 1
    assert read_page(str(path), name, facts.pages[0])[:3] in (
        *(b"\xff\xd8\xff", b"\x89PN"),
        b"RIF",
    )


@pytest.mark.parametrize(
    "suffix", ["cbz", "cbr", "cb7", "cbt", "pdf", "epub", "ZIP", "Rar"]
)
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "folder"])
def test_content_decides_and_not_the_suffix(samples, name, suffix, tmp_path):
    path = samples[name].rename(tmp_path / f"book.{suffix}")

    assert read_book(str(path)).file_format == name


@pytest.mark.parametrize("suffix", ["cbz", "epub"])
def test_an_archive_behind_other_bytes_is_read(samples, suffix, tmp_path):
    name = "cbz" if suffix == "cbz" else "epub"
    path = tmp_path / f"book.{suffix}"
    path.write_bytes(b"#!/bin/sh\n" + samples[name].read_bytes())

    assert read_book(str(path)).file_format == name


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.cbz", b"plain text", "not a ZIP archive but text"),
        ("a.cbz", b"", "not a ZIP archive but an empty file"),
        ("a.cbz", b"PK\3\4", "cut off: the archive's end is missing"),
        ("a.zip", b"plain text", "not a ZIP archive"),
        ("a.epub", b"plain text", "not a ZIP archive"),
        ("a.pdf", b"plain text", "not a PDF file but text"),
        ("a.cbr", b"<html>", "not a CBR file but a web page or XML"),
        ("a.7z", b"\xff\xd8\xff\xe0", "not a 7Z file but an image (jpeg)"),
    ],
)
def test_what_is_no_book_is_named(tmp_path, name, data, expected):
    (tmp_path / name).write_bytes(data)

    with pytest.raises(UnreadableBookError) as caught:
        read_book(str(tmp_path / name))

    assert caught.value.reason == expected


@pytest.mark.parametrize("name", ["gone.cbz", "gone.pdf"])
def test_a_file_that_is_gone_is_unreadable(name):
    with pytest.raises(UnreadableBookError, match="No such file or directory"):
        read_book(f"/nowhere/{name}")


def test_every_suffix_stands_for_a_format():
    assert set(BOOK_SUFFIXES.values()) == set(FORMATS) - {"folder"}
