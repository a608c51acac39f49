from __future__ import annotations

import asyncio
import itertools
import os
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from codex_lib.api.calls import Calls
from codex_lib.api.downloads import (
    PIECE_BYTES,
    CutOffError,
    file_pieces,
    made_pieces,
)
from codex_lib.catalog.book_files import BookFile, file_state

SIZE = 3 * PIECE_BYTES + 5


class Client:
    """Somebody who waits for an answer, and may leave."""

    def __init__(self):
        self.left = asyncio.Event()
        self.is_heard = False

    async def receive(self):
        if not self.is_heard:
            self.is_heard = True
            return {"type": "http.request", "body": b""}
        await self.left.wait()
        return {"type": "http.disconnect"}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "book.cbz"
    path.write_bytes(os.urandom(SIZE))
    return BookFile(str(path), "book.cbz", "cbz")


@pytest.fixture
def read(tmp_path):
    """Return a function that reads an answer piece by piece.

    make gets the request; after(count, client) is called behind each piece.
    """

    def run(make, after=lambda _count, _client: None):
        calls = Calls(tmp_path / "codex.db", threads=1, allow_network=False)

        async def take():
            client = Client()
            request = SimpleNamespace(calls=calls, receive=client.receive)
            pieces = []
            async for piece in make(request):
                pieces.append(piece)
                after(len(pieces), client)
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            return pieces

        with closing(calls):
            return asyncio.run(take())

    return run


def leave(_count, client):
    client.left.set()


def test_a_part_of_a_file_comes_in_pieces(read, file):
    state = file_state(file)

    pieces = read(lambda req: file_pieces(req, file, state, 3, SIZE - 1))

    assert b"".join(pieces) == Path(file.path).read_bytes()[3:-1]
    assert [len(piece) for piece in pieces] == [PIECE_BYTES] * 3 + [1]


def test_nothing_more_is_read_for_a_client_that_has_left(read, file):
    state = file_state(file)

    pieces = read(lambda req: file_pieces(req, file, state, 0, SIZE), leave)

    assert len(pieces) == 1


def test_nothing_more_is_made_for_a_client_that_has_left(read):
    endless = itertools.repeat(b"piece")

    assert read(lambda req: made_pieces(req, endless), leave) == [b"piece"]


def test_what_is_made_ends_when_there_is_no_more(read):
    made = iter([b"one", b"two"])

    assert read(lambda req: made_pieces(req, made)) == [b"one", b"two"]


def test_a_file_that_was_replaced_before_its_first_piece_is_not_sent(read, file):
    state = file_state(file)
    Path(file.path).write_bytes(b"more")

    with pytest.raises(CutOffError):
        read(lambda req: file_pieces(req, file, state, 0, SIZE))


def test_a_file_that_is_cut_off_on_the_way_ends_unfinished(read, file):
    state = file_state(file)

    with pytest.raises(CutOffError):
        read(
            lambda req: file_pieces(req, file, state, 0, SIZE),
            lambda _count, _client: os.truncate(file.path, 10),
        )
