"""Endpoints that queue work on books: reading again, covers, cleaning up."""

from __future__ import annotations

import pytest

from codex_lib.accounts.permissions import READER, Permission
from codex_lib.catalog.books import list_books
from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging
from codex_lib.tasks.tasks import get_task
from codex_lib.tasks.worker import run_worker

NOBODY = "01900000-0000-7000-8000-000000000000"
BASE = "/api/v1"


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("ana", is_admin=True))


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user("ben", permissions=READER))


@pytest.fixture
def ids(db, library, root, make_cbz, scan):
    """What can be asked for: a book, a bad one, their series and library."""
    make_cbz("Bone/Bone 1.cbz", seed=1)
    (root / "Akira").mkdir()
    (root / "Akira" / "Akira 1.cbz").write_bytes(b"PK\x03\x04 nothing")
    scan()
    books = {book.title: book.id for book in list_books(db, Paging()).data}
    series = {found.title: found.id for found in list_series(db, Paging()).data}
    return {
        "books": books["Bone 1"],
        "bad": books["Akira 1"],
        "series": series["Bone"],
        "bad series": series["Akira"],
        "libraries": library.id,
    }


@pytest.mark.parametrize(
    ("noun", "task_type", "entity"),
    [
        ("books", "analyze_book", "book_id"),
        ("series", "analyze_series", "series_id"),
        ("libraries", "analyze_library", "library_id"),
    ],
)
def test_reading_again_is_queued_once(db, client, admin, ids, noun, task_type, entity):
    path = f"{BASE}/{noun}/{ids[noun]}/analyze"

    asked = client.simulate_post(path, headers=admin)
    again = client.simulate_post(path, headers=admin)

    task = get_task(db, asked.json["task_id"])
    assert (asked.status_code, again.json) == (200, asked.json)
    assert (task.task_type, getattr(task, entity)) == (task_type, ids[noun])
    assert task.params == {"force": True}


def test_what_could_not_be_read_is_read_again(db, config, client, admin, ids):
    paths = [
        f"books/{ids['bad']}",
        f"series/{ids['bad series']}",
        f"libraries/{ids['libraries']}",
    ]

    for path in paths:
        asked = client.simulate_post(f"{BASE}/{path}/analyze-unanalyzed", headers=admin)
        run_worker(config, once=True, with_scans=False)
        result = get_task(db, asked.json["task_id"]).result
        assert (result["books_analyzed"], result["errors"]) == (0, 1)


@pytest.mark.parametrize("noun", ["books", "series"])
def test_what_was_read_already_is_told(client, admin, ids, noun):
    path = f"{BASE}/{noun}/{ids[noun]}/analyze-unanalyzed"

    answer = client.simulate_post(path, headers=admin)

    assert (answer.status_code, answer.json["error"]) == (400, "BadRequest")
    assert "read already" in answer.json["message"]


def test_a_library_without_books_cannot_be_read(client, admin, library):
    path = f"{BASE}/libraries/{library.id}/analyze"

    assert client.simulate_post(path, headers=admin).status_code == 400


@pytest.mark.parametrize("verb", ["analyze", "analyze-unanalyzed"])
@pytest.mark.parametrize("noun", ["books", "series", "libraries"])
def test_reading_again_needs_the_thing_and_the_right(client, admin, reader, noun, verb):
    path = f"{BASE}/{noun}/{NOBODY}/{verb}"

    assert client.simulate_post(path, headers=admin).status_code == 404
    assert client.simulate_post(path, headers=reader).status_code == 403
    assert client.simulate_post(path).status_code == 401


@pytest.mark.parametrize(
    ("path", "task_type", "entity"),
    [
        ("books/{books}/thumbnail/generate", "generate_thumbnail", "book_id"),
        ("series/{series}/thumbnails/generate", "generate_thumbnails", "series_id"),
        (
            *("libraries/{libraries}/thumbnails/generate", "generate_thumbnails"),
            "library_id",
        ),
        ("thumbnails/generate", "generate_thumbnails", None),
    ],
)
def test_covers_are_queued(db, config, client, admin, ids, path, task_type, entity):
    path = f"{BASE}/{path.format(**ids)}"

    asked = client.simulate_post(path, headers=admin, json={"force": True})
    run_worker(config, once=True, with_scans=False)

    task = get_task(db, asked.json["task_id"])
    assert asked.status_code == 200
    assert (task.task_type, task.params) == (task_type, {"force": True})
    assert (task.status, task.last_error) == ("completed", None)
    named = ("book_id", "series_id", "library_id")
    assert [name for name in named if getattr(task, name)] == [entity] * bool(entity)


@pytest.mark.parametrize("name", ["series_id", "seriesId"])
def test_covers_of_some_are_asked_for_in_the_body(db, client, admin, ids, name):
    path = f"{BASE}/thumbnails/generate"

    asked = client.simulate_post(path, headers=admin, json={name: ids["series"]})

    task = get_task(db, asked.json["task_id"])
    assert (task.series_id, task.params) == (ids["series"], {"force": False})


def test_covers_of_nothing_known_and_of_two_things_are_refused(client, admin, ids):
    path = f"{BASE}/thumbnails/generate"
    both = {"series_id": ids["series"], "library_id": ids["libraries"]}

    unknown = client.simulate_post(path, headers=admin, json={"series_id": NOBODY})
    two = client.simulate_post(path, headers=admin, json=both)

    assert (unknown.status_code, two.status_code) == (404, 400)


@pytest.mark.parametrize(
    "path",
    [
        *(f"books/{NOBODY}/thumbnail", f"series/{NOBODY}/thumbnails"),
        *(f"libraries/{NOBODY}/thumbnails", "thumbnails"),
    ],
)
def test_covers_need_the_right_to_tasks(client, make_user, sign, path):
    rights = frozenset(Permission) - {Permission.TASKS_WRITE}
    headers = sign(make_user("ben", permissions=rights))

    answer = client.simulate_post(f"{BASE}/{path}/generate", headers=headers)

    assert answer.status_code == 403


def test_orphans_are_counted_and_removed(client, config, admin, ids, make_cbz, scan):
    orphans = f"{BASE}/admin/cleanup-orphans"
    client.simulate_post(f"{BASE}/thumbnails/generate", headers=admin)
    run_worker(config, once=True, with_scans=False)
    make_cbz("Bone/Bone 1.cbz", seed=7, pages=4)
    scan()

    stats = client.simulate_get(f"{orphans}/stats", headers=admin).json
    named = client.simulate_get(
        f"{orphans}/stats", headers=admin, params={"include_files": "true"}
    ).json
    done = client.simulate_delete(orphans, headers=admin).json
    after = client.simulate_get(f"{orphans}/stats", headers=admin).json

    size = stats["total_size_bytes"]
    assert (stats["orphaned_thumbnails"], stats["orphaned_covers"]) == (1, 0)
    assert "files" not in stats
    assert named["files"][0].keys() == {"path", "size_bytes", "file_type"}
    assert done == {
        "thumbnails_deleted": 1,
        "covers_deleted": 0,
        "bytes_freed": size,
        "failures": 0,
        "errors": [],
    }
    assert after["orphaned_thumbnails"] == 0


def test_a_cleanup_can_be_queued(db, client, config, admin):
    asked = client.simulate_post(f"{BASE}/admin/cleanup-orphans", headers=admin)
    run_worker(config, once=True, with_scans=False)

    assert asked.json.keys() == {"task_id", "message"}
    assert get_task(db, asked.json["task_id"]).status == "completed"


def test_only_admins_clean_up(client, reader):
    path = f"{BASE}/admin/cleanup-orphans"

    for method, url in (
        ("GET", f"{path}/stats"),
        ("POST", path),
        ("DELETE", path),
    ):
        answer = client.simulate_request(method, url, headers=reader)
        assert answer.status_code == 403
