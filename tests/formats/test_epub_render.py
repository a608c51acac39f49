import io
from pathlib import Path

import pytest
from PIL import Image

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import epub_render
from codex_lib.formats.epub_render import page_task


def rendered(path: str, name: str = "O/a.xhtml") -> Image.Image:
    facts, data = page_task(path, name)
    assert facts == {}
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "JPEG"
    return image


def ink(image: Image.Image) -> int:
    """Return how many pixels are not white."""
    return sum(image.convert("L").point(lambda value: value < 128).histogram()[1:])


def is_red(image: Image.Image, x: int = 150, y: int = 150) -> bool:
    if y >= image.height:
        return False
    red, green, _ = image.getpixel((x, y))
    return red > 200 and green < 80


@pytest.fixture(scope="session")
def red_square(make_image):
    def make(kind: str = "PNG") -> bytes:
        output = io.BytesIO()
        Image.new("RGB", (200, 200), "red").save(output, kind)
        return output.getvalue()

    return make


def test_a_document_is_as_high_as_its_text(make_epub):
    short = rendered(make_epub({"a.xhtml": "<p>One line.</p>"}))
    long = rendered(make_epub({"a.xhtml": "<p>One paragraph.</p>" * 50}))

    assert short.width == long.width == 800
    assert short.height < 250
    assert long.height > 1_000
    assert ink(short) > 100


def test_a_very_long_document_is_bounded(make_epub):
    image = rendered(make_epub({"a.xhtml": "<p>One paragraph.</p>" * 3_000}))

    assert image.width == 800
    assert 31_000 < image.height <= 32_000


def test_an_empty_document_is_an_empty_page(make_epub):
    assert rendered(make_epub({"a.xhtml": ""})).size == (800, 40)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
def test_images_are_shown_of_every_kind(make_epub, red_square, kind):
    path = make_epub(
        {"a.xhtml": '<img src="im%20ages/red.x"/>'},
        files={"O/im ages/red.x": red_square(kind)},
    )

    assert is_red(rendered(path))


def test_stylesheets_are_followed(make_epub):
    page = (
        b'<html><head><link rel="stylesheet" href="a.css"/></head>'
        b"<body><div>x</div></body></html>"
    )
    css = "div { background-color: red; height: 300px }"

    image = rendered(make_epub({"a.xhtml": page}, files={"O/a.css": css}))

    assert is_red(image, 400, 200)


def test_a_drawing_fills_the_width(make_epub):
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400">'
        b'<rect width="800" height="400" fill="red"/></svg>'
    )

    image = rendered(make_epub({"a.svg": svg}), "O/a.svg")

    assert is_red(image, 5, 5)
    assert is_red(image, 790, 390)


def test_a_fixed_page_has_the_size_that_it_asks_for_and_no_margins(make_epub):
    page = (
        b'<html><head><meta name="viewport" content="width=600, height=900"/><style>'
        b"div { background-color: red; height: 880px } body { margin: 0 }"
        b"</style></head>"
        b"<body><div>a page</div></body></html>"
    )

    image = rendered(make_epub({"a.xhtml": page}))

    assert image.size == (600, 900)
    assert is_red(image, 2, 2)


def test_a_fixed_page_with_too_much_on_it_is_shown_in_full(make_epub):
    page = (
        b'<html><head><meta name="viewport" content="width=300, height=200"/></head>'
        b"<body>" + b"<p>a line</p>" * 50 + b"</body></html>"
    )

    image = rendered(make_epub({"a.xhtml": page}))

    assert image.width == 800
    assert image.height > 1_000


def test_a_very_wide_page_is_shrunk(make_epub):
    page = (
        b'<html><head><meta name="viewport" content="width=4000, height=3000"/></head>'
        b"<body><p>text</p></body></html>"
    )

    assert rendered(make_epub({"a.xhtml": page})).size == (1_600, 1_200)


def test_a_background_does_not_count_as_contents(make_epub):
    page = (
        b"<html><head><style>body { background-color: red }</style></head>"
        b"<body><p>text</p></body></html>"
    )

    image = rendered(make_epub({"a.xhtml": page}))

    assert image.height < 250
    assert is_red(image, 5, 5)


@pytest.mark.parametrize(
    "href",
    ["gone.png", "../../../etc/passwd", "http://127.0.0.1:9/x.png", "damaged.png"],
)
def test_an_image_that_is_not_there_leaves_a_hole(make_epub, href):
    body = f'<p>before</p><img src="{href}"/><p>after</p>'
    path = make_epub({"a.xhtml": body}, files={"O/damaged.png": b"\x89PNG damaged"})

    assert ink(rendered(path)) > 100


@pytest.mark.parametrize("kind", ["webp", "jxl"])
def test_an_image_that_cannot_be_turned_into_png_leaves_a_hole(make_epub, kind):
    heads = {
        "webp": b"RIFF\x30\0\0\0WEBPVP8 \x20\0\0\0\0\0\0\x9d\x01\x2a\x20\0\x20\0"
        + b"x" * 40,
        "jxl": b"\xff\x0a\xff\x07\x08\x83\x04\x0c\x00K \x18\x8b\x15\xf5\xf6",
    }
    path = make_epub(
        {"a.xhtml": '<p>before</p><img src="1.x"/>'}, files={"O/1.x": heads[kind]}
    )

    assert ink(rendered(path)) > 100


def test_an_image_whose_bytes_are_damaged_leaves_a_hole(make_epub, red_square):
    files = {"O/1.png": red_square()}
    path = Path(make_epub({"a.xhtml": '<img src="1.png"/>'}, files=files))
    data = bytearray(path.read_bytes())
    data[data.index(b"O/1.png") + 10] ^= 0xFF  # its checksum is wrong now
    path.write_bytes(data)

    assert not is_red(rendered(str(path)))


def test_no_more_images_are_read_than_the_limit_allows(
    make_epub, red_square, monkeypatch
):
    monkeypatch.setattr(epub_render, "_ASSET_BYTES", len(red_square()) - 1)
    path = make_epub({"a.xhtml": '<img src="1.png"/>'}, files={"O/1.png": red_square()})

    assert not is_red(rendered(path))


def test_a_document_that_is_not_there_is_unreadable(make_epub):
    with pytest.raises(UnreadableBookError, match="is not in the archive"):
        page_task(make_epub(), "O/gone.xhtml")


@pytest.mark.parametrize("document", [b"", b"\0\0", b"{}", b"</p>", b"<svg/>"])
def test_what_is_no_document_is_an_empty_page(make_epub, document):
    assert rendered(make_epub({"a.xhtml": document})).width == 800


def test_what_mupdf_does_not_take_is_unreadable(make_epub, monkeypatch):
    monkeypatch.setattr(epub_render, "_CONTAINER", "<container")

    with pytest.raises(UnreadableBookError, match="cannot be laid out"):
        page_task(make_epub(), "O/a.xhtml")
