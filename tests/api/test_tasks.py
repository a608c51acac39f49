"""The queue over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib import clock
from codex_lib.db.paging import Paging
from codex_lib.errors import LibraryNotFoundError
from codex_lib.tasks.claims import claim, fail_task
from codex_lib.tasks.queue import cancel_task, enqueue
from codex_lib.tasks.registry import limits_of
from codex_lib.tasks.tasks import get_task, list_tasks
from codex_lib.tasks.worker import run_worker

TASKS = "/api/v1/tasks"


@pytest.fixture
def editor(make_user, sign):
    return sign(make_user("eve", permissions=["TasksRead", "TasksWrite"]))


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user("rob", permissions=["TasksRead"]))


@pytest.fixture
def nobody(make_user, sign):
    return sign(make_user("nel", permissions=["LibrariesRead", "BooksRead"]))


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("ana", is_admin=True))


@pytest.fixture
def purge(db, library):
    """The id of a purge that waits."""
    return enqueue(db, "purge_deleted", library_id=library.id, now=clock.now())


@pytest.fixture
def running(db, config, purge):
    """The id of the purge, which runs now."""
    claim(db, "worker", limits_of(config), now=clock.now())
    return purge


@pytest.fixture
def failed(db, config, running):
    """The id of the purge, which has failed for good."""
    task = get_task(db, running)
    fail_task(db, task, LibraryNotFoundError("x"), progress=None, now=clock.now())
    return running


def test_a_task_is_shown(client, reader, purge, library):
    reply = client.simulate_get(f"{TASKS}/{purge}", headers=reader)

    assert reply.status_code == 200
    assert reply.json == {
        **reply.json,
        "id": purge,
        "task_type": "purge_deleted",
        "status": "pending",
        "priority": 0,
        "library_id": library.id,
        "series_id": None,
        "params": None,
        "attempts": 0,
        "max_attempts": 3,
        "progress": None,
        "completed_at": None,
    }


def test_tasks_are_an_array_or_a_page(client, reader, db, purge):
    enqueue(db, "retention", now=clock.now())

    array = client.simulate_get(TASKS, headers=reader).json
    one = client.simulate_get(TASKS, params={"limit": 1}, headers=reader).json
    page = client.simulate_get(TASKS, params={"pageSize": 1}, headers=reader).json

    assert [task["task_type"] for task in array] == ["retention", "purge_deleted"]
    assert one == array[:1]
    assert (page["total"], page["total_pages"], page["data"]) == (2, 2, array[:1])


def test_tasks_of_one_kind_can_be_listed(client, reader, db, running):
    enqueue(db, "retention", now=clock.now())

    def found(**params):
        reply = client.simulate_get(TASKS, params=params, headers=reader)
        return [task["task_type"] for task in reply.json]

    assert found(status="running") == found(status="processing") == ["purge_deleted"]
    assert found(task_type="retention") == found(taskType="retention") == ["retention"]
    assert found(status="lost") == []


def test_tasks_are_counted(client, reader, running):
    stats = client.simulate_get(f"{TASKS}/stats", headers=reader).json

    assert stats == {
        **dict.fromkeys(("pending", "completed", "failed", "cancelled", "stale"), 0),
        "processing": 1,
        "total": 1,
        "by_type": {
            "purge_deleted": {
                "pending": 0,
                "processing": 1,
                "completed": 0,
                "failed": 0,
                "cancelled": 0,
                "stale": 0,
                "total": 1,
            }
        },
    }


@pytest.mark.parametrize("spelling", ["library_id", "libraryId"])
def test_a_task_is_queued(client, editor, config, db, library, spelling):
    body = {
        "task_type": {"type": "purge_deleted", spelling: library.id, "force": True},
        "priority": 7,
        "scheduled_for": "2024-01-15T12:00:00+02:00",
    }

    reply = client.simulate_post(TASKS, json=body, headers=editor)

    task = get_task(db, reply.json["task_id"])
    assert (task.library_id, task.priority) == (library.id, 7)
    assert task.params == {"force": True}
    assert task.scheduled_for == "2024-01-15T10:00:00.000000Z"
    run_worker(config, once=True, with_scans=False)
    again = client.simulate_get(f"{TASKS}/{task.id}", headers=editor).json
    assert (again["status"], again["result"]["deleted_count"]) == ("completed", 0)


def test_a_task_about_nothing_needs_only_its_name(client, editor, db):
    reply = client.simulate_post(TASKS, json={"taskType": "retention"}, headers=editor)
    same = client.simulate_post(
        TASKS, json={"task_type": {"type": "retention"}}, headers=editor
    )

    assert reply.json == same.json
    assert get_task(db, reply.json["task_id"]).params is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"task_type": {}}, 400),
        ({"task_type": {"type": 7}}, 400),
        ({"task_type": "paint"}, 400),
        ({"task_type": "purge_deleted"}, 400),
        ({"task_type": {"type": "purge_deleted", "library_id": 7}}, 400),
        ({"task_type": "retention", "scheduled_for": "soon"}, 400),
        ({"task_type": "retention", "priority": 10**6}, 400),
        ({"task_type": {"type": "purge_deleted", "library_id": str(uuid4())}}, 404),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(client, editor, db, body, status):
    reply = client.simulate_post(TASKS, json=body, headers=editor)

    assert reply.status_code == status, reply.text
    assert list_tasks(db, Paging()).total == 0


def test_a_waiting_task_is_cancelled(client, editor, db, purge):
    reply = client.simulate_post(f"{TASKS}/{purge}/cancel", headers=editor)

    assert (reply.status_code, reply.json) == (200, {"message": "Task cancelled"})
    assert get_task(db, purge).status == "cancelled"


def test_a_running_task_is_told_to_stop(client, editor, running):
    reply = client.simulate_post(f"{TASKS}/{running}/cancel", headers=editor)

    assert reply.json == {"message": "Task is being cancelled"}


def test_what_has_failed_can_be_tried_again_but_not_cancelled(
    client, editor, db, failed
):
    cancelled = client.simulate_post(f"{TASKS}/{failed}/cancel", headers=editor)
    again = client.simulate_post(f"{TASKS}/{failed}/retry", headers=editor)

    assert (cancelled.status_code, again.status_code) == (400, 200)
    assert (get_task(db, failed).status, get_task(db, failed).attempts) == (
        "pending",
        0,
    )
    refused = client.simulate_post(f"{TASKS}/{failed}/retry", headers=editor)
    assert refused.status_code == 400


def test_a_task_is_taken_from_its_worker(client, editor, db, running):
    reply = client.simulate_post(f"{TASKS}/{running}/unlock", headers=editor)

    assert reply.json == {"message": "Task unlocked"}
    assert get_task(db, running).locked_by is None


def test_old_tasks_are_forgotten(client, editor, db, purge):
    cancel_task(db, purge, now="2024-01-15T10:30:00.000000Z")

    none = client.simulate_delete(
        f"{TASKS}/purge", params={"days": 36500}, headers=editor
    )
    some = client.simulate_delete(f"{TASKS}/purge", headers=editor)
    bad = client.simulate_delete(f"{TASKS}/purge", params={"days": -1}, headers=editor)

    assert (none.json, some.json, bad.status_code) == (
        {"deleted": 0},
        {"deleted": 1},
        400,
    )


def test_only_an_admin_forgets_all(client, editor, admin, purge):
    refused = client.simulate_delete(f"{TASKS}/nuke", headers=editor)
    done = client.simulate_delete(f"{TASKS}/nuke", headers=admin)

    assert (refused.status_code, done.json) == (403, {"deleted": 1})


CALLS = [
    ("GET", "", "TasksRead"),
    ("GET", "/stats", "TasksRead"),
    ("GET", "/{id}", "TasksRead"),
    ("POST", "", "TasksWrite"),
    ("POST", "/{id}/cancel", "TasksWrite"),
    ("POST", "/{id}/retry", "TasksWrite"),
    ("POST", "/{id}/unlock", "TasksWrite"),
    ("DELETE", "/purge", "TasksWrite"),
    ("DELETE", "/nuke", "TasksWrite"),
]


@pytest.mark.parametrize(("method", "path", "needed"), CALLS)
def test_a_permission_is_needed(client, nobody, reader, purge, method, path, needed):
    address = f"{TASKS}{path.format(id=purge)}"

    def status(headers):
        return client.simulate_request(method, address, headers=headers).status_code

    assert status({}) == 401
    assert status(nobody) == 403
    assert status(reader) == (200 if needed == "TasksRead" else 403)


@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for method, path, _ in CALLS if "{id}" in path]
)
def test_an_unknown_task_is_not_found(client, editor, method, path):
    def status(task_id):
        address = f"{TASKS}{path.format(id=task_id)}"
        return client.simulate_request(method, address, headers=editor).status_code

    assert status(uuid4()) == 404
    assert status("7") == 400
