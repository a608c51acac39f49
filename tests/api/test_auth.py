import base64

import pytest

from codex_lib import clock
from codex_lib.accounts.api_keys import create_api_key, get_api_key, update_api_key
from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.users import delete_user, update_user
from codex_lib.api.access_log import CALLER
from codex_lib.api.endpoint import SIGNED_IN, endpoint

ME = "/api/v1/auth/me"
LAST_YEAR = "2025-01-15T10:30:00.000000Z"


def basic(name, secret):
    pair = name + b":" + secret if isinstance(name, bytes) else f"{name}:{secret}"
    pair = pair if isinstance(pair, bytes) else pair.encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


@pytest.fixture
def ana(make_user):
    return make_user("ana")


@pytest.fixture
def make_key(db):
    """Return a function that makes an API key and returns it with its text."""

    def make(user, **fields):
        return create_api_key(db, user, name="Script", now=clock.now(), **fields)

    return make


def test_an_access_token_tells_who_calls(client, ana, sign):
    assert client.simulate_get(ME, headers=sign(ana)).json["username"] == "ana"


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_an_api_key_tells_who_calls_in_either_header(client, ana, make_key, header):
    _, text = make_key(ana, permissions=["BooksRead"])
    value = text if header == "X-API-Key" else f"Bearer {text}"

    answer = client.simulate_get(ME, headers={header: value})

    assert answer.json["username"] == "ana"
    assert answer.json["permissions"] == ["BooksRead"]


def test_a_use_of_an_api_key_is_noted(client, db, ana, make_key):
    key, text = make_key(ana)

    client.simulate_get(ME, headers={"X-API-Key": text})

    assert get_api_key(db, key.id).last_used_at is not None


@pytest.mark.parametrize("login", ["ana", "ANA", "ana@example.com"])
def test_a_name_and_a_password_tell_who_calls(client, ana, password, login):
    answer = client.simulate_get(ME, headers=basic(login, password))

    assert answer.json["username"] == "ana"


@pytest.mark.parametrize(
    ("name", "status"), [("api", 200), ("Ana", 200), ("", 200), ("bob", 401)]
)
def test_an_api_key_may_be_the_password_of_its_owner(
    client, ana, make_key, name, status
):
    _, text = make_key(ana)

    assert client.simulate_get(ME, headers=basic(name, text)).status_code == status


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_letters_outside_ascii_may_be_sent_in_both_ways(
    client, make_user, db, config, encoding
):
    make_user("andré")
    headers = basic("andré".encode(encoding), b"Green.Apple7")

    assert client.simulate_get(ME, headers=headers).json["username"] == "andré"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer codex_abc12345_tooshort",
        "Basic",
        "Basic !!!",
        "Basic YW5h",
        "Basic é",
        "Digest username=ana",
        "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.e30.",
    ],
)
def test_a_header_that_cannot_be_used_is_401_whatever_else_is_sent(
    client, ana, make_key, header
):
    _, text = make_key(ana)
    headers = {"Authorization": header.encode("latin-1").decode("latin-1")}

    answer = client.simulate_get(ME, headers=headers | {"X-API-Key": text})

    assert answer.status_code == 401
    assert answer.json["error"] == "Unauthorized"
    assert "WWW-Authenticate" not in answer.headers


def test_a_wrong_password_and_an_unknown_name_are_told_apart_by_nothing(
    client, ana, password
):
    wrong = client.simulate_get(ME, headers=basic("ana", "wrong-password"))
    unknown = client.simulate_get(ME, headers=basic("bob", password))

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json


def test_credentials_end_with_their_account(client, db, config, make_user, sign):
    make_user("root", is_admin=True)
    ana = make_user("ana")
    headers = sign(ana)
    delete_user(db, ana.id)

    assert client.simulate_get(ME, headers=headers).status_code == 401


def test_a_token_that_has_expired_is_401(client, ana, sign):
    headers = sign(ana, now=LAST_YEAR)

    assert client.simulate_get(ME, headers=headers).status_code == 401


def test_an_api_key_that_was_switched_off_is_401(client, db, ana, make_key):
    key, text = make_key(ana)
    update_api_key(db, key.id, {"is_active": False}, now=clock.now())

    answer = client.simulate_get(ME, headers={"X-API-Key": text})

    assert answer.status_code == 401


def test_an_admins_key_is_an_admin_only_if_it_says_so(client, make_user, make_key):
    root = make_user("root", is_admin=True)
    _, small = make_key(root, permissions=["BooksRead"])
    _, full = make_key(root, permissions=["SystemAdmin"])

    answers = [
        client.simulate_get(ME, headers={"X-API-Key": text}).json
        for text in (small, full)
    ]

    assert [answer["is_admin"] for answer in answers] == [False, True]
    assert len(answers[1]["permissions"]) == len(Permission)


def test_rights_are_those_of_now(client, db, make_user, sign, config):
    make_user("root", is_admin=True)
    eve = make_user("eve", is_admin=True)
    headers = sign(eve)
    update_user(db, eve.id, {"is_admin": False}, costs=None, now=clock.now())

    assert client.simulate_get(ME, headers=headers).json["is_admin"] is False


class Cover:
    @endpoint(SIGNED_IN, tag="Cover", reply=str, cookie=True)
    async def on_get(self, req, resp):
        return req.scope["state"][CALLER]


class Actor:
    @endpoint(SIGNED_IN, tag="Actor", reply=list[str])
    async def on_get(self, req, resp):
        actor = req.caller.actor
        return [actor.id, str(actor.is_admin), *sorted(actor.permissions)]


@pytest.fixture
def token(sign, ana):
    return sign(ana)["Authorization"].removeprefix("Bearer ")


def test_the_cookie_counts_only_where_it_is_declared(make_client, token):
    client = make_client({"/cover": Cover()})
    cookies = {"auth_token": token}

    assert client.simulate_get("/cover", cookies=cookies).json == "ana"
    assert client.simulate_get(ME, cookies=cookies).status_code == 401
    assert client.simulate_get("/cover").status_code == 401
    assert client.simulate_get("/cover", cookies={"auth_token": "x"}).status_code == 401


def test_a_bad_header_counts_before_a_good_cookie(make_client, token):
    client = make_client({"/cover": Cover()})

    answer = client.simulate_get(
        "/cover", cookies={"auth_token": token}, headers={"X-API-Key": "codex_x"}
    )

    assert answer.status_code == 401


def test_the_log_knows_a_user_by_name_and_a_key_by_its_prefix(
    make_client, ana, make_key
):
    client = make_client({"/cover": Cover()})
    key, text = make_key(ana)

    answer = client.simulate_get("/cover", headers={"X-API-Key": text})

    assert answer.json == key.key_prefix


def test_changes_of_accounts_are_made_with_the_rights_of_the_credential(
    make_client, make_user, make_key
):
    root = make_user("root", is_admin=True)
    _, text = make_key(root, permissions=["UsersWrite"])
    client = make_client({"/actor": Actor()})

    answer = client.simulate_get("/actor", headers={"X-API-Key": text})

    assert answer.json == [root.id, "False", "UsersWrite"]
