"""The pages of an EPUB and its cover.

Comics come as a spine of images (rare) or of documents with one image each (the rule);
novels may have as many images as chapters. So the manifest is asked first, then a few
documents are looked into, and only of a book that seems to be one of images every one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.book import Page
from codex_lib.formats.cbz import zip_page
from codex_lib.formats.epub_documents import parse_document
from codex_lib.formats.image_headers import format_of_suffix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codex_lib.formats.epub_documents import DocumentParts
    from codex_lib.formats.epub_package import Epub, SpineEntry
    from codex_lib.formats.zip_archive import Entry

_DOCUMENT_BYTES = 256 * 1024  # a document around one image has about 1 kB
_PROBES = 5
_CAPTION_CHARS = 40  # "Page 12", a title: a page of a comic for all that
_IMAGES_PER_STEP = 0.6
_COVER_TRIES = 20
_COVER_PX = 100  # smaller is an ornament


def epub_pages(epub: Epub) -> list[Page]:
    """Return the pages: images where the book is one of images, else its documents.

    In a book of images a document that is more than an image stays a document, and
    what the spine calls not linear (notes, large versions) is left out.
    """
    linear = [step for step in epub.spine if step.is_linear] or epub.spine
    if _may_be_images(epub, linear):
        images = [_sole_image(epub, step) for step in linear]
        if _is_most(images):
            pairs = zip(images, linear, strict=True)
            return [
                zip_page(epub.archive, image) if image else _document_page(step.entry)
                for image, step in pairs
            ]
    return [_document_page(step.entry) for step in epub.spine]


def epub_cover(epub: Epub, pages: list[Page]) -> Page | None:
    """Return the cover, None if it is page 1 or if there is no image for it."""
    cover = next(_covers(epub, pages), None)
    return None if cover is None or cover.name == pages[0].name else cover


def _document_page(entry: Entry) -> Page:
    return Page(
        *(entry.name, "xhtml", entry.file_size, 0, 0, entry.crc),
        *(entry.offset, entry.compressed_size, entry.method),
    )


def _may_be_images(epub: Epub, steps: Sequence[SpineEntry]) -> bool:
    """Tell whether looking into every document is worth it, by a few of them.

    The first is asked last: even a novel begins with the image of its cover.
    """
    is_rich = len(epub.images) >= _IMAGES_PER_STEP * len(steps)
    if not (epub.opf.fixed_layout or is_rich):
        return False
    stride = max(1, len(steps) // _PROBES)
    probes = steps[::-1][::stride][:_PROBES]
    return _is_most([_sole_image(epub, step) for step in probes])


def _is_most(images: list[Entry | None]) -> bool:
    return 2 * sum(image is not None for image in images) >= len(images)


def _sole_image(epub: Epub, step: SpineEntry) -> Entry | None:
    """Return the image that a step of the spine is, None if it is more than that."""
    if step.is_image:
        return step.entry
    parts = _parts(epub, step.entry)
    if parts is None or parts.has_more or parts.text_chars > _CAPTION_CHARS:
        return None
    # A panel view shows the same image again and again.
    found = {epub.names.find(href, base=step.entry.name) for href in parts.images}
    image = found.pop() if len(found) == 1 else None
    return image if image and format_of_suffix(image.name) else None


def _parts(epub: Epub, entry: Entry) -> DocumentParts | None:
    try:
        return parse_document(epub.archive.read(entry, _DOCUMENT_BYTES))
    except UnreadableBookError:
        return None


def _covers(epub: Epub, pages: list[Page]) -> Iterator[Page]:
    """Find images that may be the cover, the surest first."""
    for href in epub.opf.cover_hrefs[:_COVER_TRIES]:
        entry = epub.names.find(href, base=epub.opf_name)
        if entry is not None:
            yield from _images_at(epub, entry)
    if pages[0].format != "xhtml":
        yield pages[0]
    for entry in epub.images[:_COVER_TRIES]:
        page = zip_page(epub.archive, entry)
        if min(page.width, page.height) >= _COVER_PX:
            yield page


def _images_at(epub: Epub, entry: Entry, *, is_shown: bool = False) -> Iterator[Page]:
    """Yield the image that an entry is, or the first of those that it shows.

    A drawing is one as well: it gets rendered, like a document. is_shown tells that
    the entry is what a document shows already.
    """
    page = zip_page(epub.archive, entry)
    if page.format:
        yield page
    elif entry.name.lower().endswith(".svg"):
        yield _document_page(entry)
    elif not is_shown and (parts := _parts(epub, entry)):
        shown = [epub.names.find(href, base=entry.name) for href in parts.images]
        if shown and shown[0]:
            yield from _images_at(epub, shown[0], is_shown=True)
