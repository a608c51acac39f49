from __future__ import annotations

import shutil

import pytest

from codex_lib.accounts.permissions import READER
from codex_lib.tasks.worker import run_worker

NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("ana", is_admin=True))


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user("ben", permissions=READER))


@pytest.fixture
def shelf(root, make_cbz, scan):
    """Two equal books and another."""
    make_cbz("Bone/Bone 1.cbz", seed=1)
    make_cbz("Bone/Bone 3.cbz", seed=3)
    shutil.copyfile(root / "Bone" / "Bone 1.cbz", root / "Bone" / "Bone 2.cbz")
    scan()


@pytest.fixture
def search(client, config, admin):
    """Return a function that searches for duplicates and waits for the end."""

    def run():
        asked = client.simulate_post("/api/v1/duplicates/scan", headers=admin)
        run_worker(config, once=True, with_scans=False)
        return asked

    return run


def listed(client, headers):
    return client.simulate_get("/api/v1/duplicates", headers=headers)


@pytest.mark.usefixtures("shelf")
def test_groups_are_listed_with_their_totals(client, admin, reader, search):
    asked = search()

    body = listed(client, reader).json
    assert asked.status_code == 200
    assert asked.json.keys() == {"task_id", "message"}
    assert (body["total_groups"], body["total_duplicate_books"]) == (1, 2)
    (group,) = body["duplicates"]
    assert set(group) == {
        *("id", "file_hash", "book_ids", "duplicate_count"),
        *("created_at", "updated_at"),
    }
    assert len(group["book_ids"]) == group["duplicate_count"] == 2
    book = f"/api/v1/books/{group['book_ids'][0]}"
    shown = client.simulate_get(book, headers=admin).json
    assert shown["file_hash"] == group["file_hash"]


def test_nothing_is_known_before_a_search(client, reader):
    assert listed(client, reader).json == {
        "duplicates": [],
        "total_groups": 0,
        "total_duplicate_books": 0,
    }


def test_one_search_at_a_time(client, admin):
    path = "/api/v1/duplicates/scan"

    first = client.simulate_post(path, headers=admin)
    second = client.simulate_post(path, headers=admin)

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json["error"] == "Conflict"


@pytest.mark.usefixtures("shelf")
def test_a_dismissed_group_does_not_come_back(client, admin, search):
    search()
    (group,) = listed(client, admin).json["duplicates"]
    path = f"/api/v1/duplicates/{group['id']}"

    gone = client.simulate_delete(path, headers=admin)
    search()

    assert (gone.status_code, gone.text) == (204, "")
    assert listed(client, admin).json["total_groups"] == 0
    assert client.simulate_delete(path, headers=admin).status_code == 404


def test_who_may_only_read_can_neither_search_nor_dismiss(client, reader):
    group = f"/api/v1/duplicates/{NOBODY}"
    scan = client.simulate_post("/api/v1/duplicates/scan", headers=reader)

    assert scan.status_code == 403
    assert client.simulate_delete(group, headers=reader).status_code == 403
    assert client.simulate_get("/api/v1/duplicates").status_code == 401


def test_a_group_that_is_not_there_cannot_be_dismissed(client, admin):
    for group, status in ((NOBODY, 404), ("one", 400)):
        path = f"/api/v1/duplicates/{group}"
        assert client.simulate_delete(path, headers=admin).status_code == status
