import re
from contextlib import closing

import pytest

from codex_lib.accounts.api_keys import (
    create_api_key,
    delete_api_key,
    get_api_key,
    list_api_keys,
    touch_api_key,
    update_api_key,
    verify_api_key,
)
from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.permissions import ALL, READER, Permission
from codex_lib.accounts.times import later
from codex_lib.accounts.users import delete_user, update_user
from codex_lib.db import one, open_catalog, rows
from codex_lib.errors import (
    ApiKeyNotFoundError,
    ForbiddenError,
    InvalidError,
    UnauthorizedError,
    UserNotFoundError,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = later(MONDAY, 24 * 3600)
CHEAP = Costs(8, 1, 1)
KEYS = {"ApiKeysRead", "ApiKeysWrite"}


@pytest.fixture
def ana(make_user):
    """A reader who may have keys."""
    return make_user("ana", permissions=[*READER, *KEYS])


@pytest.fixture
def make_key(db):
    """Return a function that makes a key on Monday."""

    def make(user, name="phone", **fields):
        return create_api_key(db, user, name=name, now=MONDAY, **fields)

    return make


@pytest.fixture
def change(db):
    """Return a function that updates a key on Tuesday."""

    def run(api_key, rights=None, owner=None, **changes):
        return update_api_key(
            db, api_key.id, changes, now=TUESDAY, owner=owner, rights=rights
        )

    return run


def refused(db, key, now=MONDAY):
    with pytest.raises(UnauthorizedError) as caught:
        verify_api_key(db, key, now=now)
    return str(caught.value)


# Making


def test_a_key_has_the_guides_form(make_key, ana):
    api_key, key = make_key(ana)

    assert re.fullmatch(r"codex_[a-z0-9]{8}_[A-Za-z0-9]{43}", key)
    assert api_key.key_prefix == key.split("_")[1]


def test_a_new_key_may_do_all_that_its_owner_may(db, make_key, ana):
    api_key, _ = make_key(ana)

    assert api_key.permissions == ana.permissions
    assert (api_key.user_id, api_key.name) == (ana.id, "phone")
    assert (api_key.is_active, api_key.expires_at) == (True, None)
    assert (api_key.last_used_at, api_key.created_at) == (None, MONDAY)
    assert get_api_key(db, api_key.id) == api_key


def test_of_a_key_only_a_hash_is_kept(db, make_key, ana):
    _, key = make_key(ana)

    kept = str([tuple(row) for row in rows(db, "SELECT * FROM api_keys")])
    assert key not in kept
    assert key.split("_")[2] not in kept


def test_a_key_may_be_given_less_and_an_end(make_key, ana):
    api_key, _ = make_key(
        ana, permissions=["books:read"], expires_at="2030-01-31T13:00:00+01:00"
    )

    assert api_key.permissions == (Permission.BOOKS_READ,)
    assert api_key.expires_at == "2030-01-31T12:00:00.000000Z"


def test_a_key_cannot_be_given_what_its_owner_lacks(db, make_key, ana):
    with pytest.raises(ForbiddenError, match="lacks: BooksWrite, SystemAdmin"):
        make_key(ana, permissions=["SystemAdmin", "BooksRead", "BooksWrite"])

    assert list_api_keys(db, ana.id) == []


def test_a_key_cannot_make_a_key_of_more_rights(make_key, ana):
    rights = frozenset({Permission.API_KEYS_WRITE, Permission.SYSTEM_ADMIN})

    api_key, _ = make_key(ana, rights=rights)

    assert api_key.permissions == (Permission.API_KEYS_WRITE,)
    with pytest.raises(ForbiddenError):
        make_key(ana, permissions=["BooksRead"], rights=rights)


def test_an_admins_key_has_everything_unless_told_otherwise(make_key, make_user):
    admin = make_user("root", is_admin=True, permissions=[])

    assert set(make_key(admin)[0].permissions) == ALL
    assert make_key(admin, permissions=[])[0].permissions == ()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": " "}, "name: must not be blank"),
        ({"name": "a\nb"}, "name: must not hold"),
        ({"permissions": ["BooksEat"]}, "permissions: 'BooksEat'"),
        ({"expires_at": "soon"}, "expires_at: must be a time"),
        ({"expires_at": MONDAY}, "expires_at: has passed already"),
    ],
)
def test_a_bad_field_is_refused_and_no_key_is_made(db, make_key, ana, fields, reason):
    with pytest.raises(InvalidError, match=reason):
        make_key(ana, **fields)

    assert list_api_keys(db, ana.id) == []


def test_nobody_makes_a_key_for_who_is_gone(db, make_key, ana):
    delete_user(db, ana.id)

    with pytest.raises(UserNotFoundError):
        make_key(ana)


# Finding


def test_keys_are_listed_for_their_owner_alone(db, make_key, ana, make_user):
    other = make_user("bob", permissions=READER)
    mine = [make_key(ana, name)[0] for name in ("phone", "tablet")]
    make_key(other)

    assert list_api_keys(db, ana.id) == mine
    assert list_api_keys(db, "nobody") == []


def test_another_users_key_is_not_found(db, make_key, ana, make_user, change):
    api_key, key = make_key(make_user("bob"))

    for attempt in (
        lambda: get_api_key(db, api_key.id, owner=ana.id),
        lambda: change(api_key, owner=ana.id, name="mine"),
        lambda: delete_api_key(db, api_key.id, owner=ana.id),
        lambda: get_api_key(db, "nothing"),
    ):
        with pytest.raises(ApiKeyNotFoundError, match="API key not found"):
            attempt()
    assert verify_api_key(db, key, now=MONDAY).api_key == api_key


def test_an_owner_finds_their_key(db, make_key, ana):
    api_key, _ = make_key(ana)

    assert get_api_key(db, api_key.id, owner=ana.id) == api_key


# Changing


def test_named_fields_change_and_the_others_stay(db, make_key, ana, change):
    api_key, _ = make_key(ana, expires_at="2030-01-01T00:00:00Z")

    changed = change(api_key, name="tablet", permissions=["PagesRead"], owner=ana.id)

    assert (changed.name, changed.permissions) == ("tablet", (Permission.PAGES_READ,))
    assert changed.expires_at == api_key.expires_at
    assert (changed.created_at, changed.updated_at) == (MONDAY, TUESDAY)
    assert get_api_key(db, api_key.id) == changed


def test_null_takes_the_end_away(make_key, ana, change):
    api_key, _ = make_key(ana, expires_at="2030-01-01T00:00:00Z")

    assert change(api_key, expires_at=None).expires_at is None


def test_no_changes_change_nothing_but_the_time(make_key, ana, change):
    api_key, _ = make_key(ana)

    assert change(api_key).updated_at == TUESDAY


def test_a_key_cannot_grow_beyond_its_owner(db, make_key, ana, change):
    api_key, _ = make_key(ana, permissions=[])

    with pytest.raises(ForbiddenError, match="BooksWrite"):
        change(api_key, permissions=["BooksRead", "BooksWrite"])

    assert get_api_key(db, api_key.id) == api_key


def test_a_key_cannot_grow_beyond_whoever_asks(make_key, ana, change):
    api_key, _ = make_key(ana, permissions=[])
    rights = frozenset({Permission.API_KEYS_WRITE})

    with pytest.raises(ForbiddenError):
        change(api_key, permissions=["BooksRead"], rights=rights)
    assert change(api_key, permissions=["api-keys-write"], rights=rights).permissions


def test_what_a_key_has_already_may_stay(db, make_key, ana, change):
    """A client that sends the whole object back must not fail for a demoted owner."""
    api_key, _ = make_key(ana)
    update_user(db, ana.id, {"permissions": []}, costs=CHEAP, now=MONDAY)

    changed = change(api_key, permissions=list(api_key.permissions), name="old")

    assert changed.permissions == api_key.permissions


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": ""}, "name: must not be blank"),
        ({"permissions": None}, "permissions: must be a list"),
        ({"is_active": "no"}, "is_active: must be true or false"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at: has passed"),
        ({"key_hash": "x"}, "key_hash: no field of an API key; there are expires_at"),
    ],
)
def test_a_bad_change_is_refused(db, make_key, ana, change, changes, reason):
    api_key, _ = make_key(ana)

    with pytest.raises(InvalidError, match=reason):
        change(api_key, **changes)

    assert get_api_key(db, api_key.id) == api_key


# Signing in with them


def test_a_key_is_its_owner_with_the_keys_rights(db, make_key, ana):
    api_key, key = make_key(ana, permissions=["BooksRead", "PagesRead"])

    user, found, permissions = verified = verify_api_key(db, key, now=MONDAY)

    assert (user, found) == (ana, api_key)
    assert permissions == {Permission.BOOKS_READ, Permission.PAGES_READ}
    assert not verified.is_admin


def test_what_the_owner_loses_the_key_loses(db, make_key, ana):
    _, key = make_key(ana)
    update_user(db, ana.id, {"permissions": ["PagesRead"]}, costs=CHEAP, now=MONDAY)

    permissions = verify_api_key(db, key, now=MONDAY).permissions

    assert permissions == {Permission.PAGES_READ}


def test_an_admins_key_is_an_admin_only_if_it_may_be(db, make_key, make_user):
    admin = make_user("root", is_admin=True)
    _, full = make_key(admin, permissions=["SystemAdmin"])
    _, scoped = make_key(admin, permissions=["BooksRead"])

    assert verify_api_key(db, full, now=MONDAY).is_admin
    assert verify_api_key(db, full, now=MONDAY).permissions == ALL
    assert not verify_api_key(db, scoped, now=MONDAY).is_admin
    assert verify_api_key(db, scoped, now=MONDAY).permissions == {Permission.BOOKS_READ}


def test_a_demoted_admins_key_is_no_admin(db, make_key, make_user):
    make_user("other", is_admin=True)
    admin = make_user("root", is_admin=True)
    _, key = make_key(admin)
    update_user(db, admin.id, {"is_admin": False}, costs=CHEAP, now=MONDAY)

    verified = verify_api_key(db, key, now=MONDAY)

    assert not verified.is_admin
    assert verified.permissions == READER


def test_system_admin_alone_makes_nobody_an_admin(db, make_key, make_user):
    user = make_user("bob", permissions=["SystemAdmin"])
    _, key = make_key(user)

    verified = verify_api_key(db, key, now=MONDAY)

    assert not verified.is_admin
    assert verified.permissions == {Permission.SYSTEM_ADMIN}


def test_a_key_is_good_until_its_end(db, make_key, ana):
    _, key = make_key(ana, expires_at=TUESDAY)

    assert verify_api_key(db, key, now=later(TUESDAY, -1)).user == ana
    refused(db, key, now=TUESDAY)


def test_a_deactivated_key_is_refused_until_it_is_active_again(
    db, make_key, ana, change
):
    api_key, key = make_key(ana)

    change(api_key, is_active=False)
    refused(db, key)
    change(api_key, is_active=True)
    assert verify_api_key(db, key, now=MONDAY).user == ana


def test_a_deactivated_owners_key_is_refused(db, make_key, ana):
    _, key = make_key(ana)
    update_user(db, ana.id, {"is_active": False}, costs=CHEAP, now=MONDAY)

    refused(db, key)


def test_a_deleted_key_is_refused_and_so_is_a_deleted_owners(db, make_key, ana):
    first, second = make_key(ana), make_key(ana)

    assert delete_api_key(db, first[0].id, owner=ana.id) == first[0]
    refused(db, first[1])
    delete_user(db, ana.id)
    refused(db, second[1])
    assert rows(db, "SELECT 1 FROM api_keys") == []


def test_the_right_prefix_with_a_wrong_secret_is_refused(db, make_key, ana):
    _, key = make_key(ana)
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")

    assert refused(db, wrong) == refused(db, f"codex_zzzzzzzz_{'x' * 43}")


@pytest.mark.parametrize(
    "junk",
    [
        *("", "codex_", "codex_abc12345_", "codex_abc12345_short", "eyJ.x.y"),
        *(f"codex_ABC12345_{'x' * 43}", f"codex_abc12345_{'x' * 42}_", "\udcff", "\0"),
        f"codex_abc12345_{'x' * 43}\n",
    ],
)
def test_junk_is_refused(db, junk):
    refused(db, junk)


@pytest.mark.parametrize("table", ["api_keys", "users"])
def test_a_key_deleted_while_it_is_verified_is_refused(db, make_key, ana, table):
    _, key = make_key(ana)

    def delete(statement):
        if f"FROM {table}" in statement and "key_prefix = " not in statement:
            with closing(open_catalog(db.path)) as other:
                rows(other, f"DELETE FROM {table}")  # noqa: S608 - one of two names

    db.set_trace_callback(delete)

    refused(db, key)


# Use


def last_used(db, api_key):
    return get_api_key(db, api_key.id).last_used_at


def test_use_is_noted_at_most_once_a_minute(db, make_key, ana):
    api_key, _ = make_key(ana)

    touch_api_key(db, api_key, now=MONDAY)
    api_key = get_api_key(db, api_key.id)
    assert api_key.last_used_at == MONDAY
    touch_api_key(db, api_key, now=later(MONDAY, 59))
    assert last_used(db, api_key) == MONDAY
    touch_api_key(db, api_key, now=later(MONDAY, 60))
    assert last_used(db, api_key) == later(MONDAY, 60)


def test_noting_use_leaves_what_is_cached_of_lists_alone(db, make_key, ana):
    api_key, _ = make_key(ana)
    version = one(db, "SELECT version FROM catalog")["version"]

    touch_api_key(db, api_key, now=MONDAY)

    assert one(db, "SELECT version FROM catalog")["version"] == version


def test_use_of_a_key_that_is_gone_is_nothing(db, make_key, ana):
    api_key, _ = make_key(ana)
    delete_api_key(db, api_key.id)

    touch_api_key(db, api_key, now=MONDAY)

    assert list_api_keys(db, ana.id) == []
