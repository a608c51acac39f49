"""One XHTML or SVG document of an EPUB: what it shows besides text, and where it is."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from codex_lib.formats.xml import XmlError, local_name, parse_xml

_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_SILENT = {"head", "title", "desc", "style", "script", "metadata"}
# What would be lost if only the image of a document were shown.
_CONTENT = {
    *("path", "polygon", "polyline", "circle", "ellipse", "line", "canvas", "video"),
    *("audio", "iframe", "object", "embed", "table", "math", "form", "input"),
}
_SIDES = ("width", "height")


class DocumentParts(NamedTuple):
    """The hrefs of images and style sheets, in order; how many characters of text.

    has_more tells of tables, drawings, films: content that is neither. is_svg tells
    that the document is an SVG drawing and no XHTML. viewport is the size of a page of
    fixed layout, in pixels, or None.
    """

    images: list[str]
    stylesheets: list[str]
    text_chars: int = 0
    has_more: bool = False
    is_svg: bool = False
    viewport: tuple[int, int] | None = None


def parse_document(data: bytes) -> DocumentParts:
    """Return the parts of a document, read as HTML if it is no XML; never raises."""
    images: list[str] = []
    stylesheets: list[str] = []
    root = _root(data)
    if root is None:
        return DocumentParts(images, stylesheets)
    has_more = False
    for element in root.iter():
        name = _plain_name(element)
        href = _href(element, name)
        if name in ("img", "image") and href:
            images.append(href)
        elif name == "link" and "stylesheet" in element.get("rel", "") and href:
            stylesheets.append(href)
        has_more = has_more or name in _CONTENT
    text_chars = sum(len(text.strip()) for text in _visible(root))
    is_svg = _plain_name(root) == "svg"
    fixed = _viewport(root)
    return DocumentParts(images, stylesheets, text_chars, has_more, is_svg, fixed)


def _plain_name(element: etree._Element) -> str:
    """Return the name without namespace or, where HTML was assumed, its prefix."""
    return local_name(element).rpartition(":")[2].lower()


def _href(element: etree._Element, name: str) -> str:
    if name == "img":
        return element.get("src", "")
    keys = ("href", _XLINK_HREF, "xlink:href")
    return next(filter(None, map(element.get, keys)), "")


def _viewport(root: etree._Element) -> tuple[int, int] | None:
    """Return what <meta name="viewport"> says in numbers; words as device-width do not.

    Of several, and of several widths in one, the first counts.
    """
    for element in root.iter():
        if _plain_name(element) == "meta" and element.get("name") == "viewport":
            content = element.get("content", "")
            sides = [
                re.search(rf"\b{side}\s*=\s*([0-9]{{2,4}})\b", content)
                for side in _SIDES
            ]
            width, height = (int(side[1]) if side else 0 for side in sides)
            return (width, height) if width and height else None
    return None


def _root(data: bytes) -> etree._Element | None:
    try:
        return parse_xml(data.lstrip(b" \t\r\n"))
    except XmlError:
        parser = etree.HTMLParser(no_network=True, remove_comments=True)
    return etree.fromstring(data, parser)


def _visible(root: etree._Element) -> list[str]:
    """Return the texts that are shown: none of a title, a style or a script."""
    texts, silent = [], 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if _plain_name(element) in _SILENT:
            silent += 1 if event == "start" else -1
        text = element.text if event == "start" else element.tail
        if text and not silent:
            texts.append(text)
    return texts
