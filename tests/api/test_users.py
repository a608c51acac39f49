from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.users import find_by_login, get_user, list_users
from codex_lib.errors import UserNotFoundError

USERS = "/api/v1/users"
BEN = {"username": "ben", "email": "ben@example.com", "password": "pears and plums"}
READER = ["LibrariesRead", "SeriesRead", "BooksRead", "PagesRead", "SystemHealth"]


@pytest.fixture
def root(make_user):
    return make_user("root", is_admin=True)


@pytest.fixture
def admin(root, sign):
    return sign(root)


@pytest.fixture
def clerk(make_user, sign):
    """The headers of somebody who looks after users and is no admin."""
    held = [*READER, "UsersRead", "UsersWrite", "UsersDelete"]
    return sign(make_user("clerk", permissions=held))


def fields_of(answer):
    return [item["field"] for item in answer.json["details"]]


# List


def test_users_are_listed_by_name(client, make_user, root, admin):
    ana = make_user("ana")

    answer = client.simulate_get(USERS, headers=admin)

    assert answer.status_code == 200
    assert answer.json == [
        {
            "id": ana.id,
            "username": "ana",
            "email": "ana@example.com",
            "is_admin": False,
            "is_active": True,
            "email_verified": True,
            "permissions": READER,
            "last_login_at": None,
            "created_at": ana.created_at,
            "updated_at": ana.updated_at,
        },
        {
            **answer.json[1],
            "id": root.id,
            "is_admin": True,
            "permissions": list(Permission),
        },
    ]


def test_a_page_of_users_comes_in_an_envelope(client, make_user, admin):
    make_user("ana")
    make_user("zoe")

    answer = client.simulate_get(USERS, headers=admin, params={"page_size": 1})

    found = answer.json
    assert [user["username"] for user in found.pop("data")] == ["ana"]
    assert found == {
        "page": 0,
        "page_size": 1,
        "total": 3,
        "total_pages": 3,
    }


def test_the_array_of_users_can_be_cut(client, make_user, admin):
    make_user("ana")

    answer = client.simulate_get(USERS, headers=admin, params={"limit": 1})

    assert [user["username"] for user in answer.json] == ["ana"]


def test_a_page_that_cannot_be_is_refused(client, admin):
    answer = client.simulate_get(USERS, headers=admin, params={"page": -1})

    assert answer.status_code == 400
    assert fields_of(answer) == ["page"]


def test_no_answer_holds_a_password(client, admin):
    for path in (USERS, f"{USERS}?page=0"):
        assert "argon2" not in client.simulate_get(path, headers=admin).text


# Create


def test_a_new_user_can_sign_in_and_read(client, db, admin):
    answer = client.simulate_post(USERS, json=BEN, headers=admin)

    assert answer.status_code == 201
    assert answer.json["permissions"] == READER
    assert (answer.json["is_admin"], answer.json["is_active"]) == (False, True)
    assert answer.json["id"] == find_by_login(db, "ben").id
    login = {"username": "ben", "password": BEN["password"]}
    assert client.simulate_post("/api/v1/auth/login", json=login).status_code == 200


def test_a_new_admin_may_do_everything(client, admin):
    body = {**BEN, "isAdmin": True}

    answer = client.simulate_post(USERS, json=body, headers=admin)

    assert answer.json["is_admin"] is True
    assert answer.json["permissions"] == list(Permission)


def test_permissions_are_given_in_any_spelling(client, admin):
    names = ["BooksRead", "api-keys-read", "pages:read", "TASKS_WRITE"]
    body = {**BEN, "permissions": names}

    answer = client.simulate_post(USERS, json=body, headers=admin)

    held = ["BooksRead", "PagesRead", "ApiKeysRead", "TasksWrite"]
    assert answer.json["permissions"] == held


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": " "}, "username"),
        ({"email": "nobody"}, "email"),
        ({"password": "short"}, "password"),
        ({"permissions": ["Everything"]}, "permissions"),
        ({"permissions": "BooksRead"}, "permissions"),
        ({"is_admin": "yes"}, "is_admin"),
        ({"username": None}, "username"),
    ],
)
def test_a_user_that_cannot_be_made_is_told_why(client, db, admin, change, field):
    answer = client.simulate_post(USERS, json=BEN | change, headers=admin)

    assert answer.status_code == 400
    assert fields_of(answer) == [field]
    assert len(list_users(db)) == 1


@pytest.mark.parametrize(
    "change", [{"username": "ROOT"}, {"email": "Root@Example.com"}]
)
def test_a_name_or_address_that_is_taken_is_a_conflict(client, admin, change):
    answer = client.simulate_post(USERS, json=BEN | change, headers=admin)

    assert answer.status_code == 409
    assert answer.json["error"] == "Conflict"


@pytest.mark.parametrize(
    "change", [{"is_admin": True}, {"permissions": ["SystemAdmin"]}]
)
def test_nobody_makes_somebody_above_themselves(client, db, clerk, change):
    answer = client.simulate_post(USERS, json=BEN | change, headers=clerk)

    assert answer.status_code == 403
    assert find_by_login(db, "ben") is None


def test_who_is_no_admin_makes_readers(client, clerk):
    assert client.simulate_post(USERS, json=BEN, headers=clerk).status_code == 201


def test_an_admins_key_without_system_admin_makes_no_admin(client, admin):
    body = {"name": "script", "permissions": ["UsersWrite", "BooksRead"]}
    made = client.simulate_post("/api/v1/api-keys", json=body, headers=admin)
    key = {"X-API-Key": made.json["key"]}

    answer = client.simulate_post(USERS, json=BEN | {"is_admin": True}, headers=key)

    assert answer.status_code == 403


# Show


def test_a_user_is_shown(client, make_user, admin):
    ana = make_user("ana")

    answer = client.simulate_get(f"{USERS}/{ana.id.upper()}", headers=admin)

    assert answer.status_code == 200
    assert answer.json["username"] == "ana"


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_user_is_not_found(client, admin, verb):
    answer = client.simulate_request(verb, f"{USERS}/{uuid4()}", headers=admin)

    assert answer.status_code == 404
    assert answer.json["error"] == "NotFound"


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_is_no_id_is_a_bad_request(client, admin, verb):
    answer = client.simulate_request(verb, f"{USERS}/root", headers=admin)

    assert answer.status_code == 400
    assert fields_of(answer) == ["user_id"]


# Update


@pytest.mark.parametrize("verb", ["PUT", "PATCH"])
def test_fields_that_are_not_named_stay(client, db, make_user, admin, verb):
    ana = make_user("ana")
    path = f"{USERS}/{ana.id}"

    answer = client.simulate_request(
        verb, path, json={"email": "anna@example.com"}, headers=admin
    )

    assert answer.status_code == 200
    assert answer.json["email"] == "anna@example.com"
    assert answer.json["username"] == "ana"
    assert get_user(db, ana.id).email == "anna@example.com"


def test_an_admin_that_becomes_a_reader_loses_the_permissions(client, make_user, admin):
    ana = make_user("ana", is_admin=True)

    answer = client.simulate_put(
        f"{USERS}/{ana.id}", json={"is_admin": False}, headers=admin
    )

    assert answer.json["permissions"] == READER


def test_a_user_who_is_switched_off_is_out(client, make_user, sign, admin):
    ana = make_user("ana")
    headers = sign(ana)

    client.simulate_put(f"{USERS}/{ana.id}", json={"isActive": False}, headers=admin)

    assert client.simulate_get("/api/v1/auth/me", headers=headers).status_code == 401


def test_a_name_that_is_taken_cannot_be_changed_to(client, make_user, admin):
    ana = make_user("ana")
    path = f"{USERS}/{ana.id}"

    answer = client.simulate_put(path, json={"username": "root"}, headers=admin)

    assert answer.status_code == 409


def test_null_is_no_value_of_a_user(client, make_user, admin):
    path = f"{USERS}/{make_user('ana').id}"

    answer = client.simulate_put(path, json={"email": None}, headers=admin)

    assert answer.status_code == 400
    assert fields_of(answer) == ["email"]


@pytest.mark.parametrize("change", [{"is_admin": False}, {"is_active": False}])
def test_the_last_admin_stays_one(client, db, root, admin, change):
    answer = client.simulate_put(f"{USERS}/{root.id}", json=change, headers=admin)

    assert answer.status_code == 409
    assert get_user(db, root.id).is_admin


def test_nobody_gives_up_their_own_rights(client, make_user, root, admin):
    make_user("zoe", is_admin=True)

    answer = client.simulate_put(
        f"{USERS}/{root.id}", json={"is_admin": False}, headers=admin
    )

    assert answer.status_code == 400
    assert fields_of(answer) == ["is_admin"]


def test_nobody_changes_somebody_above_themselves(client, db, root, clerk):
    answer = client.simulate_put(
        f"{USERS}/{root.id}", json={"password": "mine from now on"}, headers=clerk
    )

    assert answer.status_code == 403
    login = {"username": "root", "password": "mine from now on"}
    assert client.simulate_post("/api/v1/auth/login", json=login).status_code == 401


def test_nobody_gives_themselves_more_rights(client, db, clerk):
    me = find_by_login(db, "clerk")

    for change in ({"is_admin": True}, {"permissions": ["SystemAdmin"]}):
        path = f"{USERS}/{me.id}"

        assert client.simulate_put(path, json=change, headers=clerk).status_code == 403
    assert get_user(db, me.id) == me


# Delete


def test_a_deleted_user_is_gone_and_out(client, db, make_user, sign, admin):
    ana = make_user("ana")
    headers = sign(ana)

    answer = client.simulate_delete(f"{USERS}/{ana.id}", headers=admin)

    assert (answer.status_code, answer.content) == (204, b"")
    with pytest.raises(UserNotFoundError):
        get_user(db, ana.id)
    assert client.simulate_get("/api/v1/auth/me", headers=headers).status_code == 401


def test_the_last_admin_cannot_be_deleted(client, root, clerk, admin):
    assert (
        client.simulate_delete(f"{USERS}/{root.id}", headers=clerk).status_code == 403
    )
    assert (
        client.simulate_delete(f"{USERS}/{root.id}", headers=admin).status_code == 409
    )


def test_nobody_deletes_themselves(client, db, clerk):
    me = find_by_login(db, "clerk")

    answer = client.simulate_delete(f"{USERS}/{me.id}", headers=clerk)

    assert answer.status_code == 400
    assert get_user(db, me.id)


def test_users_take_no_other_verbs(client):
    assert client.simulate_put(USERS).status_code == 405
    assert client.simulate_delete(USERS).status_code == 405
    assert client.simulate_post(f"{USERS}/{uuid4()}").status_code == 405


def test_users_have_camel_case_twins_when_switched_on(make_client, admin):
    client = make_client(api_response_case="both")

    user = client.simulate_get(USERS, headers=admin).json[0]

    assert user["isAdmin"] is user["is_admin"] is True
    assert user["lastLoginAt"] is None
