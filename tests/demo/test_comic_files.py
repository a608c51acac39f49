"""The files of the comics, opened with other people's readers."""

from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import pymupdf
import pytest
from PIL import Image

from codex_lib.demo.comic_files import comic_file_name, render_comicinfo, render_zip
from codex_lib.demo.library import ALL_SERIES
from codex_lib.demo.robots import ROBOTS
from codex_lib.demo.teahouse import TEAHOUSE

COMICS = [
    comic_file_name(series, book)
    for series in ALL_SERIES
    for book in series.books
    if book.container == "cbz"
]


def comicinfo(series, number):
    text = render_comicinfo(series, series.books[number])
    return ET.fromstring(text)  # noqa: S314 - written a line above


@pytest.mark.parametrize("name", COMICS)
def test_a_cbz_holds_comicinfo_and_six_stored_pages(demo_file, name):
    with ZipFile(demo_file(name)) as archive:
        first, *pages = archive.infolist()
        images = [Image.open(BytesIO(archive.read(page))) for page in pages]
        for image in images:
            image.load()

    assert first.filename == "ComicInfo.xml"
    assert [page.filename[:7] for page in pages] == [f"page-0{n}" for n in range(1, 7)]
    assert {page.compress_type for page in pages} == {ZIP_STORED}
    assert all(image.width >= 480 and image.height >= 900 for image in images)


def test_names_follow_the_habits_of_their_kind(demo):
    names = {path.name for path in demo.files}

    assert {
        "The Lighthouse Club #1 (2021).cbz",
        "Teahouse of Small Hours v02.cbz",
        "Elevator to the Moon - Chapter 3.cbz",
        "Pocket Robots 004 (2024).pdf",
        "The Map of Small Things.epub",
    } <= names


def test_comicinfo_has_series_number_people_and_date():
    info = comicinfo(ROBOTS, 1)

    expected = {
        "Series": "Pocket Robots",
        "Number": "2",
        "Count": "4",
        "Title": "Paper Wings",
        "Writer": "Bram Quill",
        "Publisher": "Paper Kite Press",
        "Year": "2023",
        "LanguageISO": "en",
        "PageCount": "6",
    }
    assert expected.items() <= {child.tag: child.text for child in info}.items()


def test_the_manga_is_marked_as_read_from_right_to_left():
    assert comicinfo(TEAHOUSE, 0).findtext("Manga") == "YesAndRightToLeft"
    assert comicinfo(ROBOTS, 0).find("Manga") is None


def test_comicinfo_escapes_its_texts():
    book = TEAHOUSE.books[0]._replace(title="Salt & <Pepper>")

    text = render_comicinfo(TEAHOUSE, book)

    assert "<Title>Salt &amp; &lt;Pepper&gt;</Title>" in text


def test_the_pdf_has_its_pages_and_its_title(demo_file):
    with pymupdf.open(demo_file(".pdf")) as document:
        assert document.page_count == 6
        assert document.metadata["title"] == "Pocket Robots #4: A Year on the Desk"
        assert document.metadata["creationDate"] == "D:20240110120000Z"


def test_an_archive_has_no_clock_and_no_compression():
    with ZipFile(BytesIO(render_zip({"a": b"1" * 100}))) as archive:
        (entry,) = archive.infolist()

    assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    assert entry.compress_size == 100
