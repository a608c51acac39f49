"""Whole files as answers: in pieces, by a name, until the client has enough."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from codex_lib.api.calls import read_piece
from codex_lib.catalog.book_files import open_book_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from codex_lib.api.requests import Request
    from codex_lib.catalog.book_files import BookFile, FileState

PIECE_BYTES = 2**20
# What a file's name may hold between quotes, and after filename*= (RFC 8187).
PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - frozenset('"\\%')
ATTRIBUTE_MARKS = "!#$&+-.^_`|~"


class CutOffError(Exception):
    """The file is no longer what was promised; the connection ends unfinished."""


def attachment(name: str) -> str:
    """Return a Content-Disposition by which an answer is saved under a name.

    Names that ASCII cannot write come twice, in the older form as well (RFC 6266).
    """
    plain = "".join(c if c in PLAIN else "_" for c in name)
    if plain == name:
        return f'attachment; filename="{plain}"'
    whole = quote(name.encode(errors="replace"), safe=ATTRIBUTE_MARKS)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"


async def file_pieces(
    req: Request, file: BookFile, state: FileState, start: int, end: int
) -> AsyncIterator[bytes]:
    """Yield a part of a file. Raises CutOffError when it is no longer what it was."""
    descriptor, now = await read_piece(req, open_book_file, file)
    try:
        if now != state:
            raise CutOffError
        async with departure(req) as leaving:
            while start < end and not leaving.done():
                size = min(PIECE_BYTES, end - start)
                piece = await read_piece(req, os.pread, descriptor, size, start)
                if not piece:
                    raise CutOffError
                start += len(piece)
                yield piece
    finally:
        os.close(descriptor)


async def made_pieces(req: Request, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the pieces of what is made while it is sent."""
    async with departure(req) as leaving:
        while not leaving.done():
            piece = await read_piece(req, next, pieces, None)
            if piece is None:
                break
            yield piece


@asynccontextmanager
async def departure(req: Request) -> AsyncIterator[asyncio.Task[None]]:
    """Give a task that is done when the client has left.

    Sending to one that has left is no error, and would go on unnoticed.
    """

    async def watch() -> None:
        while (await req.receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(watch())
    try:
        yield task
    finally:
        task.cancel()
