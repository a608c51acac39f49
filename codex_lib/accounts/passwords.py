"""Passwords: which are good enough, hashing them with argon2id, comparing."""

from __future__ import annotations

import base64
import os
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from codex_lib.config.definitions import Auth

MIN_PASSWORD = 8  # characters
MAX_PASSWORD = 1024  # bytes
_UNUSABLE = f"must be text of at most {MAX_PASSWORD} bytes"
_SALT_BYTES = 16
_HASH_BYTES = 32
# What a password set up without any account to protect it yet has to hold.
_STRICT = {
    "an upper-case letter": re.compile("[A-Z]"),
    "a lower-case letter": re.compile("[a-z]"),
    "a digit": re.compile("[0-9]"),
    'one of !@#$%^&*(),.?":{}|<>': re.compile(r'[!@#$%^&*(),.?":{}|<>]'),
}


class Costs(NamedTuple):
    """What hashing one password costs; the defaults are those of the settings."""

    memory_kib: int = 19456
    passes: int = 2
    lanes: int = 1


def costs_of(auth: Auth) -> Costs:
    """Return the configured costs."""
    return Costs(
        auth.argon2_memory_cost, auth.argon2_time_cost, auth.argon2_parallelism
    )


def check_password_rules(password: object, *, strict: bool = False) -> str:
    """Return a new password if it is good enough. Raises InvalidError.

    8 characters to 1,024 bytes. strict asks for four kinds of characters as well: the
    guide demands it of the first admin.
    """
    if not isinstance(password, str) or _secret(password) is None:
        raise InvalidError("password", _UNUSABLE)
    if len(password) < MIN_PASSWORD or not password.strip():
        raise InvalidError("password", f"must have at least {MIN_PASSWORD} characters")
    missing = [kind for kind, found in _STRICT.items() if not found.search(password)]
    if strict and missing:
        raise InvalidError("password", f"needs {', '.join(missing)}")
    return password


def hash_password(password: str, costs: Costs) -> str:
    """Return the argon2id hash of a password, a PHC string with its salt and costs.

    Takes 20 to 50 ms of processor time, so never call it inside a write block.
    Raises InvalidError for a text that is too long or no Unicode.
    """
    secret = _secret(password)
    if secret is None:
        raise InvalidError("password", _UNUSABLE)
    return _hasher(costs).hash(secret)


def verify_password(password: str, password_hash: str) -> bool:
    """Return whether a password is the one that was hashed; False for any junk."""
    from argon2.exceptions import VerificationError  # noqa: PLC0415 - see _hasher

    secret = _secret(password)
    try:
        # An impossible password costs a comparison too, so that time tells nothing.
        is_right = _hasher(Costs()).verify(password_hash, secret or b"")
    except (VerificationError, ValueError):
        return False
    return is_right and secret is not None


def needs_rehash(password_hash: str, costs: Costs) -> bool:
    """Return whether a hash was made with other costs than these."""
    return _hasher(costs).check_needs_rehash(password_hash)


def dummy_hash(costs: Costs) -> str:
    """Return a hash that no password has, as slow to compare as a real one.

    Compared when there is no such user, so that time does not tell who exists. Made of
    random bytes and not by hashing, which would be slow the first time.
    """
    salt, digest = (
        base64.b64encode(os.urandom(size)).decode().rstrip("=")
        for size in (_SALT_BYTES, _HASH_BYTES)
    )
    memory, passes, lanes = costs
    return f"$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${digest}"


def _secret(password: str) -> bytes | None:
    """One text, one secret: an accent may be typed as one character or as two."""
    if len(password) > MAX_PASSWORD:
        return None
    try:
        secret = unicodedata.normalize("NFC", password).encode()
    except UnicodeEncodeError:
        return None
    return secret if len(secret) <= MAX_PASSWORD else None


@lru_cache(maxsize=8)
def _hasher(costs: Costs) -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - 12 ms that few commands need

    return PasswordHasher(
        memory_cost=costs.memory_kib,
        time_cost=costs.passes,
        parallelism=costs.lanes,
        hash_len=_HASH_BYTES,
        salt_len=_SALT_BYTES,
    )
