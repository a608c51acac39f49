"""Scans that a worker does, asked for at the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from codex_cli import queued_scans
from codex_lib.catalog.libraries import list_libraries
from codex_lib.config.load import load_config
from codex_lib.db import open_catalog
from codex_lib.errors import CatalogError
from codex_lib.tasks.claims import claim_task, fail_task
from codex_lib.tasks.scans import active_scans
from codex_lib.tasks.worker import run_worker

MONDAY = "2024-01-15T10:30:00.000000Z"
CODEX = (sys.executable, "-m", "codex_cli")


@pytest.fixture
def known(codex, comics):
    """The folder of a library that was scanned once."""
    assert codex("scan", comics, "--quiet").code == 0
    return comics


@pytest.fixture
def config(tmp_path):
    data = tmp_path / "data"
    return load_config(config_file=None, data_dir=data, environ={}, cwd=data)


@pytest.fixture
def work(config):
    """Return a function that does what waits."""
    return lambda: run_worker(config, once=True)


@pytest.fixture
def waiting(tmp_path):
    """Return a function that starts codex in a process and waits until a scan waits."""

    def run(*args):
        process = subprocess.Popen(
            [*CODEX, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        with closing(open_catalog(tmp_path / "data" / "codex.db")) as db:
            while not (found := active_scans(db)):
                assert process.poll() is None, process.communicate()
        return process, found[0]

    return run


def test_a_scan_is_left_to_a_worker(codex, known, work, make_cbz):
    ended = codex("scan", "--enqueue")
    assert (ended.code, ended.out) == (0, "Comics: a scan waits for a worker.\n")

    make_cbz("Bone/Bone 09.cbz", seed=9)
    work()

    (status,) = codex("scan", "--status", "--json").json["data"]
    assert (status["status"], status["books_found"]) == ("completed", 1)


def test_what_is_queued_is_told_as_json(codex, known):
    (status,) = codex("scan", known, "--enqueue", "--deep", "--json").json["data"]

    assert (status["status"], status["mode"]) == ("pending", "deep")


def test_quiet_says_nothing(codex, known):
    ended = codex("scan", "--enqueue", "--quiet")

    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_a_folder_of_a_library_is_queued_alone(codex, known):
    codex("scan", known / "Bone", "--enqueue", "--allow-missing")

    (task,) = codex("tasks", "list", "--status", "pending", "--json").json["data"]
    assert task["params"] == {"mode": "normal", "under": "Bone", "allow_missing": True}


def test_one_that_is_queued_already_is_a_conflict(codex, known):
    codex("scan", "--enqueue")

    ended = codex("scan", "--enqueue")

    assert ended.code == 5
    assert "A scan of Comics is already running" in ended.err


def test_waiting_ends_as_a_scan_here_does(known, waiting, work, make_cbz):
    make_cbz("Bone/Bone 09.cbz", seed=9)
    process, _ = waiting("scan", "--wait")

    work()

    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out.decode().startswith("Comics: 1 added; 4 files in ")


def test_waiting_tells_of_unreadable_files_by_its_code(known, waiting, work, make_cbz):
    make_cbz("Bone/Bone 09.cbz").write_bytes(b"rubbish")
    process, _ = waiting("scan", "--wait", "--json")

    work()

    out, _ = process.communicate(timeout=20)
    assert process.returncode == 6
    assert json.loads(out)["data"][0]["unreadable_count"] == 1


def test_a_refused_scan_has_its_code_after_waiting(known, waiting, work):
    known.rename(known.with_name("elsewhere"))
    known.mkdir()
    process, _ = waiting("scan", "--wait")

    work()

    _, err = process.communicate(timeout=20)
    assert process.returncode == 3
    assert b"its folder is empty" in err


def test_a_scan_that_went_wrong_each_time_is_an_error(known, waiting, config):
    process, status = waiting("scan", "--wait")

    with closing(open_catalog(config.catalog_path)) as db:
        for _ in range(3):
            task = claim_task(db, status.task_id, "worker", now=MONDAY)
            error = CatalogError("the disk is full")
            fail_task(db, task, error, progress=None, now=MONDAY)

    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (1, b"codex: the disk is full\n")


def test_one_that_is_taken_back_was_stopped(codex, known, waiting):
    process, _ = waiting("scan", "--wait")

    codex("scan", "--cancel")

    out, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"stopped before the end" in out


def test_ctrl_c_ends_the_waiting_and_not_the_scan(codex, known, waiting):
    process, _ = waiting("scan", "--wait")
    line = process.stderr.readline()
    assert b"Waiting for a worker" in line

    process.send_signal(2)

    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"The scan goes on" in err
    assert codex("scan", "--status", "--json").json["data"][0]["status"] == "pending"


def test_how_far_it_is_can_be_drawn(codex, known, config, work):
    codex("scan", "--enqueue")
    with closing(open_catalog(config.catalog_path)) as db:
        task_id = active_scans(db)[0].task_id
        shown = []
        thread = threading.Thread(target=work)
        thread.start()
        queued_scans._ended(db, task_id, shown.append)
        thread.join()

        task = queued_scans._ended(db, task_id, shown.append)
    assert task.status == "completed"


def test_the_status_of_a_named_library_that_was_never_scanned(codex, comics):
    codex("libraries", "create", comics)
    assert codex("scan", "--status").out == "Nothing was scanned yet.\n"

    ended = codex("scan", "--status", "Comics")

    assert (ended.code, ended.out) == (4, "")
    assert "Comics was never scanned" in ended.err


def test_the_status_is_a_table(codex, known):
    lines = codex("scan", "--status", known).out.splitlines()

    assert lines[0].split()[:2] == ["LIBRARY", "STATUS"]
    assert lines[1].split()[:3] == ["Comics", "completed", "3/3"]


def test_a_scan_is_stopped_by_its_library(codex, known):
    codex("scan", "--enqueue")

    ended = codex("scan", "--cancel", "Comics")
    assert (ended.code, ended.out) == (0, "Comics: the scan is being stopped.\n")

    assert codex("scan", "--cancel").code == 4
    codex("scan", "--enqueue")
    assert codex("scan", "--cancel", "--json").json["data"][0]["name"] == "Comics"


def test_neither_makes_a_library_of_a_folder(codex, comics, config):
    for option in ("--status", "--cancel"):
        assert codex("scan", option, comics).code == 4

    with closing(open_catalog(config.catalog_path)) as db:
        assert list_libraries(db) == []


def test_only_one_of_them_can_be_asked_for(codex, known):
    ended = codex("scan", "--plan", "--enqueue")

    assert ended.code == 2
    assert "only one of" in ended.err


def test_schedules_are_listed(codex, known):
    codex("libraries", "update", "Comics", "--cron", "0 3 * * *", "--watch")

    lines = codex("schedule", "list").out.splitlines()
    states = codex("schedule", "list", "--json").json["data"]

    assert lines[1].startswith("scan_library")
    assert "on changes" in lines[1]
    assert [state["task_type"] for state in states] == [
        "scan_library",
        "find_duplicates",
        "retention",
    ]
    assert states[0]["cron_schedule"] == "0 3 * * *"
    assert states[0]["is_watched"] is True
