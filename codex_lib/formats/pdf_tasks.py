"""What the child process does with a PDF: tell its facts, render a page.

PyMuPDF makes pixels, Pillow makes the JPEG: MuPDF's own encoder takes 80 ms for a page
of 1,200 pixels, Pillow 6.
"""

# mypy: allow-untyped-calls
# (PyMuPDF has no annotations on most of its methods.)
from __future__ import annotations

import io
import math
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.embedded import metadata_name
from codex_lib.formats.image_headers import exif_orientation
from codex_lib.formats.pdf_images import sole_jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pymupdf

JPEG_QUALITY = 85
# Letter paper comes out at 200 dpi. The short side counts, so that the tall strips
# of a webtoon stay readable.
_SHORT_SIDE_PX = 1_700
_SHARPEST = 300 / 72  # no page is enlarged beyond 300 dpi
_PAGE_PIXELS = 24_000_000
_PAGE_SIDE_PX = 30_000
_HOPELESS = 100  # so many broken pages in a row, and the rest is not tried
_INFO_KEYS = ("title", "author", "subject", "keywords")
_CATALOG_KEYS = {"language": "Lang", "direction": "ViewerPreferences/Direction"}
_LISTED = 10


def facts_task(path: str) -> tuple[dict[str, Any], bytes]:
    """Return sizes of pages, info, warnings; the bytes are an embedded ComicInfo.

    Raises UnreadableBookError.
    """
    with open_pdf(path) as document:
        count = document.page_count
        if count > limits.ENTRIES:
            raise UnreadableBookError(path, f"limit: declares {count:,} pages")
        sizes = _page_sizes(document, count)
        if not any(sizes):
            reason = "none of its pages can be read" if count > 0 else "no pages"
            raise UnreadableBookError(path, reason)
        name, xml = _embedded_xml(document)
        info = _info(document)
        warnings = _warnings(sizes, count, is_repaired=document.is_repaired)
    shown = [size or (0, 0) for size in sizes]
    return {"sizes": shown, "info": info, "warnings": warnings, "xml_name": name}, xml


def page_task(path: str, page_index: int) -> tuple[dict[str, Any], bytes]:
    """Return the JPEG of a page, by its index from 0.

    Raises UnreadableBookError.
    """
    with open_pdf(path) as document:
        page = document.load_page(page_index)
        found = sole_jpeg(document, page)
        if found:
            data: bytes = document.xref_stream_raw(found.xref) or b""
            if _is_plain(data, found.size):
                return {}, data
        width, height = page_size(page)
        return {}, render(page, width, height)


@contextmanager
def open_pdf(path: str) -> Iterator[pymupdf.Document]:
    """Open a PDF; whatever goes wrong with it inside is an UnreadableBookError."""
    import pymupdf  # noqa: PLC0415 - 0.7 s, and only in the child

    silence()
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableBookError(path, error.strerror or "cannot be opened") from error
    try:
        # By descriptor, because MuPDF takes no names that are not UTF-8.
        with pymupdf.open(f"/dev/fd/{file}", filetype="pdf") as document:
            if not document.is_pdf:
                raise UnreadableBookError(path, "not a PDF file")
            if document.needs_pass:
                raise UnreadableBookError(path, "encrypted: needs a password")
            yield document
    except reader_errors() as error:
        raise UnreadableBookError(path, _reason(error)) from error
    finally:
        os.close(file)


def reader_errors() -> tuple[type[Exception], ...]:
    """Return everything that PyMuPDF raised for 4,000 randomly damaged files."""
    import pymupdf  # noqa: PLC0415 - see open_pdf

    return RuntimeError, ValueError, TypeError, pymupdf.mupdf.FzErrorBase


def silence() -> None:
    """Keep MuPDF from writing about every flaw to the terminal."""
    import pymupdf  # noqa: PLC0415 - see open_pdf

    pymupdf.TOOLS.mupdf_display_errors(False)  # noqa: FBT003 - not our signature
    pymupdf.TOOLS.mupdf_display_warnings(False)  # noqa: FBT003 - same


def page_size(page: pymupdf.Page) -> tuple[int, int]:
    """Return the pixels at which a page is rendered."""
    width, height = page.rect.width, page.rect.height
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise ValueError("a page without a size")
    scale = min(
        _SHARPEST,
        _SHORT_SIDE_PX / min(width, height),
        math.sqrt(_PAGE_PIXELS / (width * height)),
        _PAGE_SIDE_PX / max(width, height),
    )
    return max(1, round(width * scale)), max(1, round(height * scale))


def render(page: pymupdf.Page, width: int, height: int) -> bytes:
    """Return a page of any document as a JPEG of that size."""
    import pymupdf  # noqa: PLC0415 - see open_pdf

    scale = pymupdf.Matrix(width / page.rect.width, height / page.rect.height)
    return pixmap_jpeg(page.get_pixmap(matrix=scale, alpha=False))


def pixmap_jpeg(pixmap: pymupdf.Pixmap) -> bytes:
    """Return an RGB pixmap as a JPEG."""
    from PIL import Image  # noqa: PLC0415 - only where pixels are made

    size = (pixmap.width, pixmap.height)
    raw = ("RGB", size, pixmap.samples_mv, "raw", "RGB", pixmap.stride, 1)
    output = io.BytesIO()
    Image.frombuffer(*raw).save(output, "JPEG", quality=JPEG_QUALITY)
    return output.getvalue()


def _reason(error: Exception) -> str:
    """Return a reason for people; MuPDF's own begin with "code=7: "."""
    text = str(error)
    if text.startswith("Failed to open"):
        return "not a PDF file, or damaged beyond repair"
    detail = text.partition(": ")[2] if text.startswith("code=") else text
    return f"damaged: {detail.partition(chr(10))[0][:120]}"


def _page_sizes(document: pymupdf.Document, count: int) -> list[tuple[int, int] | None]:
    """Return the size of each page, None for a broken one.

    Broken pages at the end are left out: a Count that lies looks like that.
    """
    sizes: list[tuple[int, int] | None] = []
    good = 0
    for page_index in range(count):
        sizes.append(_shown_size(document, page_index))
        if sizes[-1]:
            good = len(sizes)
        elif len(sizes) - good >= _HOPELESS:
            break
    return sizes[:good]


def _shown_size(document: pymupdf.Document, index: int) -> tuple[int, int] | None:
    try:
        page = document.load_page(index)
        found = sole_jpeg(document, page)
        return found.size if found else page_size(page)
    except reader_errors():
        return None


def _warnings(
    sizes: list[tuple[int, int] | None], count: int, *, is_repaired: bool
) -> list[str]:
    warnings = ["the PDF is damaged and was repaired"] if is_repaired else []
    if count > len(sizes):
        warnings.append(f"declares {count:,} pages, {len(sizes):,} can be read")
    broken = [i for i, size in enumerate(sizes, 1) if not size]
    return [*warnings, *(f"page {i} cannot be read" for i in broken[:_LISTED])]


def _info(document: pymupdf.Document) -> dict[str, str]:
    metadata = document.metadata or {}
    info = {key: metadata.get(key) or "" for key in _INFO_KEYS}
    catalog = document.pdf_catalog()
    for name, key in _CATALOG_KEYS.items():
        kind, value = document.xref_get_key(catalog, key)
        info[name] = "" if kind == "null" else value.lstrip("/")
    return {key: value[: limits.TEXT_CHARS] for key, value in info.items()}


def _embedded_xml(document: pymupdf.Document) -> tuple[str, bytes]:
    """Return name and bytes of the metadata file in a PDF, as comic tools put it there.

    Attached under its name, or, as it used to be done, in the keywords.
    """
    names = document.embfile_names()
    name = metadata_name(names)
    if name is not None:
        data: bytes = document.embfile_get(names.index(name))
        return name, data[: limits.METADATA_BYTES + 1]
    keywords = (document.metadata or {}).get("keywords") or ""
    for root in ("ComicInfo", "MetronInfo"):
        if f"<{root}" in keywords:
            data = keywords.encode(errors="replace")
            return f"{root}.xml", data[: limits.METADATA_BYTES + 1]
    return "", b""


def _is_plain(data: bytes, size: tuple[int, int]) -> bool:
    """Tell whether a JPEG looks the same outside of the PDF.

    A PDF ignores EXIF, and viewers disagree about CMYK.
    """
    from PIL import Image  # noqa: PLC0415 - see pixmap_jpeg

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            is_simple = image.mode in ("RGB", "L") and image.size == size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return is_simple and exif_orientation(data) == 1
