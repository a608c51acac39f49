from __future__ import annotations

import signal
import socket

import pytest

LOGIN = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json"
BODY = b'{"username": "ana", "password": "x"}'


@pytest.fixture
def half_sent(until):
    """Return a function that begins a request; the server waits for its end."""
    opened = []

    def begin(server):
        # A request that is answered on the same connection proves that the worker
        # has it: what follows is in flight, not in the queue of the system.
        connection = server.connect()
        opened.append(connection)
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while not answer.endswith(b"\r\n\r\nOK"):
            answer += connection.recv(4096)
        connection.sendall(LOGIN + b"\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        connection.sendall(BODY[:10])
        return connection

    yield begin
    for connection in opened:
        connection.close()


def is_listening(server):
    try:
        server.connect().close()
    except ConnectionError:
        return False
    return True


def is_over(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_ends_well(serve, number):
    server = serve()

    assert server.stop(number) == 0
    assert not is_listening(server)
    assert server.log == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_that_runs_is_answered_before_the_end(
    serve, half_sent, until, number
):
    server = serve()
    connection = half_sent(server)

    server.process.send_signal(number)
    until(lambda: not is_listening(server))
    connection.sendall(BODY[10:])
    answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in answer
    assert server.process.wait(20) == 0


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_waits_for_nobody(serve, half_sent, until, second):
    server = serve()
    connection = half_sent(server)

    server.process.send_signal(signal.SIGTERM)
    until(lambda: not is_listening(server))
    server.process.send_signal(second)

    # Well below the 25 seconds that the request might have taken.
    assert until(lambda: server.process.poll() is not None) < 5
    assert is_over(connection)


def test_a_client_that_waits_between_requests_delays_nothing(serve, until):
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(4096)
        server.process.send_signal(signal.SIGTERM)

        assert until(lambda: server.process.poll() is not None) < 4.5
