"""Signing in with a name and a password."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.accounts.attempts import begin_attempt, end_attempt, subjects_of
from codex_lib.accounts.passwords import (
    dummy_hash,
    hash_password,
    needs_rehash,
    verify_password,
)
from codex_lib.accounts.times import later
from codex_lib.accounts.users import User, find_account
from codex_lib.db import rows, write
from codex_lib.errors import UnauthorizedError

if TYPE_CHECKING:
    from codex_lib.accounts.passwords import Costs
    from codex_lib.accounts.users import Account
    from codex_lib.db import Database

CACHE_SECONDS = 60
_CACHE_SIZE = 1000
_PROCESS_KEY = os.urandom(32)


def sign_in(  # noqa: PLR0913 - what signing in depends on, all by keyword
    db: Database, *, login: str, password: str, address: str, costs: Costs, now: str
) -> User:
    """Return the user of a name, or of an e-mail address, and their password.

    address is where the attempt comes from, "" if that is this machine. Notes the time,
    and hashes the password again if the costs have changed.
    Raises UnauthorizedError for unknown, wrong, inactive and unconfirmed alike and
    after the same time; TooManyAttemptsError when there were too many of these.
    """
    return _verify(db, login, password, address, costs, now).user


def _verify(  # noqa: PLR0913, PLR0917 - as sign_in
    db: Database, login: str, password: str, address: str, costs: Costs, now: str
) -> Account:
    """Sign in; return the account, of the version from before the verification."""
    subjects = subjects_of(login, address)
    begin_attempt(db, subjects, now=now)
    account = find_account(db, login)
    kept = account.password_hash if account else dummy_hash(costs)
    is_right = verify_password(password, kept)
    if account is None or not is_right or not account.user.can_sign_in:
        raise UnauthorizedError
    end_attempt(db, subjects, account.user)
    _note(db, account, password, costs, now)
    return replace(account, user=replace(account.user, last_login_at=now))


_NOTE = """
    UPDATE users SET last_login_at = :now,
        password_hash = iif(password_hash = :old, :new, password_hash)
    WHERE id = :row_id
"""


def _note(
    db: Database, account: Account, password: str, costs: Costs, now: str
) -> None:
    """Note the time; renew the hash unless the password has changed meanwhile."""
    old = new = account.password_hash
    if needs_rehash(old, costs):
        new = hash_password(password, costs)
    with write(db, quiet=True):
        rows(db, _NOTE, {"now": now, "old": old, "new": new, "row_id": account.row_id})


class _Verified(NamedTuple):
    """A pair of name and password that was right; valid as long as its account."""

    user_id: str
    token_version: int
    expires_at: str


_verified: OrderedDict[bytes, _Verified] = OrderedDict()
_verified_lock = threading.Lock()
# A reader that asks for twenty covers at once has its password verified once: those
# who ask with the same credentials wait for the first. Locks are shared by hash.
_turns = [threading.Lock() for _ in range(64)]


def verify_basic(  # noqa: PLR0913 - as sign_in
    db: Database, *, login: str, password: str, address: str, costs: Costs, now: str
) -> User:
    """Return the user of credentials that come with every request.

    As sign_in, but a pair that was right is right for 60 seconds more in this process,
    unless the account changes: argon2 takes 20 to 50 ms. Only a keyed hash of the pair
    is kept, under a key that no other process has.
    """
    digest = _digest(login, password)
    with _turns[digest[0] % len(_turns)]:
        user = _remembered(db, digest, login, now)
        if user is None:
            account = _verify(db, login, password, address, costs, now)
            _remember(digest, account, now)
            user = account.user
    return user


def _digest(login: str, password: str) -> bytes:
    """One pair, one digest: no account's name holds the character between them."""
    data = f"{login}\0{password}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, key=_PROCESS_KEY, digest_size=32).digest()


def _remembered(db: Database, digest: bytes, login: str, now: str) -> User | None:
    with _verified_lock:
        known = _verified.get(digest)
    if known is None or known.expires_at <= now:
        return None
    account = find_account(db, login)
    if account is None or not account.user.can_sign_in:
        return None
    is_same = (account.user.id, account.token_version) == known[:2]
    return account.user if is_same else None


def _remember(digest: bytes, account: Account, now: str) -> None:
    """Remember a pair for the version that its account had before it was verified.

    A password that is changed during the verification raises the version.
    """
    until = later(now, CACHE_SECONDS)
    with _verified_lock:
        _verified[digest] = _Verified(account.user.id, account.token_version, until)
        while len(_verified) > _CACHE_SIZE:
            _verified.popitem(last=False)
