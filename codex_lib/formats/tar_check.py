"""A tar archive to its end. Runs in the child process only.

tar has no checksums of contents: of a plain one only its headers and the images' ends
tell, of a compressed one the checksum of the compression.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from codex_lib.formats import limits
from codex_lib.formats.cbt import TAR_ERRORS, member_name, members_of, tar_mode
from codex_lib.formats.entries import is_page_name
from codex_lib.formats.image_ends import ImageEnd, decoding_problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from tarfile import TarFile, TarInfo

_PIECE_BYTES = 2**20
_OPENERS: dict[str, Callable[[str], object]] = {
    "r:gz": gzip.open,
    "r:bz2": bz2.open,
    "r:xz": lzma.open,
}


def check_task(path: str, *, decode: bool) -> tuple[dict[str, Any], bytes]:
    """Answer "cbt.check": what is wrong with the entries; decode looks at pixels."""
    problems = []
    mode = tar_mode(path)
    try:
        for member, archive in members_of(path, mode):
            problem = _problem(archive, member, decode=decode)
            if problem:
                problems.append(f"{member_name(member)!r} {problem}")
        if mode in _OPENERS:
            _read_to_end(path, mode)
    except TAR_ERRORS:
        problems.append("cut off or damaged: the archive ends early")
    return {"problems": problems}, b""


def _problem(archive: TarFile, member: TarInfo, *, decode: bool) -> str | None:
    stream = archive.extractfile(member)
    if stream is None or not is_page_name(member_name(member)):
        return None
    image, kept = ImageEnd(), bytearray()
    while data := stream.read(_PIECE_BYTES):
        image.feed(data)
        if decode:
            kept += data
    return image.problem() or (decoding_problem(bytes(kept)) if decode else None)


def _read_to_end(path: str, mode: str) -> None:
    """Unpack a compressed archive to where its checksum is, within limits."""
    packed = os.stat(path).st_size  # noqa: PTH116 - paths may hold bytes that pathlib alters
    left = max(limits.EXPANSION_FREE_BYTES, packed * limits.EXPANSION)
    with cast("BinaryIO", _OPENERS[mode](path)) as stream:
        while left > 0 and (data := stream.read(_PIECE_BYTES)):
            left -= len(data)
