"""The files of books, whole: one of them, or those of a series in one archive."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.paths import disk_path
from codex_lib.db import one, rows
from codex_lib.errors import (
    BookNotFoundError,
    SeriesNotFoundError,
    UnreadableBookError,
)
from codex_lib.formats.entries import natural_key
from codex_lib.formats.zip_stream import ZippedStream, stream_zip

if TYPE_CHECKING:
    from codex_lib.db import Database, Row

# A pipe put in a book's place must not block.
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class BookFile:
    """The file of a book, or its folder of images; path is the one on disk."""

    path: str
    name: str
    file_format: str


@dataclass(frozen=True, slots=True)
class FileState:
    """A file at one moment; etag changes with its content."""

    size: int
    mtime_ns: int
    inode: int

    @property
    def etag(self) -> str:
        """A text that changes with the content."""
        return f"{self.mtime_ns:x}-{self.size:x}-{self.inode:x}"


_FILE = """
    SELECT libraries.path AS root, books.path, books.file_name, books.file_format
    FROM books JOIN libraries ON libraries.id = books.library_id
"""


def find_book_file(db: Database, book_id: str) -> BookFile:
    """Return the file of a book as the catalog knows it. Raises BookNotFoundError."""
    row = one(db, f"{_FILE} WHERE books.uuid = :id", {"id": book_id})
    if row is None:
        raise BookNotFoundError(book_id)
    return _file(row)


def _file(row: Row) -> BookFile:
    path = disk_path(row["root"], row["path"])
    return BookFile(path, row["file_name"], row["file_format"])


_OF_SERIES = f"""
    {_FILE} WHERE books.series_id = :id AND books.deleted_at IS NULL
    ORDER BY books.number IS NULL, books.number, books.sort_key, books.id
"""


def find_series_files(db: Database, series_id: str) -> tuple[str, list[BookFile]]:
    """Return the title of a series and the files of its books in reading order.

    Raises SeriesNotFoundError.
    """
    sql = "SELECT id, title FROM series WHERE uuid = :id"
    series = one(db, sql, {"id": series_id})
    if series is None:
        raise SeriesNotFoundError(series_id)
    found = rows(db, _OF_SERIES, {"id": series["id"]})
    return series["title"], [_file(row) for row in found]


def open_book_file(file: BookFile) -> tuple[int, FileState]:
    """Open a book's file; return the descriptor and what the file is now.

    Raises UnreadableBookError when it is gone, or no plain file.
    """
    try:
        descriptor = os.open(file.path, _OPEN)
    except OSError as error:
        raise _unreadable(file, error.strerror) from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise _unreadable(file, "is no plain file")
    return descriptor, FileState(facts.st_size, facts.st_mtime_ns, facts.st_ino)


def file_state(file: BookFile) -> FileState:
    """Return what a book's file is now. Raises UnreadableBookError."""
    descriptor, state = open_book_file(file)
    os.close(descriptor)
    return state


def _unreadable(file: BookFile, reason: str | None) -> UnreadableBookError:
    return UnreadableBookError(file.path, reason or "cannot be read")


def zip_folder(folder: BookFile) -> ZippedStream:
    """Return an archive of the files in a folder of images, in reading order.

    Links, hidden files and folders within are left out. Raises UnreadableBookError.
    """
    return stream_zip(_contents(folder))


def _contents(folder: BookFile) -> list[tuple[str, str]]:
    try:
        with os.scandir(folder.path) as entries:
            found = [
                (entry.path, entry.name)
                for entry in entries
                if entry.is_file(follow_symlinks=False) and entry.name[0] != "."
            ]
    except OSError as error:
        raise _unreadable(folder, error.strerror) from error
    return sorted(found, key=lambda item: natural_key(item[1]))


def zip_books(files: list[BookFile]) -> ZippedStream:
    """Return an archive of the files of books, a folder of images as a folder.

    A file that is gone is left out and named in the archive. Raises
    UnreadableBookError when nothing is left.
    """
    wanted: list[tuple[str, str]] = []
    for file in files:
        wanted += _named_files(file)
    archive = stream_zip(wanted)
    if files and not archive.files:
        raise _unreadable(files[0], "none of the files can be read")
    return archive


def _named_files(file: BookFile) -> list[tuple[str, str]]:
    if file.file_format != "folder":
        return [(file.path, file.name)]
    try:
        inside = _contents(file)
    except UnreadableBookError:
        return [(file.path, file.name)]  # to be named as missing
    return [(path, f"{file.name}/{name}") for path, name in inside]
