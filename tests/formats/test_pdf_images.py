from pathlib import Path

import pymupdf
import pytest

from codex_lib.formats.pdf_images import drawn_image, sole_jpeg
from codex_lib.formats.pdf_tasks import open_pdf

FULL = "q 300 0 0 400 0 0 cm /I Do Q"


@pytest.fixture
def found(make_pdf, make_image):
    """Return a function: page -> the image that its only page consists of, or None."""

    def find(**page):
        page = {"contents": FULL, "image": make_image(), **page}
        with open_pdf(make_pdf([page])) as document:
            return sole_jpeg(document, document.load_page(0))

    return find


@pytest.mark.parametrize(
    ("contents", "matrix"),
    [
        (b"q 2 0 0 3 0 0 cm /I Do Q", (2, 0, 0, 3, 0, 0)),
        (b"2 0 0 3 4 5 cm /I Do", (2, 0, 0, 3, 4, 5)),
        (b"q .5 0 0 .5 0 0 cm /G gs q 4 0 0 6 2 2 cm\n/I Do Q Q", (2, 0, 0, 3, 1, 1)),
        (b"q 9 0 0 9 0 0 cm Q q 2 0 0 3 0 0 cm /I Do Q", (2, 0, 0, 3, 0, 0)),
        (b"Q /I Do", (1, 0, 0, 1, 0, 0)),
        (b"0 1 -1 0 0 0 cm 2 0 0 3 0 0 cm /I Do", (0, 2, -3, 0, 0, 0)),
        (b"a b c d e f cm /I Do", (0, 0, 0, 0, 0, 0)),
        (b"1 2 cm /I Do", (0, 0, 0, 0, 0, 0)),
    ],
)
def test_an_image_is_drawn_where_the_matrices_put_it(contents, matrix):
    image = drawn_image(contents)

    assert image.name == "I"
    assert image.matrix == matrix


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"q Q",
        b"/I Do /I Do",
        b"/I Do 1",
        b"BT (x) Tj ET /I Do",
        b"Do",
        b"/a /b Do",
    ],
)
def test_drawing_anything_else_is_not_drawing_an_image(contents):
    assert drawn_image(contents) is None


def test_an_image_that_fills_the_page_is_found_with_its_size(found):
    assert found().size == (30, 40)
    assert found(contents="q 298 0 0 399 1 1 cm /I Do Q").size == (30, 40)
    assert found(box="100 100 400 500", contents="300 0 0 400 100 100 cm /I Do")


@pytest.mark.parametrize(
    "page",
    [
        {"contents": ""},
        {"contents": "q 150 0 0 400 0 0 cm /I Do Q"},
        {"contents": "q 300 0 0 400 50 0 cm /I Do Q"},
        {"contents": "q 300 0 0 -400 0 400 cm /I Do Q"},
        {"contents": "q 0 400 300 0 0 0 cm /I Do Q"},
        {"contents": FULL.replace("/I", "/J")},
        {"contents": "q 300 0 0 350 0 50 cm /I Do Q"},
        {"extra": "/Rotate 90"},
        {"extra": "/Rotate 180"},
        {"extra": "/CropBox[0 0 300 390]"},
        {"extra": "/UserUnit 2"},
        {"extra": "/Annots[<</Type/Annot/Subtype/Square/Rect[0 0 50 50]>>]"},
        {"contents": FULL + " " * 4_000},
        {"image_extra": "/ColorSpace/DeviceCMYK"},
        {"image_extra": "/ColorSpace/DeviceRGB/Decode[1 0 1 0 1 0]"},
        {"image_extra": "/ColorSpace/DeviceRGB/SMask 4 0 R"},
        {"image_extra": "/ColorSpace/DeviceRGB/Mask[0 9 0 9 0 9]"},
        {"image_extra": "/ColorSpace[/ICCBased 1 0 R]"},
        {"image_extra": "/ColorSpace[/Indexed/DeviceRGB 1<000000>]"},
        {"size": (70_000, 40)},
        {"size": (60_000, 60_000)},
        {"size": (0, 40)},
    ],
)
def test_a_page_that_is_more_than_its_image_is_rendered(found, page):
    assert found(**page) is None


@pytest.mark.parametrize(
    ("components", "is_found"), [("1", True), ("3", True), ("4", False)]
)
def test_a_profile_tells_screen_from_print(make_pdf, make_image, components, is_found):
    page = {
        "contents": FULL,
        "image": make_image(),
        "image_extra": "/ColorSpace[/ICCBased 1 0 R]",
    }

    path = make_pdf([page], catalog=f"/N {components}")

    with open_pdf(path) as document:
        assert bool(sole_jpeg(document, document.load_page(0))) is is_found


def test_contents_that_are_no_stream_or_expand_are_not_looked_at(make_pdf, tmp_path):
    path = Path(make_pdf([{"contents": FULL}]))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"/Contents 6 0 R", b"/Contents 3 0 R"))
    document = pymupdf.open(
        make_pdf([{"contents": FULL + " " * 4_000}], name="long.pdf")
    )
    document.save(tmp_path / "packed.pdf", deflate=True)

    for name in (str(path), str(tmp_path / "packed.pdf")):
        with open_pdf(name) as document:
            assert sole_jpeg(document, document.load_page(0)) is None


def test_an_image_of_another_kind_is_rendered(make_pdf, make_image):
    path = Path(make_pdf([{"contents": FULL, "image": make_image()}]))
    path.write_bytes(path.read_bytes().replace(b"/DCTDecode", b"/RunLength"))

    with open_pdf(str(path)) as document:
        assert sole_jpeg(document, document.load_page(0)) is None
