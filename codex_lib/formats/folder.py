"""A plain folder of images as one book. Nothing outside the folder is ever read."""

from __future__ import annotations

import os
import stat
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import BookFacts, Metadata, Page
from codex_lib.formats.embedded import metadata_name, parse_embedded
from codex_lib.formats.entries import page_order
from codex_lib.formats.identity import pages_identity
from codex_lib.formats.image_headers import image_header

if TYPE_CHECKING:
    from collections.abc import Iterator

# A pipe named like a page must not block, a link must not lead out of the folder.
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_PIECE_BYTES = 2**20


def read_folder(path: str) -> BookFacts:
    """Return the book that the images directly in a folder are.

    Every file is read once, for its checksum. Links, hidden files and folders within
    are left out. Raises UnreadableBookError.
    """
    with _folder(path) as folder:
        names = os.listdir(folder)  # noqa: PTH208 - of the open folder, not of a path
        if len(names) > limits.ENTRIES:
            raise UnreadableBookError(
                path, f"limit: more than {limits.ENTRIES:,} files"
            )
        pages, warnings = _pages(path, folder, page_order(names))
        metadata, lines = _metadata(path, folder, names)
    if not any(page.format for page in pages):
        raise UnreadableBookError(path, "no pages: none of its files is an image")
    identity = pages_identity(pages)
    return BookFacts("folder", pages, identity, metadata, warnings=warnings + lines)


def read_folder_page(path: str, page: Page) -> bytes:
    """Return a page's bytes; those of a file that changed since the scan are refused.

    Raises UnreadableBookError.
    """
    if "/" in page.name or "\0" in page.name:
        raise UnreadableBookError(path, f"{page.name!r} is not in the folder")
    with _folder(path) as folder, _file(path, folder, page.name) as file:
        data = file.read(page.file_size + 1)
    if len(data) != page.file_size or zlib.crc32(data) != page.crc:
        raise UnreadableBookError(path, f"{page.name!r} has changed since the scan")
    return data


@contextmanager
def _folder(path: str) -> Iterator[int]:
    try:
        folder = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except OSError as error:
        raise UnreadableBookError(path, error.strerror or "cannot be opened") from error
    try:
        yield folder
    finally:
        os.close(folder)


def _pages(path: str, folder: int, names: list[str]) -> tuple[list[Page], list[str]]:
    """Return the files that are pages, and a warning for each that cannot be read."""
    pages, warnings = [], []
    for name in names:
        try:
            with _file(path, folder, name) as file:
                page = _page(name, file)
        except UnreadableBookError as error:
            warnings.append(error.reason)
        else:
            pages += [page] if page.file_size else []
    return pages, warnings


def _page(name: str, file: BinaryIO) -> Page:
    """Return a file as a page; read in pieces, because pages can be large."""
    head = data = file.read(_PIECE_BYTES)
    size = crc = 0
    while data:
        size += len(data)
        crc = zlib.crc32(data, crc)
        data = file.read(_PIECE_BYTES)
    kind, width, height = image_header(head)
    return Page(name, kind, size, width, height, crc, 0, size, 0)


@contextmanager
def _file(path: str, folder: int, name: str) -> Iterator[BinaryIO]:
    """Open a plain file that lies directly in an open folder."""
    try:
        descriptor = os.open(name, _OPEN, dir_fd=folder)
    except OSError as error:
        raise UnreadableBookError(path, f"{name!r}: {error.strerror}") from error
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise UnreadableBookError(path, f"{name!r} is not a plain file")
        if facts.st_size > limits.ENTRY_BYTES:
            raise UnreadableBookError(path, f"limit: {name!r} is too large")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            yield file
    except OSError as error:  # pragma: no cover - a disk that fails while it is read
        raise UnreadableBookError(path, f"{name!r}: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _metadata(path: str, folder: int, names: list[str]) -> tuple[Metadata, list[str]]:
    name = metadata_name(names)
    if not name:
        return {}, []
    try:
        with _file(path, folder, name) as file:
            data = file.read(limits.METADATA_BYTES + 1)
    except UnreadableBookError as error:
        return {}, [error.reason]
    metadata, warning = parse_embedded(name, data)
    return metadata, [warning] if warning else []
