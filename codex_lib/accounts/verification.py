"""Confirming an e-mail address: a secret that is mailed to it and comes back.

A row in email_verifications means that a user still has to confirm; it is there until
they do, or until somebody else decides about the account (users.update_user).
"""

from __future__ import annotations

import secrets
import string
from hashlib import sha256
from typing import TYPE_CHECKING

from codex_lib.accounts.times import later
from codex_lib.accounts.users import User, find_account, get_account, get_user
from codex_lib.db import one, rows, write
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from codex_lib.db import Database

_ALPHABET = string.ascii_letters + string.digits
_TOKEN_LETTERS = 64
_HOUR_SECONDS = 3600
AGAIN_SECONDS = 60  # between two mails to one user


def create_verification(db: Database, user: User, *, hours: int, now: str) -> str:
    """Return a token, 64 letters and digits, that confirms a user's address.

    Tokens made before end. Only its SHA-256 is kept. Raises UserNotFoundError.
    """
    token = "".join(secrets.choice(_ALPHABET) for _ in range(_TOKEN_LETTERS))
    sql = """
        INSERT OR REPLACE INTO email_verifications (
            user_id, token_hash, created_at, expires_at
        ) VALUES (?, ?, ?, ?)
    """
    expires_at = later(now, hours * _HOUR_SECONDS)
    with write(db):
        row_id = get_account(db, user.id).row_id
        rows(db, sql, [row_id, _hash(token), now, expires_at])
    return token


def renew_verification(
    db: Database, email: str, *, hours: int, now: str
) -> tuple[User, str] | None:
    """Return a new token for an address and whose it is; None if there is none to be.

    None for an address that is unknown, is confirmed, does not have to be, or was sent
    a token within the last minute. The caller tells the visitor the same in any case.
    """
    sql = "SELECT created_at FROM email_verifications WHERE user_id = ?"
    with write(db):
        account = find_account(db, email)
        row = one(db, sql, [account.row_id]) if account else None
        if account is None or row is None or "@" not in email:
            return None
        if now < later(row["created_at"], AGAIN_SECONDS):
            return None
        user = account.user
        return user, create_verification(db, user, hours=hours, now=now)


def verify_email(db: Database, token: str, *, now: str) -> User:
    """Confirm the address of a token: its user is active from now on, and signed in.

    The token ends. Raises InvalidError if it is unknown, used or has expired.
    """
    found = """
        SELECT user_id FROM email_verifications
        WHERE token_hash = ? AND expires_at > ?
    """
    activate = """
        UPDATE users SET is_active = 1, email_verified = 1, last_login_at = :now,
            updated_at = :now
        WHERE id = :row_id RETURNING uuid
    """
    with write(db):
        row = one(db, found, [_hash(token), now])
        if row is None:
            raise InvalidError("token", "is unknown, has been used or has expired")
        row_id = row["user_id"]
        rows(db, "DELETE FROM email_verifications WHERE user_id = ?", [row_id])
        user_id = rows(db, activate, {"now": now, "row_id": row_id})[0]["uuid"]
        return get_user(db, user_id)


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
