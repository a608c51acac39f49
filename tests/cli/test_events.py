"""Live events in the terminal, also from scans of other processes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.conftest import write_cbz

CODEX = [sys.executable, "-c", "from codex_cli.launch import run; run()"]


@pytest.fixture
def folder(tmp_path):
    write_cbz(tmp_path / "Comics/Saga/1.cbz")
    return tmp_path / "Comics"


def test_events_are_printed_as_json_from_a_number_on(codex, folder):
    codex("scan", folder)

    done = codex("events", "watch", "--since", "0", "-n", "3", "--json")

    events = [json.loads(line) for line in done.out.splitlines()]
    types = ["library_created", "series_created", "book_created"]
    assert [event["type"] for event in events] == types
    assert [event["id"] for event in events] == sorted(e["id"] for e in events)


def test_people_read_what_happens_while_they_watch(codex, folder):
    codex("libraries", "list")  # makes the catalog
    process = subprocess.Popen(
        [*CODEX, "events", "watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr.readline().startswith("Following")
        codex("scan", folder)
        codex("series", "update", "Saga", "--year", "2012")
        lines = [process.stdout.readline().rstrip("\n") for _ in range(4)]
        process.send_signal(signal.SIGINT)
        code = process.wait(20)
    finally:
        process.kill()
        process.communicate()

    assert "library created" in lines[0]
    assert "book created" in lines[2]
    assert lines[3].endswith("year")
    assert code == 0
