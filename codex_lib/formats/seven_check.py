"""Every entry of a 7z archive against its checksum. Runs in the child process only.

What is unpacked passes by and is not kept, so that memory does not grow with it.
"""

from __future__ import annotations

import lzma
import os
import zlib
from typing import Any

import py7zr
from py7zr.exceptions import ArchiveError
from py7zr.io import MemIO, Py7zIO, WriterFactory

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.entries import is_page_name
from codex_lib.formats.image_ends import ImageEnd, decoding_problem
from codex_lib.formats.members import opened

# What py7zr raised for damaged archives, besides its own errors.
_ERRORS = (
    *(OSError, EOFError, lzma.LZMAError, zlib.error, AssertionError),
    *(ArithmeticError, LookupError, TypeError, ValueError),
)


class _Passing(Py7zIO):
    """One entry as it is unpacked."""

    def __init__(self, name: str, *, decode: bool) -> None:
        self.name = name
        self.is_page = is_page_name(name)
        self.is_whole = False
        self.problem: str | None = None
        self._image = ImageEnd()
        self._kept = bytearray() if decode and self.is_page else None

    def write(self, s: bytes | bytearray) -> int:
        self._image.feed(bytes(s))
        if self._kept is not None and self._image.size <= limits.ENTRY_BYTES:
            self._kept += s
        return len(s)

    def close(self) -> None:
        self.is_whole = True
        if self.is_page:
            self.problem = self._image.problem()
        if self._kept is not None and not self.problem:
            self.problem = decoding_problem(bytes(self._kept))
        self._kept = None

    def read(self, size: int | None = None) -> bytes:  # noqa: ARG002 - py7zr's
        return b""  # pragma: no cover - wanted, not called

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002 - py7zr's
        return 0

    def flush(self) -> None:
        return None  # pragma: no cover - same

    def size(self) -> int:
        return self._image.size  # pragma: no cover - same


class _Passings(WriterFactory):
    """Makes them, and remembers those that were begun."""

    def __init__(self, *, decode: bool) -> None:
        self.begun: list[_Passing] = []
        self._decode = decode

    def create(self, filename: str) -> Py7zIO:
        self.begun.append(_Passing(filename, decode=self._decode))
        return self.begun[-1]


def check_task(path: str, *, decode: bool) -> tuple[dict[str, Any], bytes]:
    """Answer "cb7.check": what is wrong with the entries; decode looks at pixels."""
    passing = _Passings(decode=decode)
    problems: list[str] = []
    with opened(path) as file:
        try:
            archive = py7zr.SevenZipFile(file, max_extract_size=limits.ARCHIVE_BYTES)
            _check_size(path, archive)
            for entry in archive.files:
                name = entry.filename.replace("\\", "/")
                target = MemIO(name, passing)
                archive.worker.register_filelike(entry.id, target)
            archive.worker.extract(archive.fp, None, parallel=False)
        except (ArchiveError, *_ERRORS):
            bad = [entry.name for entry in passing.begun if not entry.is_whole]
            name = repr(bad[-1]) if bad else "the archive"
            problems = [f"{name} is damaged; what lies behind it was not checked"]
    found = [
        f"{entry.name!r} {entry.problem}" for entry in passing.begun if entry.problem
    ]
    return {"problems": found + problems}, b""


def _check_size(path: str, archive: py7zr.SevenZipFile) -> None:
    size = sum(int(entry.uncompressed or 0) for entry in archive.files)
    packed = os.stat(path).st_size  # noqa: PTH116 - paths may hold bytes that pathlib alters
    if size > max(limits.EXPANSION_FREE_BYTES, packed * limits.EXPANSION):
        reason = f"limit: {packed:,} bytes would expand to {size:,}"
        raise UnreadableBookError(path, reason)
