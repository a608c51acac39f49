"""CB7: facts and pages of 7z archives."""

from __future__ import annotations

import zlib
from pathlib import Path

import py7zr
import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import Page
from codex_lib.formats.book_json import parse_book
from codex_lib.formats.cb7 import facts_task, page_task, read_cb7, read_cb7_page

COMICINFO = b"<?xml version='1.0'?><ComicInfo><Title>One</Title></ComicInfo>"
BOOK = {f"page {i}.png": b"\x89PNG" + bytes([i]) * 3000 for i in (10, 9, 1)}
COPY = [{"id": py7zr.FILTER_COPY}]


@pytest.fixture
def seven(tmp_path):
    def make(entries=BOOK, **options):
        path = tmp_path / "book.cb7"
        with py7zr.SevenZipFile(path, "w", **options) as archive:
            for name, data in entries.items():
                archive.writestr(data, name)
        return str(path)

    return make


def facts(path):
    """Return the facts without a child process."""
    return parse_book(path, facts_task(path)[0])


def test_a_cb7_is_read_in_natural_order(seven):
    path = seven(BOOK | {"ComicInfo.xml": COMICINFO})

    book = read_cb7(path)

    assert [page.name for page in book.pages] == [f"page {i}.png" for i in (1, 9, 10)]
    assert [read_cb7_page(path, page) for page in book.pages] == [
        BOOK[page.name] for page in book.pages
    ]
    assert (book.file_format, book.metadata["title"]) == ("cb7", "One")
    assert book.warnings == []


def test_checksums_are_those_of_the_directory(seven):
    pages = facts(seven()).pages

    assert [page.crc for page in pages] == [
        zlib.crc32(BOOK[page.name]) for page in pages
    ]
    assert {page.format for page in pages} == {"png"}


@pytest.mark.parametrize("headers", [True, False])
def test_an_encrypted_book_says_so(seven, headers):
    path = seven(password="secret", header_encryption=headers)

    with pytest.raises(UnreadableBookError) as caught:
        facts(path)

    assert caught.value.reason == "encrypted: needs a password"


def test_a_page_of_an_encrypted_book_needs_a_password(seven):
    path = seven(password="secret")

    with pytest.raises(UnreadableBookError, match="encrypted: needs a password"):
        page_task(path, "page 1.png", 0)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({}, "an empty archive"),
        ({"a.txt": b"text"}, "no pages: none of its files is an image"),
    ],
)
def test_no_pages_is_an_error(seven, entries, reason):
    with pytest.raises(UnreadableBookError, match=reason):
        facts(seven(entries))


@pytest.mark.parametrize("data", [b"", b"7z\xbc\xaf\x27\x1c", bytes(500)])
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "book.cb7"
    path.write_bytes(data)

    with pytest.raises(UnreadableBookError, match="not a 7z archive, or damaged"):
        facts(str(path))


def test_a_cut_off_archive_is_refused(seven):
    """The directory stands at the end."""
    path = Path(seven())
    path.write_bytes(path.read_bytes()[:-5])

    with pytest.raises(UnreadableBookError, match="not a 7z archive, or damaged"):
        facts(str(path))


def test_a_damaged_page_is_an_error_when_it_is_read(seven):
    path = Path(seven(filters=COPY))
    data = bytearray(path.read_bytes())
    data[data.index(bytes([1]) * 100)] ^= 0xFF
    path.write_bytes(data)

    assert len(facts(str(path)).pages) == 3
    assert page_task(str(path), "page 9.png", 1)[1] == BOOK["page 9.png"]
    with pytest.raises(UnreadableBookError, match=r"'page 1\.png' is damaged"):
        page_task(str(path), "page 1.png", 2)


def test_damaged_metadata_is_a_warning(seven):
    path = Path(seven(BOOK | {"ComicInfo.xml": COMICINFO}, filters=COPY))
    path.write_bytes(path.read_bytes().replace(b"Title", b"Titel"))

    book = facts(str(path))

    assert book.metadata == {}
    assert book.warnings == ["'ComicInfo.xml' is damaged"]


def test_metadata_larger_than_believable_is_a_warning(seven, monkeypatch):
    monkeypatch.setattr(limits, "METADATA_BYTES", 20)

    book = facts(seven(BOOK | {"ComicInfo.xml": COMICINFO}))

    assert book.warnings == ["'ComicInfo.xml' is too large"]


def test_links_are_no_pages(tmp_path):
    (tmp_path / "1.png").write_bytes(BOOK["page 1.png"])
    (tmp_path / "2.png").symlink_to("1.png")
    path = tmp_path / "book.cb7"
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.write(tmp_path / "1.png", "1.png")
        archive.write(tmp_path / "2.png", "2.png")

    assert [page.name for page in facts(str(path)).pages] == ["1.png"]


@pytest.mark.parametrize("name", ["../evil.png", "/evil.png", "a/../../evil.png"])
def test_a_name_that_leaves_the_archive_is_only_a_label(seven, name):
    safe = "x" * (len(name) - 4) + ".png"
    path = Path(seven({safe: BOOK["page 1.png"]}))
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.set_encoded_header_mode(False)
        archive.writestr(BOOK["page 1.png"], safe)
    data = path.read_bytes().replace(safe.encode("utf-16-le"), name.encode("utf-16-le"))
    path.write_bytes(with_checksums(bytearray(data)))

    pages = facts(str(path)).pages

    assert [page.name for page in pages] == [name]
    assert page_task(str(path), name, 0)[1] == BOOK["page 1.png"]


def test_of_two_entries_with_one_name_each_can_be_read(tmp_path):
    path = tmp_path / "book.cb7"
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.writestr(BOOK["page 1.png"], "1.png")
        archive.writestr(BOOK["page 9.png"], "1.png")

    pages = facts(str(path)).pages

    found = [page_task(str(path), page.name, page.offset)[1] for page in pages]
    assert found == [BOOK["page 1.png"], BOOK["page 9.png"]]


def test_an_archive_that_expands_too_far_is_refused(seven, monkeypatch):
    monkeypatch.setattr(limits, "EXPANSION_FREE_BYTES", 10_000)

    with pytest.raises(UnreadableBookError, match="limit: .*would expand to 400,000"):  # noqa: RUF043 - a pattern
        facts(seven({"1.png": bytes(400_000)}))


def test_a_page_that_is_not_there_any_more_is_an_error(seven):
    with pytest.raises(UnreadableBookError, match=r"has no page '2\.png' any more"):
        page_task(seven(), "2.png", 0)


def test_a_directory_that_cannot_be_listed_is_an_error(seven):
    """The time stamp of an entry can lie beyond the year 9999."""
    path = Path(seven())
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.set_encoded_header_mode(False)
        archive.writestr(BOOK["page 1.png"], "1.png")
    with py7zr.SevenZipFile(path) as archive:
        stamp = archive.files[0].lastwritetime.to_bytes(8, "little")
    data = bytearray(path.read_bytes())
    at = data.rindex(stamp)
    data[at : at + 8] = (2**63 - 1).to_bytes(8, "little")
    path.write_bytes(with_checksums(data))

    with pytest.raises(UnreadableBookError, match="damaged: its list of files"):
        facts(str(path))


def test_a_file_that_is_gone_is_an_error(tmp_path):
    with pytest.raises(UnreadableBookError, match="No such file"):
        read_cb7_page(str(tmp_path / "gone.cb7"), Page("1.png"))


def with_checksums(data):
    """Make the checksums of a changed header right again."""
    start = 32 + int.from_bytes(data[12:20], "little")
    size = int.from_bytes(data[20:28], "little")
    data[28:32] = zlib.crc32(data[start : start + size]).to_bytes(4, "little")
    data[8:12] = zlib.crc32(data[12:32]).to_bytes(4, "little")
    return data
