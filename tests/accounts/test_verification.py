import re

import pytest

from codex_lib.accounts.times import later
from codex_lib.accounts.users import delete_user, get_user
from codex_lib.accounts.verification import (
    create_verification,
    renew_verification,
    verify_email,
)
from codex_lib.db import rows
from codex_lib.errors import InvalidError, UserNotFoundError

MONDAY = "2024-01-15T10:30:00.000000Z"
SOON = later(MONDAY, 60)
TUESDAY = later(MONDAY, 24 * 3600)


@pytest.fixture
def renew(db):
    return lambda email, now=SOON: renew_verification(db, email, hours=24, now=now)


def refused(db, token, now=SOON):
    with pytest.raises(
        InvalidError, match="token: is unknown, has been used or has exp"
    ):
        verify_email(db, token, now=now)


def test_a_token_is_long_and_only_its_hash_is_kept(db, make_pending):
    _, token = make_pending()

    assert re.fullmatch("[A-Za-z0-9]{64}", token)
    kept = str([tuple(row) for row in rows(db, "SELECT * FROM email_verifications")])
    assert token not in kept


def test_a_token_confirms_the_address_and_signs_in(db, make_pending):
    user, token = make_pending()

    verified = verify_email(db, token, now=SOON)

    assert verified.id == user.id
    assert verified.can_sign_in
    assert (verified.last_login_at, verified.updated_at) == (SOON, SOON)
    assert get_user(db, user.id) == verified


def test_a_token_is_good_once(db, make_pending):
    _, token = make_pending()
    verify_email(db, token, now=SOON)

    refused(db, token)


def test_a_token_is_good_for_its_hours(db, make_pending):
    user, token = make_pending(hours=24)

    refused(db, token, now=TUESDAY)
    assert verify_email(db, token, now=later(TUESDAY, -1)).id == user.id


@pytest.mark.parametrize("junk", ["", "x" * 64, "\udcff", "a" * 100_000])
def test_junk_confirms_nothing(db, make_pending, junk):
    user, _ = make_pending()

    refused(db, junk)
    assert get_user(db, user.id) == user


def test_a_deleted_users_token_is_gone(db, make_pending):
    user, token = make_pending()
    delete_user(db, user.id)

    refused(db, token)
    with pytest.raises(UserNotFoundError):
        create_verification(db, user, hours=24, now=SOON)


def test_a_new_token_takes_the_place_of_the_old_one(db, make_pending, renew):
    user, old = make_pending()

    found, new = renew("ANA@example.com")

    assert found == user
    refused(db, old)
    assert verify_email(db, new, now=SOON).id == user.id


def test_an_expired_token_can_be_renewed(db, make_pending, renew):
    user, _ = make_pending(hours=1)

    _, new = renew("ana@example.com", now=TUESDAY)

    assert verify_email(db, new, now=TUESDAY).id == user.id


def test_a_mail_is_sent_at_most_once_a_minute(make_pending, renew):
    make_pending()

    assert renew("ana@example.com", now=later(MONDAY, 59)) is None
    assert renew("ana@example.com", now=SOON) is not None
    assert renew("ana@example.com", now=later(SOON, 59)) is None


@pytest.mark.parametrize(
    "email",
    ["bob@example.com", "", "ana", "known@example.com", "off@example.com", "\0"],
)
def test_there_is_nothing_to_renew_for_anybody_else(
    make_pending, make_user, renew, email
):
    make_pending("ana")
    make_user("known")
    make_user("off", is_active=False)

    assert renew(email) is None
