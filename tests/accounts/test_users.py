import pytest

from codex_lib.accounts.passwords import Costs, verify_password
from codex_lib.accounts.permissions import ALL, READER, Permission
from codex_lib.accounts.user_rules import Actor
from codex_lib.accounts.users import (
    count_users,
    create_user,
    delete_user,
    find_account,
    find_by_login,
    get_account,
    get_user,
    list_users,
    update_user,
)
from codex_lib.accounts.verification import verify_email
from codex_lib.db import one, rows
from codex_lib.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LastAdminError,
    UserNotFoundError,
)

CHEAP = Costs(8, 1, 1)
MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def change(db):
    """Return a function that updates a user on Tuesday."""

    def run(user, by=None, **changes):
        return update_user(db, user.id, changes, costs=CHEAP, now=TUESDAY, by=by)

    return run


def actor(user, *permissions):
    """A user with all their rights, or with those of an API key."""
    rights = frozenset(permissions or (ALL if user.is_admin else user.permissions))
    return Actor(user.id, user.is_admin and not permissions, rights)


# Making and finding


def test_a_new_user_is_an_active_reader(db, make_user):
    user = make_user("Ana")

    assert (user.username, user.email) == ("Ana", "Ana@example.com")
    assert (user.is_admin, user.is_active, user.email_verified) == (False, True, True)
    assert set(user.permissions) == READER
    assert (user.last_login_at, user.created_at) == (None, MONDAY)
    assert get_user(db, user.id) == user


def test_a_new_admin_has_all_permissions(make_user):
    assert set(make_user(is_admin=True).permissions) == ALL


def test_given_permissions_take_the_place_of_the_preset(db, make_user):
    user = make_user(permissions=["books:read", "UsersWrite"])

    assert user.permissions == (Permission.BOOKS_READ, Permission.USERS_WRITE)
    assert get_user(db, user.id).permissions == user.permissions


def test_no_permissions_are_not_the_preset(make_user):
    assert make_user(permissions=[]).permissions == ()


def test_only_a_hash_of_the_password_is_kept_and_not_shown(db, make_user):
    account = get_account(db, make_user(password="correct horse").id)

    assert verify_password("correct horse", account.password_hash)
    assert account.password_hash not in repr(account)
    dump = [tuple(row) for row in rows(db, "SELECT * FROM users")]
    assert "correct horse" not in str(dump)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"username": " "}, "username"),
        ({"email": "ana"}, "email"),
        ({"password": "short"}, "password"),
        ({"permissions": ["BooksEat"]}, "permissions"),
        ({"is_admin": "yes"}, "is_admin"),
    ],
)
def test_a_bad_field_is_refused_by_name_and_nothing_is_made(db, fields, wrong):
    given = {"username": "ana", "email": "a@example.com", "password": "correct horse"}

    with pytest.raises(InvalidError) as caught:
        create_user(db, **{**given, **fields}, costs=CHEAP, now=MONDAY)

    assert caught.value.field == wrong
    assert count_users(db) == 0


@pytest.mark.parametrize(
    ("username", "email", "taken"),
    [
        ("ANA", "other@example.com", "username: ANA is taken"),
        ("bob", "ANA@Example.com", "email: ANA@Example.com is taken"),
        ("ana@example.com", "other@example.com", "username: ana@example.com is taken"),
    ],
)
def test_a_name_or_an_address_belongs_to_one_user(make_user, username, email, taken):
    make_user("ana")

    with pytest.raises(ConflictError) as caught:
        make_user(username, email=email)

    assert str(caught.value) == taken


def test_an_address_that_is_anothers_name_is_taken(make_user):
    make_user("ana@example.com", email="ana@elsewhere.com")

    with pytest.raises(ConflictError, match=r"email: ana@example\.com is taken"):
        make_user("ana")


def test_a_user_may_be_called_by_their_own_address(make_user):
    user = make_user("ana@example.com", email="ana@example.com")

    assert user.username == user.email


def test_users_are_listed_by_name_in_any_case(db, make_user):
    for name in ("bob", "Ana", "carol"):
        make_user(name)

    assert [user.username for user in list_users(db)] == ["Ana", "bob", "carol"]
    assert count_users(db) == 3


@pytest.mark.parametrize(
    "login", ["ana", " ANA ", "ana@example.com", "Ana@Example.Com"]
)
def test_a_user_is_found_by_name_or_address(db, make_user, login):
    user = make_user("ana")

    assert find_by_login(db, login) == user


@pytest.mark.parametrize("login", ["", "bob", "ana%", "ana\udcff", "\0", "a" * 9999])
def test_nobody_is_found_by_anything_else(db, make_user, login):
    make_user("ana")

    assert find_by_login(db, login) is None
    assert find_account(db, login) is None


def test_a_user_that_does_not_exist_is_told(db):
    with pytest.raises(UserNotFoundError, match=f"User not found: {NOBODY}"):
        get_user(db, NOBODY)


# Changing


def test_named_fields_change_and_the_others_stay(db, make_user, change):
    user = make_user("ana")

    changed = change(user, username="Anna", email="anna@example.com")

    assert (changed.username, changed.email) == ("Anna", "anna@example.com")
    assert (changed.created_at, changed.updated_at) == (MONDAY, TUESDAY)
    assert changed.permissions == user.permissions
    assert get_user(db, user.id) == changed
    assert find_by_login(db, "ana") is None
    assert verify_password("correct horse", get_account(db, user.id).password_hash)


def test_ones_own_name_in_another_case_is_not_taken(make_user, change):
    assert change(make_user("ana"), username="ANA").username == "ANA"


def test_anothers_name_is_taken_and_nothing_changes(db, make_user, change):
    ana, _ = make_user("ana"), make_user("bob")

    with pytest.raises(ConflictError, match="username: Bob is taken"):
        change(ana, username="Bob", email="new@example.com")

    assert get_user(db, ana.id) == ana


def test_a_new_password_replaces_the_old_one_and_ends_tokens(db, make_user, change):
    user = make_user()

    change(user, password="battery staple")

    account = get_account(db, user.id)
    assert verify_password("battery staple", account.password_hash)
    assert not verify_password("correct horse", account.password_hash)
    assert account.token_version == 1


def test_deactivation_ends_tokens_and_a_new_name_does_not(db, make_user, change):
    user = make_user()

    change(user, username="anna")
    assert get_account(db, user.id).token_version == 0
    change(user, is_active=False)
    assert get_account(db, user.id).token_version == 1


@pytest.mark.parametrize(("was_admin", "preset"), [(False, ALL), (True, READER)])
def test_a_changed_admin_flag_gives_its_preset(make_user, change, was_admin, preset):
    make_user("root", is_admin=True)
    user = make_user(is_admin=was_admin, permissions=["TasksRead"])

    changed = change(user, is_admin=not was_admin)

    assert set(changed.permissions) == preset


def test_permissions_named_beside_the_flag_are_taken(make_user, change):
    user = make_user()

    changed = change(user, is_admin=True, permissions=["books-read"])

    assert changed.permissions == (Permission.BOOKS_READ,)


def test_the_flag_as_it_is_changes_no_permissions(make_user, change):
    user = make_user(permissions=["TasksRead"])

    assert change(user, is_admin=False).permissions == (Permission.TASKS_READ,)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"username": None}, "username: must not be blank"),
        ({"password": "short"}, "password: must have"),
        ({"is_active": 1}, "is_active: must be true or false"),
        ({"permissions": "BooksRead"}, "permissions: must be a list"),
        ({"id": "x"}, "id: no field of a user; there are email, is_active"),
        ({"token_version": 7}, "token_version: no field of a user"),
    ],
)
def test_a_bad_change_is_refused_and_nothing_changes(
    db, make_user, change, changes, reason
):
    user = make_user()

    with pytest.raises(InvalidError, match=reason):
        change(user, email="new@example.com", **changes)

    assert get_user(db, user.id) == user


def test_a_user_that_is_gone_cannot_change(db, make_user, change):
    user = make_user()
    delete_user(db, user.id)

    with pytest.raises(UserNotFoundError):
        change(user, username="anna")


# Confirmation that is pending


def test_activating_a_user_confirms_the_address_too(db, make_pending, change):
    user, token = make_pending()

    assert change(user, is_active=True).can_sign_in
    with pytest.raises(InvalidError):
        verify_email(db, token, now=TUESDAY)


def test_a_deactivated_user_cannot_come_back_by_a_link(db, make_pending, change):
    user, token = make_pending()

    change(user, is_active=False)

    with pytest.raises(InvalidError):
        verify_email(db, token, now=MONDAY)


def test_a_link_to_a_former_address_confirms_nothing(db, make_pending, change):
    user, token = make_pending()

    change(user, email="new@example.com")

    with pytest.raises(InvalidError):
        verify_email(db, token, now=MONDAY)
    assert one(db, "SELECT 1 FROM email_verifications") is not None


def test_a_link_survives_a_change_of_name(db, make_pending, change):
    user, token = make_pending()

    change(user, username="anna")

    assert verify_email(db, token, now=MONDAY).username == "anna"


# The last admin


@pytest.mark.parametrize("changes", [{"is_admin": False}, {"is_active": False}])
def test_the_last_active_admin_stays_one(db, make_user, change, changes):
    admin = make_user("root", is_admin=True)
    make_user("off", is_admin=True, is_active=False)
    make_user("new", is_admin=True, email_verified=False)

    with pytest.raises(LastAdminError, match="root is the last active admin"):
        change(admin, **changes)

    assert get_user(db, admin.id) == admin


def test_the_last_active_admin_cannot_be_deleted(db, make_user):
    admin = make_user("root", is_admin=True)

    with pytest.raises(LastAdminError):
        delete_user(db, admin.id)

    assert count_users(db) == 1


def test_one_of_two_admins_may_go(db, make_user, change):
    first, second = make_user("a", is_admin=True), make_user("b", is_admin=True)

    change(first, is_admin=False)

    with pytest.raises(LastAdminError):
        delete_user(db, second.id)


def test_the_last_admin_may_change_name_and_password(make_user, change):
    admin = make_user("root", is_admin=True)

    assert change(admin, username="toor", password="battery staple").is_admin


def test_an_admin_who_cannot_sign_in_is_no_last_one(db, make_user):
    off = make_user("off", is_admin=True, is_active=False)

    assert delete_user(db, off.id) == off


DEMOTE = """
from codex_lib.accounts.users import update_user
def race():
    update_user(db, sys.argv[2], {"is_admin": False}, costs=costs, now=now)
    return "demoted"
"""


def test_two_admins_demoted_at_once_leave_one(db, make_user, race):
    admins = [make_user(name, is_admin=True) for name in ("a", "b", "c")]

    answers = race(DEMOTE, *[admin.id for admin in admins])

    assert sorted(answers) == ["LastAdminError", "demoted", "demoted"]
    assert [user.is_admin for user in list_users(db)].count(True) == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda db, user: delete_user(db, user.id),
        lambda db, user: update_user(
            db, user.id, {"is_admin": False}, costs=CHEAP, now=TUESDAY
        ),
    ],
    ids=["delete", "demote"],
)
def test_the_other_admins_are_looked_for_under_the_write_lock(db, make_user, end):
    first, _ = make_user("a", is_admin=True), make_user("b", is_admin=True)
    held = []
    db.set_trace_callback(
        lambda sql: held.append(db.in_transaction) if "uuid <> '" in sql else None
    )

    end(db, first)

    assert held
    assert all(held)


# Who may change whom


@pytest.mark.parametrize("changes", [{"is_admin": False}, {"is_active": False}])
def test_an_admin_cannot_give_up_their_own_rights(make_user, change, changes):
    admin, _ = make_user("root", is_admin=True), make_user("other", is_admin=True)

    with pytest.raises(InvalidError, match="is your own; another user can change it"):
        change(admin, by=actor(admin), **changes)


def test_nobody_can_delete_themselves(db, make_user):
    admin, _ = make_user("root", is_admin=True), make_user("other", is_admin=True)

    with pytest.raises(InvalidError, match="id: is your own account"):
        delete_user(db, admin.id, by=actor(admin))


def test_an_admin_may_change_their_own_other_fields(make_user, change):
    admin = make_user("root", is_admin=True)

    changed = change(admin, by=actor(admin), username="toor", is_admin=True)

    assert changed.username == "toor"


def test_an_admin_may_do_everything_to_others(db, make_user, change):
    admin, other = make_user("root", is_admin=True), make_user("bob", is_admin=True)

    change(other, by=actor(admin), is_admin=False, password="battery staple")

    assert delete_user(db, other.id, by=actor(admin)).username == "bob"


@pytest.fixture
def clerk(make_user):
    """Somebody who may make and change users but is no admin."""
    return make_user("clerk", permissions=[*READER, "UsersWrite", "UsersDelete"])


def test_a_clerk_manages_those_who_have_no_more_rights(db, make_user, change, clerk):
    reader = make_user("bob", by=actor(clerk))

    changed = change(
        reader, by=actor(clerk), permissions=["UsersWrite"], is_active=False
    )

    assert changed.permissions == (Permission.USERS_WRITE,)
    assert delete_user(db, reader.id, by=actor(clerk)) == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "battery staple"},
        {"email": "clerk2@example.com"},
        {"is_active": False},
        {"is_admin": False},
    ],
)
def test_a_clerk_cannot_touch_an_admin(make_user, change, clerk, changes):
    make_user("other", is_admin=True)
    admin = make_user("root", is_admin=True, permissions=[])

    with pytest.raises(ForbiddenError, match="Only an admin"):
        change(admin, by=actor(clerk), **changes)


def test_a_clerk_cannot_delete_an_admin(db, make_user, clerk):
    make_user("other", is_admin=True)
    admin = make_user("root", is_admin=True)

    with pytest.raises(ForbiddenError):
        delete_user(db, admin.id, by=actor(clerk))


def test_a_clerk_cannot_make_an_admin_of_anybody(make_user, change, clerk):
    with pytest.raises(ForbiddenError):
        change(clerk, by=actor(clerk), is_admin=True)
    with pytest.raises(ForbiddenError):
        make_user("bob", is_admin=True, by=actor(clerk))


def test_a_clerk_cannot_give_what_they_lack(make_user, change, clerk):
    with pytest.raises(ForbiddenError, match="permissions that you do not have"):
        change(clerk, by=actor(clerk), permissions=["SystemAdmin"])
    with pytest.raises(ForbiddenError):
        make_user("bob", permissions=["BooksWrite"], by=actor(clerk))


def test_a_clerk_cannot_take_over_whoever_has_more_rights(make_user, change, clerk):
    editor = make_user("editor", permissions=["BooksWrite"])

    with pytest.raises(ForbiddenError):
        change(editor, by=actor(clerk), password="battery staple", permissions=[])


def test_an_admins_key_of_few_rights_is_no_admin(make_user, change):
    admin, other = make_user("root", is_admin=True), make_user("bob", is_admin=True)

    with pytest.raises(ForbiddenError):
        change(other, by=actor(admin, Permission.USERS_WRITE), username="eve")


# Deleting


def test_deleting_takes_everything_of_the_user_along(db, make_pending):
    user, _ = make_pending()

    assert delete_user(db, user.id) == user

    assert count_users(db) == 0
    assert rows(db, "SELECT * FROM email_verifications") == []


def test_a_user_cannot_be_deleted_twice(db, make_user):
    user = make_user()
    delete_user(db, user.id)

    with pytest.raises(UserNotFoundError):
        delete_user(db, user.id)
