"""Scans from the terminal, as everybody else sees them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import closing

import pytest

from codex_lib.clock import now
from codex_lib.db import open_catalog
from codex_lib.errors import CatalogError, LossRefusedError, ScanRunningError
from codex_lib.tasks import direct_scan
from codex_lib.tasks.claims import claim_task
from codex_lib.tasks.direct_scan import scan_now
from codex_lib.tasks.scans import active_scans, cancel_scan, scan_status, start_scan
from codex_lib.tasks.tasks import get_task

MONDAY = "2024-01-15T10:30:00.000000Z"
PATIENCE = 20


@pytest.fixture
def seen(db):
    """Return a function that looks at scans from another connection."""

    def look(function, *args, **options):
        with closing(open_catalog(db.path)) as other:
            return function(other, *args, **options)

    return look


@pytest.fixture
def until():
    """Return a function that waits for a condition."""

    def wait(condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.005)

    return wait


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(direct_scan, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(direct_scan, "RENEWED_EVERY", 2)


def test_it_scans_and_is_a_task_that_has_completed(db, library, make_cbz):
    make_cbz("Bone/Bone 01.cbz")

    result = scan_now(db, library.id, threads=1)

    status = scan_status(db, library.id)
    assert result.added == 1
    assert (status.status, status.books_found, status.mode) == (
        "completed",
        1,
        "normal",
    )
    assert status.task_id


def test_what_it_is_to_do_is_told(db, library):
    scan_now(db, library.id, deep=True, allow_missing=True)

    params = get_task(db, scan_status(db, library.id).task_id).params
    assert params == {"mode": "deep", "allow_missing": True}


def test_others_see_it_run_and_start_no_second_one(
    db, library, make_cbz, seen, quick, until
):
    make_cbz("Bone/Bone 01.cbz")
    phases = []

    def look(progress):
        phases.append(progress.phase)
        if progress.phase == "read":
            until(lambda: seen(scan_status, library.id).files_processed == 1)
            assert [scan.status for scan in seen(active_scans)] == ["running"]
            with pytest.raises(ScanRunningError):
                seen(start_scan, library.id, now=MONDAY)
            with pytest.raises(ScanRunningError):
                seen(scan_now, library.id)

    scan_now(db, library.id, on_progress=look)

    assert phases == ["walk", "read", "finish"]


def test_it_keeps_its_lock(db, library, make_cbz, seen, quick, until):
    make_cbz("Bone/Bone 01.cbz")
    ends = []

    def look(progress):
        task = seen(get_task, seen(scan_status, library.id).task_id)
        ends.append(task.locked_until)
        until(lambda: seen(get_task, task.id).locked_until > ends[0])

    scan_now(db, library.id, on_progress=look)

    assert ends


@pytest.fixture
def beats(monkeypatch):
    """What the scans of a test have told and been told by."""
    found = []

    class Kept(direct_scan.Beat):
        def __init__(self, *args):
            super().__init__(*args)
            found.append(self)

    monkeypatch.setattr(direct_scan, "Beat", Kept)
    return found


def test_others_can_cancel_it(db, library, make_cbz, seen, quick, until, beats):
    for number in range(70):
        make_cbz(f"Bone/Bone {number:02}.cbz", pages=1, seed=number)

    def cancel(progress):
        if progress.phase == "walk":
            seen(cancel_scan, library.id, now=MONDAY)
        elif progress.phase == "read":
            until(beats[0].is_over)

    result = scan_now(db, library.id, on_progress=cancel, threads=1)

    assert result.cancelled
    assert result.added < 70
    assert scan_status(db, library.id).status == "cancelled"


def test_who_stops_it_has_cancelled_it(db, library, make_cbz, seen, quick, until):
    make_cbz("Bone/Bone 01.cbz")

    def wait(progress):
        task_id = seen(scan_status, library.id).task_id
        until(lambda: seen(get_task, task_id).is_cancel_wanted)

    result = scan_now(db, library.id, on_progress=wait, should_stop=lambda: True)

    assert result.cancelled
    assert scan_status(db, library.id).status == "cancelled"


def test_a_refused_scan_has_failed_with_the_reason(db, library, root, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    scan_now(db, library.id)
    shutil.rmtree(root / "Bone")

    with pytest.raises(LossRefusedError):
        scan_now(db, library.id)

    status = scan_status(db, library.id)
    assert status.status == "failed"
    assert "its folder is empty" in status.errors[0]


def test_whoever_started_it_is_told_of_an_error_and_nobody_tries_again(
    db, library, make_cbz
):
    make_cbz("Bone/Bone 01.cbz")

    def fail(progress):
        raise CatalogError("the disk is full")

    with pytest.raises(CatalogError):
        scan_now(db, library.id, on_progress=fail)

    assert scan_status(db, library.id).status == "failed"


def test_it_takes_the_place_of_one_that_waits(db, library):
    waiting = start_scan(db, library.id, under="Bone", now=MONDAY)

    scan_now(db, library.id)

    assert scan_status(db, library.id).task_id == waiting.task_id
    assert scan_status(db, library.id).status == "completed"


def test_one_that_waits_and_does_more_stays(db, library, make_cbz):
    waiting = start_scan(db, library.id, mode="deep", now=MONDAY)
    make_cbz("Bone/Bone 01.cbz")

    result = scan_now(db, library.id, should_stop=lambda: False)

    assert result.added == 1
    assert scan_status(db, library.id) == waiting


def test_an_error_beside_one_that_stays_is_told(db, library, root, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    scan_now(db, library.id)
    waiting = start_scan(db, library.id, mode="deep", now=MONDAY)
    shutil.rmtree(root / "Bone")

    with pytest.raises(LossRefusedError):
        scan_now(db, library.id)

    assert get_task(db, waiting.task_id).status == "pending"


def test_a_worker_that_has_begun_keeps_it_away(db, library, worker):
    waiting = start_scan(db, library.id, now=MONDAY)
    claim_task(db, waiting.task_id, worker, now=now())

    with pytest.raises(ScanRunningError, match="Comics"):
        scan_now(db, library.id)


KILLED = """
import os, sys
from codex_lib.db import open_catalog
from codex_lib.tasks.direct_scan import scan_now
db = open_catalog(sys.argv[1])
scan_now(db, sys.argv[2], on_progress=lambda progress: os._exit(9))
"""


def test_one_that_was_killed_is_in_nobodys_way(db, library, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    command = [sys.executable, "-c", KILLED, db.path, library.id]
    assert subprocess.run(command, check=False).returncode == 9
    assert scan_status(db, library.id).status == "running"

    assert scan_now(db, library.id).added == 1

    assert scan_status(db, library.id).status == "completed"
