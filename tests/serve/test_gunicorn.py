"""The documented way to run the app without codex serve."""

from __future__ import annotations

import re
import signal
import sys

import pytest

LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:\d+)")


@pytest.fixture
def gunicorn(start, until):
    """Return a function that runs plain gunicorn on a free port."""

    def run(worker, **more):
        options = ("--bind", "127.0.0.1:0", "--workers", "2", "--worker-class", worker)
        app = "codex_lib.api.asgi:app"
        server = start(sys.executable, "-m", "gunicorn", *options, app, **more)
        until(lambda: LISTENING.search(server.log))
        server.url = LISTENING.search(server.log)[1]
        return server

    return run


@pytest.mark.parametrize(
    "worker", ["codex_lib.api.worker.Worker", "uvicorn_worker.UvicornWorker"]
)
def test_the_same_app_runs_under_plain_gunicorn(gunicorn, admin, worker):
    server = gunicorn(worker)

    reply = server.request("/api/v1/auth/me", headers=admin(server))

    assert (reply.status, reply.json["username"]) == (200, "ana")
    assert server.stop(signal.SIGTERM) == 0
    assert "GET /api/v1/auth/me 200 " in server.log


def test_the_limits_come_with_the_worker(gunicorn):
    server = gunicorn("codex_lib.api.worker.Worker")

    assert server.request("/health", headers={"X": "a" * 40_000}).status == 431


def test_a_bad_setting_is_told_in_one_line(start, until):
    command = (sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0")
    server = start(
        *command,
        *("--worker-class", "codex_lib.api.worker.Worker"),
        "codex_lib.api.asgi:app",
        CODEX_APPLICATION_PORT="many",
    )
    until(lambda: server.process.poll() is not None)

    assert "codex: application.port: must be" in server.log
    assert "Traceback" not in server.log
