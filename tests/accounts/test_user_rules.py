import pytest

from codex_lib.accounts.permissions import ALL, READER, Permission
from codex_lib.accounts.user_rules import (
    checked_email,
    checked_flag,
    checked_name,
    name_key,
    rights_of,
)
from codex_lib.errors import InvalidError


@pytest.mark.parametrize("name", ["ana", "Ana María", "安娜", "a" * 100, "o'neil@home"])
def test_names_of_any_letters_are_good(name):
    assert checked_name("username", f" {name}\t") == name


@pytest.mark.parametrize("name", ["", "   ", None, 7, ["ana"]])
def test_a_blank_name_is_refused(name):
    with pytest.raises(InvalidError, match="username: must not be blank"):
        checked_name("username", name)


def test_a_name_too_long_is_refused():
    with pytest.raises(InvalidError, match="longer than 100"):
        checked_name("username", "a" * 101)


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "a\u202eb", "a\u200bb", "a\udcffb"])
def test_letters_that_nobody_sees_are_refused(name):
    with pytest.raises(InvalidError, match="control or invisible"):
        checked_name("username", name)


@pytest.mark.parametrize(
    "email",
    ["ana@example.com", "a.b+c'd@mail.example.co.uk", "jürgen@exämple.de", "a@b.c"],
)
def test_addresses_that_could_be_one_are_good(email):
    assert checked_email("email", f" {email} ") == email


@pytest.mark.parametrize(
    "email",
    [
        *("", "ana", "@example.com", "ana@", "ana@example", "a@b@example.com"),
        *("ana@.com", "ana@example.", "ana@example..com", "a b@example.com"),
        *("ana@example.com\nBcc: eve@example.com", "a\n@example.com", "a\0@b.com"),
        *("<ana@example.com>", "ana,eve@example.com", 'a"b@example.com', "a\u200b@b.c"),
        *(None, 7),
    ],
)
def test_anything_else_is_no_address(email):
    with pytest.raises(InvalidError, match="email: must be an e-mail address"):
        checked_email("email", email)


def test_an_address_longer_than_mail_allows_is_refused():
    with pytest.raises(InvalidError, match="longer than 254"):
        checked_email("email", f"{'a' * 250}@b.com")


def test_a_flag_is_true_or_false_and_nothing_like_it():
    assert checked_flag("is_admin", value=True) is True
    for junk in (1, 0, "true", None):
        with pytest.raises(InvalidError, match="is_admin: must be true or false"):
            checked_flag("is_admin", junk)


@pytest.mark.parametrize("other", ["ANA", " ana ", "\uff21\uff4e\uff41"])
def test_spellings_of_one_name_have_one_key(other):
    assert name_key(other) == name_key("ana")


def test_an_accent_makes_another_name():
    assert name_key("aña") != name_key("ana")


def test_an_admin_has_all_rights_whatever_is_stored(make_user):
    admin = make_user(is_admin=True, permissions=["BooksRead"])
    reader = make_user("bob")

    assert admin.permissions == (Permission.BOOKS_READ,)
    assert rights_of(admin) == ALL
    assert rights_of(reader) == READER
