import threading

import pytest
from argon2 import extract_parameters

from codex_lib.accounts import sign_in as sign_in_module
from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.sign_in import CACHE_SECONDS, sign_in, verify_basic
from codex_lib.accounts.times import later
from codex_lib.accounts.users import (
    create_user,
    delete_user,
    get_account,
    get_user,
    update_user,
)
from codex_lib.db import open_catalog, rows
from codex_lib.errors import TooManyAttemptsError, UnauthorizedError

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = later(MONDAY, 24 * 3600)
CHEAP = Costs(8, 1, 1)
HOME = "203.0.113.7"


@pytest.fixture
def enter(db):
    """Return a function that signs in on Tuesday."""

    def run(login="ana", password="correct horse", **options):  # noqa: S107 - of these tests
        options = {"address": "", "costs": CHEAP, "now": TUESDAY, **options}
        return sign_in(db, login=login, password=password, **options)

    return run


@pytest.fixture
def basic(db):
    """Return a function that verifies credentials of a request on Tuesday."""

    def run(login="ana", password="correct horse", db=db, **options):  # noqa: S107 - of these tests
        options = {"address": "", "costs": CHEAP, "now": TUESDAY, **options}
        return verify_basic(db, login=login, password=password, **options)

    return run


def refused(run, *args, **options):
    with pytest.raises(UnauthorizedError) as caught:
        run(*args, **options)
    return str(caught.value)


@pytest.mark.parametrize("login", ["ana", "ANA", "ana@example.com", " Ana@Example.com"])
def test_name_or_address_and_password_sign_a_user_in(db, make_user, enter, login):
    user = make_user("ana")

    signed_in = enter(login)

    assert signed_in.id == user.id
    assert signed_in.last_login_at == TUESDAY
    assert get_user(db, user.id) == signed_in


@pytest.fixture
def strangers(make_user):
    """Logins that cannot sign in with the right password of those who can."""
    make_user("ana")
    make_user("off", is_active=False)
    make_user("new", is_active=False, email_verified=False)
    make_user("changed", email_verified=False)
    wrong = [
        ("ana", "wrong horse"),
        ("ana", ""),
        ("ana", "x" * 5000),
        ("ana", "\udcff"),
    ]
    unusable = [(name, "correct horse") for name in ("off", "new", "changed")]
    unknown = [(name, "correct horse") for name in ("bob", "", "b\udcffb", "b" * 5000)]
    return wrong + unusable + unknown


def test_everything_else_is_refused_with_the_same_words(strangers, enter):
    messages = {refused(enter, *credentials) for credentials in strangers}

    assert messages == {"Wrong credentials, or the account cannot be used"}


def test_everything_else_costs_one_comparison_of_the_same_kind(
    strangers, enter, verifications
):
    """Time must not tell who exists: as many comparisons, each as expensive."""
    for credentials in strangers:
        with verifications() as hashes:
            refused(enter, *credentials)

        costs = [extract_parameters(text) for text in hashes]
        assert [(each.memory_cost, each.time_cost) for each in costs] == [(8, 1)]


def test_a_refusal_hashes_nothing_and_changes_no_user(db, strangers, enter, hashings):
    before = [tuple(row) for row in rows(db, "SELECT * FROM users")]

    with hashings() as seen:
        for credentials in strangers:
            refused(enter, *credentials)

    assert seen == []
    assert [tuple(row) for row in rows(db, "SELECT * FROM users")] == before


def test_no_account_is_known_by_being_slowed_down(make_user, enter):
    make_user("ana")
    for login in ("ana", "nobody"):
        for _ in range(5):
            refused(enter, login, "wrong horse")

        with pytest.raises(TooManyAttemptsError) as caught:
            enter(login, "wrong horse")
        assert caught.value.retry_after == 2


def test_during_the_wait_even_the_right_password_is_not_looked_at(
    make_user, enter, verifications
):
    make_user("ana")
    for _ in range(5):
        refused(enter, "ana", "wrong horse")

    with verifications() as hashes, pytest.raises(TooManyAttemptsError):
        enter()

    assert hashes == []
    assert enter(now=later(TUESDAY, 2)).username == "ana"


def test_success_makes_room_for_five_more_mistakes(make_user, enter):
    make_user("ana")

    for _ in range(3):
        for _ in range(4):
            refused(enter, "ana", "wrong horse", address=HOME)
        assert enter(address=HOME).username == "ana"


def test_success_does_not_excuse_the_address(make_user, enter):
    make_user("ana")
    for number in range(20):
        refused(enter, f"user{number}", "guess", address=HOME)
        if number < 19:
            enter(address=HOME)

    with pytest.raises(TooManyAttemptsError):
        enter(address=HOME)


def test_changed_costs_renew_the_hash_and_end_no_token(db, make_user, enter, hashings):
    user = make_user("ana")
    before = get_account(db, user.id)
    costs = CHEAP._replace(passes=2)

    enter(costs=costs)

    after = get_account(db, user.id)
    assert extract_parameters(after.password_hash).time_cost == 2
    assert after.token_version == before.token_version
    with hashings() as seen:
        assert enter(costs=costs).id == user.id
    assert seen == []


def test_a_password_changed_meanwhile_is_not_overwritten_by_a_renewed_hash(
    db, make_user, enter
):
    user = make_user("ana")

    def change(statement):
        if "last_login_at = " in statement:
            db.set_trace_callback(None)
            changes = {"password": "battery staple"}
            update_user(db, user.id, changes, costs=CHEAP, now=TUESDAY)

    db.set_trace_callback(change)
    enter(costs=CHEAP._replace(passes=2))

    assert enter(password="battery staple").id == user.id
    refused(enter)


# Credentials that come with every request


def test_the_second_request_costs_no_comparison(db, make_user, basic, verifications):
    user = make_user("ana")

    with verifications() as hashes:
        first = basic()
        second = basic(now=later(TUESDAY, CACHE_SECONDS - 1))

    assert first == second == get_user(db, user.id)
    assert len(hashes) == 1


def test_what_was_right_is_right_for_a_minute(make_user, basic, verifications):
    make_user("ana")

    with verifications() as hashes:
        basic()
        basic(now=later(TUESDAY, CACHE_SECONDS))

    assert len(hashes) == 2


@pytest.mark.parametrize(
    ("login", "password"),
    [("ana", "correct hors"), ("ana", "correct horsee"), ("anacorrect", " horse")],
)
def test_only_the_very_pair_is_remembered(make_user, basic, login, password):
    make_user("ana")
    basic()

    refused(basic, login, password)


def test_a_part_of_the_name_is_no_part_of_the_password(make_user, basic):
    make_user("ana", email="ana@example.com")
    basic("ana@example.com")

    refused(basic, "ana", "@example.comcorrect horse")


def test_an_account_closed_by_hand_is_closed_at_once(db, make_user, basic):
    make_user("ana")
    basic()

    rows(db, "UPDATE users SET is_active = 0")

    refused(basic)


def test_a_wrong_pair_is_not_remembered(make_user, basic, verifications):
    make_user("ana")

    with verifications() as hashes:
        for _ in range(3):
            refused(basic, "ana", "wrong horse")

    assert len(hashes) == 3


@pytest.mark.parametrize(
    "changes",
    [{"password": "battery staple"}, {"is_active": False}, {"username": "anna"}],
)
def test_a_changed_account_is_verified_anew(db, make_user, basic, changes):
    user = make_user("ana")
    basic()

    update_user(db, user.id, changes, costs=CHEAP, now=TUESDAY)

    refused(basic)


def test_a_deleted_user_is_forgotten_and_a_new_one_of_that_name_is_not_them(
    db, make_user, basic
):
    user = make_user("ana")
    basic()

    delete_user(db, user.id)
    refused(basic)
    make_user("ana", password="battery staple")
    refused(basic)


def test_new_rights_count_at_once(db, make_user, basic):
    user = make_user("ana")
    basic()

    changed = update_user(db, user.id, {"permissions": []}, costs=CHEAP, now=TUESDAY)

    assert basic().permissions == changed.permissions == ()


def test_a_password_changed_during_the_verification_is_not_remembered(
    db, make_user, basic
):
    user = make_user("ana")

    def change(statement):
        if "last_login_at = " in statement:
            db.set_trace_callback(None)
            changes = {"password": "battery staple"}
            update_user(db, user.id, changes, costs=CHEAP, now=TUESDAY)

    db.set_trace_callback(change)
    basic()

    refused(basic)


def test_another_catalog_of_the_same_process_knows_nothing(make_user, basic, tmp_path):
    make_user("ana")
    basic()
    other = open_catalog(tmp_path / "other" / "codex.db")

    refused(basic, db=other)

    other.close()


def test_requests_with_credentials_are_slowed_down_like_sign_ins(make_user, basic):
    make_user("ana")
    basic()
    for _ in range(5):
        refused(basic, "ana", "wrong horse")

    with pytest.raises(TooManyAttemptsError):
        basic(password="another guess")
    assert basic().username == "ana"


def test_twenty_requests_at_once_are_one_verification(db, basic):
    """A reader asks for all covers of a screen: none may be refused as a guess."""
    slow = Costs(memory_kib=8192, passes=2)
    create_user(
        db,
        username="ana",
        email="ana@example.com",
        password="correct horse",
        costs=slow,
        now=MONDAY,
    )
    found, start = [], threading.Barrier(20)

    def ask():
        other = open_catalog(db.path)
        start.wait()
        found.append(basic(db=other, costs=slow).username)
        other.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["ana"] * 20
    attempts = rows(db, "SELECT failures FROM sign_in_attempts")
    assert [row["failures"] for row in attempts] == []


def test_no_more_than_so_many_pairs_are_remembered(
    make_user, basic, monkeypatch, verifications
):
    monkeypatch.setattr(sign_in_module, "_CACHE_SIZE", 2)
    for name in ("ana", "bob", "carol"):
        make_user(name)
        basic(name)

    with verifications() as hashes:
        basic("carol")
        basic("bob")
    assert hashes == []
    with verifications() as hashes:
        basic("ana")
    assert len(hashes) == 1


def test_what_is_remembered_holds_no_password(make_user, basic):
    make_user("ana")
    basic()

    kept = repr(sign_in_module._verified)
    assert "correct horse" not in kept
