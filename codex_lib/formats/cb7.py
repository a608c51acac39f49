"""CB7: a 7z archive of page images, read with py7zr in a child process.

The directory has names, sizes and checksums, so a scan decompresses the metadata only.
7z archives are solid as a rule: a page costs decompressing all that lies before it.
"""

from __future__ import annotations

import lzma
import os
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import BookFacts, Page
from codex_lib.formats.book_json import parse_book
from codex_lib.formats.embedded import metadata_name
from codex_lib.formats.image_headers import format_of_suffix
from codex_lib.formats.isolation import isolated
from codex_lib.formats.members import (
    COMPRESSED,
    check_limits,
    check_pages,
    comic_facts,
    is_page,
    opened,
)
from codex_lib.formats.solid_run import answered, isolated_run, run_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from py7zr import SevenZipFile

# What py7zr raised for 6,000 damaged archives, besides its own errors.
_ERRORS = (
    *(OSError, EOFError, lzma.LZMAError, zlib.error, AssertionError),
    *(ArithmeticError, LookupError, TypeError, ValueError),
)
_ENCRYPTED = "encrypted: needs a password"


class SevenFile(NamedTuple):
    """A file of a 7z archive; position is its place among all entries."""

    name: str
    file_size: int
    crc: int
    position: int


def read_cb7(path: str) -> BookFacts:
    """Return what a CB7 holds; widths and heights are 0, formats by suffix.

    Raises UnreadableBookError.
    """
    answer, _ = isolated("cb7.facts", path)
    return parse_book(path, answer)


def read_cb7_page(path: str, page: Page) -> bytes:
    """Return a page's image bytes as stored, their checksum checked.

    Raises UnreadableBookError.
    """
    return isolated("cb7.page", path, name=page.name, position=page.offset)[1]


def read_cb7_run(path: str, page: Page) -> list[bytes]:
    """Return a page's bytes and those of pages behind it.

    Raises UnreadableBookError.
    """
    return isolated_run("cb7.run", path, page, page.offset)


def facts_task(path: str) -> tuple[dict[str, Any], bytes]:
    """Answer "cb7.facts": the facts of the book."""
    warnings: list[str] = []
    embedded = None
    with opened(path) as file:
        archive = _open(path, file)
        files = _files(path, archive)
        chosen = [entry for entry in files if is_page(entry)]
        check_pages(path, chosen, files)
        if archive.needs_password():
            raise UnreadableBookError(path, _ENCRYPTED)
        name = metadata_name([entry.name for entry in files])
        for entry in [entry for entry in files if entry.name == name][-1:]:
            try:
                embedded = (
                    entry.name,
                    _read(path, archive, entry, limits.METADATA_BYTES),
                )
            except UnreadableBookError as error:
                warnings.append(error.reason)
    pages = [_page(entry) for entry in chosen]
    return comic_facts(path, "cb7", pages, embedded, warnings), b""


def page_task(path: str, name: str, position: int) -> tuple[dict[str, Any], bytes]:
    """Answer "cb7.page": the bytes of an entry; position is a hint."""
    with opened(path) as file:
        archive = _open(path, file)
        named = [entry for entry in _files(path, archive) if entry.name == name]
        for entry in sorted(named, key=lambda entry: entry.position != position):
            return {}, _read(path, archive, entry, limits.ENTRY_BYTES)
    raise UnreadableBookError(path, f"has no page {name!r} any more")


def run_task(path: str, name: str, position: int) -> tuple[dict[str, Any], bytes]:
    """Answer "cb7.run": the bytes of an entry, and of pages behind it."""
    with opened(path) as file:
        archive = _open(path, file)
        files = _files(path, archive)
        chosen = [e for e in files if (e.name, e.position) == (name, position)]
        if chosen and chosen[0].file_size <= limits.ENTRY_BYTES:
            run = run_of(chosen[0], filter(is_page, files), files)
            with suppress(UnreadableBookError):
                return answered(_read_all(path, archive, run))
    # Gone from its place, too large, or one behind it is damaged.
    return answered([page_task(path, name, position)[1]])


def _open(path: str, file: BinaryIO) -> SevenZipFile:
    import py7zr  # noqa: PLC0415 - slow, and needed in the child only
    from py7zr.exceptions import ArchiveError, PasswordRequired  # noqa: PLC0415 - same

    try:
        return py7zr.SevenZipFile(file, max_extract_size=limits.ARCHIVE_BYTES)
    except PasswordRequired as error:
        raise UnreadableBookError(path, _ENCRYPTED) from error
    except (ArchiveError, *_ERRORS) as error:
        raise UnreadableBookError(path, "not a 7z archive, or damaged") from error


def _files(path: str, archive: SevenZipFile) -> list[SevenFile]:
    """Return the plain files of an archive, in stored order."""
    try:
        files = [
            SevenFile(
                info.filename.replace("\\", "/"),
                int(info.uncompressed),
                info.crc32 or 0,
                position,
            )
            for position, info in enumerate(archive.list())
            if info.is_file and not info.is_symlink
        ]
    except _ERRORS as error:
        raise UnreadableBookError(path, "damaged: its list of files") from error
    check_limits(path, files, os.stat(path).st_size)  # noqa: PTH116 - paths may hold bytes that pathlib alters
    return files


def _read(path: str, archive: SevenZipFile, entry: SevenFile, limit: int) -> bytes:
    """Return the bytes of an entry; by its place, because names can repeat or lie."""
    if entry.file_size > limit:
        raise UnreadableBookError(path, f"{entry.name!r} is too large")
    return _read_all(path, archive, [entry])[0]


def _read_all(
    path: str, archive: SevenZipFile, entries: Sequence[SevenFile]
) -> list[bytes]:
    """Return the bytes of several entries, unpacked in one go."""
    from py7zr.exceptions import ArchiveError, PasswordRequired  # noqa: PLC0415 - slow
    from py7zr.io import BytesIOFactory, MemIO  # noqa: PLC0415 - slow

    factory = BytesIOFactory(max(entry.file_size for entry in entries) + 1)
    wanted = {entry.position: MemIO(f"{entry.position}", factory) for entry in entries}
    try:
        for file in archive.files:
            archive.worker.register_filelike(file.id, wanted.get(file.id))
        archive.worker.max_extract_size = limits.ARCHIVE_BYTES
        archive.worker.extract(archive.fp, None, parallel=False)
        products = [factory.products[f"{entry.position}"] for entry in entries]
        for product in products:
            product.seek(0)
        return [product.read() for product in products]
    except PasswordRequired as error:
        raise UnreadableBookError(path, _ENCRYPTED) from error
    except (ArchiveError, *_ERRORS) as error:
        raise UnreadableBookError(path, f"{entries[0].name!r} is damaged") from error


def _page(entry: SevenFile) -> Page:
    return Page(
        *(entry.name, format_of_suffix(entry.name), entry.file_size, 0, 0, entry.crc),
        *(entry.position, 0, COMPRESSED),
    )
