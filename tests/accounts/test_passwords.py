import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from codex_lib.accounts.passwords import (
    Costs,
    check_password_rules,
    costs_of,
    dummy_hash,
    hash_password,
    needs_rehash,
    verify_password,
)
from codex_lib.config.definitions import Auth
from codex_lib.errors import InvalidError

CHEAP = Costs(8, 1, 1)
HASH = hash_password("correct horse", CHEAP)


@pytest.mark.parametrize("password", ["12345678", "pässwörd", "x" * 1024, "🔑" * 8])
def test_good_passwords_pass(password):
    assert check_password_rules(password) == password


@pytest.mark.parametrize("password", ["", "1234567", " " * 8])
def test_short_and_blank_passwords_are_refused(password):
    with pytest.raises(InvalidError, match="password: must have at least 8"):
        check_password_rules(password)


@pytest.mark.parametrize(
    "password", ["x" * 1025, "ü" * 513, "x" * 10_000_000, "\udcff" * 8, None, 12345678]
)
def test_what_cannot_be_hashed_is_refused(password):
    with pytest.raises(InvalidError, match="at most 1024 bytes"):
        check_password_rules(password)


def test_the_strict_rules_ask_for_four_kinds_of_characters():
    assert check_password_rules("Passw0rd!", strict=True) == "Passw0rd!"


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("passw0rd!", "needs an upper-case letter"),
        ("PASSW0RD!", "needs a lower-case letter"),
        ("Password!", "needs a digit"),
        ("Passw0rd_", "needs one of "),
        ("________", "an upper-case letter, a lower-case letter, a digit, one of"),
    ],
)
def test_the_strict_rules_say_what_is_missing(password, missing):
    with pytest.raises(InvalidError, match=missing):
        check_password_rules(password, strict=True)


def test_an_error_never_shows_the_password():
    with pytest.raises(InvalidError) as caught:
        check_password_rules("hunter2")

    assert "hunter2" not in repr(caught.value)


def test_a_hash_is_argon2id_with_its_costs_and_another_each_time():
    parameters = extract_parameters(HASH)

    assert HASH.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert parameters.type is Type.ID
    assert hash_password("correct horse", CHEAP) != HASH


def test_the_default_costs_are_the_settings():
    assert costs_of(Auth()) == Costs() == (19456, 2, 1)
    assert costs_of(Auth(argon2_memory_cost=8192, argon2_parallelism=4)) == (8192, 2, 4)


def test_only_the_password_itself_is_right():
    assert verify_password("correct horse", HASH)
    assert not verify_password("correct horse ", HASH)
    assert not verify_password("Correct horse", HASH)
    assert not verify_password("", HASH)


def test_an_accent_typed_in_two_ways_is_one_password():
    composed, decomposed = (
        "caf\N{LATIN SMALL LETTER E WITH ACUTE} noir",
        "cafe\u0301 noir",
    )

    assert verify_password(decomposed, hash_password(composed, CHEAP))
    assert verify_password(composed, hash_password(decomposed, CHEAP))


@pytest.mark.parametrize(
    "junk",
    ["", "correct horse", "$argon2id$", HASH[:-1], "ü" + HASH, "$argon2id$v=19$m"],
    ids=["empty", "text", "name", "cut", "letter", "half"],
)
def test_a_junk_hash_is_never_right_and_never_an_error(junk):
    assert not verify_password("correct horse", junk)


@pytest.mark.parametrize("password", ["x" * 2000, "\udcff"])
def test_an_impossible_password_is_wrong_and_costs_a_comparison(
    password, verifications
):
    with verifications() as hashes:
        assert not verify_password(password, HASH)

    assert hashes == [HASH]


def test_an_impossible_password_is_not_the_empty_one():
    assert not verify_password("x" * 2000, hash_password("", CHEAP))


def test_an_impossible_password_cannot_be_hashed():
    with pytest.raises(InvalidError, match="at most 1024 bytes"):
        hash_password("x" * 1025, CHEAP)


def test_other_costs_ask_for_a_new_hash():
    assert not needs_rehash(HASH, CHEAP)
    assert needs_rehash(HASH, CHEAP._replace(passes=2))
    assert needs_rehash(HASH, CHEAP._replace(memory_kib=16))


def test_the_dummy_is_as_slow_as_a_hash_and_no_password_fits():
    dummy = dummy_hash(CHEAP)

    assert extract_parameters(dummy) == extract_parameters(HASH)
    assert not verify_password("correct horse", dummy)
    assert dummy != dummy_hash(CHEAP)
