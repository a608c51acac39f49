"""Asking for scans, how they do, stopping them: without a worker."""

from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.catalog.libraries import list_libraries
from codex_lib.errors import (
    InvalidError,
    LibraryNotFoundError,
    ScanNotFoundError,
    ScanRunningError,
)
from codex_lib.events.outbox import SCANS, event_data, read_events
from codex_lib.tasks.claims import claim_task, fail_task, finish_task, store_progress
from codex_lib.tasks.scan_status import counts_of
from codex_lib.tasks.scans import (
    active_scans,
    add_library,
    cancel_scan,
    last_result,
    request_scan,
    scan_status,
    start_scan,
)
from codex_lib.tasks.tasks import Progress, get_task

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = str(uuid4())


@pytest.fixture
def claimed(db, library, worker):
    """The task of a scan that a worker has."""
    status = start_scan(db, library.id, now=MONDAY)
    return claim_task(db, status.task_id, worker, now=TUESDAY)


def test_a_scan_that_is_asked_for_waits(db, library):
    status = start_scan(db, library.id, mode="DEEP", now=MONDAY)

    assert (status.library_id, status.status, status.mode) == (
        library.id,
        "pending",
        "deep",
    )
    assert (status.files_total, status.books_found, status.errors) == (0, 0, [])
    assert (status.started_at, status.completed_at) == (MONDAY, None)
    assert scan_status(db, library.id) == status
    assert active_scans(db) == [status]


def test_a_second_one_is_refused_while_one_waits_or_runs(db, library, claimed):
    with pytest.raises(ScanRunningError, match="Comics"):
        start_scan(db, library.id, now=TUESDAY)


@pytest.mark.parametrize("mode", ["quick", "", "normal,deep"])
def test_an_unknown_mode_is_refused(db, library, mode):
    with pytest.raises(InvalidError, match="mode: must be one of normal, deep"):
        start_scan(db, library.id, mode=mode, now=MONDAY)


def test_what_a_scan_is_to_do_is_kept(db, library):
    status = start_scan(db, library.id, under="Bone", allow_missing=True, now=MONDAY)

    params = {"mode": "normal", "under": "Bone", "allow_missing": True}
    assert get_task(db, status.task_id).params == params


@pytest.mark.parametrize(
    "ask",
    [
        lambda db: start_scan(db, NOBODY, now=MONDAY),
        lambda db: request_scan(db, NOBODY, now=MONDAY),
        lambda db: cancel_scan(db, NOBODY, now=MONDAY),
        lambda db: scan_status(db, NOBODY),
        lambda db: last_result(db, NOBODY),
    ],
)
def test_a_library_that_is_not_there_is_told(db, ask):
    with pytest.raises(LibraryNotFoundError):
        ask(db)


def test_a_library_that_was_never_scanned_has_no_status(db, library):
    with pytest.raises(ScanNotFoundError, match="Comics was never scanned"):
        scan_status(db, library.id)
    with pytest.raises(ScanNotFoundError, match="Comics was never scanned"):
        last_result(db, library.id)


def test_a_scan_that_runs_tells_its_counters(db, library, claimed, scan, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    told = []
    result = scan(on_progress=told.append)
    reading = next(progress for progress in told if progress.phase == "read")
    counts = counts_of(result, reading)
    progress = {claimed.id: Progress(1, 1, "Scanning file 1/1", counts)}

    store_progress(db, claimed.locked_by, progress, now=TUESDAY)

    status = scan_status(db, library.id)
    assert (status.status, status.started_at) == ("running", TUESDAY)
    assert (status.files_total, status.files_processed) == (1, 1)
    assert (status.series_found, status.books_found) == (1, 1)
    frames = [event_data(event) for event in read_events(db, 0, streams=[SCANS])]
    assert [frame["status"] for frame in frames] == ["pending", "running", "running"]
    assert frames[-1]["books_found"] == 1


def test_a_scan_that_failed_tells_why(db, library, claimed):
    error = InvalidError("under", "must be a folder")
    fail_task(db, claimed, error, progress=None, now=TUESDAY)

    status = scan_status(db, library.id)

    assert (status.status, status.completed_at) == ("failed", TUESDAY)
    assert status.errors == ["under: must be a folder"]
    assert active_scans(db) == []


def test_a_scan_that_waits_is_cancelled_at_once(db, library):
    start_scan(db, library.id, now=MONDAY)

    cancel_scan(db, library.id, now=TUESDAY)

    assert scan_status(db, library.id).status == "cancelled"
    with pytest.raises(ScanNotFoundError, match="No scan of Comics waits or runs"):
        cancel_scan(db, library.id, now=TUESDAY)


def test_a_scan_that_runs_is_asked_to_stop(db, library, claimed):
    cancel_scan(db, library.id, now=TUESDAY)

    assert get_task(db, claimed.id).is_cancel_wanted
    finish_task(db, claimed, {"files_total": 3}, progress=None, now=TUESDAY)
    status = scan_status(db, library.id)
    assert (status.status, status.files_total) == ("cancelled", 3)


def test_the_result_is_kept_when_its_task_is_forgotten(db, library, scan, damaged):
    result = scan(now=MONDAY)

    status = scan_status(db, library.id)

    assert (status.status, status.task_id) == ("completed", None)
    assert (status.files_total, status.files_processed) == (2, 2)
    assert (status.series_found, status.books_found) == (1, 2)
    assert status.errors == ["Bone/Bone 02.cbz: not a ZIP archive but text"]
    assert status.started_at == MONDAY < status.completed_at
    assert last_result(db, library.id) == result


@pytest.fixture
def damaged(make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    make_cbz("Bone/Bone 02.cbz").write_bytes(b"no archive")


def test_a_scan_that_was_stopped_is_kept_as_such(db, library, scan, make_cbz):
    make_cbz("Bone/Bone 01.cbz")
    scan(should_stop=lambda: True)

    status = scan_status(db, library.id)

    assert (status.status, status.files_processed) == ("cancelled", 0)
    assert status.files_total == 1


def test_the_newest_of_both_is_told(db, library, claimed, scan):
    scan(now=TUESDAY)
    assert scan_status(db, library.id).task_id == claimed.id, "it still runs"

    finish_task(db, claimed, {}, progress=None, now=TUESDAY)
    assert scan_status(db, library.id).task_id == claimed.id

    scan(now="2024-01-17T10:30:00.000000Z")
    assert scan_status(db, library.id).task_id is None


# What wants scans by itself


def test_a_request_is_a_scan(db, library):
    task_id = request_scan(db, library.id, mode="deep", under="Bone", now=MONDAY)

    assert get_task(db, task_id).params == {"mode": "deep", "under": "Bone"}


@pytest.mark.parametrize(
    ("waiting", "more", "both"),
    [
        (("normal", "Bone"), ("normal", "Bone"), ("normal", "Bone")),
        (("normal", "Bone/1"), ("normal", "Bone/2"), ("normal", "Bone")),
        (("normal", "Bone"), ("normal", "Maus"), ("normal", "")),
        (("deep", "Bone"), ("normal", ""), ("deep", "")),
        (("normal", ""), ("deep", "Bone"), ("deep", "")),
    ],
)
def test_a_scan_that_waits_is_widened(db, library, waiting, more, both):
    first = request_scan(db, library.id, mode=waiting[0], under=waiting[1], now=MONDAY)

    second = request_scan(db, library.id, mode=more[0], under=more[1], now=MONDAY)

    params = get_task(db, first).params
    assert second == first
    assert (params["mode"], params.get("under", "")) == both


def test_a_scan_that_runs_has_to_end_first(db, library, claimed):
    assert request_scan(db, library.id, now=TUESDAY) is None


def test_a_library_and_its_first_scan_are_made_together(db, root):
    library = add_library(
        db, name="Comics", path=root, scan_immediately=True, now=MONDAY
    )
    assert scan_status(db, library.id).status == "pending"

    with pytest.raises(InvalidError):
        add_library(db, name=" ", path=root, scan_immediately=True, now=MONDAY)
    assert list_libraries(db) == [library]


def test_a_library_is_not_scanned_unless_wanted(db, root):
    add_library(db, name="Comics", path=root, now=MONDAY)

    assert active_scans(db) == []
