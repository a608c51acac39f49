"""Bytes on disk to pages and metadata: no catalog, no ids, no SQL.

read_book and read_page choose the reader by content, not only by suffix.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from codex_lib.errors import UnreadableBookError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.formats.book import BookFacts, Page

__all__ = ["BOOK_SUFFIXES", "FORMATS", "read_book", "read_page"]

# What a file of each suffix is expected to be; "folder" has none.
BOOK_SUFFIXES = {
    **{"cbz": "cbz", "zip": "cbz", "cbr": "cbr", "rar": "cbr", "cb7": "cb7"},
    **{"7z": "cb7", "cbt": "cbt", "tar": "cbt", "epub": "epub", "pdf": "pdf"},
}
FORMATS = ("cbz", "cbr", "cb7", "cbt", "epub", "pdf", "folder")
_HEAD_BYTES = 1024


def read_book(path: str, *, page_sizes: bool = True) -> BookFacts:
    """Return all that one opening of a book tells: pages, metadata, identity.

    page_sizes=False leaves out the pixel sizes of pages where that saves reads.
    Raises UnreadableBookError and nothing else, whatever the file holds.
    """
    if path[-4:].lower() == ".cbz":
        # The usual case: the directory at the end decides, so the head is not read.
        try:
            return _read_zip(path, page_sizes=page_sizes)
        except UnreadableBookError as error:
            kind = book_format(path, error)
            if kind == "zip":
                raise
    else:
        kind = book_format(path)
    if kind == "zip":
        return _read_zip(path, page_sizes=page_sizes)
    if kind == "cbr":
        from codex_lib.formats.cbr import read_cbr as read  # noqa: PLC0415
    elif kind == "cb7":
        from codex_lib.formats.cb7 import read_cb7 as read  # noqa: PLC0415
    elif kind == "cbt":
        from codex_lib.formats.cbt import read_cbt as read  # noqa: PLC0415
    elif kind == "pdf":
        from codex_lib.formats.pdf import read_pdf as read  # noqa: PLC0415
    else:
        from codex_lib.formats.folder import read_folder as read  # noqa: PLC0415
    return read(path)


def _read_zip(path: str, *, page_sizes: bool) -> BookFacts:
    from codex_lib.formats import cbz, epub, zip_archive  # noqa: PLC0415

    with zip_archive.open_zip(path) as archive:
        if epub.is_epub(archive):
            return epub.epub_facts(archive)
        return cbz.zip_facts(archive, page_sizes=page_sizes)


def book_format(path: str, failure: UnreadableBookError | None = None) -> str:
    """Return what a file is by its first bytes: "zip" (CBZ or EPUB) or a format.

    Raises UnreadableBookError for what is no book, saying what it is instead;
    failure is raised in its place when the bytes are those of a ZIP archive.
    """
    from codex_lib.formats.signatures import signature  # noqa: PLC0415

    if os.path.isdir(path):  # noqa: PTH112 - paths may hold bytes that pathlib alters
        return "folder"
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - same
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise UnreadableBookError(path, error.strerror or "cannot be opened") from error
    kind, is_book = signature(head)
    if is_book:
        return kind
    suffix = path.rpartition(".")[2].lower()
    if suffix in ("cbz", "zip", "epub"):
        # Bytes may stand before a ZIP archive; only its own reader can tell.
        if failure is not None:
            raise UnreadableBookError(path, f"not a ZIP archive but {kind}")
        return "zip"
    raise UnreadableBookError(path, f"not a {suffix.upper()} file but {kind}")


def read_page(path: str, file_format: str, page: Page) -> bytes:
    """Return a page's image bytes as stored; a PDF or text EPUB page is rendered.

    file_format is the book's. Raises UnreadableBookError.
    """
    return _page_reader(file_format)(path, page)


def _page_reader(file_format: str) -> Callable[[str, Page], bytes]:
    if file_format == "cbz":
        from codex_lib.formats.cbz import read_cbz_page as read  # noqa: PLC0415
    elif file_format == "cbr":
        from codex_lib.formats.cbr import read_cbr_page as read  # noqa: PLC0415
    elif file_format == "cb7":
        from codex_lib.formats.cb7 import read_cb7_page as read  # noqa: PLC0415
    elif file_format == "cbt":
        from codex_lib.formats.cbt import read_cbt_page as read  # noqa: PLC0415
    elif file_format == "epub":
        from codex_lib.formats.epub import read_epub_page as read  # noqa: PLC0415
    elif file_format == "pdf":
        from codex_lib.formats.pdf import read_pdf_page as read  # noqa: PLC0415
    else:
        from codex_lib.formats.folder import read_folder_page as read  # noqa: PLC0415
    return read
