import re
import socket
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller

from codex_lib import clock
from codex_lib.accounts.users import find_by_login, list_users
from codex_lib.settings.definitions import REGISTRATION_ENABLED
from codex_lib.settings.values import Change, set_setting

LOGIN = "/api/v1/auth/login"
LOGOUT = "/api/v1/auth/logout"
ME = "/api/v1/auth/me"
REGISTER = "/api/v1/auth/register"
VERIFY = "/api/v1/auth/verify-email"
RESEND = "/api/v1/auth/resend-verification"
BOB = {"username": "bob", "email": "bob@example.com", "password": "pears and plums"}


@pytest.fixture
def login(client, password):
    """Return a function that signs in."""

    def enter(username="ana", password=password):
        body = {"username": username, "password": password}
        return client.simulate_post(LOGIN, json=body)

    return enter


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def test_login_gives_a_token_by_name_or_address(client, make_user, login):
    ana = make_user()

    for name in ("ana", "ana@example.com"):
        answer = login(name)

        assert answer.status_code == 200
        assert answer.json.keys() == {
            "access_token",
            "token_type",
            "expires_in",
            "user",
        }
        assert (answer.json["token_type"], answer.json["expires_in"]) == (
            "Bearer",
            86400,
        )
        assert answer.json["user"] == {
            "id": ana.id,
            "username": "ana",
            "email": "ana@example.com",
            "is_admin": False,
            "email_verified": True,
        }
        assert client.simulate_get(ME, headers=bearer(answer)).status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"


def test_login_notes_the_time(make_user, login, db):
    make_user()
    login()

    assert find_by_login(db, "ana").last_login_at is not None


@pytest.mark.parametrize("secure", [True, False])
def test_login_sets_a_cookie_that_scripts_cannot_read(
    make_client, make_user, password, secure
):
    make_user()
    client = make_client(cookie_secure=secure, auth_jwt_expiry_hours=2)

    answer = client.simulate_post(LOGIN, json={"username": "ana", "password": password})

    cookie = answer.cookies["auth_token"]
    assert cookie.value == answer.json["access_token"]
    assert (cookie.max_age, cookie.path) == (7200, "/")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.secure is secure
    assert answer.json["expires_in"] == 7200


def test_every_failed_login_looks_the_same(make_user, login, password):
    make_user()
    make_user("zoe", is_active=False)

    answers = [login(password="wrong-password"), login("nobody"), login("zoe")]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert all("auth_token" not in answer.cookies for answer in answers)


def test_too_many_failed_logins_have_to_wait(make_user, login):
    make_user()

    answers = [login(password="wrong-password") for _ in range(30)]

    last = answers[-1]
    assert answers[0].status_code == 401
    assert last.status_code == 429
    assert last.json["error"] == "TooManyRequests"
    assert int(last.headers["Retry-After"]) >= 1


def test_a_login_without_its_fields_is_told_which(client):
    answer = client.simulate_post(LOGIN, json={"username": "ana"})

    assert answer.status_code == 400
    assert answer.json["details"] == [{"field": "password", "reason": "is missing"}]


def test_an_old_token_does_not_hinder_a_login(client, make_user, password):
    make_user()
    body = {"username": "ana", "password": password}

    answer = client.simulate_post(
        LOGIN, json=body, headers={"Authorization": "Bearer old"}
    )

    assert answer.status_code == 200


def test_logout_ends_the_token_and_takes_the_cookie_back(client, make_user, login):
    make_user()
    headers = bearer(login())
    other = bearer(login())

    answer = client.simulate_post(LOGOUT, headers=headers)

    assert answer.status_code == 200
    assert answer.json["message"]
    cookie = answer.cookies["auth_token"]
    assert cookie.value == ""
    assert cookie.expires < datetime.now(UTC)
    assert client.simulate_get(ME, headers=headers).status_code == 401
    assert client.simulate_get(ME, headers=other).status_code == 200


def test_logout_ends_the_cookies_token_too(client, make_user, login):
    make_user()
    headers, other = bearer(login()), bearer(login())
    cookies = {"auth_token": other["Authorization"].removeprefix("Bearer ")}

    client.simulate_post(LOGOUT, headers=headers, cookies=cookies)

    assert client.simulate_get(ME, headers=other).status_code == 401


@pytest.mark.parametrize("cookies", [{}, {"auth_token": "expired long ago"}])
def test_logout_takes_any_credential_and_any_cookie(
    client, make_user, password, sign, cookies
):
    headers = sign(make_user())

    answer = client.simulate_post(LOGOUT, headers=headers, cookies=cookies)

    assert answer.status_code == 200


def test_me_has_the_rights_of_the_caller(client, make_user, sign):
    ana = make_user(permissions=["SystemHealth", "books-read"])

    answer = client.simulate_get(ME, headers=sign(ana))

    assert answer.json == {
        "id": ana.id,
        "username": "ana",
        "email": "ana@example.com",
        "is_admin": False,
        "email_verified": True,
        "permissions": ["BooksRead", "SystemHealth"],
    }


@pytest.fixture
def registration(db):
    change = Change(clock.now())
    set_setting(db, REGISTRATION_ENABLED.key, "true", change)


def test_nobody_registers_unless_it_is_switched_on(client, db):
    answer = client.simulate_post(REGISTER, json=BOB)

    assert answer.status_code == 403
    assert list_users(db) == []


def test_a_new_account_is_signed_in(client, registration):
    answer = client.simulate_post(REGISTER, json=BOB)

    assert answer.status_code == 201
    assert answer.json["user"]["is_admin"] is False
    assert answer.json["message"]
    assert answer.cookies["auth_token"].value == answer.json["access_token"]
    me = client.simulate_get(ME, headers=bearer(answer)).json
    assert "LibrariesRead" in me["permissions"]


def test_a_name_that_is_taken_is_a_conflict(client, registration, make_user):
    make_user("bob")

    answer = client.simulate_post(REGISTER, json=BOB)

    assert answer.status_code == 409


@pytest.mark.parametrize(
    "change", [{"password": "short"}, {"email": "bob"}, {"username": ""}]
)
def test_an_account_that_cannot_be_made_is_told_why(client, registration, change):
    answer = client.simulate_post(REGISTER, json=BOB | change)

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] == next(iter(change))


class Mailbox:
    """What a real mail server on this machine was given."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - its name
        self.mails.append(envelope)
        return "250 OK"

    def token(self):
        """The token of the newest mail's link."""
        text = self.mails[-1].content.decode().replace("=\r\n", "")
        return re.search(r"token=(?:3D)?([A-Za-z0-9]{64})", text)[1]


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        mailbox.port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    server.start()
    yield mailbox
    server.stop()


@pytest.fixture
def strict(make_client, registration, mailbox):
    """A client of a server that has addresses confirmed."""
    return make_client(
        auth_email_confirmation_required="true",
        email_smtp_host="127.0.0.1",
        email_smtp_port=mailbox.port,
    )


def test_an_address_is_confirmed_by_the_link_that_was_mailed(strict, mailbox):
    made = strict.simulate_post(REGISTER, json=BOB)

    assert made.status_code == 201
    assert made.json["access_token"] is None
    assert made.json["user"]["email_verified"] is False
    assert "auth_token" not in made.cookies
    login = {"username": "bob", "password": BOB["password"]}
    assert strict.simulate_post(LOGIN, json=login).status_code == 401
    assert mailbox.mails[0].rcpt_tos == ["bob@example.com"]

    answer = strict.simulate_post(VERIFY, json={"token": mailbox.token()})

    assert answer.status_code == 200
    assert answer.json["user"]["email_verified"] is True
    assert answer.cookies["auth_token"].value == answer.json["access_token"]
    assert strict.simulate_post(LOGIN, json=login).status_code == 200


def test_a_token_confirms_once(strict, mailbox):
    strict.simulate_post(REGISTER, json=BOB)
    body = {"token": mailbox.token()}
    strict.simulate_post(VERIFY, json=body)

    again = strict.simulate_post(VERIFY, json=body)

    assert again.status_code == 400
    assert again.json["details"][0]["field"] == "token"


def test_a_mail_server_that_is_gone_fails_no_registration(
    make_client, registration, db, caplog
):
    client = make_client(
        auth_email_confirmation_required="true",
        email_smtp_host="127.0.0.1",
        email_smtp_port=1,
    )

    answer = client.simulate_post(REGISTER, json=BOB)

    assert answer.status_code == 201
    assert find_by_login(db, "bob") is not None
    assert "mail_link failed" in caplog.text


def test_a_link_is_mailed_again_after_a_while(strict, mailbox, db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: "2026-01-15T10:30:00.000000Z")
    strict.simulate_post(REGISTER, json=BOB)
    first = mailbox.token()
    monkeypatch.setattr(clock, "now", lambda: "2026-01-15T10:40:00.000000Z")

    answer = strict.simulate_post(RESEND, json={"email": "bob@example.com"})

    assert answer.status_code == 200
    assert len(mailbox.mails) == 2
    assert mailbox.token() != first
    assert strict.simulate_post(VERIFY, json={"token": first}).status_code == 400
    monkeypatch.undo()


def test_asking_again_tells_nobody_which_addresses_there_are(
    strict, mailbox, make_user
):
    make_user()

    answers = [
        strict.simulate_post(RESEND, json={"email": email})
        for email in ("ana@example.com", "nobody@example.com", "no address", "")
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert mailbox.mails == []


@pytest.mark.parametrize("path", [LOGIN, LOGOUT, REGISTER, VERIFY, RESEND])
def test_signing_in_takes_no_get(client, path):
    assert client.simulate_get(path).status_code == 405


@pytest.mark.parametrize("path", [LOGIN, REGISTER, VERIFY, RESEND])
def test_a_body_that_is_no_json_is_a_bad_request(client, path):
    answer = client.simulate_post(path, body="username=ana")

    assert answer.status_code == 400
    assert answer.json["error"] == "BadRequest"
