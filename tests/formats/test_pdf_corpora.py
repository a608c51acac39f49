"""Real and hostile PDFs: what they hold was looked up in them by eye."""

import io
import json

import pytest
from PIL import Image

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import isolation
from codex_lib.formats.pdf import read_pdf, read_pdf_page


@pytest.fixture(scope="module", autouse=True)
def _children_end_with_the_module():
    yield
    isolation.close_children()


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("test_cix.pdf", "comicinfo"),
        ("test_pdf.pdf", "pdf"),
        ("test_pdf_legacy_keywords.pdf", "comicinfo"),
    ],
)
def test_metadata_of_comic_tools_is_found_wherever_they_put_it(corpora, name, source):
    facts = read_pdf(str(corpora / "archives/comicbox" / name))

    metadata = facts.metadata
    assert len(facts.pages) == 4
    assert metadata["source"] == source
    assert metadata["title"] == "the tangle of their lives"
    assert metadata["writers"] == ["Jon Osterman"]
    assert metadata["tags"] == ["d", "e", "f"]
    assert metadata.get("publisher") == (None if source == "pdf" else "SmallPub")


@pytest.mark.parametrize(
    ("name", "page_count"),
    [
        ("11-pages.pdf", 11),
        ("good17.pdf", 30),
        ("enc-R3,V2,O=master.pdf", 30),
        ("encrypted-with-images.pdf", 2),
        ("page-labels-num-tree.pdf", 30),
        ("minimal.pdf", 1),
    ],
)
def test_a_known_book_has_all_its_pages(corpora, name, page_count):
    facts = read_pdf(str(corpora / "pdf/qpdf" / name))

    assert len(facts.pages) == page_count
    assert facts.warnings == []


@pytest.mark.parametrize(
    "name", ["enc-R2,V1,U=view,O=master.pdf", "enc-XI-R6,V5,U=wwwww,O=wwwww.pdf"]
)
def test_a_user_password_is_the_reason(corpora, name):
    with pytest.raises(UnreadableBookError) as caught:
        read_pdf(str(corpora / "pdf/qpdf" / name))

    assert caught.value.reason == "encrypted: needs a password"


def shown_sizes(path, facts):
    for page in facts.pages[:2]:
        with Image.open(io.BytesIO(read_pdf_page(str(path), page))) as image:
            image.load()
            yield image.size, (page.width, page.height)


def test_every_real_book_is_shown_at_the_size_it_tells_or_has_a_reason(corpora):
    paths = [*(corpora / "pdf").rglob("*.pdf"), *(corpora / "archives").rglob("*.pdf")]

    reasons = []
    for path in paths:
        try:
            facts = read_pdf(str(path))
        except UnreadableBookError as error:
            reasons.append(error.reason)
        else:
            for shown, told in shown_sizes(path, facts):
                assert shown == told, path
    assert len(paths) > 90
    assert len(reasons) < 25
    assert "the reader crashed on this file" not in reasons


def verdict(path):
    """Return what became of a book, in the words of EXPECT.json, and its pages."""
    try:
        facts = read_pdf(str(path))
    except UnreadableBookError as error:
        kind = error.reason.partition(":")[0]
        return (kind if kind in ("encrypted", "limit") else "error"), 0
    assert all(shown == told for shown, told in shown_sizes(path, facts)), path
    return ("partial" if facts.warnings else "ok"), len(facts.pages)


def test_every_hostile_book_gets_a_verdict_that_is_allowed(corpora):
    every = json.loads((corpora / "evil/EXPECT.json").read_text())
    expected = {name: e for name, e in every.items() if name.startswith("pdf/")}

    for name, expectation in expected.items():
        found, page_count = verdict(corpora / "evil" / name)
        allowed, pages = expectation["verdict"], expectation["pages"]
        assert found in ([allowed] if isinstance(allowed, str) else allowed), name
        assert page_count in ([pages] if isinstance(pages, int) else pages), name
    assert len(expected) > 8


def test_files_that_are_something_else_are_refused(corpora):
    for name in ("text-as.pdf", "epub-as.pdf"):
        with pytest.raises(UnreadableBookError, match="not a PDF file"):
            read_pdf(str(corpora / "evil/ext" / name))
