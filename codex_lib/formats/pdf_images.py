"""Pages of a PDF that are one JPEG and nothing else, as those of most comics are.

Their image can be handed out as it is: no rendering, no second loss of quality, 0.5 ms
instead of 30.
"""

# mypy: allow-untyped-calls
# (PyMuPDF has no annotations on most of its methods.)
from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.formats import limits

if TYPE_CHECKING:
    import pymupdf

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_CONTENT_BYTES = 2048  # placing one image takes about 60
_STREAMS = 4
_TOLERANCE = 0.02  # of the page: what an image may fall short, or stand over
_PLAIN_COLORS = {"DeviceRGB", "DeviceGray", "CalRGB", "CalGray"}
_ICC = re.compile(r"/ICCBased\s*([0-9]+) 0 R")


class SoleJpeg(NamedTuple):
    """The JPEG that a page consists of, and its size in pixels."""

    xref: int
    size: tuple[int, int]


class _Placement(NamedTuple):
    name: str
    matrix: Matrix


def sole_jpeg(document: pymupdf.Document, page: pymupdf.Page) -> SoleJpeg | None:
    """Return the JPEG that fills the page and is all there is on it, or None.

    Rotated or annotated pages, masks and colors of print have to be rendered.
    """
    if page.rotation or _size(page.cropbox) != _size(page.mediabox):
        return None
    placement = drawn_image(_contents(document, page))
    if placement is None or not _fills(placement.matrix, page):
        return None
    if page.first_annot or page.first_widget:
        return None
    return _jpeg_named(document, page, placement.name)


def _size(box: pymupdf.Rect) -> tuple[float, float]:
    return box.width, box.height


def drawn_image(contents: bytes) -> _Placement | None:
    """Return the image that a content stream draws, None if it does anything else."""
    drawn: _Placement | None = None
    matrix, saved = _IDENTITY, list[Matrix]()
    operands: list[bytes] = []
    for token in contents.split():
        if token == b"q":
            saved.append(matrix)
        elif token == b"Q":
            matrix = saved.pop() if saved else _IDENTITY
        elif token == b"cm":
            matrix = _product(_numbers(operands), matrix)
        elif token == b"Do" and drawn is None and len(operands) == 1:
            drawn = _Placement(operands[0][1:].decode(errors="replace"), matrix)
        elif token != b"gs":
            operands.append(token)
            continue
        operands = []
    return None if operands else drawn


def _numbers(operands: list[bytes]) -> Matrix:
    """Return the operands of cm; what are no six numbers gives a matrix of zeros."""
    try:
        a, b, c, d, e, f = map(float, operands)
    except ValueError:
        return (0, 0, 0, 0, 0, 0)
    return a, b, c, d, e, f


def _product(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        *(a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j),
        *(e * g + f * i + k, e * h + f * j + m),
    )


def _contents(document: pymupdf.Document, page: pymupdf.Page) -> bytes:
    """Return the page's contents if they are short enough to be one image."""
    xrefs = page.get_contents()
    if not 0 < len(xrefs) <= _STREAMS:
        return b""
    for xref in xrefs:
        raw = document.xref_stream_raw(xref)  # None: not a stream
        if raw is None or len(raw) > _CONTENT_BYTES:
            return b""
    contents: bytes = page.read_contents()
    return contents if len(contents) <= _CONTENT_BYTES else b""


def _fills(matrix: Matrix, page: pymupdf.Page) -> bool:
    """Tell whether the unit square, so transformed, is the page, upright."""
    a, b, c, d, left, bottom = matrix
    box = page.mediabox
    if b or c or _size(box) != _size(page.rect):  # a UserUnit makes them differ
        return False
    slack = _TOLERANCE * max(box.width, box.height)
    edges = (left - box.x0, bottom - box.y0, left + a - box.x1, bottom + d - box.y1)
    return all(abs(edge) <= slack for edge in edges)


def _jpeg_named(
    document: pymupdf.Document, page: pymupdf.Page, name: str
) -> SoleJpeg | None:
    image = next((image for image in page.get_images() if image[7] == name), None)
    if image is None:
        return None
    xref, mask, width, height, _, color, _, _, encoding, *_ = image
    if encoding != "DCTDecode" or mask:
        return None
    has_extras = any(
        document.xref_get_key(xref, key)[0] != "null"
        for key in ("Decode", "Mask", "SMask", "ImageMask")
    )
    if has_extras or not _is_screen_color(document, xref, color):
        return None
    if not (0 < width <= limits.SIDE_PX and 0 < height <= limits.SIDE_PX):
        return None
    return SoleJpeg(xref, (width, height)) if width * height <= limits.PIXELS else None


def _is_screen_color(document: pymupdf.Document, xref: int, color: str) -> bool:
    """Tell gray and RGB from the colors of print, which viewers of JPEGs get wrong."""
    if color in _PLAIN_COLORS:
        return True
    profile = _ICC.search(document.xref_get_key(xref, "ColorSpace")[1])
    if profile is None:
        return False
    components: str = document.xref_get_key(int(profile[1]), "N")[1]
    return components in {"1", "3"}
