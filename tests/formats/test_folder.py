"""A folder of images as a book; nothing outside of it is read."""

from __future__ import annotations

import os
import struct
import zlib

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import folder as folder_module
from codex_lib.formats import limits
from codex_lib.formats.book import Page
from codex_lib.formats.folder import read_folder, read_folder_page
from codex_lib.formats.identity import entries_identity

COMICINFO = b"<?xml version='1.0'?><ComicInfo><Title>One</Title></ComicInfo>"


def png(number):
    """Return a page of 100 x number pixels, as far as its header goes."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 100, number, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0d" + header + bytes([number]) * 3000


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "Bone 1"
    path.mkdir()
    for i in (10, 9, 1):
        (path / f"page {i}.png").write_bytes(png(i))
    return path


def test_pages_are_the_images_in_natural_order(book):
    facts = read_folder(str(book))

    assert [(page.name, page.width, page.height) for page in facts.pages] == [
        ("page 1.png", 100, 1),
        ("page 9.png", 100, 9),
        ("page 10.png", 100, 10),
    ]
    assert facts.file_format == "folder"
    assert [read_folder_page(str(book), page) for page in facts.pages] == [
        png(1),
        png(9),
        png(10),
    ]


def test_identity_is_that_of_the_same_pages_in_an_archive(book):
    pairs = [(zlib.crc32(png(i)), len(png(i))) for i in (1, 9, 10)]

    assert read_folder(str(book)).identity == entries_identity(pairs)


def test_a_page_of_several_pieces_has_one_checksum(book, monkeypatch):
    whole = read_folder(str(book)).pages
    monkeypatch.setattr(folder_module, "_PIECE_BYTES", 1000)

    assert read_folder(str(book)).pages == whole


def test_what_is_no_page_is_left_out(book, tmp_path):
    (book / ".hidden.png").write_bytes(png(2))
    (book / "empty.png").touch()
    (book / "notes.txt").write_bytes(b"text")
    (book / "inner").mkdir()
    (book / "inner" / "2.png").write_bytes(png(2))

    facts = read_folder(str(book))

    assert (len(facts.pages), facts.warnings) == (3, [])


def test_links_pipes_and_folders_named_like_pages_are_told_and_left_out(book):
    (book / "a.png").symlink_to("page 1.png")
    (book / "b.png").mkdir()
    os.mkfifo(book / "c.png")

    facts = read_folder(str(book))

    assert len(facts.pages) == 3
    assert facts.warnings == [
        "'a.png': Too many levels of symbolic links",
        "'b.png' is not a plain file",
        "'c.png' is not a plain file",
    ]


def test_metadata_in_the_folder_is_read(book):
    (book / "ComicInfo.xml").write_bytes(COMICINFO)

    assert read_folder(str(book)).metadata["title"] == "One"


def test_bad_metadata_is_a_warning(book, tmp_path):
    (tmp_path / "secret.xml").write_bytes(COMICINFO)
    (book / "ComicInfo.xml").symlink_to(tmp_path / "secret.xml")
    linked = read_folder(str(book))
    (book / "ComicInfo.xml").unlink()
    (book / "ComicInfo.xml").write_bytes(b"\0\0")
    broken = read_folder(str(book))

    assert linked.metadata == broken.metadata == {}
    assert len(linked.warnings) == len(broken.warnings) == 1


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "a\0b", "inner/1.png"]
)
def test_a_page_outside_the_folder_is_never_read(book, tmp_path, name):
    (tmp_path / "secret.png").write_bytes(png(1))
    page = Page(name, file_size=len(png(1)), crc=zlib.crc32(png(1)))

    with pytest.raises(UnreadableBookError, match="is not in the folder"):
        read_folder_page(str(book), page)


@pytest.mark.parametrize("name", ["..", ".", "link.png"])
def test_a_page_that_is_no_plain_file_is_never_read(book, tmp_path, name):
    (tmp_path / "secret.png").write_bytes(png(1))
    (book / "link.png").symlink_to(tmp_path / "secret.png")
    page = Page(name, file_size=len(png(1)), crc=zlib.crc32(png(1)))

    with pytest.raises(UnreadableBookError):
        read_folder_page(str(book), page)


@pytest.mark.parametrize("data", [png(2), png(1) + b"x", b""])
def test_a_page_that_has_changed_since_the_scan_is_refused(book, data):
    page = read_folder(str(book)).pages[0]
    (book / "page 1.png").write_bytes(data)

    with pytest.raises(UnreadableBookError, match="has changed since the scan"):
        read_folder_page(str(book), page)


def test_a_page_larger_than_believable_is_left_out(book, monkeypatch):
    monkeypatch.setattr(limits, "ENTRY_BYTES", 3100)
    (book / "page 9.png").write_bytes(bytes(3101))

    facts = read_folder(str(book))

    assert len(facts.pages) == 2
    assert facts.warnings == ["limit: 'page 9.png' is too large"]


def test_too_many_files_are_refused(book, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES", 2)

    with pytest.raises(UnreadableBookError, match="limit: more than 2 files"):
        read_folder(str(book))


def test_a_folder_without_images_is_no_book(tmp_path):
    (tmp_path / "1.png").write_bytes(b"<html>")

    with pytest.raises(UnreadableBookError, match="no pages"):
        read_folder(str(tmp_path))


def test_a_folder_that_is_gone_or_a_file_is_an_error(tmp_path):
    (tmp_path / "file").touch()

    for name, reason in (("gone", "No such file"), ("file", "Not a directory")):
        with pytest.raises(UnreadableBookError, match=reason):
            read_folder(str(tmp_path / name))


def test_names_that_are_no_text_are_read(book):
    odd = os.fsencode(book) + b"/caf\xe9.png"
    with open(odd, "wb") as file:  # noqa: PTH123 - bytes
        file.write(png(5))

    page = read_folder(str(book)).pages[0]

    assert page.name == "caf\udce9.png"
    assert read_folder_page(str(book), page) == png(5)
