"""Where a page lies, and its bytes as they are stored there.

The catalog says where (formats/page_map.py), the file has the last word: one that has
changed since the last scan is opened anew, and the page is that of the file as it is.
Every way to a page's bytes checks that they are that page's.
"""

from __future__ import annotations

import os
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from codex_lib import __version__
from codex_lib.catalog.paths import disk_path
from codex_lib.db import one
from codex_lib.db.filesystems import filesystem_kind
from codex_lib.errors import (
    BookNotFoundError,
    ConflictError,
    PageNotFoundError,
    UnreadableBookError,
)
from codex_lib.formats import read_book, read_page, read_run
from codex_lib.formats.page_map import unpack_page
from codex_lib.formats.raw_pages import GZIP_BYTES, inflate, is_raw, read_raw
from codex_lib.formats.zip_methods import STORED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_lib.db import Database
    from codex_lib.formats.book import Page

# Where opening a file and asking its size is answered from memory, or soon.
_LOCAL_KINDS = {
    *("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs"),
    *("tmpfs", "overlay"),
}
# Pages that are no images, and what they are rendered as.
RENDERED = {"pdf": "jpeg", "xhtml": "jpeg"}
# A pipe put in a book's place must not block.
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
_are_local: dict[str, bool] = {}  # by library folder


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Where a page lies: in which file of which state, and where in that file.

    number counts from 1. root is the folder of the library, path that of the file, both
    as on disk.
    """

    book_id: str
    number: int
    root: str
    path: str
    file_format: str
    file_size: int
    mtime_ns: int
    page: Page

    @property
    def etag(self) -> str:
        """A text that changes with the page's bytes, and when their renderer may."""
        page = self.page
        if page.crc and page.format not in RENDERED:
            return f"{page.crc:08x}-{page.file_size:x}"
        version = f"{self.mtime_ns:x}-{self.file_size:x}"
        return f"{version}-{self.number}-{__version__}"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it is sent: its bytes and what has to be said of them.

    data is None when they were not wanted, length is theirs nevertheless. encoding is
    "gzip" or ""; varies says whether it depends on what the client takes.
    """

    format: str
    etag: str
    length: int
    data: bytes | None = None
    encoding: str = ""
    varies: bool = False


_FIND = """
    SELECT libraries.path AS root, books.path, books.file_format, books.file_size,
        books.mtime_ns, page_maps.pages
    FROM books JOIN libraries ON libraries.id = books.library_id
    LEFT JOIN page_maps ON page_maps.book_id = books.id
    WHERE books.uuid = :id
"""


def find_page(db: Database, book_id: str, page_number: int) -> PagePlace:
    """Return where a page lies as of the last scan; page_number counts from 1.

    Raises BookNotFoundError, PageNotFoundError.
    """
    row = one(db, _FIND, {"id": book_id})
    if row is None:
        raise BookNotFoundError(book_id)
    page, count = None, 0
    if row["pages"] is not None:
        page, count = unpack_page(row["pages"], page_number)
    if page is None:
        raise PageNotFoundError(f"{page_number} (the book has {count})")
    return PagePlace(
        book_id=book_id,
        number=page_number,
        root=disk_path(row["root"], ""),
        path=disk_path(row["root"], row["path"]),
        file_format=row["file_format"],
        file_size=row["file_size"],
        mtime_ns=row["mtime_ns"],
        page=page,
    )


def current_place(place: PagePlace) -> PagePlace:
    """Return where the page of that number lies in the book's file as it is now.

    Raises PageNotFoundError when the file has become shorter, ConflictError when it
    changes at this moment, or is a folder of which that page has changed, and
    UnreadableBookError.
    """
    _note_kind(place.root)
    if place.file_format == "folder":
        facts = _stat(place, os.path.join(place.path, place.page.name))  # noqa: PTH118 - hot
        if facts.st_size != place.page.file_size or facts.st_mtime_ns > place.mtime_ns:
            raise _changed("has changed since the last scan")
        return place
    return _place_in(place, _stat(place, place.path))


def is_certain(place: PagePlace) -> bool:
    """Return whether the file is as the last scan saw it, waiting for nothing.

    False when that would take longer to know. Raises UnreadableBookError.
    """
    if not _are_local.get(place.root) or place.file_format == "folder":
        return False
    return _is_as_scanned(place, _stat(place, place.path))


def _stat(place: PagePlace, path: str) -> os.stat_result:
    try:
        return os.stat(path)  # noqa: PTH116 - paths may hold bytes that pathlib alters
    except OSError as error:
        raise _unreadable(place, error) from error


def _unreadable(place: PagePlace, error: OSError) -> UnreadableBookError:
    return UnreadableBookError(place.path, error.strerror or "cannot be read")


def _changed(what: str) -> ConflictError:
    return ConflictError(f"The book's file {what}")


def _is_as_scanned(place: PagePlace, facts: os.stat_result) -> bool:
    return (facts.st_size, facts.st_mtime_ns) == (place.file_size, place.mtime_ns)


def _place_in(place: PagePlace, facts: os.stat_result) -> PagePlace:
    """Return the page of that number in a file of which these are the facts."""
    if _is_as_scanned(place, facts):
        return place
    size, mtime_ns = facts.st_size, facts.st_mtime_ns
    file_format, pages = _pages_now(place.path, size, mtime_ns, facts.st_ino)
    if place.number > len(pages):
        count = f"the book's file has {len(pages)} now"
        raise PageNotFoundError(f"{place.number} ({count})")
    return replace(
        place,
        file_format=file_format,
        file_size=size,
        mtime_ns=mtime_ns,
        page=pages[place.number - 1],
    )


@lru_cache(maxsize=8)
def _pages_now(
    path: str, size: int, mtime_ns: int, inode: int
) -> tuple[str, list[Page]]:
    """Return format and pages of a file that the catalog does not know in this state.

    Kept, because whoever reads the book asks for page after page.
    """
    found = read_book(path)
    facts = os.stat(path)  # noqa: PTH116 - as above
    if (facts.st_size, facts.st_mtime_ns, facts.st_ino) != (
        size,
        mtime_ns,
        inode,
    ):  # pragma: no cover - another file by now
        raise _changed("is being changed; try again")
    return found.file_format, found.pages


def read_image(place: PagePlace) -> bytes:
    """Return the image of a page at its current place: as stored, or rendered.

    Raises UnreadableBookError, and ConflictError when the file was changed meanwhile.
    """
    data = read_page(place.path, place.file_format, place.page)
    _check_unchanged(place)
    return data


def read_images(place: PagePlace) -> list[bytes]:
    """Return the image of a page, as read_image, and those that come along with it."""
    found = read_run(place.path, place.file_format, place.page)
    _check_unchanged(place)
    return found


def _check_unchanged(place: PagePlace) -> None:
    if current_place(place) != place:
        raise _changed("is being changed; try again")


def read_stored(
    place: PagePlace,
    *,
    known: frozenset[str] = frozenset(),
    gzip: bool = False,
    body: bool = True,
    wait: bool = True,
) -> StoredPage | None:
    """Return a page as it lies in its file, None if it has to be read otherwise.

    known are the tags of what the client has, "*" any: then, and without body, nothing
    is read. gzip says whether the client takes it. Without wait, BlockingIOError is
    raised rather than that the disk, a network or much work is waited for.
    Raises PageNotFoundError, UnreadableBookError, ConflictError.
    """
    if not wait and not _are_local.get(place.root):
        raise BlockingIOError
    _note_kind(place.root)
    with _opened(place) as descriptor:
        facts = os.fstat(descriptor)
        if not wait and not _is_as_scanned(place, facts):
            raise BlockingIOError
        place = _place_in(place, facts)
        if not is_raw(place.page, place.file_format):
            return None
        page = _described(place, gzip=gzip)
        is_wanted = body and not known & {"*", page.etag}
        found = _with_bytes(page, place, descriptor, wait=wait) if is_wanted else page
        if not _is_as_scanned(place, os.fstat(descriptor)):  # pragma: no cover - by now
            raise _changed("is being changed; try again")
    return found


def _note_kind(root: str) -> None:
    if root not in _are_local:
        _are_local[root] = filesystem_kind(Path(root).resolve()) in _LOCAL_KINDS


@contextmanager
def _opened(place: PagePlace) -> Iterator[int]:
    """Open the book's file; what fails in the block is its fault, too."""
    try:
        descriptor = os.open(place.path, _OPEN)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    except BlockingIOError:
        raise
    except OSError as error:
        raise _unreadable(place, error) from error


def _described(place: PagePlace, *, gzip: bool) -> StoredPage:
    """Return what is known of a page before its bytes are read."""
    page, etag = place.page, place.etag
    if page.method == STORED:
        return StoredPage(page.format, etag, page.file_size)
    if not gzip:
        return StoredPage(page.format, etag, page.file_size, varies=True)
    length = page.compressed_size + GZIP_BYTES
    return StoredPage(page.format, f"{etag}-gzip", length, encoding="gzip", varies=True)


def _with_bytes(
    found: StoredPage, place: PagePlace, descriptor: int, *, wait: bool
) -> StoredPage | None:
    page = place.page
    if found.varies and not found.encoding and not wait:
        raise BlockingIOError  # inflating is half a millisecond of work
    raw = read_raw(descriptor, page, wait=wait)
    if raw is None:
        return None
    if found.encoding:
        return replace(found, data=raw.as_gzip(page))
    data = inflate(raw, page) if found.varies else raw.data
    # 23 µs for 136 kB. Of a gzip stream the client does it.
    is_whole = data is not None and zlib.crc32(data) == page.crc
    return replace(found, data=data) if is_whole else None
