"""Limits, page choice and reading in place, as CBR, CB7 and CBT share them."""

from __future__ import annotations

import zlib
from typing import NamedTuple

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import Page
from codex_lib.formats.members import (
    bad_pages,
    check_limits,
    check_pages,
    comic_facts,
    is_page,
    opened,
    read_stored,
)


class File(NamedTuple):
    name: str
    file_size: int


@pytest.mark.parametrize(
    ("files", "packed", "reason"),
    [
        ([File("1.jpg", limits.ENTRY_BYTES + 1)], 2**40, "'1.jpg' declares"),
        ([File("1.jpg", 1)] * (limits.ENTRIES + 1), 2**20, "more than 50,000 entries"),
        ([File("1.jpg", 2**29)] * 65, 2**40, "declares 34,896,609,280 bytes"),
        ([File("1.jpg", 2**24 + 1)], 80_000, "80,000 bytes would expand to 16,777,217"),
    ],
)
def test_an_archive_that_declares_too_much_is_refused(files, packed, reason):
    with pytest.raises(UnreadableBookError, match=f"^book: limit: {reason}"):
        check_limits("book", files, packed)


def test_a_small_archive_may_expand_as_it_likes():
    check_limits("book", [File("1.bmp", limits.EXPANSION_FREE_BYTES)], 100)


def test_pages_are_images_with_bytes():
    files = [File("1.jpg", 5), File("2.jpg", 0), File("ComicInfo.xml", 9)]

    assert [file.name for file in files if is_page(file)] == ["1.jpg"]


@pytest.mark.parametrize(
    ("pages", "members", "reason"),
    [([], [], "an empty archive"), ([], ["a.txt"], "no pages: none of its files")],
)
def test_no_pages_is_an_error_with_its_reason(pages, members, reason):
    with pytest.raises(UnreadableBookError, match=reason):
        check_pages("book", pages, members)


def test_an_archive_with_pages_passes():
    check_pages("book", ["1.jpg"], ["1.jpg", "a.txt"])


def test_facts_have_their_pages_in_natural_order():
    pages = [Page("p10.jpg", "jpeg"), Page("p9.jpg", "")]

    facts = comic_facts("book", "cb7", pages, None, ["cut off"])

    assert [page[0] for page in facts["pages"]] == ["p9.jpg", "p10.jpg"]
    assert (facts["metadata"], facts["warnings"][0]) == ({}, "cut off")


def test_a_page_that_is_no_image_is_told():
    pages = [Page("1.jpg", "jpeg"), Page("2.jpg", "")]

    facts = comic_facts("book", "cb7", pages, None, [])

    assert facts["warnings"] == ["page 2 (2.jpg) is not an image"]


def test_many_pages_that_are_no_images_are_counted():
    pages = [Page(f"{i}.jpg", "") for i in range(15)]

    lines = bad_pages(pages)

    assert (len(lines), lines[-1]) == (11, "and 5 pages more")


def test_an_archive_without_a_single_image_is_no_book():
    with pytest.raises(UnreadableBookError, match="none of its pages is an image"):
        comic_facts("book", "cb7", [Page("1.jpg", "")], None, [])


def test_bad_metadata_is_a_warning_and_good_metadata_is_read():
    pages = [Page("1.jpg", "jpeg")]
    good = b"<ComicInfo><Title>One</Title></ComicInfo>"

    read = comic_facts("book", "cb7", pages, ("ComicInfo.xml", good), [])
    failed = comic_facts("book", "cb7", pages, ("ComicInfo.xml", b"\0\0"), [])

    assert (read["metadata"]["title"], read["warnings"]) == ("One", [])
    assert failed["metadata"] == {}
    assert failed["warnings"][0].startswith("ComicInfo.xml")


def test_a_stored_page_is_read_in_place(tmp_path):
    path = tmp_path / "book.cbr"
    path.write_bytes(b"..page..")
    page = Page("1.jpg", file_size=4, offset=2, crc=zlib.crc32(b"page"))

    assert read_stored(str(path), page) == b"page"


@pytest.mark.parametrize(
    "page",
    [
        Page("1.jpg", file_size=4, offset=2, crc=1),
        Page("1.jpg", file_size=40, offset=2, crc=zlib.crc32(b"page..")),
        Page("1.jpg", file_size=4, offset=2**63 - 1, crc=1),
        Page("1.jpg", file_size=4, offset=2**63, crc=1),
        Page("1.jpg", file_size=2**62, offset=2, crc=1),
    ],
)
def test_a_page_that_is_elsewhere_now_is_not_invented(tmp_path, page):
    path = tmp_path / "book.cbr"
    path.write_bytes(b"..page..")

    assert read_stored(str(path), page) is None


def test_a_file_that_cannot_be_opened_is_an_error_with_its_reason(tmp_path):
    with (
        pytest.raises(UnreadableBookError, match="No such file"),
        opened(str(tmp_path / "gone.cbr")),
    ):
        pass
