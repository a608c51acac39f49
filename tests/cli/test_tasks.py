"""codex tasks and codex worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

CODEX = [sys.executable, "-m", "codex_cli"]
PATIENCE = 20


@pytest.fixture
def work(codex):
    """Return a function that lets a worker do what is due."""

    def run():
        command = [*CODEX, "worker", "--once"]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    return run


@pytest.fixture
def purge(codex, shelves):
    """The id of a purge of shelves that waits; nothing else does or did."""
    codex("tasks", "nuke", "--yes")
    added = codex("tasks", "add", "purge_deleted", "--library", "Comics", "--json")
    return added.json["id"]


def test_a_task_is_added_once_and_done_by_a_worker(codex, purge, work):
    added = codex("tasks", "add", "purge_deleted", "--library", "Comics")
    assert added.out == f"purge_deleted is pending: {purge}\n"

    ended = work()

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    shown = codex("tasks", "show", purge[:23], "--json").json
    assert (shown["status"], shown["attempts"]) == ("completed", 1)
    assert shown["result"]["deleted_count"] == 0


def test_a_task_is_shown_for_people(codex, purge, work):
    before = codex("tasks", "show", purge).out
    work()
    after = codex("tasks", "show", purge).out

    assert "Status" in before
    assert "pending" in before
    assert "completed" in after
    assert purge in after


def test_tasks_are_listed_and_filtered(codex, purge):
    codex("tasks", "add", "retention", "--params", '{"x": 1}', "--priority", "3")

    lines = codex("tasks", "list").out.splitlines()

    assert lines[0].split() == ["TYPE", "STATUS", "CREATED", "ID"]
    assert [line.split()[:2] for line in lines[1:]] == [
        ["retention", "pending"],
        ["purge_deleted", "pending"],
    ]
    found = codex("tasks", "list", "-t", "retention", "-s", "pending", "--json").json
    assert [task["params"] for task in found["data"]] == [{"x": 1}]
    assert codex("tasks", "list", "--status", "failed").out == "Nothing to list.\n"


def test_tasks_can_be_about_a_series(codex, purge):
    added = codex("tasks", "add", "purge_deleted", "--series", "Bone", "--json")

    assert added.json["series_id"]


def test_a_task_is_cancelled(codex, purge):
    assert codex("tasks", "cancel", purge).out == "purge_deleted is cancelled.\n"
    again = codex("tasks", "cancel", purge, "--json")
    assert again.json["status"] == "cancelled"


def test_a_task_that_did_not_fail_is_not_tried_again(codex, purge):
    refused = codex("tasks", "retry", purge)

    assert refused.code == 2
    assert "only a failed task; this is pending" in refused.err


def test_a_task_is_unlocked(codex, purge):
    unlocked = codex("tasks", "unlock", purge)

    assert unlocked.out == "purge_deleted waits for a worker.\n"


def test_tasks_are_counted(codex, purge):
    lines = codex("tasks", "stats").out.splitlines()

    assert lines[0].split()[:3] == ["TYPE", "PENDING", "PROCESSING"]
    assert [line.split()[:2] for line in lines[1:]] == [
        ["purge_deleted", "1"],
        ["all", "1"],
    ]
    assert (
        codex("tasks", "stats", "--json").json["by_type"]["purge_deleted"]["total"] == 1
    )


def test_old_tasks_are_forgotten(codex, purge):
    codex("tasks", "cancel", purge)

    assert codex("tasks", "purge").out == "Forgot 0 tasks.\n"
    assert codex("tasks", "purge", "--days", "0", "--json").json == {"deleted": 1}
    assert codex("tasks", "stats").out == "No tasks.\n"


def test_all_tasks_are_forgotten_when_that_is_wanted(codex, purge):
    assert codex("tasks", "nuke").code == 2

    assert codex("tasks", "nuke", "--yes").out == "Forgot 1 task.\n"


def test_an_unknown_task_is_not_found(codex, purge):
    assert codex("tasks", "show", "ffffffff").code == 4


@pytest.fixture
def watching(codex, shelves):
    """Return a function that starts codex tasks watch."""
    started = []

    def run(*args):
        process = subprocess.Popen(
            [*CODEX, "tasks", "watch", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stderr.readline().startswith("Following")
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_what_happens_to_tasks_is_followed(codex, watching, work, shelves):
    codex("tasks", "nuke", "--yes")
    process = watching("--json", "-n", "3")
    added = codex("tasks", "add", "purge_deleted", "--library", "Comics", "--json")
    work()

    out, _ = process.communicate(timeout=PATIENCE)

    told = [json.loads(line) for line in out.splitlines()]
    assert process.returncode == 0
    assert [frame["status"] for frame in told] == ["pending", "running", "completed"]
    assert {frame["task_id"] for frame in told} == {added.json["id"]}


def test_people_read_lines_until_they_interrupt(codex, watching):
    process = watching()
    added = codex("tasks", "add", "purge_deleted", "--library", "Comics", "--json")
    codex("tasks", "cancel", added.json["id"])

    lines = [process.stdout.readline() for _ in range(2)]
    process.send_signal(signal.SIGINT)

    assert lines == [
        f"{added.json['id']}  purge_deleted  {status}\n"
        for status in ("pending", "cancelled")
    ]
    assert process.wait(PATIENCE) == 0


def test_a_worker_ends_well_when_it_is_told_to(codex, shelves):
    process = subprocess.Popen([*CODEX, "worker"], stderr=subprocess.PIPE, text=True)
    greeting = process.stderr.readline()
    time.sleep(0.5)  # it works by then, and is not only starting
    os.kill(process.pid, signal.SIGINT)
    _, rest = process.communicate(timeout=PATIENCE)

    assert greeting == "Working on tasks. Ctrl-C stops it.\n"
    assert (process.returncode, rest) == (0, "")
