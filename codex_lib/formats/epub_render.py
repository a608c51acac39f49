"""What the child process does with an EPUB: one document of it as one tall image.

MuPDF gets a small EPUB that holds that document, its images and its style sheets, and
nothing else: it needs no say in what the spine is, cannot be made to unpack the rest,
and there is nothing but the archive that a link could lead to.
"""

# mypy: allow-untyped-calls
# (PyMuPDF has no annotations on most of its methods.)
from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.epub_documents import parse_document
from codex_lib.formats.epub_package import CONTAINER, EntryNames, resolve_href
from codex_lib.formats.image_headers import image_header
from codex_lib.formats.pdf_tasks import pixmap_jpeg, reader_errors, silence
from codex_lib.formats.zip_archive import open_zip

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pymupdf

    from codex_lib.formats.epub_documents import DocumentParts
    from codex_lib.formats.zip_archive import Entry, ZipArchive

_WIDTH_PX = 800
_WIDEST_PX = 1_600
_MOST_HEIGHT_PX = 32_000  # 15,000 words; what is below is cut off
_FONT_PX = 20
_MARGIN_PX = 40
_ASSETS = 500
_ASSET_BYTES = 64 * 2**20
_IMAGE_PIXELS = 50_000_000
_HEAD_BYTES = 64 * 1024
# Our own files stand where a book has no documents.
_OPF_NAME = "META-INF/page.opf"
_WRAPPER_NAME = "META-INF/page.xhtml"
_NO_MARGIN = b"<style>@page { margin: 0 }</style></head>"
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
    f'<rootfiles><rootfile full-path="{_OPF_NAME}"'
    ' media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
    '<item id="page" media-type="application/xhtml+xml" href={}/></manifest>'
    '<spine><itemref idref="page"/></spine></package>'
)
_WRAPPER = (
    "<html><head><style>@page {{ margin: 0 }} body {{ margin: 0 }}</style></head>"
    "<body><img src={}/></body></html>"
)


def page_task(path: str, name: str) -> tuple[dict[str, Any], bytes]:
    """Return the document of that entry name as one JPEG.

    As wide and high as a page of fixed layout says; else 800 pixels wide and as high
    as it takes. Raises UnreadableBookError.
    """
    with open_zip(path) as archive:
        entry = archive.find(name)
        if entry is None:
            raise UnreadableBookError(path, f"{name!r} is not in the archive")
        document = archive.read(entry, limits.METADATA_BYTES)
        parts = parse_document(document)
        book = _small_epub(archive, entry, document, parts)
    return {}, _render(path, book, parts.viewport)


def _small_epub(
    archive: ZipArchive, entry: Entry, document: bytes, parts: DocumentParts
) -> bytes:
    """Return an EPUB of one document and what it shows.

    Everything keeps its name, so that hrefs lead where they always did. A drawing is
    shown by a document of our own, because MuPDF takes SVG only as an image.
    """
    fixed = parts.viewport is not None
    shown = _WRAPPER_NAME if parts.is_svg else entry.name
    files = dict(_assets(archive, entry, [*parts.stylesheets, *parts.images]))
    files |= {
        entry.name: document.replace(b"</head>", _NO_MARGIN, 1) if fixed else document,
        _WRAPPER_NAME: _WRAPPER.format(_href(entry.name)).encode(),
        _OPF_NAME: _OPF.format(_href(shown)).encode(),
        CONTAINER: _CONTAINER.encode(),
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as book:
        for file_name, data in files.items():
            book.writestr(file_name, data)
    return output.getvalue()


def _href(name: str) -> str:
    """Return an href from our own files to an entry."""
    return quoteattr(f"../{quote(name, errors='replace')}")


def _assets(
    archive: ZipArchive, document: Entry, hrefs: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of what a document shows, as far as it can be read."""
    names = EntryNames(archive.entries)
    left = _ASSET_BYTES
    for href in dict.fromkeys(hrefs[:_ASSETS]):
        entry = names.find(href, base=document.name)
        if entry is None or entry.file_size > left:
            continue
        left -= entry.file_size
        try:
            data = archive.read(entry)
        except UnreadableBookError:
            continue  # a hole in the page, as a browser shows it
        yield resolve_href(document.name, href) or entry.name, _known_image(data)


def _known_image(data: bytes) -> bytes:
    """Return an image as PNG if it is of a kind that MuPDF does not read."""
    kind, width, height = image_header(data[:_HEAD_BYTES])
    if kind not in ("webp", "avif", "jxl") or width * height > _IMAGE_PIXELS:
        return data
    from PIL import Image  # noqa: PLC0415 - only for pages with such images

    output = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
            image.convert("RGBA").save(output, "PNG", compress_level=1)
    except KeyError:  # JPEG XL without its plug-in
        return data
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return data
    return output.getvalue()


def _render(path: str, book: bytes, viewport: tuple[int, int] | None) -> bytes:
    import pymupdf  # noqa: PLC0415 - 0.7 s, and only in the child

    silence()
    try:
        with pymupdf.open(stream=book, filetype="epub") as document:
            page, height = _fixed_page(document, viewport) or _tall_page(document)
            scale = min(1.0, _WIDEST_PX / page.rect.width)
            clip = pymupdf.Rect(0, 0, page.rect.width, height)
            matrix = pymupdf.Matrix(scale, scale)
            return pixmap_jpeg(page.get_pixmap(matrix=matrix, clip=clip, alpha=False))
    except reader_errors() as error:
        raise UnreadableBookError(path, f"cannot be laid out: {error}") from error


def _fixed_page(
    document: pymupdf.Document, viewport: tuple[int, int] | None
) -> tuple[pymupdf.Page, float] | None:
    """Return the page as its author drew it, if it all fits into the viewport."""
    if viewport is None:
        return None
    document.layout(width=viewport[0], height=viewport[1], fontsize=_FONT_PX)
    if document.chapter_page_count(0) != 1:
        return None
    page = document.load_page((0, 0))
    return page, page.rect.height


def _tall_page(document: pymupdf.Document) -> tuple[pymupdf.Page, float]:
    """Return one long page, and how far down it has contents."""
    document.layout(width=_WIDTH_PX, height=_MOST_HEIGHT_PX, fontsize=_FONT_PX)
    page = document.load_page((0, 0))
    boxes = [box for _, box in page.get_bboxlog() if box[3] < _MOST_HEIGHT_PX]
    lowest = max((box[3] for box in boxes), default=0)
    height = min(lowest + _MARGIN_PX, _MOST_HEIGHT_PX)
    return page, height
