"""Real servers in processes of their own, and real HTTP to talk to them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from codex_lib import clock
from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.db import open_catalog

PASSWORD = "Green-Apple-7"
CODEX = (sys.executable, "-m", "codex_cli")
# Only to end a test that hangs; tests/benchmarks tells how long things really take.
PATIENCE = 20


class Reply(NamedTuple):
    status: int
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def json(self):
        return json.loads(self.body)


def request(url, path, *, method="GET", body=None, headers=None, source=None):
    """Send one request over a connection of its own."""
    host = urlsplit(url).netloc
    address = (source, 0) if source else None
    connection = http.client.HTTPConnection(host, timeout=10, source_address=address)
    with closing(connection):
        data = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, data, {**kind, **(headers or {})})
        response = connection.getresponse()
        return Reply(response.status, response.read(), response.headers)


class Server:
    """A server process; url is where it listens."""

    def __init__(self, process, url, log_file):
        self.process = process
        self.url = url
        self.log_file = log_file

    def request(self, path, **options):
        return request(self.url, path, **options)

    @property
    def port(self):
        return urlsplit(self.url).port

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    @property
    def log(self):
        return self.log_file.read_text()

    @property
    def workers(self):
        """The ids of the processes that it has started."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]

    def stop(self, number=signal.SIGTERM):
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def until():
    """Return a function that waits for a condition, and tells how long it took."""

    def wait(condition):
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < PATIENCE, "waited in vain"
            time.sleep(0.01)
        return time.monotonic() - began

    return wait


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def environ(tmp_path, data_dir):
    """The environment of a server: nothing of this machine's settings."""
    return {
        "PATH": f"{os.environ['PATH']}:/usr/sbin",
        "HOME": str(tmp_path),
        "CODEX_DATA_DIR": str(data_dir),
        "CODEX_AUTH_ARGON2_MEMORY_COST": "8192",
        "CODEX_AUTH_ARGON2_TIME_COST": "1",
    }


@pytest.fixture
def codex(tmp_path, environ):
    """Return a function that runs a codex command that is expected to end."""

    def run(*args, **more):
        return subprocess.run(
            [*CODEX, *map(str, args)],
            cwd=tmp_path,
            env=environ | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    return run


@pytest.fixture
def start(tmp_path, environ):
    """Return a function that starts a server program; all of them are ended."""
    started = []

    def run(*command, **more):
        log = tmp_path / f"log-{len(started)}.txt"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                command,
                cwd=tmp_path,
                env=environ | more,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        started.append(process)
        return Server(process, "", log)

    yield run
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)
        process.stdout.close()


@pytest.fixture
def serve(start):
    """Return a function that runs codex serve on a free port, with tasks or without."""

    def run(*args, tasks=False, **more):
        command = [*CODEX, "serve", "--port", "0", "--json", "--workers", "2", *args]
        command += [] if tasks else ["--no-tasks"]
        server = start(*command, **more)
        text = ""
        while not text.rstrip().endswith("}"):
            line = server.process.stdout.readline()
            assert line, server.log
            text += line
        server.url = json.loads(text)["url"]
        return server

    return run


@pytest.fixture
def admin(data_dir):
    """The headers by which the server knows an admin."""
    with closing(open_catalog(data_dir / "codex.db")) as db:
        create_user(
            db,
            username="ana",
            email="ana@example.com",
            password=PASSWORD,
            costs=Costs(8192, 1, 1),
            now=clock.now(),
            is_admin=True,
        )

    def headers(server):
        login = {"username": "ana", "password": PASSWORD}
        reply = server.request("/api/v1/auth/login", method="POST", body=login)
        return {"Authorization": f"Bearer {reply.json['access_token']}"}

    return headers
