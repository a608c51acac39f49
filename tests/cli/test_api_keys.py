from __future__ import annotations

import re
from datetime import timedelta

import pytest

from codex_lib.accounts.api_keys import verify_api_key
from codex_lib.accounts.times import later, seconds_between
from codex_lib.clock import now
from codex_lib.errors import UnauthorizedError

KEY = re.compile(r"codex_[a-z0-9]{8}_[A-Za-z0-9]{43}\n")
DAY = timedelta(days=1).total_seconds()


@pytest.fixture
def ana(make_user):
    return make_user("ana", "--admin")


@pytest.fixture
def make_key(codex, ana):
    """Return a function that makes a key by command and returns it as JSON has it."""

    def make(name="backup", *options, user="ana"):
        ended = codex("api-keys", "create", name, "--user", user, "--json", *options)
        assert ended.code == 0, ended.err
        return ended.json

    return make


def without_key(made):
    return {name: value for name, value in made.items() if name != "key"}


# Making


def test_create_prints_nothing_but_the_key_to_stdout(codex, db, ana):
    ended = codex("api-keys", "create", "backup", "--user", "ana")

    assert KEY.fullmatch(ended.out)
    assert verify_api_key(db, ended.out.strip(), now=now()).user.username == "ana"
    assert ended.err == (
        "backup, for ana: 20 permissions, without an end. Not shown again:\n"
    )


def test_create_as_json_is_the_key_with_its_text_this_once(codex, make_key):
    made = make_key()

    assert KEY.fullmatch(f"{made['key']}\n")
    shown = codex("api-keys", "show", "backup", "--json")
    assert shown.json == without_key(made)
    assert made["key"].rpartition("_")[2] not in shown.out


def test_create_takes_permissions_in_every_spelling(make_key):
    words = ("--permission", "books:read", "--permission", "TasksRead")

    assert make_key("backup", *words)["permissions"] == ["BooksRead", "TasksRead"]


def test_create_takes_days_until_the_end(codex, ana):
    ended = codex("api-keys", "create", "x", "--user", "ana", "--expires", "90d")

    found = codex("api-keys", "show", "x", "--json").json
    left = seconds_between(now(), found["expires_at"])
    assert 90 * DAY - 60 < left <= 90 * DAY
    assert ", until 20" in ended.err


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (["--user", "bob", "--permission", "BooksWrite"], 3, "lacks: BooksWrite"),
        (["--user", "ana", "--permission", "read"], 2, "is no permission"),
        (["--user", "ana", "--expires", "soon"], 2, "90d"),
        (["--user", "ana", "--expires", "2020-01-31"], 2, "has passed already"),
        (["--user", "eve"], 4, "User not found: eve"),
        ([], 2, "--user"),
    ],
)
def test_create_refuses_and_makes_nothing(codex, ana, make_user, options, code, reason):
    make_user("bob")

    ended = codex("api-keys", "create", "backup", *options)

    assert (ended.code, ended.out) == (code, "")
    assert reason in ended.err
    assert codex("api-keys", "list", "--json").json["total"] == 0


# Seeing


def test_list_without_keys_says_what_to_type(codex):
    assert "codex api-keys create" in codex("api-keys", "list").out


def test_list_is_of_all_users_or_of_one(codex, make_user, make_key):
    make_user("bob")
    keys = [make_key("one"), make_key("two", user="bob"), make_key("three")]

    every = codex("api-keys", "list", "--json").json
    bobs = codex("api-keys", "list", "--user", "bob", "--json").json

    assert {key["name"] for key in every["data"]} == {"one", "two", "three"}
    assert (every["total"], every["total_pages"]) == (3, 1)
    assert bobs["data"] == [without_key(keys[1])]


def test_list_shows_the_beginning_of_a_key_and_never_the_rest(codex, make_key):
    made = make_key()

    shown = codex("api-keys", "list").out

    cells = shown.splitlines()[1].split()
    assert cells[:4] == ["backup", "ana", made["key"][:14], "20"]
    assert made["key"][15:] not in shown


def test_list_tells_which_keys_no_longer_work(codex, db, make_user, make_key):
    make_user("bob")
    make_key("good")
    make_key("off")
    make_key("old", "--expires", "1d")
    make_key("orphan", user="bob")
    codex("api-keys", "update", "off", "--inactive")
    codex("users", "update", "bob", "--inactive")
    past = {"end": later(now(), -60), "name": "old"}
    with db:
        db.execute("UPDATE api_keys SET expires_at = :end WHERE name = :name", past)

    lines = codex("api-keys", "list").out.splitlines()

    assert "STATE" in lines[0]
    states = {line.split()[0]: line for line in lines[1:]}
    assert "inactive" in states["off"]
    assert "expired" in states["old"]
    assert "user inactive" in states["orphan"]
    assert "active" not in states["good"]


def test_show_is_by_name_id_or_the_key_itself(codex, make_key):
    made = make_key()

    for name in ("BACKUP", made["id"], made["id"][:23], made["key"], made["key"][:14]):
        assert codex("api-keys", "show", name, "--json").json["id"] == made["id"]


def test_show_tells_what_it_may_do(codex, make_key):
    make_key("backup", "--permission", "none")

    shown = codex("api-keys", "show", "backup").out

    assert "Permissions  none\n" in shown
    assert "State        active\n" in shown
    assert "Expires      never\n" in shown


def test_a_name_that_two_users_keys_have_needs_the_user(codex, make_user, make_key):
    make_user("bob")
    make_key("backup")
    bobs = make_key("backup", user="bob")

    ended = codex("api-keys", "show", "backup")
    assert (ended.code, "backup in bob's keys" in ended.err) == (2, True)

    found = codex("api-keys", "show", "backup", "--user", "bob", "--json").json
    assert found["id"] == bobs["id"]


@pytest.mark.parametrize("command", ["show", "update", "revoke"])
def test_a_key_that_is_not_there_or_anothers_is_not_found(
    codex, make_user, make_key, command
):
    make_user("bob")
    make_key("backup")

    assert codex("api-keys", command, "nothing").code == 4
    assert codex("api-keys", command, "backup", "--user", "bob").code == 4


def test_the_secret_of_an_unknown_key_is_not_repeated(codex):
    ended = codex("api-keys", "show", f"codex_abcd1234_{'s' * 43}")

    assert (ended.code, "sss" in ended.err) == (4, False)


# Changing


def test_update_changes_what_is_named(codex, make_key):
    made = make_key("backup", "--expires", "90d")

    changed = codex(
        *("api-keys", "update", "backup", "--name", "mirror", "--inactive"),
        *("--permission", "series-read", "--expires", "never", "--json"),
    ).json

    expected = {
        **without_key(made),
        "name": "mirror",
        "is_active": False,
        "permissions": ["SeriesRead"],
        "expires_at": None,
        "updated_at": changed["updated_at"],
    }
    assert changed == expected


def test_update_leaves_what_is_not_named(codex, make_key):
    made = make_key("backup", "--expires", "90d")

    changed = codex("api-keys", "update", "backup", "--active")

    assert re.search(r"^Expires +20", changed.out, re.MULTILINE)
    found = codex("api-keys", "show", "backup", "--json").json
    assert {**found, "updated_at": None} == {**without_key(made), "updated_at": None}


def test_update_takes_all_permissions_away(codex, make_key):
    make_key()

    codex("api-keys", "update", "backup", "--permission", "none")

    assert codex("api-keys", "show", "backup", "--json").json["permissions"] == []


def test_revoke_asks_and_ends_the_key(codex, db, make_key):
    made = make_key()

    refused = codex("api-keys", "revoke", "backup")
    assert (refused.code, "--yes" in refused.err) == (2, True)

    done = codex("api-keys", "revoke", made["key"], "--yes", "--json")
    assert done.json == {"id": made["id"], "name": "backup", "deleted": True}
    with pytest.raises(UnauthorizedError):
        verify_api_key(db, made["key"], now=now())


def test_revoke_says_which_key_it_was(codex, make_key):
    begins = make_key()["key"][:14]

    ended = codex("api-keys", "revoke", "backup", "-y")

    assert ended.out == f"Revoked backup ({begins}) of ana.\n"
