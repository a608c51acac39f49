import pytest

from codex_lib.formats.epub_documents import parse_document

XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml"'
    ' xmlns:svg="http://www.w3.org/2000/svg"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"><head><title>not seen</title>{}</head>'
    "<body>{}</body></html>"
)


def test_images_are_found_however_they_are_written():
    parts = parse_document(
        XHTML.format(
            "",
            '<img src="a.jpg" alt="words"/><svg:svg><svg:image xlink:href="b.jpg"/>'
            '<svg:image href="c.jpg"/></svg:svg><img alt="none"/>',
        ).encode()
    )

    assert parts.images == ["a.jpg", "b.jpg", "c.jpg"]
    assert (parts.text_chars, parts.has_more, parts.is_svg) == (0, False, False)


def test_only_text_that_is_shown_counts():
    parts = parse_document(
        XHTML.format(
            "<style>p { }</style>", "\n <p>four</p> six  <script>x()</script>seven"
        ).encode()
    )

    assert parts.text_chars == len("four") + len("six") + len("seven")


def test_stylesheets_are_links_of_that_kind():
    head = (
        '<link rel="stylesheet" href="a.css"/><link rel="icon" href="b.ico"/>'
        '<link rel="alternate stylesheet"/>'
    )

    assert parse_document(XHTML.format(head, "").encode()).stylesheets == ["a.css"]


@pytest.mark.parametrize("element", ["table", "path", "video", "canvas", "form"])
def test_a_document_may_have_more_than_text_and_images(element):
    assert parse_document(XHTML.format("", f"<{element}/>").encode()).has_more


def test_a_drawing_is_told_by_its_root():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="a.jpg"/></svg>'

    assert parse_document(svg).is_svg
    assert parse_document(svg).images == ["a.jpg"]


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body><img src='a.jpg'><p>two</body></html>",
        b"<html><body><p>two<svg><image xlink:href='a.jpg'/></svg>",
        b"\n<!DOCTYPE html [<!ENTITY e 'x'>]><html><p>two<img src='a.jpg'></p></html>",
    ],
)
def test_what_is_no_xml_is_read_as_html(data):
    parts = parse_document(data)

    assert parts.images == ["a.jpg"]
    assert parts.text_chars >= len("two")


@pytest.mark.parametrize("data", [b"", b" ", b"\0\0", b"</p>", b"{}", b"\xff\xfe"])
def test_what_is_no_document_has_no_images(data):
    assert parse_document(data).images == []


@pytest.mark.parametrize(
    ("content", "viewport"),
    [
        ("width=900, height=600", (900, 600)),
        ("height = 600px;width=900", None),
        ("height = 600 ; width=900", (900, 600)),
        ("width=device-width, height=600", None),
        ("width=900", None),
        ("width=900, height=99999", None),
        ("", None),
    ],
)
def test_a_viewport_counts_when_it_has_two_numbers(content, viewport):
    meta = f'<meta name="viewport" content="{content}"/>'
    later = '<meta name="viewport" content="width=50, height=50"/>'

    document = XHTML.format(f'<meta name="author"/>{meta}{later}', "")

    assert parse_document(document.encode()).viewport == viewport
