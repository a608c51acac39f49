"""CBZ: a ZIP archive of page images."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import compressor_names

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import BookFacts, Page
from codex_lib.formats.embedded import metadata_name, parse_embedded
from codex_lib.formats.entries import is_page_name, sorted_pages
from codex_lib.formats.identity import pages_identity
from codex_lib.formats.image_headers import format_of_suffix, image_header
from codex_lib.formats.zip_archive import READABLE_METHODS, Entry, open_file, open_zip

if TYPE_CHECKING:
    from codex_lib.formats.book import Metadata
    from codex_lib.formats.zip_archive import ZipArchive

# The pixel size stands in the first kB of nearly every page; EXIF and colour profiles
# can push it out, so a second, longer look follows, and then the whole page.
_HEADS = (1024, 64 * 1024, limits.ENTRY_BYTES)


def read_cbz(path: str, *, page_sizes: bool = True) -> BookFacts:
    """Return what a CBZ holds; the archive is opened once, no whole page is read.

    page_sizes=False leaves width and height at 0 and takes formats from the suffixes,
    for disks on which 20 small reads a book are too many.
    Raises UnreadableBookError.
    """
    with open_zip(path) as archive:
        return zip_facts(archive, page_sizes=page_sizes)


def zip_facts(archive: ZipArchive, *, page_sizes: bool = True) -> BookFacts:
    """Return what an open archive of images holds; see read_cbz."""
    entries = sorted_pages(
        [entry for entry in archive.entries if entry.file_size and is_page_name(entry[0])]
    )
    reason = _refusal(archive, entries)
    if reason:
        raise UnreadableBookError(archive.path, reason)
    pages = [zip_page(archive, entry, page_sizes=page_sizes) for entry in entries]
    if not any(page.format for page in pages):
        raise UnreadableBookError(archive.path, "none of its pages is an image")
    metadata, warning = read_metadata(archive)
    warnings = [*archive.warnings, *([warning] if warning else []), *bad_pages(pages)]
    return BookFacts(
        "cbz", pages, pages_identity(pages), metadata, warnings=warnings
    )


def _refusal(archive: ZipArchive, entries: list[Entry]) -> str | None:
    if not entries:
        if not archive.entries:
            return "an empty archive"
        return "no pages: none of its files is an image"
    if any(entry.flags & 1 for entry in entries):
        return "encrypted: needs a password"
    if not any(entry.method in READABLE_METHODS for entry in entries):
        method = entries[0].method
        name = compressor_names.get(method, "unknown")
        return f"compressed with method {method} ({name}), which Codex cannot read"
    return None


def zip_page(archive: ZipArchive, entry: Entry, *, page_sizes: bool) -> Page:
    """Return an entry as a page, its format and pixel size from its first bytes."""
    kind, width, height = format_of_suffix(entry.name), 0, 0
    if page_sizes and entry.method in (0, 8):
        for size in _HEADS:
            kind, width, height = image_header(archive.head(entry, size))
            if width or not kind or size >= entry.file_size:
                break
    return Page(
        *(entry.name, kind, entry.file_size, width, height, entry.crc),
        *(entry.offset, entry.compressed_size, entry.method),
    )


def read_metadata(archive: ZipArchive) -> tuple[Metadata, str | None]:
    """Return the metadata that lies in the archive, and a warning if it is bad."""
    name = metadata_name([entry[0] for entry in archive.entries])
    entry = archive.find(name) if name else None
    if name is None or entry is None:
        return {}, None
    try:
        data = archive.read(entry, limits.METADATA_BYTES)
    except UnreadableBookError as error:
        return {}, error.reason
    return parse_embedded(name, data)


def bad_pages(pages: list[Page]) -> list[str]:
    """Return a warning for each page that is no image; at most ten."""
    bad = [(i, page) for i, page in enumerate(pages, 1) if not page.format]
    lines = [f"page {i} ({page.name}) is not an image" for i, page in bad[:10]]
    if len(bad) > len(lines):
        lines.append(f"and {len(bad) - len(lines)} pages more")
    return lines


def read_cbz_page(path: str, page: Page) -> bytes:
    """Return a page's image bytes exactly as stored, their CRC checked.

    The archive's directory is not read again: the page map says where they are.
    Raises UnreadableBookError, also when the file has changed since the scan.
    """
    with open_file(path) as archive:
        return archive.read(
            Entry(
                *(page.name, page.method, 0, page.crc),
                *(page.compressed_size, page.file_size, page.offset),
            )
        )
