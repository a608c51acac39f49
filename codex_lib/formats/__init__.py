"""Bytes on disk to pages and metadata: no catalog, no ids, no SQL.

read_book and read_page choose the reader by content, not only by suffix.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from codex_lib.errors import UnreadableBookError

if TYPE_CHECKING:
    from codex_lib.formats.book import BookFacts, Page

__all__ = [
    "BOOK_SUFFIXES",
    "FORMATS",
    "SOLID_FORMATS",
    "read_book",
    "read_page",
    "read_run",
]

# What a file of each suffix is expected to be; "folder" has none.
BOOK_SUFFIXES = {
    suffix: kind
    for kind, suffixes in {
        "cbz": ("cbz", "zip"),
        "cbr": ("cbr", "rar"),
        "cb7": ("cb7", "7z"),
        "cbt": ("cbt", "tar"),
        "epub": ("epub",),
        "pdf": ("pdf",),
    }.items()
    for suffix in suffixes
}
# Their archives are solid as a rule, or may be: a page costs unpacking all before it.
SOLID_FORMATS = ("cbr", "cb7")
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
        except UnreadableBookError:
            kind = book_format(path, is_no_zip=True)
            if kind == "zip":
                raise
    else:
        kind = book_format(path)
    if kind == "zip":
        return _read_zip(path, page_sizes=page_sizes)
    found: BookFacts = _reader(kind, f"read_{kind}")(path)
    return found


def _reader(kind: str, name: str) -> Any:  # noqa: ANN401 - a function, by its name
    """Return a function of a format's module, imported when it is needed first.

    Each module pulls in a library or two; most commands open no book, and most scans
    meet few formats.
    """
    return getattr(import_module(f"{__name__}.{kind}"), name)


def _read_zip(path: str, *, page_sizes: bool) -> BookFacts:
    from codex_lib.formats import (  # noqa: PLC0415 - see _reader
        cbz,
        epub,
        zip_archive,
    )

    with zip_archive.open_zip(path) as archive:
        if epub.is_epub(archive):
            return epub.epub_facts(archive)
        return cbz.zip_facts(archive, page_sizes=page_sizes)


def book_format(path: str, *, is_no_zip: bool = False) -> str:
    """Return what a file is by its first bytes: "zip" (CBZ or EPUB) or a format.

    A file with the suffix of a ZIP archive counts as one whatever it begins with, until
    somebody has found out that it is none. Raises UnreadableBookError for what is no
    book, saying what it is instead.
    """
    from codex_lib.formats.signatures import signature  # noqa: PLC0415 - see _reader

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
        if is_no_zip:
            raise UnreadableBookError(path, f"not a ZIP archive but {kind}")
        return "zip"
    raise UnreadableBookError(path, f"not a {suffix.upper()} file but {kind}")


def read_page(path: str, file_format: str, page: Page) -> bytes:
    """Return a page's image bytes as stored; a PDF or text EPUB page is rendered.

    file_format is the book's. Raises UnreadableBookError.
    """
    data: bytes = _reader(file_format, f"read_{file_format}_page")(path, page)
    return data


def read_run(path: str, file_format: str, page: Page) -> list[bytes]:
    """Return a page as read_page does and, behind it, pages that come along with it.

    In a solid archive these are the next ones, as many as keep the work below twice
    that of the page alone: who reads on unpacks the book twice, and not once a page.
    Raises UnreadableBookError.
    """
    if file_format not in SOLID_FORMATS:
        return [read_page(path, file_format, page)]
    found: list[bytes] = _reader(file_format, f"read_{file_format}_run")(path, page)
    return found
