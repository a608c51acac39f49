"""Scans over the API, as the guide prints them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib import clock
from codex_lib.tasks.claims import claim_task, finish_task
from codex_lib.tasks.scans import scan_status
from codex_lib.tasks.tasks import get_task

API = "/api/v1"
KEYS = {
    *("library_id", "status", "mode", "files_total", "files_processed"),
    *("series_found", "books_found", "errors", "started_at", "completed_at", "task_id"),
}


@pytest.fixture
def editor(make_user, sign):
    return sign(make_user("eve", permissions=["LibrariesRead", "LibrariesWrite"]))


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user("rita", permissions=["LibrariesRead"]))


@pytest.fixture
def stranger(make_user, sign):
    return sign(make_user("sid", permissions=["BooksRead"]))


@pytest.fixture
def path(library):
    return f"{API}/libraries/{library.id}"


@pytest.mark.parametrize("mode", ["normal", "deep", "Deep"])
def test_a_scan_is_started(client, editor, library, path, mode):
    answer = client.simulate_post(f"{path}/scan?mode={mode}", headers=editor)

    assert answer.status_code == 200
    assert answer.json.keys() == KEYS
    assert answer.json["library_id"] == library.id
    assert (answer.json["status"], answer.json["mode"]) == ("pending", mode.lower())
    assert (answer.json["files_total"], answer.json["books_found"]) == (0, 0)
    assert answer.json["errors"] == []


def test_the_mode_is_normal_unless_told(client, editor, db, path):
    answer = client.simulate_post(f"{path}/scan", headers=editor)

    assert get_task(db, answer.json["task_id"]).params == {"mode": "normal"}


def test_many_missing_files_can_be_believed(client, editor, db, path):
    wanted = f"{path}/scan?allowMissing=true"

    answer = client.simulate_post(wanted, headers=editor)

    params = {"mode": "normal", "allow_missing": True}
    assert get_task(db, answer.json["task_id"]).params == params


def test_another_mode_is_a_bad_request(client, editor, path):
    answer = client.simulate_post(f"{path}/scan?mode=quick", headers=editor)

    assert answer.status_code == 400
    assert "mode" in answer.text
    assert client.simulate_get(f"{path}/scan-status", headers=editor).status_code == 404


def test_a_second_scan_is_a_conflict(client, editor, db, library, path):
    first = client.simulate_post(f"{path}/scan", headers=editor)
    assert client.simulate_post(f"{path}/scan", headers=editor).status_code == 409

    claimed = claim_task(db, first.json["task_id"], "worker", now=clock.now())
    assert client.simulate_post(f"{path}/scan", headers=editor).status_code == 409

    finish_task(db, claimed, {}, progress=None, now=clock.now())
    assert client.simulate_post(f"{path}/scan", headers=editor).status_code == 200


def test_the_status_is_that_of_the_newest_scan(client, editor, reader, db, path):
    started = client.simulate_post(f"{path}/scan", headers=editor).json
    assert client.simulate_get(f"{path}/scan-status", headers=reader).json == started

    claimed = claim_task(db, started["task_id"], "worker", now=clock.now())
    counts = {"files_total": 3, "files_processed": 3, "books_created": 3}
    finish_task(db, claimed, counts, progress=None, now=clock.now())

    ended = client.simulate_get(f"{path}/scan-status", headers=reader).json
    assert (ended["status"], ended["files_total"], ended["books_found"]) == (
        "completed",
        3,
        3,
    )


def test_a_scan_is_cancelled(client, editor, db, library, path):
    client.simulate_post(f"{path}/scan", headers=editor)

    answer = client.simulate_post(f"{path}/scan/cancel", headers=editor)

    assert (answer.status_code, answer.text) == (204, "")
    assert scan_status(db, library.id).status == "cancelled"
    again = client.simulate_post(f"{path}/scan/cancel", headers=editor)
    assert again.status_code == 404
    assert again.json["message"] == "No scan of Comics waits or runs"


def test_active_scans_are_a_bare_array(client, editor, reader, path):
    assert client.simulate_get(f"{API}/scans/active", headers=reader).json == []

    started = client.simulate_post(f"{path}/scan", headers=editor).json

    assert client.simulate_get(f"{API}/scans/active", headers=reader).json == [started]


@pytest.mark.parametrize(
    ("verb", "address"),
    [("POST", "scan"), ("GET", "scan-status"), ("POST", "scan/cancel")],
)
def test_an_unknown_library_is_not_found(client, editor, verb, address):
    path = f"{API}/libraries/{uuid4()}/{address}"

    assert client.simulate_request(verb, path, headers=editor).status_code == 404


@pytest.mark.parametrize(
    ("verb", "address"), [("POST", "scan"), ("POST", "scan/cancel")]
)
def test_who_may_only_read_starts_and_stops_nothing(
    client, reader, path, verb, address
):
    answer = client.simulate_request(verb, f"{path}/{address}", headers=reader)

    assert answer.status_code == 403


def test_who_may_not_read_libraries_sees_no_scans(client, stranger, path):
    for address in (f"{path}/scan-status", f"{API}/scans/active"):
        assert client.simulate_get(address, headers=stranger).status_code == 403


def test_names_come_in_both_spellings_where_wanted(make_client, editor, path):
    client = make_client(api_response_case="both")

    status = client.simulate_post(f"{path}/scan", headers=editor).json

    assert status["filesTotal"] == status["files_total"] == 0
