import asyncio
import logging

import pytest

from codex_lib.api.access_log import CALLER, CLIENT, logged


def call(app, *, query=b"", **scope):
    """Send a request through logged(app); return what was sent back."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/books",
        "query_string": query,
        "headers": [(b"authorization", b"Bearer s3cret"), (b"cookie", b"t=s3cret")],
        "client": ("192.0.2.1", 50000),
        **scope,
    }
    asyncio.run(logged(app)(scope, None, send))
    return sent


def answers(*bodies, status=200, **state):
    async def app(scope, receive, send):
        if state:
            scope["state"].update(state)
        await send({"type": "http.response.start", "status": status, "headers": []})
        for body in bodies:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body"})

    return app


@pytest.fixture
def lines(caplog):
    """Return a function that gives the lines so far, without the milliseconds."""
    caplog.set_level(logging.INFO, "codex.access")

    def read():
        return [record.getMessage() for record in caplog.records]

    return read


def test_a_line_tells_who_asked_for_what_and_how_it_ended(lines):
    sent = call(answers(b"12345", b"678", status=201, **{CALLER: "ana"}))

    client, method, path, status, size, seconds, caller = lines()[0].split()
    assert (client, method, path) == ("192.0.2.1", "GET", "/api/v1/books")
    assert (status, size, caller) == ("201", "8B", "ana")
    assert 0 <= float(seconds.removesuffix("ms")) < 1000
    assert len(sent) == 4


def test_the_address_is_the_one_behind_the_proxies(lines):
    call(answers(**{CLIENT: "198.51.100.7"}))

    assert lines()[0].startswith("198.51.100.7 ")


def test_what_is_not_known_is_a_dash(lines):
    call(answers(), client=None)

    assert lines()[0].startswith("- GET ")
    assert lines()[0].endswith(" -")


def test_no_secret_is_in_it(lines):
    call(answers(), query=b"access_token=s3cret&page=2")

    assert "s3cret" not in lines()[0]
    assert "access_token" not in lines()[0]


def test_a_name_or_a_path_cannot_forge_a_line(lines):
    call(answers(**{CALLER: "ana 200\nx"}), path="/a b\n\x1b")

    assert "/a%20b%0A%1B " in lines()[0]
    assert lines()[0].endswith(" ana%20200%0Ax")


def test_a_body_that_head_leaves_out_is_not_counted(lines):
    call(answers(b"12345"), method="HEAD")

    assert " 200 0B " in lines()[0]


def test_a_request_that_ends_in_an_exception_is_logged_as_500(lines):
    async def broken(scope, receive, send):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        call(broken)

    assert " 500 0B " in lines()[0]


def test_a_health_check_that_succeeds_is_no_news(lines, caplog):
    call(answers(), path="/health")
    call(answers(status=503), path="/api/v1/health")

    assert [line.split()[3] for line in lines()] == ["503"]


def test_a_health_check_is_logged_when_debugging(lines, caplog):
    caplog.set_level(logging.DEBUG, "codex.access")

    call(answers(), path="/health")

    assert len(lines()) == 1


def test_what_is_no_request_passes_through(lines):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    call(app, type="lifespan")

    assert seen == ["lifespan"]
    assert lines() == []
