"""CBR: facts and pages of RAR archives of every kind, and the reasons for none."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import rars

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import cbr, limits
from codex_lib.formats.book import Page
from codex_lib.formats.book_json import parse_book
from codex_lib.formats.cbr import facts_task, page_task, read_cbr, read_cbr_page
from codex_lib.formats.cbz import read_cbz
from codex_lib.formats.rar_directory import list_rar

COMICINFO = b"<?xml version='1.0'?><ComicInfo><Title>One</Title></ComicInfo>"
KINDS = ["rar14", "rar15", "rar20", "rar29", "rar40", "rar50", "rar70"]


def png(number, junk=3000):
    """Return a page of 100 x number pixels, as far as its header goes."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 100, number, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    noise = random.Random(number).randbytes(junk)  # noqa: S311 - not for secrets
    return b"\x89PNG\r\n\x1a\n" + chunk + noise + b"same " * 100


BOOK = {f"Bone/page {i}.png": png(i) for i in (10, 9, 1)} | {"ComicInfo.xml": COMICINFO}


@pytest.fixture
def rar(tmp_path):
    def make(kind="rar50", entries=BOOK, name="book.cbr", **options):
        builder = rars.RarBuilder(kind, **options)
        for entry, data in entries.items():
            builder.add_bytes(data, entry)
        builder.write(str(tmp_path / name))
        return str(tmp_path / name)

    return make


def facts(path):
    """Return the facts without a child process."""
    return parse_book(path, facts_task(path)[0])


def rename(path, position, name):
    """Give an entry of a RAR 5 archive another name of the same length."""
    entry = list_rar(path).entries[position]
    start, size = entry.parts[0].header_offset, entry.parts[0].header_size
    data = bytearray(Path(path).read_bytes())
    header = data[start : start + size].replace(entry.name.encode(), name.encode())
    header[:4] = struct.pack("<I", zlib.crc32(header[4:]))
    data[start : start + size] = header
    Path(path).write_bytes(data)
    return path


def rewritten(path, change):
    data = bytearray(Path(path).read_bytes())
    change(data)
    Path(path).write_bytes(data)
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{"store": True}, {}, {"solid": True}])
def test_every_kind_is_read_in_natural_order(rar, kind, options):
    path = rar(kind, **options)

    book = read_cbr(path)

    names = [page.name for page in book.pages]
    assert names == ["Bone/page 1.png", "Bone/page 9.png", "Bone/page 10.png"]
    assert [read_cbr_page(path, page) for page in book.pages] == [
        BOOK[name] for name in names
    ]
    assert {page.format for page in book.pages} == {"png"}
    assert (book.file_format, book.metadata["title"]) == ("cbr", "One")
    assert book.warnings == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("solid", [True, False])
def test_a_repack_as_cbz_is_the_same_book(rar, tmp_path, kind, solid):
    path = tmp_path / "book.cbz"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in BOOK.items():
            archive.writestr(name, data)

    assert facts(rar(kind, solid=solid)).identity == read_cbz(str(path)).identity


def test_stored_pages_have_their_size_and_are_read_in_place(rar, monkeypatch):
    path = rar(store=True)
    book = facts(path)
    monkeypatch.delattr(cbr, "isolated")

    assert [(page.width, page.height) for page in book.pages] == [
        (100, 1),
        (100, 9),
        (100, 10),
    ]
    assert read_cbr_page(path, book.pages[0]) == png(1)


def test_compressed_pages_are_not_decoded_in_a_scan(rar):
    book = facts(rar())

    assert {(page.width, page.height) for page in book.pages} == {(0, 0)}
    assert all(page.compressed_size < page.file_size for page in book.pages)


def test_a_solid_archive_that_has_to_be_decoded_gives_its_sizes_too(rar):
    book = facts(rar(solid=True))

    assert [page.height for page in book.pages] == [1, 9, 10]


def test_a_solid_archive_without_metadata_is_not_decoded(rar):
    entries = {name: data for name, data in BOOK.items() if name != "ComicInfo.xml"}

    book = facts(rar(entries=entries, solid=True))

    assert [page.height for page in book.pages] == [0, 0, 0]


def test_of_a_large_solid_archive_only_the_metadata_is_kept(rar, monkeypatch):
    monkeypatch.setattr(cbr, "_DECODE_BYTES", 5000)

    book = facts(rar(solid=True))

    assert [page.height for page in book.pages] == [0, 0, 0]
    assert book.metadata["title"] == "One"


def test_a_size_that_lies_far_into_a_page_is_found(rar):
    exif = b"\xff\xe1" + struct.pack(">H", 5000) + bytes(4998)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, 30, 20, 3) + bytes(9)
    pages = {"1.jpg": b"\xff\xd8" + exif + frame, "2.jpg": b"\xff\xd8\xff\xe0\0\x10"}

    book = facts(rar(entries=pages, store=True))

    assert [(page.width, page.height) for page in book.pages] == [(20, 30), (0, 0)]


def test_a_stored_page_that_is_no_image_is_told(rar):
    pages = {"1.png": png(1), "2.jpg": b"<html>"}

    book = facts(rar(entries=pages, store=True))

    assert [page.format for page in book.pages] == ["png", ""]
    assert book.warnings == ["page 2 (2.jpg) is not an image"]


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
@pytest.mark.parametrize("headers", [True, False])
def test_an_encrypted_book_says_so(rar, kind, headers):
    path = rar(kind, password="secret", encrypt_headers=headers)

    for read in (read_cbr, facts):
        with pytest.raises(UnreadableBookError) as caught:
            read(path)
        assert caught.value.reason == "encrypted: needs a password"


def test_a_missing_checksum_is_made_up_from_the_page(rar):
    """RAR 1.4 has checksums of its own only; RAR 5 can be told to use BLAKE2."""
    pages = facts(rar("rar14")).pages

    assert [page.crc for page in pages] == [zlib.crc32(png(i)) for i in (1, 9, 10)]


@pytest.mark.parametrize("solid", [True, False])
def test_a_page_without_a_checksum_that_is_damaged_stays_a_page(rar, solid):
    entries = {"1.png": png(1), "2.png": png(2)}
    path = rar("rar14", entries, solid=solid)
    rewritten(path, lambda data: data.__setitem__(slice(4000, 4010), bytes(10)))

    book = facts(path)

    assert [page.name for page in book.pages] == ["1.png", "2.png"]
    with pytest.raises(UnreadableBookError, match=r"'2\.png' is damaged"):
        page_task(path, "2.png", -1)


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
@pytest.mark.parametrize("solid", [True, False])
def test_damaged_metadata_is_a_warning(rar, kind, solid):
    path = rar(kind, {"1.png": png(1), "ComicInfo.xml": COMICINFO * 50}, solid=solid)
    at = Path(path).read_bytes().index(b"ComicInfo.xml") + 60
    rewritten(path, lambda data: data.__setitem__(slice(at, at + 9), b"\x55" * 9))

    book = facts(path)

    assert book.warnings == ["'ComicInfo.xml' is damaged or cut off"]
    assert (len(book.pages), book.metadata) == (1, {})


def test_metadata_larger_than_believable_is_left_out(rar, monkeypatch):
    monkeypatch.setattr(cbr, "METADATA_BYTES", 20)

    assert facts(rar()).metadata == {}


def test_links_are_no_pages_and_are_told(tmp_path):
    builder = rars.RarBuilder("rar50")
    builder.add_bytes(png(1), "1.png")
    builder.add_unix_symlink("2.png", "/etc/passwd")
    builder.write(str(tmp_path / "book.cbr"))

    book = facts(str(tmp_path / "book.cbr"))

    assert [page.name for page in book.pages] == ["1.png"]
    assert book.warnings == ["links and old versions left out: 1"]


def test_a_name_that_leaves_the_archive_is_only_a_label(rar):
    path = rename(
        rar(entries={"aa/aa/evil.png": png(1)}, store=True), 0, "../../evil.png"
    )

    book = read_cbr(path)

    assert [page.name for page in book.pages] == ["../../evil.png"]
    assert read_cbr_page(path, book.pages[0]) == png(1)


def test_a_first_volume_is_the_book_and_a_later_one_is_not(tmp_path):
    builder = rars.RarBuilder("rar50", volume_size=2500, store=True)
    for name, data in BOOK.items():
        builder.add_bytes(data, name)
    builder.write_volumes(str(tmp_path / "book.part1.rar"))
    first, second, *_ = sorted(map(str, tmp_path.iterdir()))

    book = read_cbr(first)

    assert [read_cbr_page(first, page) for page in book.pages] == [
        BOOK[page.name] for page in book.pages
    ]
    assert {page.height for page in book.pages} == {1, 9, 10}
    with pytest.raises(UnreadableBookError, match="part 2 of a multi-volume archive"):
        read_cbr(second)


def test_a_page_stored_whole_in_a_later_volume_is_found_there(tmp_path):
    """Its offset is one in another file, so it cannot be read in place."""
    pages = {"1.png": png(1, 2000), "2.png": png(2, 200), "3.png": png(3, 200)}
    builder = rars.RarBuilder("rar50", volume_size=2000, store=True)
    for name, data in pages.items():
        builder.add_bytes(data, name)
    builder.write_volumes(str(tmp_path / "book.part1.rar"))
    first, *_ = sorted(map(str, tmp_path.iterdir()))

    found = [read_cbr_page(first, page) for page in facts(first).pages]

    assert found == list(pages.values())


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
def test_a_cut_off_book_keeps_what_is_left(rar, kind):
    path = rar(kind, store=True)
    Path(path).write_bytes(Path(path).read_bytes()[:8000])

    book = read_cbr(path)

    assert book.warnings[0] == "cut off: the end of the archive is missing"
    assert read_cbr_page(path, book.pages[1]) == png(9)
    with pytest.raises(UnreadableBookError, match=r"page 1\.png' is damaged or cut"):
        read_cbr_page(path, book.pages[0])


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"a.txt": b"text"}, "no pages: none of its files is an image"),
        ({"1.png": b""}, "no pages: none of its files is an image"),
        ({"1.jpg": b"<html>"}, "none of its pages is an image"),
    ],
)
def test_no_pages_is_an_error(rar, entries, reason):
    with pytest.raises(UnreadableBookError, match=reason):
        facts(rar(entries=entries, store=True))


def test_an_archive_that_expands_too_far_is_refused(rar, monkeypatch):
    monkeypatch.setattr(limits, "EXPANSION_FREE_BYTES", 10_000)
    path = rar(entries={"1.png": bytes(400_000)})

    with pytest.raises(UnreadableBookError, match="would expand to 400,000"):
        facts(path)
    with pytest.raises(UnreadableBookError, match="would expand to 400,000"):
        page_task(path, "1.png", 0)


def test_a_file_that_was_replaced_gives_the_page_of_that_name(rar):
    """The page map is of the old file; a stored page is checked, then looked for."""
    old = facts(rar(store=True)).pages[0]
    path = rar(entries={"x.png": png(3), "Bone/page 1.png": png(2)}, store=True)

    assert read_cbr_page(path, old) == png(2)
    for read in (
        lambda: read_cbr_page(path, Page("9.png", method=1)),
        lambda: page_task(path, "9.png", 0),
    ):
        with pytest.raises(UnreadableBookError, match=r"has no page '9\.png' any more"):
            read()


def test_of_two_entries_with_one_name_each_can_be_read(rar):
    path = rename(rar(entries={"1.png": png(1), "2.png": png(2)}), 1, "1.png")

    pages = facts(path).pages

    assert [page.name for page in pages] == ["1.png", "1.png"]
    assert [read_cbr_page(path, page) for page in pages] == [png(1), png(2)]


def test_a_zip_file_is_no_rar_archive(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("1.png", png(1))
    path = tmp_path / "book.cbr"
    path.write_bytes(stream.getvalue())

    with pytest.raises(UnreadableBookError, match="not a RAR archive or damaged"):
        read_cbr(str(path))
