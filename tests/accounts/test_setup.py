from contextlib import closing

import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.permissions import ALL, READER
from codex_lib.accounts.setup import SetupStatus, initialize, register, setup_status
from codex_lib.accounts.sign_in import sign_in
from codex_lib.accounts.users import count_users, get_user, list_users
from codex_lib.db import open_catalog
from codex_lib.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    UnauthorizedError,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
FIRST = {"username": "ana", "email": "ana@example.com", "password": "Passw0rd!"}
OPTIONS = {"costs": Costs(8, 1, 1), "now": MONDAY}


def test_an_empty_catalog_has_to_be_set_up(db):
    status = setup_status(db, registration_enabled=False)

    assert status == SetupStatus(
        setup_required=True, has_users=False, registration_enabled=False
    )


def test_after_that_it_does_not(db):
    initialize(db, **FIRST, **OPTIONS)

    assert setup_status(db, registration_enabled=True) == SetupStatus(
        setup_required=False, has_users=True, registration_enabled=True
    )


def test_the_first_user_is_an_admin_and_signed_in(db):
    user = initialize(db, **FIRST, **OPTIONS)

    assert (user.is_admin, user.can_sign_in) == (True, True)
    assert set(user.permissions) == ALL
    assert user.last_login_at == MONDAY
    assert get_user(db, user.id) == user


def test_there_is_one_first_user(db, hashings):
    initialize(db, **FIRST, **OPTIONS)

    with hashings() as seen, pytest.raises(ConflictError, match="set up already"):
        initialize(db, **{**FIRST, "username": "eve"}, **OPTIONS)

    assert [user.username for user in list_users(db)] == ["ana"]
    assert seen == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"password": "password"}, "password"),
        ({"password": "Aa1!"}, "password"),
        ({"username": ""}, "username"),
        ({"email": "ana@home"}, "email"),
    ],
)
def test_a_bad_field_is_refused_and_can_be_mended(db, fields, wrong):
    with pytest.raises(InvalidError) as caught:
        initialize(db, **{**FIRST, **fields}, **OPTIONS)

    assert caught.value.field == wrong
    assert count_users(db) == 0
    assert initialize(db, **FIRST, **OPTIONS).username == "ana"


INITIALIZE = """
from codex_lib.accounts.setup import initialize
def race():
    name = sys.argv[2]
    initialize(db, username=name, email=f"{name}@example.com", password="Passw0rd!",
        costs=costs, now=now)
    return name
"""


def test_of_several_at_once_one_is_the_first(db, race):
    answers = race(INITIALIZE, "ana", "bob", "carol")

    winners = [user.username for user in list_users(db)]
    assert len(winners) == 1
    assert sorted(answers) == sorted([*winners, "ConflictError", "ConflictError"])


def test_one_who_comes_between_the_two_looks_is_the_first(db):
    def intrude(statement):
        if statement == "BEGIN IMMEDIATE":
            db.set_trace_callback(None)
            with closing(open_catalog(db.path)) as other:
                initialize(other, **{**FIRST, "username": "eve"}, **OPTIONS)

    db.set_trace_callback(intrude)

    with pytest.raises(ConflictError):
        initialize(db, **{**FIRST, "email": "b@example.com"}, **OPTIONS)
    assert [user.username for user in list_users(db)] == ["eve"]


# Registration


def test_a_visitor_becomes_a_reader_at_once(db):
    user = register(
        db,
        **{**FIRST, "password": "password"},
        **OPTIONS,
        is_enabled=True,
        is_confirmed=True,
    )

    assert (user.is_admin, user.can_sign_in) == (False, True)
    assert set(user.permissions) == READER
    assert user.last_login_at == MONDAY


def test_or_once_the_address_is_confirmed(db):
    user = register(db, **FIRST, **OPTIONS, is_enabled=True, is_confirmed=False)

    assert (user.is_active, user.email_verified) == (False, False)
    assert user.last_login_at is None
    with pytest.raises(UnauthorizedError):
        sign_in(db, login="ana", password="Passw0rd!", address="", **OPTIONS)


def test_where_registration_is_off_nobody_gets_in(db):
    with pytest.raises(ForbiddenError, match="Visitors cannot make accounts"):
        register(db, **FIRST, **OPTIONS, is_enabled=False, is_confirmed=True)

    assert count_users(db) == 0
