"""Pages and files from a real server, to many clients at once."""

from __future__ import annotations

import gzip
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from codex_lib.catalog.books import list_books
from codex_lib.catalog.libraries import create_library
from codex_lib.db import open_catalog
from codex_lib.db.paging import Paging
from codex_lib.scanning.scan import scan_library

NOW = "2024-01-15T10:30:00.000000Z"
CLIENTS = 64


@pytest.fixture
def books(data_dir, root, make_cbz):
    """A stored and a deflated book, and one too large to be sent at once."""
    make_cbz("Saga/Saga 1.cbz", pages=8)
    make_cbz("Saga/Saga 2.cbz", pages=8, seed=2, method=zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(make_cbz("Saga/Saga 3.cbz", seed=3), "a") as archive:
        archive.writestr("filler", bytes(60_000_000))
    with closing(open_catalog(data_dir / "codex.db")) as db:
        library = create_library(db, name="Comics", path=root, now=NOW)
        scan_library(db, library.id, now=NOW, threads=1)
        return {book.title: book for book in list_books(db, Paging()).data}


def test_many_clients_at_once_get_each_their_page(serve, admin, books):
    server = serve()
    headers = {**admin(server), "Accept-Encoding": "gzip"}
    wanted = []
    for title in ("Saga 1", "Saga 2"):
        with zipfile.ZipFile(books[title].file_path) as archive:
            for number in range(1, 9):
                path = f"/api/v1/books/{books[title].id}/pages/{number}"
                wanted.append((path, archive.read(f"{number:03}.jpg")))

    def get(request):
        reply = server.request(request[0], headers=headers)
        assert reply.status == 200
        is_packed = reply.headers["Content-Encoding"] == "gzip"
        return gzip.decompress(reply.body) if is_packed else reply.body

    with ThreadPoolExecutor(CLIENTS) as clients:
        found = list(clients.map(get, wanted * (2 * CLIENTS // len(wanted))))

    assert found == [data for _, data in wanted] * (2 * CLIENTS // len(wanted))


def test_a_file_and_its_parts_come_byte_for_byte(serve, admin, books):
    server = serve()
    headers = admin(server)
    book = books["Saga 3"]
    path = f"/api/v1/books/{book.id}/file"
    data = Path(book.file_path).read_bytes()

    whole = server.request(path, headers=headers)
    some = {**headers, "Range": "bytes=1000000-4999999"}
    part = server.request(path, headers=some)
    path = f"/api/v1/series/{book.series_id}/download"
    series = server.request(path, headers=headers)

    assert (whole.status, whole.body) == (200, data)
    assert (part.status, part.body) == (206, data[1_000_000:5_000_000])
    assert data in series.body


def test_a_client_that_leaves_ends_the_work_on_its_answer(serve, admin, books, until):
    server = serve()
    (name, value), *_ = admin(server).items()
    path = f"/api/v1/books/{books['Saga 3'].id}/file"
    with server.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lines = (f"GET {path} HTTP/1.1", "Host: localhost", f"{name}: {value}", "", "")
        client.sendall("\r\n".join(lines).encode())
        assert client.recv(9).startswith(b"HTTP/1.1")

    until(lambda: f"GET {path} " in server.log)

    line = next(line for line in server.log.splitlines() if f"GET {path} " in line)
    sent = int(line.split(f"{path} 200 ")[1].split("B")[0])
    assert sent < 30_000_000
    assert "Traceback" not in server.log
