"""Pages as they lie in a ZIP archive: never another's, never more than asked."""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from codex_lib.formats import raw_pages
from codex_lib.formats.cbz import read_cbz
from codex_lib.formats.raw_pages import GZIP_BYTES, RawPage, inflate, is_raw, read_raw

METHODS = pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"]
)


class Pipe:
    """What cannot seek: sizes and checksums then stand behind the data."""

    def __init__(self, file):
        self.write, self.flush = file.write, file.flush


@contextmanager
def descriptor_of(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@pytest.fixture
def image(make_image):
    return make_image() + bytes(3000)


@pytest.fixture
def make(tmp_path, image):
    """Return a function that writes a CBZ of two pages and returns path and pages."""

    def write(method, *, streamed=False, extra=b"", names=("1.jpg", "2.jpg")):
        path = tmp_path / "book.cbz"
        with path.open("wb") as file:
            output = Pipe(file) if streamed else file
            with closing(zipfile.ZipFile(output, "w", method)) as archive:
                for number, name in enumerate(names):
                    info = zipfile.ZipInfo(name)
                    info.compress_type = method
                    info.extra = extra
                    archive.writestr(info, image + bytes([number]))
        return str(path), read_cbz(str(path)).pages

    return write


@METHODS
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    "options",
    [{}, {"streamed": True}, {"extra": struct.pack("<2H", 7, 2000) + bytes(2000)}],
    ids=["plain", "streamed", "long"],
)
def test_a_page_is_read_whatever_its_header_is_like(make, image, method, wait, options):
    path, pages = make(method, **options)

    with descriptor_of(path) as descriptor:
        raw = read_raw(descriptor, pages[1], wait=wait)

    if method == zipfile.ZIP_STORED:
        assert bytes(raw.data) == image + b"\x01"
    else:
        assert inflate(raw, pages[1]) == image + b"\x01"
        wrapped = raw.as_gzip(pages[1])
        assert gzip.decompress(wrapped) == image + b"\x01"
        assert len(wrapped) == pages[1].compressed_size + GZIP_BYTES


def test_a_streamed_page_is_known_by_its_name_in_any_alphabet(make, image):
    path, pages = make(0, streamed=True, names=("ページ1.jpg", "ページ2.jpg"))

    with descriptor_of(path) as descriptor:
        assert bytes(read_raw(descriptor, pages[0], wait=True).data) == image + b"\0"
        other = pages[0]._replace(name="ページ3.jpg")
        assert read_raw(descriptor, other, wait=True) is None


@METHODS
@pytest.mark.parametrize(
    "change",
    [
        {"crc": 1},
        {"compressed_size": 7},
        {"method": 12},
        {"offset": 3},
        {"offset": 10**9},
    ],
    ids=str,
)
def test_what_is_not_that_page_is_not_given_out(make, method, change):
    path, pages = make(method)

    with descriptor_of(path) as descriptor:
        assert read_raw(descriptor, pages[0]._replace(**change), wait=True) is None


def test_an_encrypted_entry_is_not_given_out(make):
    path, pages = make(0)
    with Path(path).open("r+b") as file:
        file.seek(6)
        file.write(b"\x01")

    with descriptor_of(path) as descriptor:
        assert read_raw(descriptor, pages[0], wait=True) is None


def test_a_page_that_is_cut_off_is_not_given_out(make):
    path, pages = make(0)
    os.truncate(path, pages[1].offset + 100)

    with descriptor_of(path) as descriptor:
        assert read_raw(descriptor, pages[1], wait=True) is None


def test_a_large_page_is_not_read_without_waiting(make, monkeypatch):
    path, pages = make(0)
    monkeypatch.setattr(raw_pages, "_FEW_BYTES", 100)

    with descriptor_of(path) as descriptor:
        with pytest.raises(BlockingIOError):
            read_raw(descriptor, pages[0], wait=False)
        assert read_raw(descriptor, pages[0], wait=True)


def test_a_file_that_cannot_be_read_is_an_error_or_something_to_wait_for(
    make, tmp_path
):
    _, pages = make(0)
    size = {"compressed_size": 10}

    with (tmp_path / "out").open("wb") as file:  # not open to read
        file.write(bytes(1000))
        file.flush()
        page = pages[0]._replace(**size)
        with pytest.raises(BlockingIOError):
            read_raw(file.fileno(), page, wait=False)
        with pytest.raises(OSError, match="Bad file descriptor"):
            read_raw(file.fileno(), page, wait=True)


@pytest.mark.parametrize("damage", [b"\xff" * 8, b"\x03\x00"], ids=["noise", "empty"])
def test_a_damaged_page_does_not_inflate(make, damage):
    path, pages = make(8)

    with descriptor_of(path) as descriptor:
        data = read_raw(descriptor, pages[0], wait=True).data

    assert inflate(RawPage(damage + data[len(damage) :]), pages[0]) is None


def test_only_plain_pages_of_zip_archives_are_raw(make):
    page = make(8)[1][0]

    assert is_raw(page, "cbz")
    assert is_raw(page, "epub")
    assert not is_raw(page, "cbr")
    assert not is_raw(page._replace(format="xhtml"), "epub")
    assert not is_raw(page._replace(method=12), "cbz")
    assert not is_raw(page._replace(method=0, compressed_size=1), "cbz")
