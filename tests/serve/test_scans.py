"""Scans of a real server: started, followed, stopped, and those of the terminal."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing

import pytest

from codex_lib import clock
from codex_lib.catalog.libraries import create_library
from codex_lib.db import open_catalog

API = "/api/v1"
CODEX = (sys.executable, "-m", "codex_cli")


@pytest.fixture
def shelf(data_dir, root, make_cbz):
    """A library of so many books that a scan takes a while; not scanned yet."""
    first = make_cbz("Bone/Bone 0000.cbz", pages=1).read_bytes()
    for number in range(1, 4000):
        (root / "Bone" / f"Bone {number:04}.cbz").write_bytes(first)
    with closing(open_catalog(data_dir / "codex.db")) as db:
        return create_library(db, name="Comics", path=root, now=clock.now())


@pytest.fixture
def ask(serve, shelf, admin):
    """Return a function that asks a server about the library's scan."""
    server = serve(tasks=True)
    headers = admin(server)

    def run(verb, address):
        path = f"{API}/{address}".format(id=shelf.id)
        return server.request(path, method=verb, headers=headers)

    return run


@pytest.fixture
def status(ask):
    """Return a function that gives the status of the scan."""
    return lambda: ask("GET", "libraries/{id}/scan-status").json


@pytest.fixture
def scanning(tmp_path, environ):
    """Return a function that starts codex scan in a process of its own."""
    return lambda *args: subprocess.Popen(
        [*CODEX, "scan", *args],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_scan_runs_and_tells_what_it_finds(ask, status, until):
    started = ask("POST", "libraries/{id}/scan?mode=normal")
    assert (started.status, started.json["status"]) == (200, "pending")
    assert ask("POST", "libraries/{id}/scan").status == 409

    until(lambda: status()["status"] == "running" and status()["files_processed"])
    assert ask("POST", "libraries/{id}/scan").status == 409
    (active,) = ask("GET", "scans/active").json
    assert active["task_id"] == started.json["task_id"]

    until(lambda: status()["status"] == "completed")
    ended = status()
    assert (ended["files_total"], ended["files_processed"]) == (4000, 4000)
    assert (ended["series_found"], ended["books_found"]) == (1, 4000)
    assert ask("GET", "scans/active").json == []


def test_a_scan_that_is_cancelled_stops(ask, status, until):
    ask("POST", "libraries/{id}/scan")
    until(lambda: status()["status"] == "running")

    assert ask("POST", "libraries/{id}/scan/cancel").status == 204

    until(lambda: status()["status"] == "cancelled")
    found = status()["books_found"]
    assert found < 4000
    assert ask("GET", "libraries/{id}").json["book_count"] == found
    assert ask("POST", "libraries/{id}/scan/cancel").status == 404
    assert ask("POST", "libraries/{id}/scan").status == 200


def test_a_scan_of_the_terminal_is_seen_and_stopped(ask, status, until, scanning):
    process = scanning("Comics")
    until(lambda: status().get("status") == "running")
    assert len(ask("GET", "scans/active").json) == 1
    assert ask("POST", "libraries/{id}/scan").status == 409

    assert ask("POST", "libraries/{id}/scan/cancel").status == 204

    out, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "stopped before the end" in out
    assert status()["status"] == "cancelled"


def test_the_terminal_sees_a_scan_of_the_server(ask, status, until, codex):
    ask("POST", "libraries/{id}/scan")
    until(lambda: status()["status"] == "running")

    assert codex("scan", "Comics").returncode == 5
    assert codex("scan", "--cancel", "Comics").returncode == 0

    until(lambda: status()["status"] == "cancelled")


def test_a_scan_of_the_terminal_that_is_killed_is_done_by_a_worker(
    ask, status, until, scanning
):
    process = scanning("Comics")
    until(lambda: status().get("status") == "running")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)

    until(lambda: status()["status"] == "completed")

    assert ask("GET", "libraries/{id}").json["book_count"] == 4000


def test_waiting_at_the_terminal_ends_with_the_scan(ask, codex):
    ended = codex("scan", "Comics", "--wait")

    assert ended.returncode == 0
    assert ended.stdout.startswith("Comics: 4,000 added; 4,000 files in ")
