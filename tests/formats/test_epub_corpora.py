"""Real EPUBs: what they hold was looked up in them by eye."""

import io
import json

import pytest
from PIL import Image

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import isolation
from codex_lib.formats.epub import read_epub, read_epub_page


@pytest.fixture(scope="module", autouse=True)
def _children_end_with_the_module():
    yield
    isolation.close_children()


@pytest.mark.parametrize(
    ("name", "page_count", "formats", "cover", "metadata"),
    [
        (
            "idpf-samples/haruko-jpeg.epub",
            13,
            {"jpeg", "png"},
            None,
            {
                "title": "\u30cf\u30eb\u30b3\u3055\u3093\u306e\u5f7c\u6c0f",
                "language_iso": "ja-JP",
                "reading_direction": "rtl",
            },
        ),
        (
            "idpf-samples/haruko-html-jpeg.epub",
            13,
            {"jpeg", "xhtml"},
            None,
            {"reading_direction": "rtl"},
        ),
        (
            "idpf-samples/page-blanche-bitmaps-in-spine.epub",
            9,
            {"jpeg"},
            None,
            {
                "title": "Page Blanche (bitmaps directly in spine)",
                "writers": ["Boulet"],
                "pencillers": ["Bagieu P\u00e9n\u00e9lope"],
                "publisher": "\u00e9ditions Delcourt",
                "year": 2012,
                "month": 1,
                "day": 18,
            },
        ),
        (
            "idpf-samples/svg-in-spine.epub",
            6,
            {"jpeg", "xhtml"},
            None,
            {"title": "SVG in Spine", "language_iso": "en-US"},
        ),
        (
            "idpf-samples/cole-voyage-of-life.epub",
            10,
            {"xhtml"},
            "EPUB/images/portrait.jpg",
            {"title": "Thomas Cole - The Voyage of Life", "writers": ["Jesse Dylan"]},
        ),
        (
            "idpf-samples/childrens-literature.epub",
            3,
            {"xhtml"},
            "EPUB/images/cover.png",
            {
                "title": "Children's Literature",
                "writers": ["Charles Madison Curry", "Erle Elsworth Clippinger"],
                "web": ["http://www.gutenberg.org/ebooks/25545"],
            },
        ),
        (
            "idpf-samples/wasteland.epub",
            1,
            {"xhtml"},
            "EPUB/wasteland-cover.jpg",
            {"title": "The Waste Land", "writers": ["T.S. Eliot"]},
        ),
        (
            "standardebooks-time-machine/src.epub",
            18,
            {"xhtml"},
            "epub/images/cover.svg",
            {
                "title": "The Time Machine",
                "title_sort": "Time Machine, The",
                "writers": ["H. G. Wells"],
                "genres": ["Time travel--Fiction"],
                "language_iso": "en-GB",
            },
        ),
        (
            "w3c-epub-tests/pkg-title-order.epub",
            1,
            {"xhtml"},
            None,
            {"title": "pkg-title-order"},
        ),
        (
            "w3c-epub-tests/pkg-creator-order.epub",
            1,
            {"xhtml"},
            None,
            {
                "writers": [
                    *("Dave Cramer", "Wendy Reid", "Dan Lazin", "Ivan Herman"),
                    "Brady Duga",
                ]
            },
        ),
        (
            "w3c-epub-tests/ocf-package_multiple.epub",
            1,
            {"xhtml"},
            None,
            {"title": "ocf-package_multiple"},
        ),
        (
            "w3c-epub-tests/pkg-spine-progression_rtl.epub",
            4,
            {"xhtml"},
            None,
            {"reading_direction": "rtl"},
        ),
        (
            "bmaupin/basic-v3plus2.epub",
            3,
            {"xhtml"},
            "EPUB/images/cover.jpg",
            {"writers": ["Hingle McCringleberry"]},
        ),
    ],
)
def test_a_known_book_is_read_right(
    corpora, name, page_count, formats, cover, metadata
):
    facts = read_epub(str(corpora / "epub" / name))

    assert len(facts.pages) == page_count
    assert {page.format for page in facts.pages} == formats
    assert (facts.cover and facts.cover.name) == cover
    assert {**facts.metadata, **metadata} == facts.metadata
    assert facts.warnings == []


def test_every_real_book_is_read_and_its_first_page_shown(corpora):
    paths = sorted((corpora / "epub").rglob("*.epub"))

    for path in paths:
        facts = read_epub(str(path))
        data = read_epub_page(str(path), facts.pages[0])
        with Image.open(io.BytesIO(data)) as image:
            assert min(image.size) > 100, path
    assert len(paths) > 80


def expectations(corpora, folder):
    every = json.loads((corpora / "evil" / "EXPECT.json").read_text())
    return {name: e for name, e in every.items() if name.startswith(folder)}


def verdict(path):
    """Return what became of a book, in the words of EXPECT.json, and its pages."""
    try:
        facts = read_epub(str(path))
    except UnreadableBookError as error:
        kind = error.reason.partition(":")[0]
        return (kind if kind in ("encrypted", "limit") else "error"), 0
    return ("partial" if facts.warnings else "ok"), len(facts.pages)


def test_every_hostile_book_gets_a_verdict_that_is_allowed(corpora):
    expected = expectations(corpora, "epub/")

    for name, expectation in expected.items():
        found, page_count = verdict(corpora / "evil" / name)
        allowed, pages = expectation["verdict"], expectation["pages"]
        assert found in ([allowed] if isinstance(allowed, str) else allowed), name
        assert page_count in ([pages] if isinstance(pages, int) else pages), name
    assert len(expected) > 8


def test_calibres_series_of_an_epub_2_is_read(corpora):
    facts = read_epub(str(corpora / "evil/epub/epub2-no-ncx.epub"))

    assert (facts.metadata["series"], facts.metadata["number"]) == ("Saga", "2.5")
