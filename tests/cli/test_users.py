from __future__ import annotations

import re

import pytest

from codex_lib.accounts.passwords import Costs, verify_password
from codex_lib.accounts.permissions import ALL, READER
from codex_lib.accounts.setup import setup_status
from codex_lib.accounts.tokens import create_token, verify_token
from codex_lib.accounts.users import create_user, get_account, get_user
from codex_lib.clock import now
from codex_lib.db import open_catalog
from codex_lib.errors import UnauthorizedError

PASSWORD = "correct horse"
NEW = "battery staple"
SECRET = "s" * 32


@pytest.fixture
def kept(codex, tmp_path):
    """Return a function that reads the account of a user as the catalog has it."""

    def read(user):
        db = open_catalog(tmp_path / "data" / "codex.db")
        account = get_account(db, user["id"])
        db.close()
        return account

    return read


def is_password(account, password):
    return verify_password(password, account.password_hash)


# Making


def test_the_first_admin_sets_codex_up(codex, db, make_user):
    assert setup_status(db, registration_enabled=False).setup_required

    made = make_user("ana", "--admin")

    assert (made["is_admin"], made["is_active"], made["email_verified"]) == (True,) * 3
    assert set(made["permissions"]) == ALL
    assert not setup_status(db, registration_enabled=False).setup_required


def test_create_without_an_admin_says_how_to_make_one(codex):
    words = ("users", "create", "bob", "--email", "bob@example.com", "--password-stdin")
    ended = codex(*words, answer=PASSWORD)

    assert re.search(r"^Name +bob$", ended.out, re.MULTILINE)
    assert re.search(r"^Admin +no$", ended.out, re.MULTILINE)
    assert "codex users create --admin" in ended.err


def test_create_beside_an_admin_says_nothing_more(codex, make_user):
    make_user("ana", "--admin")
    words = ("users", "create", "bob", "--email", "bob@example.com", "--password-stdin")

    assert codex(*words, answer=PASSWORD).err == ""


def test_create_as_json_has_the_names_of_the_api(make_user):
    assert list(make_user()) == [
        *("id", "username", "email", "is_admin", "is_active", "email_verified"),
        *("permissions", "last_login_at", "created_at", "updated_at"),
    ]


@pytest.mark.parametrize(
    ("words", "permissions"),
    [
        ([], [*READER]),
        (["BooksRead", "users:write"], ["BooksRead", "UsersWrite"]),
        (["books-read", "API_KEYS_READ"], ["BooksRead", "ApiKeysRead"]),
        (["none"], []),
    ],
)
def test_create_takes_permissions_in_every_spelling(make_user, words, permissions):
    options = [text for word in words for text in ("--permission", word)]

    assert sorted(make_user("ana", *options)["permissions"]) == sorted(permissions)


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"name": "ANA"}, 5, "is taken"),
        ({"--email": "ana@EXAMPLE.com"}, 5, "is taken"),
        ({"--email": "nobody"}, 2, "must be an e-mail address"),
        ({"--permission": "read"}, 2, "'read' is no permission"),
        ({"name": " "}, 2, "must not be blank"),
    ],
)
def test_create_refuses_in_one_line(codex, make_user, changes, code, reason):
    make_user("ana")
    options = {"name": "bob", "--email": "bob@example.com", **changes}
    words = [text for pair in options.items() for text in pair if text != "name"]

    ended = codex("users", "create", *words, "--password-stdin", answer=PASSWORD)

    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("codex: ")
    assert reason in ended.err
    assert ended.err.count("\n") == 1


# The password


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_password_from_stdin_is_its_one_line(codex, kept, end):
    words = ("users", "create", "ana", "--email", "ana@example.com", "--json")

    made = codex(*words, "--password-stdin", answer=f"correct horse {end}").json

    assert is_password(kept(made), "correct horse ")


@pytest.mark.parametrize(
    "answer",
    [b"", b"\n", b"correct horse\nagain\n", b"correct \xff\xfe horse", b"short\n"],
)
def test_an_unusable_password_from_stdin_is_not_repeated(codex, answer):
    words = ("users", "create", "ana", "--email", "ana@example.com")

    ended = codex(*words, "--password-stdin", answer=answer)

    assert (ended.code, ended.out) == (2, "")
    assert "horse" not in ended.err
    assert "short" not in ended.err
    assert codex("users", "list", "--json").json["total"] == 0


def test_a_password_is_no_option(codex):
    words = ("users", "create", "ana", "--email", "ana@example.com")

    assert codex(*words, "--password", PASSWORD).code == 2


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (["create"], "NAME"),
        (["create", "bob"], "--email"),
        (["create", "bob", "--email", "bob@example.com"], "--password-stdin"),
        (["passwd", "ana"], "--password-stdin"),
    ],
)
def test_without_a_terminal_the_missing_option_is_named(
    codex, make_user, words, missing
):
    make_user("ana")

    ended = codex("users", *words, answer=f"{PASSWORD}\n{PASSWORD}\n")

    assert (ended.code, missing in ended.err) == (2, True)


def test_the_terminal_asks_for_what_is_missing_and_hides_the_password(asked, codex):
    ended = asked(
        *("users", "create", "--admin", "--json"),
        answers=[
            ("Name: ", "ana"),
            ("E-mail: ", "ana@example.com"),
            ("Password: ", PASSWORD),
            ("Again: ", PASSWORD),
        ],
    )

    assert ended.code == 0
    assert ended.out.startswith("{")
    assert "ana@example.com" in ended.shown
    assert PASSWORD not in ended.shown + ended.out
    assert b"create" in ended.listed
    assert PASSWORD.encode() not in ended.listed
    assert codex("users", "show", "ana", "--json").json["is_admin"]


def test_two_passwords_that_differ_change_nothing(asked, make_user, kept):
    user = make_user("ana")

    answers = [("Password: ", NEW), ("Again: ", f"{NEW}!")]
    ended = asked("users", "passwd", "ana", answers=answers)

    assert ended.code == 2
    assert "not the same" in ended.shown
    assert NEW not in ended.shown
    assert is_password(kept(user), PASSWORD)


def test_a_password_too_short_is_not_asked_for_twice(asked, make_user):
    make_user("ana")

    ended = asked("users", "passwd", "ana", answers=[("Password: ", "short")])

    assert ended.code == 2
    assert "at least 8" in ended.shown
    assert "Again" not in ended.shown


@pytest.mark.parametrize(
    ("args", "question"), [(["create"], "Name: "), (["passwd", "ana"], "Password: ")]
)
def test_the_end_of_input_at_a_question_ends_the_command(
    asked, make_user, args, question
):
    make_user("ana")

    ended = asked("users", *args, answers=[(question, "\x04")])

    assert ended.code == 1
    assert "Aborted" in ended.shown


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_typed_password_that_is_no_text_is_refused(
    asked, make_user, monkeypatch, errors
):
    make_user("ana")
    monkeypatch.setenv("PYTHONIOENCODING", f"utf-8:{errors}")

    ended = asked("users", "passwd", "ana", answers=[("Password: ", "caf\udce9 noir")])

    assert ended.code == 2
    assert "codex: password: " in ended.shown
    assert "noir" not in ended.shown


def test_password_stdin_is_refused_at_a_terminal_which_would_show_it(asked, make_user):
    make_user("ana")

    ended = asked("users", "passwd", "ana", "--password-stdin", answers=[])

    assert (ended.code, "is for pipes" in ended.shown) == (2, True)


def test_passwd_ends_the_sessions(codex, db, make_user, kept):
    user = make_user("ana")
    token = create_token(
        db, get_user(db, user["id"]), secret=SECRET, hours=1, now=now()
    )

    words = ("users", "passwd", "ANA@example.com", "--password-stdin")
    ended = codex(*words, answer=f"{NEW}\n")

    assert ended.out == "ana has a new password and is signed out everywhere.\n"
    assert is_password(kept(user), NEW)
    with pytest.raises(UnauthorizedError):
        verify_token(db, token.access_token, secret=SECRET, now=now())


def test_passwd_as_json_is_the_user(codex, make_user):
    user = make_user("ana")

    words = ("users", "passwd", "ana", "--password-stdin", "--json")
    printed = codex(*words, answer=NEW).json

    assert {**printed, "updated_at": None} == {**user, "updated_at": None}


def test_passwd_of_nobody_does_not_ask_first(asked, codex):
    ended = asked("users", "passwd", "nobody", answers=[])

    assert (ended.code, "not found: nobody" in ended.shown) == (4, True)


def test_hashing_costs_what_the_settings_say(make_user, kept, monkeypatch):
    monkeypatch.setenv("CODEX_AUTH_ARGON2_TIME_COST", "3")

    assert f"t=3,p={Costs().lanes}$" in kept(make_user("ana")).password_hash


# Seeing


def test_list_without_users_says_what_to_type(codex):
    assert "codex users create --admin" in codex("users", "list").out


def test_list_shows_rights_and_state(codex, make_user):
    make_user("Bob")
    make_user("ana", "--admin")
    codex("users", "update", "bob", "--inactive")

    lines = [line.split() for line in codex("users", "list").out.splitlines()]

    assert lines[0] == ["NAME", "E-MAIL", "RIGHTS", "STATE", "ID"]
    assert lines[1][:3] == ["ana", "ana@example.com", "admin"]
    assert lines[2][:4] == ["Bob", "Bob@example.com", "5", "inactive"]


def test_list_and_show_tell_who_has_not_confirmed(codex, db, make_user):
    create_user(
        db,
        username="eve",
        email="eve@example.com",
        password=PASSWORD,
        is_active=False,
        email_verified=False,
        costs=Costs(8, 1, 1),
        now=now(),
    )

    assert "unconfirmed" in codex("users", "list").out
    assert "E-mail confirmed  no" in codex("users", "show", "eve").out
    changed = codex("users", "update", "eve", "--active", "--json").json
    assert (changed["is_active"], changed["email_verified"]) == (True, True)


def test_list_as_json_is_the_envelope_without_any_password(codex, make_user):
    user = make_user("ana")

    printed = codex("users", "list", "--json")

    assert printed.json == {
        "data": [user],
        "page": 0,
        "page_size": 1,
        "total": 1,
        "total_pages": 1,
    }
    assert "argon2" not in printed.out


def test_show_is_by_name_address_or_id(codex, make_user):
    user = make_user("ana")

    for name in ("ANA", "ana@example.com", user["id"], user["id"][:23]):
        assert codex("users", "show", name, "--json").json == user


@pytest.mark.parametrize(
    ("options", "shown"), [(["--admin"], "all"), (["--permission", "none"], "none")]
)
def test_show_tells_what_they_may_do(codex, make_user, options, shown):
    make_user("ana", *options)

    assert f"Permissions       {shown}\n" in codex("users", "show", "ana").out


@pytest.mark.parametrize("command", ["show", "update", "passwd", "delete"])
def test_a_user_that_is_not_there_is_not_found(codex, command):
    assert codex("users", command, "nobody").code == 4


# Changing


def test_update_changes_what_is_named(codex, make_user):
    make_user("root", "--admin")
    make_user("ana")

    changed = codex(
        *("users", "update", "ana", "--name", "Anna", "--email", "anna@example.com"),
        *("--inactive", "--permission", "books-write", "--json"),
    ).json

    assert (changed["username"], changed["email"]) == ("Anna", "anna@example.com")
    assert (changed["is_active"], changed["permissions"]) == (False, ["BooksWrite"])
    assert codex("users", "show", "Anna", "--json").json == changed


def test_update_takes_all_permissions_away(codex, make_user):
    make_user("ana")

    codex("users", "update", "ana", "--permission", "none")

    assert codex("users", "show", "ana", "--json").json["permissions"] == []


def test_update_makes_an_admin_and_no_admin(codex, make_user):
    make_user("root", "--admin")
    make_user("ana")

    raised = codex("users", "update", "ana", "--admin", "--json").json
    lowered = codex("users", "update", "ana", "--no-admin", "--json").json

    assert (raised["is_admin"], set(raised["permissions"])) == (True, ALL)
    assert (lowered["is_admin"], set(lowered["permissions"])) == (False, READER)


@pytest.mark.parametrize(
    "words",
    [
        ["update", "ana", "--no-admin"],
        ["update", "ana", "--inactive"],
        ["delete", "ana", "--yes"],
    ],
    ids=" ".join,
)
def test_the_last_admin_is_protected(codex, make_user, words):
    ana = make_user("ana", "--admin")
    make_user("bob")

    ended = codex("users", *words)

    assert (ended.code, "last active admin" in ended.err) == (5, True)
    assert codex("users", "show", "ana", "--json").json == ana


def test_delete_asks_for_yes_where_nobody_can_be_asked(codex, make_user):
    ana = make_user("ana")

    refused = codex("users", "delete", "ana")
    assert (refused.code, "--yes" in refused.err) == (2, True)

    done = codex("users", "delete", "ana", "--yes", "--json")
    assert done.json == {"id": ana["id"], "username": "ana", "deleted": True}
    assert codex("users", "show", "ana").code == 4


def test_delete_says_whom_it_deleted(codex, make_user):
    make_user("ana")

    assert codex("users", "delete", "ana", "-y").out == "Deleted ana.\n"


def test_delete_at_a_terminal_names_the_user_and_takes_no_for_an_answer(
    asked, codex, make_user
):
    make_user("ana")

    ended = asked("users", "delete", "ana", answers=[("[y/N]", "n")])

    assert ended.code == 1
    assert "Delete ana (ana@example.com) and their API keys?" in ended.shown
    assert codex("users", "show", "ana").code == 0


def test_an_error_with_json_is_the_apis_object(codex):
    ended = codex("users", "show", "nobody", "--json")

    assert ended.err.startswith('{"error": "NotFound"')
