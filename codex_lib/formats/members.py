"""What CBR, CB7 and CBT have in common: limits, page choice, the facts of a comic."""

from __future__ import annotations

import os
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.book import BookFacts, Metadata, Page
from codex_lib.formats.book_json import render_book
from codex_lib.formats.embedded import parse_embedded
from codex_lib.formats.entries import is_page_name, sorted_pages
from codex_lib.formats.identity import pages_identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WARNINGS = 10
STORED, COMPRESSED = 0, 1  # Page.method of a page that is not in a ZIP archive


class Member(Protocol):  # pragma: no cover - has no code
    """A file of an archive."""

    @property
    def name(self) -> str:
        """Its path, with "/" between the parts."""

    @property
    def file_size(self) -> int:
        """Bytes, uncompressed."""


def check_limits(path: str, members: Sequence[Member], packed_bytes: int) -> None:
    """Raise UnreadableBookError when an archive declares more than is believable.

    packed_bytes is the size of the file, or of all volumes.
    """
    for member in members:
        check_size(path, member.name, member.file_size)
    check_totals(path, len(members), sum(m.file_size for m in members), packed_bytes)


def check_size(path: str, name: str, file_size: int) -> None:
    """Raise UnreadableBookError when one file of an archive is too large."""
    if file_size > limits.ENTRY_BYTES:
        raise UnreadableBookError(path, f"limit: {name!r} declares {file_size:,} bytes")


def check_totals(path: str, count: int, unpacked: int, packed: int) -> None:
    """Raise UnreadableBookError when an archive has too many files or bytes."""
    reason = ""
    if count > limits.ENTRIES:
        reason = f"more than {limits.ENTRIES:,} entries"
    elif unpacked > limits.ARCHIVE_BYTES:
        reason = f"declares {unpacked:,} bytes"
    elif unpacked > max(limits.EXPANSION_FREE_BYTES, packed * limits.EXPANSION):
        reason = f"{packed:,} bytes would expand to {unpacked:,}"
    if reason:
        raise UnreadableBookError(path, f"limit: {reason}")


def is_page(member: Member) -> bool:
    """Tell whether a member is a page: an image by its name, and not empty."""
    return member.file_size > 0 and is_page_name(member.name)


def check_pages(path: str, pages: Sequence[object], members: Sequence[object]) -> None:
    """Raise UnreadableBookError with the reason why there are no pages."""
    if not members:
        raise UnreadableBookError(path, "an empty archive")
    if not pages:
        raise UnreadableBookError(path, "no pages: none of its files is an image")


def comic_facts(
    path: str,
    file_format: str,
    pages: list[Page],
    embedded: tuple[str, bytes] | None,
    warnings: Iterable[str],
) -> dict[str, Any]:
    """Return the facts of an archive of images as JSON, its pages put in order.

    embedded is the name and the bytes of its metadata. Raises UnreadableBookError
    when none of the pages is an image.
    """
    if not any(page.format for page in pages):
        raise UnreadableBookError(path, "none of its pages is an image")
    metadata: Metadata = {}
    lines = list(warnings)
    if embedded:
        metadata, warning = parse_embedded(*embedded)
        lines += [warning] if warning else []
    ordered = sorted_pages(pages)
    lines += bad_pages(ordered)
    identity = pages_identity(ordered)
    facts = BookFacts(file_format, ordered, identity, metadata, warnings=lines)
    return render_book(facts)


def bad_pages(pages: Sequence[Page]) -> list[str]:
    """Return a warning for each page that is no image; at most ten, and how many."""
    bad = [(i, page.name) for i, page in enumerate(pages, 1) if not page.format]
    lines = [f"page {i} ({name}) is not an image" for i, name in bad[:_WARNINGS]]
    if len(bad) > _WARNINGS:
        lines.append(f"and {len(bad) - _WARNINGS} pages more")
    return lines


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a file to read; failing to is UnreadableBookError."""
    try:
        file = open(path, "rb")  # noqa: PTH123, SIM115 - paths may hold bytes that pathlib alters; closed below
    except OSError as error:
        raise UnreadableBookError(path, error.strerror or "cannot be opened") from error
    with file:
        yield file


def read_stored(path: str, page: Page) -> bytes | None:
    """Return a page that lies in the file as it is, None if its checksum is wrong.

    No archive is parsed, so no child is needed: 6 µs instead of 400.
    """
    if page.file_size > limits.ENTRY_BYTES:
        return None
    with opened(path) as file:
        try:
            data = os.pread(file.fileno(), page.file_size, page.offset)
        except (OSError, OverflowError):
            return None
    is_whole = len(data) == page.file_size and zlib.crc32(data) == page.crc
    return data if is_whole else None
