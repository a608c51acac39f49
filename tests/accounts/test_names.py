import pytest

from codex_lib.accounts.api_keys import create_api_key
from codex_lib.accounts.names import find_api_key, find_user
from codex_lib.db import rows, write
from codex_lib.errors import (
    AmbiguousNameError,
    ApiKeyNotFoundError,
    UserNotFoundError,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
ONE = "019a1111-0000-7000-8000-000000000001"
OTHER = "019a1112-0000-7000-8000-000000000002"


@pytest.fixture
def set_ids(db):
    """Return a function that gives the first rows of a table these ids."""

    def store(table, *ids):
        with write(db):
            for number, uuid in enumerate(ids, 1):
                sql = f"UPDATE {table} SET uuid = ? WHERE id = ?"  # noqa: S608 - closed
                rows(db, sql, [uuid, number])

    return store


@pytest.fixture
def make_key(db):
    """Return a function that makes an API key and returns it with its text."""

    def make(user, name="backup"):
        return create_api_key(db, user, name=name, now=MONDAY)

    return make


@pytest.mark.parametrize("text", ["Ana", "ana", " ANA ", "Ana@Example.com"])
def test_a_user_is_named_by_name_or_address_in_any_case(db, make_user, text):
    user = make_user("Ana")
    make_user("Bob")

    assert find_user(db, text) == user


@pytest.mark.parametrize("text", [ONE, ONE.upper(), ONE[:9], "019A1111"])
def test_a_user_is_named_by_id_or_its_beginning(db, make_user, set_ids, text):
    make_user("Ana")
    make_user("Bob")
    set_ids("users", ONE, OTHER)

    assert find_user(db, text).username == "Ana"


@pytest.mark.parametrize("text", ["", "an", "019", "019b", "%", "\0", "\udcff"])
def test_a_text_that_names_no_user_is_not_found(db, make_user, set_ids, text):
    make_user("Ana")
    set_ids("users", ONE)

    with pytest.raises(UserNotFoundError):
        find_user(db, text)


def test_a_beginning_of_two_users_ids_lists_both(db, make_user, set_ids):
    make_user("Ana")
    make_user("Bob")
    set_ids("users", ONE, OTHER)

    with pytest.raises(AmbiguousNameError) as error:
        find_user(db, "019a")

    assert error.value.candidates == [f"{ONE} (Ana)", f"{OTHER} (Bob)"]


@pytest.mark.parametrize("name", [ONE, ONE[:8]])
def test_nobody_takes_anothers_place_by_being_called_like_the_id(
    db, make_user, set_ids, name
):
    make_user("Ana")
    make_user("Bob")
    set_ids("users", ONE, OTHER)
    with write(db):
        sql = "UPDATE users SET username = :name, username_key = :name WHERE uuid = :id"
        rows(db, sql, {"name": name, "id": OTHER})

    assert find_user(db, name).username == "Ana"


def test_an_api_key_is_named_by_name_id_or_its_own_text(db, make_user, make_key):
    key, text = make_key(make_user())
    begins = f"codex_{key.key_prefix}"

    for name in ("BACKUP", key.id, key.id[:23], begins, f"{begins}_", text):
        assert find_api_key(db, name) == key


def test_a_name_that_two_keys_have_lists_both_with_their_users(db, make_user, make_key):
    ana, bob = make_user("ana"), make_user("bob")
    first, second = make_key(ana)[0], make_key(bob)[0]

    with pytest.raises(AmbiguousNameError) as error:
        find_api_key(db, "backup")

    assert error.value.candidates == [
        f"{first.id} (backup in ana's keys)",
        f"{second.id} (backup in bob's keys)",
    ]
    assert find_api_key(db, "backup", owner=bob.id) == second


def test_another_users_key_is_not_found_by_any_of_its_names(db, make_user, make_key):
    key, text = make_key(make_user("ana"))
    bob = make_user("bob")

    for name in ("backup", key.id, f"codex_{key.key_prefix}", text):
        with pytest.raises(ApiKeyNotFoundError):
            find_api_key(db, name, owner=bob.id)


def test_an_error_does_not_repeat_the_secret_of_a_key(db):
    with pytest.raises(ApiKeyNotFoundError) as error:
        find_api_key(db, f"codex_abcd1234_{'s' * 43}")

    assert str(error.value) == "API key not found: codex_abcd1234"
