"""Live events of a real server, read as browsers and scripts read them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pytest

from codex_lib import clock
from codex_lib.db import open_catalog, write
from codex_lib.events.outbox import emit, newest_event
from tests.conftest import write_cbz

PATH = "/api/v1/events/stream"


class Stream:
    """One connection; events() yields (id, name, data) until it ends."""

    def __init__(self, server, headers, path=PATH):
        self.connection = HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        try:
            self.connection.request("GET", path, headers=headers)
            self.response = self.connection.getresponse()
        except BaseException:
            self.connection.close()
            raise
        assert self.response.status == 200, self.response.read()
        assert self.response.readline() == b": keep-alive\n"

    def events(self):
        fields = {}
        try:
            while line := self.response.readline().decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if not line.strip() and fields.get("data"):
                    data = json.loads(fields["data"])
                    yield int(fields["id"]), fields.get("event"), data
                fields = {**fields, name: value} if line.strip() else {}
        except (OSError, HTTPException):
            return

    def close(self):
        self.response.close()
        self.connection.close()


def tell(data_dir, count, *, start=0, pause=0.0):
    with closing(open_catalog(data_dir / "codex.db")) as db:
        for number in range(start, start + count):
            with write(db):
                emit(db, "library_updated", now=clock.now(), number=number)
            time.sleep(pause)
        return newest_event(db)


def test_a_scan_from_the_terminal_is_told_to_every_client_at_once(
    serve, admin, codex, tmp_path
):
    for number in range(3):
        write_cbz(tmp_path / f"Comics/Saga/{number}.cbz", seed=number)
    server = serve()
    headers = admin(server)
    streams = [Stream(server, headers) for _ in range(5)]

    result = codex("scan", tmp_path / "Comics")

    assert result.returncode == 0, result.stderr
    for stream in streams:
        seen = []
        for _, name, data in stream.events():
            seen.append(name)
            assert name == data["type"]
            if seen.count("book_created") == 3:
                break
        assert seen[0] == "library_created"
        assert seen.index("series_created") < seen.index("book_created")
        stream.close()


def test_a_server_that_stops_ends_its_streams_without_delay(serve, admin):
    server = serve()
    streams = [Stream(server, admin(server)) for _ in range(3)]

    began = time.monotonic()
    assert server.stop() == 0

    took = time.monotonic() - began
    told = [list(stream.events()) for stream in streams]
    for stream in streams:
        stream.close()
    assert took < 5
    assert told == [[], [], []]


def test_a_client_that_comes_back_misses_nothing_and_sees_nothing_twice(
    serve, admin, data_dir
):
    server = serve()
    headers = admin(server)
    seen, wanted = [], 600
    writer = threading.Thread(
        target=tell, args=[data_dir, wanted], kwargs={"pause": 0.005}
    )
    stop = threading.Event()

    def kill_workers():
        while not stop.wait(0.7):
            for worker in server.workers[:1]:
                os.kill(worker, signal.SIGKILL)

    killer = threading.Thread(target=kill_workers)
    first = Stream(server, headers)
    writer.start()
    killer.start()
    try:
        stream, deadline = first, time.monotonic() + 60
        while len(seen) < wanted and time.monotonic() < deadline:
            for number, _, data in stream.events():
                seen.append((number, data["number"]))
                if len(seen) == wanted:
                    break
            stream.close()
            if len(seen) < wanted:
                stream = reconnected(server, headers, seen)
    finally:
        stop.set()
        killer.join()
        writer.join()

    assert [number for _, number in seen] == list(range(wanted))
    assert [number for number, _ in seen] == sorted(number for number, _ in seen)


def reconnected(server, headers, seen):
    """Return a stream that goes on behind what was seen; the server may be away."""
    last = str(seen[-1][0]) if seen else "0"
    while True:
        try:
            return Stream(server, {**headers, "Last-Event-ID": last})
        except (OSError, HTTPException):
            time.sleep(0.05)  # a new web process is on its way


def test_the_cookie_of_a_browser_opens_a_stream(serve, admin, data_dir):
    server = serve()
    token = admin(server)["Authorization"].removeprefix("Bearer ")
    path = f"{PATH}?named=false"
    stream = Stream(server, {"Cookie": f"auth_token={token}"}, path)

    tell(data_dir, 1)

    number, name, data = next(stream.events())
    stream.close()
    assert (name, data["number"]) == (None, 0)
    assert number > 0


def test_a_client_that_does_not_read_costs_the_others_nothing(
    serve, admin, data_dir, until
):
    server = serve("--workers", "1")
    headers = admin(server)
    slow = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    with closing(slow):
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        token = headers["Authorization"]
        request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n"
        slow.sendall(request.encode())
        quick = Stream(server, headers)

        tell(data_dir, 3000)

        numbers = []
        for _, _, data in quick.events():
            numbers.append(data["number"])
            if len(numbers) == 3000:
                break
        quick.close()
    assert numbers == list(range(3000))


@pytest.mark.parametrize("path", ["tasks", "scans"])
def test_curl_reads_the_other_streams_as_the_guide_shows(serve, admin, path):
    server = serve()
    token = admin(server)["Authorization"]

    result = subprocess.run(
        [
            *("curl", "-sN", "--max-time", "1", "-D", "-", "-H"),
            *(f"Authorization: {token}", f"{server.url}/api/v1/{path}/stream"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "200" in result.stdout.splitlines()[0]
    assert "text/event-stream" in result.stdout
    assert ": keep-alive" in result.stdout
