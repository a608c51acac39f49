"""A real server on a real socket: what a client sends byte by byte."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time

import pytest
from uvicorn.config import Config
from uvicorn.server import Server

from codex_lib.api import protocol
from codex_lib.api.protocol import MAX_HEAD_BYTES, MAX_HEADERS, MAX_TARGET_BYTES
from codex_lib.api.worker import Worker


class EchoApp:
    """Answers with the size of the body, 0 for none.

    /idle begins an answer and does not end it, /deaf takes no body for half a second.
    """

    def __init__(self):
        self.disconnected = threading.Event()
        self.paths = []

    async def __call__(self, scope, receive, send):
        self.paths.append(scope["path"])
        start = {"type": "http.response.start", "status": 200, "headers": []}
        if scope["path"] == "/idle":
            await send(start)
        if scope["path"] == "/deaf":
            await asyncio.sleep(0.5)
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.disconnected.set()
                return
            size += len(message["body"])
            more = message["more_body"]
        if scope["path"] != "/idle":
            await send(start)
        await send({"type": "http.response.body", "body": b"%d bytes" % size})


@pytest.fixture(scope="module")
def echo():
    return EchoApp()


@pytest.fixture
def app(echo):
    """The app that is served, as if nobody had called it yet."""
    echo.paths.clear()
    echo.disconnected.clear()
    return echo


@pytest.fixture(scope="module")
def server(echo):
    """A server that runs in a thread."""
    options = {**Worker.CONFIG_KWARGS, "lifespan": "off"}
    running = Server(Config(echo, log_config=None, **options))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running.address = listener.getsockname()
        thread = threading.Thread(target=running.run, args=([listener],))
        thread.start()
        yield running
        running.should_exit = True
        thread.join()


@pytest.fixture
def connect(server):
    """Return a function that opens a connection; all are closed in the end."""
    opened = []

    def make():
        opened.append(socket.create_connection(server.address, timeout=5))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


def read_answer(connection):
    """Return the status and the body of one answer."""
    with connection.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        headers = {}
        while (line := stream.readline().rstrip()) != b"":
            name, _, value = line.partition(b": ")
            headers[name] = value
        if b"content-length" in headers:
            return status, stream.read(int(headers[b"content-length"]))
        body = b""
        while size := int(stream.readline(), 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
        return status, body


def read_last_answer(connection):
    """Return the status and the body of an answer that is announced as the last."""
    assert b"connection: close\r\n" in connection.recv(4096, socket.MSG_PEEK)
    answer = read_answer(connection)
    assert is_closed_silently(connection)
    return answer


def refused(connection):
    """Return the status and the word of an answer that ends the connection."""
    status, body = read_answer(connection)
    assert connection.recv(1) == b""
    content = json.loads(body)
    assert content["details"] is None
    assert content["message"]
    return status, content["error"]


def is_closed_silently(connection):
    return connection.recv(1) == b""


def head(*lines, path="/"):
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def test_a_connection_takes_one_request_after_the_other(connect):
    connection = connect()

    for size in (0, 5, 100_000):
        connection.sendall(head(f"Content-Length: {size}") + b"x" * size)

        assert read_answer(connection) == (200, b"%d bytes" % size)


def test_nothing_tells_what_the_server_is_made_of(connect):
    connection = connect()
    connection.sendall(head())

    assert b"server:" not in connection.recv(4096)


def test_an_upgrade_is_answered_as_a_plain_request(connect):
    connection = connect()
    connection.sendall(head("Connection: Upgrade", "Upgrade: websocket"))

    assert read_answer(connection)[0] == 200


@pytest.fixture
def stopping(server):
    """Return a function that tells every connection that the server stops."""

    def tell():
        for connection in list(server.server_state.connections):
            connection.loop.call_soon_threadsafe(connection.shutdown)

    return tell


@pytest.mark.parametrize("answered", [0, 1], ids=["new", "kept alive"])
def test_a_request_on_its_way_when_the_server_stops_is_answered(
    connect, stopping, answered
):
    connection = connect()
    for _ in range(answered):
        connection.sendall(head())
        read_answer(connection)
    time.sleep(0.05)
    stopping()
    time.sleep(0.05)

    connection.sendall(head("Content-Length: 1"))
    time.sleep(0.3)
    connection.sendall(b"x")

    assert read_last_answer(connection) == (200, b"1 bytes")


def test_a_connection_without_a_request_ends_soon_when_the_server_stops(
    connect, stopping
):
    connection = connect()
    time.sleep(0.05)
    began = time.monotonic()
    stopping()

    assert is_closed_silently(connection)
    assert time.monotonic() - began < 2


def test_a_request_that_runs_when_the_server_stops_is_the_last(connect, stopping):
    connection = connect()
    connection.sendall(head("Content-Length: 1"))
    time.sleep(0.05)
    stopping()
    time.sleep(0.3)
    connection.sendall(b"x")

    assert read_last_answer(connection) == (200, b"1 bytes")


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", head("Content-Length: x")],
    ids=["tls", "no path", "no length"],
)
def test_what_is_not_http_is_a_bad_request(connect, data):
    connection = connect()
    connection.sendall(data)

    assert refused(connection) == (400, "BadRequest")


def test_a_refused_client_is_in_the_access_log(connect, caplog):
    caplog.set_level("INFO", "codex.access")
    connection = connect()
    connection.sendall(b"nonsense\r\n\r\n")

    refused(connection)

    assert caplog.messages[0].startswith("127.0.0.1 - - 400 ")


@pytest.mark.parametrize("too_much", [0, 1])
def test_an_address_has_a_longest(connect, too_much):
    connection = connect()
    path = "/" + "a" * (MAX_TARGET_BYTES - 1 + too_much)
    connection.sendall(head(path=path))

    if too_much:
        assert refused(connection) == (414, "UriTooLong")
    else:
        assert read_answer(connection)[0] == 200


@pytest.mark.parametrize("too_much", [0, 1])
def test_a_request_has_a_largest_number_of_headers(connect, too_much):
    connection = connect()
    lines = [f"X-{number}: 1" for number in range(MAX_HEADERS - 1 + too_much)]
    connection.sendall(head(*lines))

    if too_much:
        assert refused(connection) == (431, "RequestHeaderFieldsTooLarge")
    else:
        assert read_answer(connection)[0] == 200


def test_the_headers_have_a_largest_size(connect):
    connection = connect()
    connection.sendall(head(*["X: " + "a" * (MAX_HEAD_BYTES // 4)] * 4))

    assert refused(connection) == (431, "RequestHeaderFieldsTooLarge")


def test_a_header_without_end_is_refused_while_it_arrives(connect, app):
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\nX: ")
    for _ in range(4):
        connection.sendall(b"a" * (MAX_HEAD_BYTES // 2))
        time.sleep(0.02)

    assert refused(connection) == (431, "RequestHeaderFieldsTooLarge")
    assert app.paths == []


def test_a_trailer_without_end_is_refused_while_it_arrives(connect):
    connection = connect()
    connection.sendall(head("Transfer-Encoding: chunked") + b"1\r\nx\r\n0\r\nX: ")
    for _ in range(4):
        time.sleep(0.02)
        connection.sendall(b"a" * (MAX_HEAD_BYTES // 2))

    assert refused(connection) == (431, "RequestHeaderFieldsTooLarge")


def test_what_a_refused_client_still_sends_is_ignored(connect, caplog):
    caplog.set_level("INFO", "codex.access")
    connection = connect()
    connection.sendall(b"nonsense\r\n\r\n")
    time.sleep(0.05)
    connection.sendall(head())
    time.sleep(0.05)

    assert refused(connection) == (400, "BadRequest")
    assert len(caplog.messages) == 1


def test_a_refused_client_that_stays_is_closed(connect, monkeypatch):
    monkeypatch.setattr(protocol, "FAREWELL_SECONDS", 0.1)
    connection = connect()
    connection.sendall(b"nonsense\r\n\r\n")
    refused(connection)
    time.sleep(0.3)

    connection.sendall(b"x")  # is answered with a reset
    time.sleep(0.05)
    with pytest.raises(ConnectionError):
        connection.sendall(b"x")


def test_headers_that_do_not_end_in_time_are_refused(connect, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\n")

    assert refused(connection) == (408, "RequestTimeout")


def test_every_further_byte_of_the_headers_gives_no_further_time(connect, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\nX: ")
    for _ in range(6):
        connection.sendall(b"a")
        time.sleep(0.1)

    assert refused(connection) == (408, "RequestTimeout")


def test_a_connection_opened_ahead_of_need_is_closed_silently(connect, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)

    assert is_closed_silently(connect())


def test_empty_lines_do_not_keep_an_idle_connection(connect, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    connection = connect()
    connection.sendall(head())
    assert read_answer(connection)[0] == 200
    connection.sendall(b"\r\n")

    assert is_closed_silently(connection)


def test_a_second_request_has_its_own_time(connect, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    connection = connect()
    connection.sendall(head())
    assert read_answer(connection)[0] == 200
    time.sleep(0.2)
    connection.sendall(head()[:-2])
    time.sleep(0.2)
    connection.sendall(b"\r\n")

    assert read_answer(connection)[0] == 200


def test_a_body_that_stops_is_refused_and_the_app_hears_of_it(
    connect, monkeypatch, app
):
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.2)
    connection = connect()
    connection.sendall(head("Content-Length: 10") + b"12345")

    assert refused(connection) == (408, "RequestTimeout")
    assert app.disconnected.wait(0.5)


def test_a_slow_body_that_goes_on_is_taken(connect, monkeypatch):
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.3)
    connection = connect()
    connection.sendall(head("Content-Length: 4"))
    for _ in range(4):
        time.sleep(0.15)
        connection.sendall(b"x")

    assert read_answer(connection) == (200, b"4 bytes")


def test_a_client_is_not_blamed_for_a_slow_app(connect, monkeypatch):
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.2)
    connection = connect()
    size = 8_000_000
    connection.sendall(head(f"Content-Length: {size}", path="/deaf"))
    threading.Thread(target=connection.sendall, args=(b"x" * size,)).start()

    assert read_answer(connection) == (200, b"%d bytes" % size)


def test_an_answer_that_has_begun_is_not_mixed_with_a_refusal(connect, monkeypatch):
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.2)
    connection = connect()
    connection.sendall(head("Content-Length: 10", path="/idle") + b"12345")

    received = b""
    while data := connection.recv(4096):
        received += data

    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"408" not in received
