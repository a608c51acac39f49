"""EPUB 2 and 3: books of images, as comics are, and books of text.

The pages of a book of images are its images in the order of the spine, stored bytes
and all. Those of a book of text are its spine documents, rendered on request
(epub_render.py): MuPDF's layout of a whole book takes 36 ms and more, so it has no part
in a scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.book import BookFacts
from codex_lib.formats.cbz import read_cbz_page, read_metadata
from codex_lib.formats.epub_locks import lock_reason
from codex_lib.formats.epub_package import CONTAINER, open_package, package_names
from codex_lib.formats.epub_pages import epub_cover, epub_pages
from codex_lib.formats.identity import entries_identity
from codex_lib.formats.isolation import isolated
from codex_lib.formats.members import bad_pages
from codex_lib.formats.zip_archive import open_zip

if TYPE_CHECKING:
    from codex_lib.formats.book import Metadata, Page
    from codex_lib.formats.epub_package import Epub
    from codex_lib.formats.zip_archive import ZipArchive

_MIMETYPE = b"application/epub+zip"


def is_epub(archive: ZipArchive) -> bool:
    """Tell whether an archive is an EPUB: by its container, its mimetype or its name.

    Real files lack either of the first two. By name alone only with a package in it.
    """
    known = {CONTAINER, "mimetype"}.intersection(entry[0] for entry in archive.entries)
    if CONTAINER in known:
        return True
    mimetype = archive.find("mimetype") if known else None
    if mimetype and archive.head(mimetype, 64).strip() == _MIMETYPE:
        return True
    return archive.path.lower().endswith(".epub") and len(package_names(archive)) == 1


def read_epub(path: str) -> BookFacts:
    """Return what an EPUB holds: pages, metadata, cover.

    Raises UnreadableBookError, also for a book whose contents are under DRM.
    """
    with open_zip(path) as archive:
        return epub_facts(archive)


def epub_facts(archive: ZipArchive) -> BookFacts:
    """Return what an open archive holds that is an EPUB; see read_epub."""
    epub = open_package(archive)
    reason = _refusal(epub)
    if reason:
        raise UnreadableBookError(archive.path, reason)
    pages = epub_pages(epub)
    embedded, warning = read_metadata(archive)
    metadata: Metadata = {**epub.opf.metadata, **embedded}
    warnings = [*archive.warnings, *([warning] if warning else [])]
    if epub.missing:
        warnings.append(f"{epub.missing} of its documents are not in the archive")
    return BookFacts(
        "epub",
        pages,
        _identity(epub),
        metadata,
        cover=epub_cover(epub, pages),
        warnings=warnings + bad_pages(pages),
    )


def read_epub_page(path: str, page: Page) -> bytes:
    """Return a page's image as stored; a document is rendered as one tall JPEG.

    Raises UnreadableBookError.
    """
    if page.format == "xhtml":
        return isolated("epub.page", path, name=page.name)[1]
    return read_cbz_page(path, page)


def _refusal(epub: Epub) -> str | None:
    if not epub.opf.spine:
        return "no pages: its spine is empty"
    if not epub.spine:
        return "no pages: none of its documents is in the archive"
    return lock_reason(epub)


def _identity(epub: Epub) -> bytes:
    """Return the identity: of what is read and seen, not of metadata and styles."""
    entries = {step.entry for step in epub.spine} | set(epub.images)
    return entries_identity((entry.crc, entry.file_size) for entry in entries)
