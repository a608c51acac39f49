import asyncio

import pytest
from falcon import testing

from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.users import count_users, list_users
from codex_lib.settings.definitions import APPLICATION_NAME, REGISTRATION_ENABLED
from codex_lib.settings.values import get_value, list_setting_changes

STATUS = "/api/v1/setup/status"
INITIALIZE = "/api/v1/setup/initialize"
SETTINGS = "/api/v1/setup/settings"
ROOT = {
    "username": "root",
    "email": "root@example.com",
    "password": "Green.Apple7",
}


def test_setup_is_required_until_there_is_a_user(client, make_user):
    before = client.simulate_get(STATUS).json
    make_user()
    after = client.simulate_get(STATUS).json

    assert before == {
        "setup_required": True,
        "has_users": False,
        "registration_enabled": False,
    }
    assert after == {**before, "setup_required": False, "has_users": True}


def test_the_first_user_is_an_admin_and_signed_in(client, db):
    made = client.simulate_post(INITIALIZE, json=ROOT)

    assert made.status_code == 201
    assert made.json["token_type"] == "Bearer"
    assert made.json["expires_in"] == 86400
    assert made.json["message"]
    assert made.json["user"] == {
        "id": list_users(db)[0].id,
        "username": "root",
        "email": "root@example.com",
        "is_admin": True,
        "email_verified": True,
    }
    headers = {"Authorization": f"Bearer {made.json['access_token']}"}
    me = client.simulate_get("/api/v1/auth/me", headers=headers)
    assert me.json["permissions"] == [str(name) for name in Permission]
    assert made.cookies["auth_token"].value == made.json["access_token"]


def test_there_is_no_second_first_user(client, make_user):
    make_user()

    answer = client.simulate_post(INITIALIZE, json=ROOT)

    assert answer.status_code == 409
    assert answer.json["error"] == "Conflict"


def test_of_three_at_once_one_is_the_first(client, db):
    async def initialize_all():
        async with testing.ASGIConductor(client.app) as conductor:
            bodies = [
                {**ROOT, "username": name, "email": f"{name}@example.com"}
                for name in "abc"
            ]
            posts = (conductor.simulate_post(INITIALIZE, json=body) for body in bodies)
            return await asyncio.gather(*posts)

    answers = asyncio.run(initialize_all())

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert count_users(db) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": " "}, "username"),
        ({"email": "nobody"}, "email"),
        ({"password": "password"}, "password"),
        ({"password": 8}, "password"),
    ],
)
def test_a_first_user_that_cannot_be_made_is_told_why(client, db, change, field):
    answer = client.simulate_post(INITIALIZE, json=ROOT | change)

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]
    assert count_users(db) == 0


def test_everything_that_is_missing_is_told(client):
    answer = client.simulate_post(INITIALIZE)

    assert [item["field"] for item in answer.json["details"]] == [
        "username",
        "email",
        "password",
    ]


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


def test_settings_are_changed_and_unknown_ones_named(client, db, admin):
    body = {
        "settings": {
            "application.name": "Comics",
            "auth.registration_enabled": "true",
            "display.theme": "dark",
        },
        "skipConfiguration": False,
    }

    answer = client.simulate_patch(SETTINGS, json=body, headers=admin)

    assert answer.status_code == 200
    assert answer.json["settings_configured"] == 2
    assert answer.json["skipped"] == ["display.theme"]
    assert get_value(db, APPLICATION_NAME) == "Comics"
    assert get_value(db, REGISTRATION_ENABLED) is True
    change = list_setting_changes(db, "application.name")[0]
    assert change.change_reason == "Setup"
    assert change.changed_by is not None


@pytest.mark.parametrize("body", [{"skipConfiguration": True}, {}])
def test_the_settings_may_be_left_as_they_are(client, db, admin, body):
    given = body | ({"settings": {"application.name": "Comics"}} if body else {})

    answer = client.simulate_patch(SETTINGS, json=given, headers=admin)

    assert answer.json["settings_configured"] == 0
    assert get_value(db, APPLICATION_NAME) == "Codex"


def test_a_bad_value_changes_no_setting(client, db, admin):
    settings = {"application.name": "Comics", "auth.registration_enabled": "maybe"}

    answer = client.simulate_patch(SETTINGS, json={"settings": settings}, headers=admin)

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] == "auth.registration_enabled"
    assert get_value(db, APPLICATION_NAME) == "Codex"


def test_setup_takes_no_other_verbs(client):
    assert client.simulate_post(STATUS).status_code == 405
    assert client.simulate_get(INITIALIZE).status_code == 405
    assert client.simulate_put(SETTINGS).status_code == 405


def test_camel_case_twins_are_sent_when_switched_on(make_client):
    client = make_client(api_response_case="both")

    assert client.simulate_get(STATUS).json["setupRequired"] is True
    made = client.simulate_post(INITIALIZE, json=ROOT).json
    assert made["accessToken"] == made["access_token"]
    assert made["user"]["isAdmin"] is True
