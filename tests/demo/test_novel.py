"""The EPUB keeps the rules of its container."""

from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from PIL import Image

OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture
def epub(demo_file):
    with ZipFile(demo_file(".epub")) as archive:
        yield archive


def parse(epub, name):
    return ET.fromstring(epub.read(name))  # noqa: S314 - our own file


def test_the_mimetype_is_the_first_entry(epub):
    first = epub.infolist()[0]

    assert (first.filename, first.extra) == ("mimetype", b"")
    assert epub.read(first) == b"application/epub+zip"


def test_the_container_names_the_package(epub):
    rootfile = parse(epub, "META-INF/container.xml").find(".//{*}rootfile")

    assert parse(epub, rootfile.get("full-path")).tag == f"{OPF}package"


def test_the_manifest_is_what_the_archive_holds(epub):
    package = parse(epub, "book/package.opf")
    listed = {f"book/{item.get('href')}" for item in package.iter(f"{OPF}item")}

    assert {"mimetype", "META-INF/container.xml", "book/package.opf", *listed} == set(
        epub.namelist()
    )


def test_cover_and_series_are_said(epub):
    package = parse(epub, "book/package.opf")
    cover = package.find(f".//{OPF}item[@properties='cover-image']")
    metas = {meta.get("property"): meta.text for meta in package.iter(f"{OPF}meta")}

    with Image.open(BytesIO(epub.read(f"book/{cover.get('href')}"))) as image:
        assert image.size == (600, 900)
    assert metas["belongs-to-collection"] == "Small Things"
    assert metas["group-position"] == "1"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_chapter_has_its_title_and_three_paragraphs(epub, number):
    chapter = parse(epub, f"book/chapter-{number}.xhtml")

    assert (
        chapter.findtext(".//{*}h1")
        == ["The Drawer", "The Map", "The Edge"][number - 1]
    )
    assert len(list(chapter.iter("{http://www.w3.org/1999/xhtml}p"))) == 3
