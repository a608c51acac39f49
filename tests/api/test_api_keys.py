from __future__ import annotations

import re
from uuid import uuid4

import pytest

from codex_lib.accounts.api_keys import list_api_keys

KEYS = "/api/v1/api-keys"
LIBRARIES = "/api/v1/libraries"
HELD = ["LibrariesRead", "BooksRead", "ApiKeysRead", "ApiKeysWrite", "ApiKeysDelete"]


@pytest.fixture
def ana(make_user):
    return make_user("ana", permissions=HELD)


@pytest.fixture
def headers(ana, sign):
    return sign(ana)


@pytest.fixture
def others(make_user, sign):
    """The headers of another user with the same permissions."""
    return sign(make_user("ben", permissions=HELD))


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


@pytest.fixture
def make_key(client, headers):
    """Return a function that makes a key of ana's and returns the answer's body."""

    def make(name="script", headers=headers, **fields):
        body = {"name": name, **fields}
        answer = client.simulate_post(KEYS, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json

    return make


def fields_of(answer):
    return [item["field"] for item in answer.json["details"]]


# Create


def test_a_new_key_is_shown_once(client, make_key, ana, headers):
    made = make_key(permissions=["BooksRead"], expiresAt="2999-01-31T12:00:00+01:00")

    key = made.pop("key")
    assert re.fullmatch(r"codex_[a-z0-9]{8}_[A-Za-z0-9]{43}", key)
    assert made == {
        "id": made["id"],
        "user_id": ana.id,
        "name": "script",
        "key_prefix": key[6:14],
        "permissions": ["BooksRead"],
        "is_active": True,
        "expires_at": "2999-01-31T11:00:00.000000Z",
        "last_used_at": None,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }
    assert client.simulate_get(KEYS, headers=headers).json == [made]
    assert client.simulate_get(f"{KEYS}/{made['id']}", headers=headers).json == made


def test_a_key_without_permissions_has_its_owners(make_key):
    assert make_key()["permissions"] == HELD


def test_permissions_of_a_key_are_given_in_any_spelling(make_key):
    given = ["books-read", "libraries:read", "API_KEYS_READ"]

    made = make_key(permissions=given)

    assert made["permissions"] == ["LibrariesRead", "BooksRead", "ApiKeysRead"]


def test_nobody_grants_a_key_what_they_lack(client, db, ana, headers):
    body = {"name": "script", "permissions": ["BooksRead", "SystemAdmin"]}

    answer = client.simulate_post(KEYS, json=body, headers=headers)

    assert answer.status_code == 403
    assert "SystemAdmin" in answer.json["message"]
    assert list_api_keys(db, ana.id) == []


def test_a_key_makes_no_key_that_may_do_more(client, make_key):
    held = ["ApiKeysWrite", "BooksRead"]
    key = {"X-API-Key": make_key(permissions=held)["key"]}

    assert make_key("child", key)["permissions"] == ["BooksRead", "ApiKeysWrite"]
    body = {"name": "child", "permissions": ["LibrariesRead"]}
    assert client.simulate_post(KEYS, json=body, headers=key).status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": 1}, "name"),
        ({"permissions": ["Everything"]}, "permissions"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": "2999-01-31T12:00:00"}, "expires_at"),
        ({"expires_at": "2020-01-31T12:00:00Z"}, "expires_at"),
    ],
)
def test_a_key_that_cannot_be_made_is_told_why(client, db, ana, headers, change, field):
    body = {"name": "script"} | change

    answer = client.simulate_post(KEYS, json=body, headers=headers)

    assert answer.status_code == 400
    assert fields_of(answer) == [field]
    assert list_api_keys(db, ana.id) == []


def test_a_key_needs_a_name(client, headers):
    answer = client.simulate_post(KEYS, headers=headers)

    assert answer.status_code == 400
    assert fields_of(answer) == ["name"]


# Use


@pytest.mark.parametrize("scheme", ["X-API-Key", "Bearer"])
def test_a_key_opens_what_it_may(client, make_key, scheme):
    key = make_key(permissions=["LibrariesRead"])["key"]
    header = {"X-API-Key": key}
    if scheme == "Bearer":
        header = {"Authorization": f"Bearer {key}"}

    assert client.simulate_get(LIBRARIES, headers=header).status_code == 200
    assert client.simulate_get("/api/v1/books", headers=header).status_code == 403


# List and show


def test_everybody_lists_their_own_keys(client, make_key, admin, others):
    make_key("first")
    make_key("second")
    make_key("third", admin)

    def names(headers):
        return [key["name"] for key in client.simulate_get(KEYS, headers=headers).json]

    assert names(others) == []
    assert names(admin) == ["third"]


def test_keys_come_oldest_first_and_in_pages(client, make_key, headers):
    for name in ("first", "second", "third"):
        make_key(name)

    answer = client.simulate_get(f"{KEYS}?page=1&page_size=2", headers=headers)

    assert [key["name"] for key in answer.json["data"]] == ["third"]
    assert (answer.json["total"], answer.json["total_pages"]) == (3, 2)
    cut = client.simulate_get(f"{KEYS}?limit=2", headers=headers).json
    assert [key["name"] for key in cut] == ["first", "second"]


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
def test_anothers_key_is_not_found(client, db, ana, make_key, others, verb):
    path = f"{KEYS}/{make_key()['id']}"

    answer = client.simulate_request(verb, path, json={"name": "x"}, headers=others)

    assert answer.status_code == 404
    assert answer.json["error"] == "NotFound"
    assert [key.name for key in list_api_keys(db, ana.id)] == ["script"]


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_is_no_id_is_a_bad_request(client, headers, verb):
    answer = client.simulate_request(verb, f"{KEYS}/first", headers=headers)

    assert answer.status_code == 400
    assert fields_of(answer) == ["key_id"]


def test_an_admin_may_name_anybodys_key(client, db, ana, make_key, admin):
    path = f"{KEYS}/{make_key()['id']}"

    assert client.simulate_get(path, headers=admin).json["user_id"] == ana.id
    client.simulate_put(path, json={"is_active": False}, headers=admin)
    assert not list_api_keys(db, ana.id)[0].is_active
    assert client.simulate_delete(path, headers=admin).status_code == 204
    assert list_api_keys(db, ana.id) == []


def test_an_admins_key_without_system_admin_names_only_its_owners(
    client, make_key, admin
):
    foreign = make_key()["id"]
    scoped = make_key("scoped", admin, permissions=["ApiKeysRead"])
    key = {"X-API-Key": scoped["key"]}

    assert client.simulate_get(f"{KEYS}/{foreign}", headers=key).status_code == 404
    assert client.simulate_get(f"{KEYS}/{scoped['id']}", headers=key).status_code == 200


# Update


@pytest.mark.parametrize("verb", ["PUT", "PATCH"])
def test_fields_that_are_not_named_stay(client, make_key, headers, verb):
    made = make_key(permissions=["BooksRead"], expires_at="2999-01-31T12:00:00Z")
    path = f"{KEYS}/{made['id']}"

    changed = client.simulate_request(
        verb, path, json={"name": "other"}, headers=headers
    )

    assert changed.status_code == 200
    assert changed.json["name"] == "other"
    for name in ("permissions", "expires_at", "is_active", "key_prefix"):
        assert changed.json[name] == made[name]
    assert "key" not in changed.json


def test_an_end_can_be_taken_away(client, make_key, headers):
    path = f"{KEYS}/{make_key(expires_at='2999-01-31T12:00:00Z')['id']}"

    changed = client.simulate_put(path, json={"expiresAt": None}, headers=headers)

    assert changed.json["expires_at"] is None


def test_a_key_that_is_switched_off_opens_nothing(client, make_key, headers):
    made = make_key()

    client.simulate_put(
        f"{KEYS}/{made['id']}", json={"is_active": False}, headers=headers
    )

    answer = client.simulate_get(LIBRARIES, headers={"X-API-Key": made["key"]})
    assert answer.status_code == 401


def test_a_key_is_not_changed_beyond_ones_rights(client, make_key, headers):
    path = f"{KEYS}/{make_key(permissions=['BooksRead'])['id']}"

    answer = client.simulate_put(
        path, json={"permissions": ["SystemAdmin"]}, headers=headers
    )

    assert answer.status_code == 403
    held = client.simulate_get(path, headers=headers).json["permissions"]
    assert held == ["BooksRead"]


def test_a_key_gives_another_no_more_than_it_has(client, make_key):
    path = f"{KEYS}/{make_key(permissions=['BooksRead'])['id']}"
    key = {"X-API-Key": make_key(permissions=["ApiKeysWrite"])["key"]}

    answer = client.simulate_put(
        path, json={"permissions": ["LibrariesRead"]}, headers=key
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"permissions": ["Everything"]}, "permissions"),
        ({"is_active": 1}, "is_active"),
        ({"expires_at": "2020-01-31T12:00:00Z"}, "expires_at"),
    ],
)
def test_a_change_that_cannot_be_made_is_told_why(
    client, make_key, headers, change, field
):
    path = f"{KEYS}/{make_key()['id']}"

    answer = client.simulate_put(path, json=change, headers=headers)

    assert answer.status_code == 400
    assert fields_of(answer) == [field]


# Delete


def test_a_deleted_key_opens_nothing(client, make_key, headers):
    made = make_key()
    path = f"{KEYS}/{made['id']}"

    assert client.simulate_delete(path, headers=headers).status_code == 204

    assert client.simulate_get(path, headers=headers).status_code == 404
    assert client.simulate_delete(path, headers=headers).status_code == 404
    answer = client.simulate_get(LIBRARIES, headers={"X-API-Key": made["key"]})
    assert answer.status_code == 401


def test_keys_take_no_other_verbs(client):
    assert client.simulate_put(KEYS).status_code == 405
    assert client.simulate_delete(KEYS).status_code == 405
    assert client.simulate_post(f"{KEYS}/{uuid4()}").status_code == 405


def test_keys_have_camel_case_twins_when_switched_on(make_client, headers):
    client = make_client(api_response_case="both")

    made = client.simulate_post(KEYS, json={"name": "script"}, headers=headers).json

    assert made["keyPrefix"] == made["key_prefix"]
    assert client.simulate_get(KEYS, headers=headers).json[0]["isActive"] is True
