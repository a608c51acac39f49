"""Web processes that die, are replaced, or lose their parent."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import closing
from http.client import HTTPException
from pathlib import Path

import pytest

from codex_lib import clock
from codex_lib.accounts.users import list_users
from codex_lib.db import open_catalog
from codex_lib.settings.values import Change, set_settings

PASSWORD = "Green-Apple-7"


def is_running(pid):
    """Whether a process lives; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Load:
    """Makes one account after the other; remembers when, and those that were made."""

    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.made = []
        self.times = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        number = 0
        while not self.is_over.is_set():
            number += 1
            name = f"{self.name}-{number}"
            if self.register(name):
                self.made.append(name)
                self.times.append(time.monotonic())

    def register(self, name):
        account = {
            "username": name,
            "email": f"{name}@example.com",
            "password": PASSWORD,
        }
        try:
            reply = self.server.request(
                "/api/v1/auth/register", method="POST", body=account
            )
        except (OSError, HTTPException):  # its worker was killed
            return False
        assert reply.status == 201, reply
        return True

    def end(self):
        self.is_over.set()
        self.thread.join()


@pytest.fixture
def open_to_visitors(data_dir):
    """A catalog in which visitors may make accounts."""
    with closing(open_catalog(data_dir / "codex.db")) as db:
        set_settings(
            db,
            {"auth.registration_enabled": True},
            Change(clock.now(), by=None, reason="", address=""),
        )


def test_killing_workers_under_load_loses_nothing_that_was_answered(
    serve, until, open_to_visitors, data_dir
):
    server = serve()
    loads = [Load(server, name) for name in ("ana", "bo")]
    outages = []
    until(lambda: all(load.made for load in loads))

    for _ in range(4):
        os.kill(server.workers[0], signal.SIGKILL)
        killed = time.monotonic()
        until(lambda killed=killed: all(load.times[-1] > killed for load in loads))
        outages.append(time.monotonic() - killed)
        until(lambda: len(server.workers) == 2)
    for load in loads:
        load.end()

    assert max(outages) < 1
    with closing(open_catalog(data_dir / "codex.db")) as db:
        kept = {user.username for user in list_users(db)}
    assert {name for load in loads for name in load.made} <= kept


def test_the_server_answers_again_when_all_workers_were_killed(serve, until):
    server = serve()
    until(lambda: len(server.workers) == 2)

    for pid in server.workers:
        os.kill(pid, signal.SIGKILL)

    assert server.request("/health").status == 200
    assert "was sent SIGKILL" in server.log


def test_sighup_replaces_the_workers_and_no_request_fails(serve, until):
    server = serve()
    until(lambda: len(server.workers) == 2)
    before = set(server.workers)

    server.process.send_signal(signal.SIGHUP)
    while before & set(server.workers) or len(server.workers) != 2:
        assert server.request("/health").status == 200

    assert server.request("/health").status == 200


def test_workers_whose_parent_was_killed_leave_the_port_to_the_next(serve, until):
    server = serve()
    until(lambda: len(server.workers) == 2)
    workers = server.workers

    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not any(map(is_running, workers)))

    assert serve("--port", str(server.port)).request("/health").status == 200
