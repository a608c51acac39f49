"""CBT: facts and pages of tar archives, plain and compressed."""

from __future__ import annotations

import io
import random
import struct
import tarfile
import zlib
from pathlib import Path

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import cbt, limits
from codex_lib.formats.book import Page
from codex_lib.formats.book_json import parse_book
from codex_lib.formats.cbt import (
    facts_task,
    is_tar,
    page_task,
    read_cbt,
    read_cbt_page,
)

COMICINFO = b"<?xml version='1.0'?><ComicInfo><Title>One</Title></ComicInfo>"
MODES = ["w", "w:gz", "w:bz2", "w:xz"]


def png(number):
    """Return a page of 100 x number pixels, as far as its header goes."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 100, number, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0d" + header + bytes([number]) * 3000


BOOK = {f"./page {i}.png": png(i) for i in (10, 9, 1)} | {"ComicInfo.xml": COMICINFO}


def entry(name, size=0, **fields):
    info = tarfile.TarInfo(name)
    info.size = size
    for key, value in fields.items():
        setattr(info, key, value)
    return info


@pytest.fixture
def tar(tmp_path):
    def make(entries=BOOK, mode="w", more=(), **options):
        path = tmp_path / "book.cbt"
        with tarfile.open(path, mode, **options) as archive:
            for name, data in entries.items():
                archive.addfile(entry(name, len(data)), io.BytesIO(data))
            for info in more:
                archive.addfile(info)
        return str(path)

    return make


def facts(path):
    """Return the facts without a child process."""
    return parse_book(path, facts_task(path)[0])


@pytest.mark.parametrize("mode", MODES)
def test_every_compression_is_read_in_natural_order(tar, mode):
    path = tar(mode=mode)

    book = read_cbt(path)

    assert [(page.name, page.height) for page in book.pages] == [
        ("page 1.png", 1),
        ("page 9.png", 9),
        ("page 10.png", 10),
    ]
    assert [read_cbt_page(path, page) for page in book.pages] == [
        png(page.height) for page in book.pages
    ]
    assert (book.file_format, book.metadata["title"]) == ("cbt", "One")
    assert book.warnings == []


@pytest.mark.parametrize("mode", MODES)
def test_a_page_is_found_by_name_and_checksum(tar, mode):
    path = tar({"a.png": png(1), "b.png": png(2)}, mode)

    assert page_task(path, "b.png", zlib.crc32(png(2))) == ({}, png(2))
    for name, crc in (("b.png", 1), ("c.png", zlib.crc32(png(2)))):
        with pytest.raises(UnreadableBookError, match="any more, or another one"):
            page_task(path, name, crc)


def test_a_page_of_a_plain_archive_is_read_in_place(tar, monkeypatch):
    path = tar()
    page = facts(path).pages[1]
    monkeypatch.delattr(cbt, "isolated")

    assert read_cbt_page(path, page) == png(9)


def test_a_page_that_has_moved_in_the_archive_is_found(tar):
    page = facts(tar()).pages[0]
    path = tar({"new.png": png(3), "page 1.png": png(1)})

    assert read_cbt_page(path, page) == png(1)


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_are_read(tar, kind):
    name = "folder/" * 12 + "page 1.png"

    assert facts(tar({name: png(1)}, format=kind)).pages[0].name == name


def test_links_devices_and_pipes_are_no_pages(tar):
    more = [
        entry("2.png", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        entry("3.png", type=tarfile.LNKTYPE, linkname="./page 1.png"),
        entry("4.png", type=tarfile.CHRTYPE),
        entry("5.png", type=tarfile.FIFOTYPE),
        entry("6.png", type=tarfile.DIRTYPE),
    ]

    assert len(facts(tar(more=more)).pages) == 3


def test_a_sparse_file_is_no_page(tar, monkeypatch):
    """A page of 256 MB can stand in a header of 512 bytes."""
    sparse = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
    sparse |= {"GNU.sparse.name": "2.png", "GNU.sparse.realsize": "100000"}
    info = entry("x", 512, pax_headers=sparse)
    path = tar({"1.png": png(1)}, format=tarfile.PAX_FORMAT)
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(entry("1.png", len(png(1))), io.BytesIO(png(1)))
        archive.addfile(info, io.BytesIO(b"0\n".ljust(512, b"\0")))

    assert [page.name for page in facts(path).pages] == ["1.png"]


def test_a_name_that_leaves_the_archive_is_only_a_label(tar):
    path = tar({"../../evil.png": png(1)})

    page = facts(path).pages[0]

    assert page.name == "../../evil.png"
    assert page_task(path, page.name, page.crc)[1] == png(1)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({}, "an empty archive"),
        ({"a.txt": b"text"}, "no pages: none of its files is an image"),
        ({"1.png": b""}, "no pages: none of its files is an image"),
        ({"1.png": b"<html>"}, "none of its pages is an image"),
    ],
)
def test_no_pages_is_an_error(tar, entries, reason):
    with pytest.raises(UnreadableBookError, match=reason):
        facts(tar(entries))


@pytest.mark.parametrize("data", [b"text " * 500, b"\x1f\x8bnonsense", b"BZh"])
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "book.cbt"
    path.write_bytes(data)

    with pytest.raises(UnreadableBookError, match="not a tar archive, or damaged"):
        facts(str(path))


@pytest.mark.parametrize("mode", MODES)
def test_a_cut_off_archive_keeps_what_is_left(tar, mode):
    noise = {"x.bin": random.Random(1).randbytes(1_200_000)}  # noqa: S311 - not for secrets
    path = Path(tar(BOOK | noise, mode))
    path.write_bytes(path.read_bytes()[:-20_000])

    book = facts(str(path))

    assert (len(book.pages), book.metadata["title"]) == (3, "One")
    assert book.warnings == ["cut off or damaged: the archive ends early"]


def test_an_archive_cut_off_in_a_page_leaves_that_page_out(tar):
    path = Path(tar())
    pages = facts(str(path)).pages
    path.write_bytes(path.read_bytes()[:6000])

    book = facts(str(path))

    assert [page.name for page in book.pages] == ["page 10.png"]
    assert book.warnings == ["cut off or damaged: the archive ends early"]
    with pytest.raises(UnreadableBookError, match=r"'page 9\.png' is damaged or cut"):
        page_task(str(path), "page 9.png", pages[1].crc)


def test_a_damaged_header_ends_the_list_with_a_warning(tar):
    path = Path(tar())
    data = bytearray(path.read_bytes())
    data[data.index(b"./page 9.png")] ^= 1
    path.write_bytes(data)

    book = facts(str(path))

    assert len(book.pages) == 1
    assert book.warnings == ["cut off or damaged: the archive ends early"]


@pytest.mark.parametrize("size", [limits.ENTRY_BYTES + 1, 2**40])
def test_a_header_that_declares_too_much_is_refused(tmp_path, size):
    path = tmp_path / "book.cbt"
    path.write_bytes(entry("1.png", size).tobuf(tarfile.GNU_FORMAT) + bytes(2000))

    with pytest.raises(UnreadableBookError, match=r"limit: '1\.png' declares"):
        facts(str(path))


def test_an_archive_that_expands_too_far_is_refused(tar, monkeypatch):
    monkeypatch.setattr(limits, "EXPANSION_FREE_BYTES", 10_000)

    with pytest.raises(UnreadableBookError, match="would expand to"):
        facts(tar({"1.png": png(1) + bytes(400_000)}, "w:xz"))


def test_metadata_larger_than_believable_is_left_out(tar, monkeypatch):
    monkeypatch.setattr(limits, "METADATA_BYTES", 20)

    assert facts(tar()).metadata == {}


def test_a_file_that_is_gone_is_an_error(tmp_path):
    for read in (
        lambda: read_cbt_page(str(tmp_path / "gone.cbt"), Page("1.png")),
        lambda: facts_task(str(tmp_path / "gone.cbt")),
        lambda: page_task(str(tmp_path / "gone.cbt"), "1.png", 0),
    ):
        with pytest.raises(UnreadableBookError, match="No such file"):
            read()


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT])
def test_a_tar_header_is_known_by_its_checksum(kind):
    block = entry("1.png", 5).tobuf(kind)
    old = bytearray(block[:257] + bytes(255))
    old[148:156] = b" " * 8
    old[148:156] = b"%06o\0 " % sum(old)

    assert is_tar(block)
    assert is_tar(bytes(old))


@pytest.mark.parametrize(
    "head",
    [b"", bytes(512), b"x" * 512, entry("1.png").tobuf(tarfile.USTAR_FORMAT)[:500]],
)
def test_other_bytes_are_no_tar_header(head):
    assert not is_tar(head)
