"""PDF: one page image per page, rendered on request in a child process.

Everything that touches MuPDF is in pdf_tasks.py and never runs in this process: its
import takes 0.7 s, and a hostile file may make it crash, hang or eat memory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import BookFacts, Metadata, Page
from codex_lib.formats.embedded import parse_embedded
from codex_lib.formats.isolation import isolated
from codex_lib.formats.language import parse_language
from codex_lib.formats.plain_text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHUNK_BYTES = 2**20
_NO_TITLES = {"untitled", "unknown", "none", "null"}


def read_pdf(path: str) -> BookFacts:
    """Return what a PDF holds; no page is rendered.

    Pages are called "page 1" and so on; width and height are those of the image that
    read_pdf_page returns, 0 for a page that cannot be read.
    Raises UnreadableBookError, also for one that only a password opens.
    """
    facts, xml = isolated("pdf.facts", path)
    pages = _pages(facts.get("sizes"))
    if not pages:
        raise UnreadableBookError(path, "the reader crashed on this file")
    metadata = _metadata(facts.get("info"))
    warnings = [line for line in _texts(facts.get("warnings")) if line]
    if xml:
        embedded, warning = parse_embedded(_text(facts.get("xml_name")), xml)
        metadata = {**metadata, **embedded}
        warnings += [warning] if warning else []
    identity = file_identity(path)
    return BookFacts("pdf", pages, identity, metadata, warnings=warnings)


def read_pdf_page(path: str, page: Page) -> bytes:
    """Return a page as a JPEG: the one that fills the page as it is, else rendered.

    Raises UnreadableBookError.
    """
    return isolated("pdf.page", path, page_index=page.offset)[1]


def file_identity(path: str) -> bytes:
    """Return 16 bytes that are the same for files of the same bytes.

    XXH3 of all of them: the pages of a PDF have no checksums to build on.
    """
    from xxhash import xxh3_128  # noqa: PLC0415 - only PDFs need it

    digest = xxh3_128()
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path may hold any bytes
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise UnreadableBookError(path, error.strerror or "cannot be read") from error
    return digest.digest()


def _pages(sizes: object) -> list[Page]:
    """Return the pages of the sizes that the child tells; nonsense counts as none."""
    if not isinstance(sizes, list) or len(sizes) > limits.ENTRIES:
        return []
    return [
        Page(f"page {i + 1}", "pdf", width=width, height=height, offset=i)
        for i, (width, height) in enumerate(map(_size, sizes))
    ]


def _size(size: object) -> tuple[int, int]:
    match size:
        case [int(width), int(height)] if 0 <= min(size) <= max(size) <= limits.SIDE_PX:
            return width, height
    return 0, 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(values: object) -> list[str]:
    return (
        [clean_line(_text(value)) for value in values] if type(values) is list else []
    )


def _metadata(info: object) -> Metadata:
    """Return the metadata of the document information, a dict of texts."""
    values: dict[str, Any] = info if isinstance(info, dict) else {}
    title = clean_line(_text(values.get("title")))
    keywords = _text(values.get("keywords"))
    found = {
        "title": "" if title.lower() in _NO_TITLES else title,
        "writers": _names(_text(values.get("author")).split(";")),
        "summary": clean_text(_text(values.get("subject"))),
        "tags": [] if "<" in keywords else _names(re.split("[,;]", keywords)),
        "language_iso": parse_language(_text(values.get("language"))),
        "reading_direction": "rtl" if values.get("direction") == "R2L" else "",
    }
    metadata = Metadata(source="pdf")
    metadata.update({key: value for key, value in found.items() if value})  # type: ignore[typeddict-item]
    return metadata


def _names(texts: Iterable[str]) -> list[str]:
    cleaned = dict.fromkeys(map(clean_line, texts))
    cleaned.pop("", None)
    return list(cleaned)[: limits.LIST_ITEMS]
