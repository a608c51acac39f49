"""Access tokens: JSON Web Tokens that a session carries."""

from __future__ import annotations

import fcntl
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jwt

from codex_lib.accounts.times import later, unix_time
from codex_lib.accounts.users import User, get_account
from codex_lib.db import rows, write
from codex_lib.errors import ConfigError, UnauthorizedError, UserNotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from codex_lib.db import Database

_ALGORITHM = "HS256"
_LEEWAY_SECONDS = 60  # clocks of two servers may differ
_CLAIMS = {"sub": str, "exp": int, "iat": int, "jti": str, "tv": int}
# Every token of ours begins like this. Others are not even parsed, so no other
# algorithm, no "none" and no hostile header comes near the decoder.
_HEADER = jwt.encode({}, "." * 32, _ALGORITHM).partition(".")[0] + "."
_MAX_TOKEN = 4096  # characters
_MIN_SECRET = 32  # characters
_HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Token:
    """A new access token; expires_in is in seconds."""

    access_token: str = field(repr=False)
    expires_in: int


def create_token(
    db: Database, user: User, *, secret: str, hours: int, now: str
) -> Token:
    """Return a token by which a user is known for so many hours.

    user is as signing in returned it: if the account has changed since, the password
    perhaps, there is no token. It ends early by revoke_token, a new password,
    deactivation and deletion. Raises UserNotFoundError, UnauthorizedError.
    """
    account = get_account(db, user.id)
    if account.user.updated_at != user.updated_at:
        raise UnauthorizedError
    issued = unix_time(now)
    seconds = hours * _HOUR_SECONDS
    claims = {
        "sub": user.id,
        "username": user.username,
        "is_admin": user.is_admin,
        "iat": issued,
        "exp": issued + seconds,
        "jti": secrets.token_urlsafe(16),
        "tv": account.token_version,
    }
    return Token(jwt.encode(claims, secret, _ALGORITHM), seconds)


def verify_token(db: Database, token: str, *, secret: str, now: str) -> User:
    """Return whose token it is, with the rights that the catalog has now.

    Raises UnauthorizedError: not ours, changed, expired, ended, or the user is gone or
    inactive.
    """
    claims = _claims(token, secret, now)
    try:
        account = get_account(db, claims["sub"])
    except UserNotFoundError as error:
        raise UnauthorizedError from error
    is_current = account.token_version == claims["tv"] and account.user.can_sign_in
    sql = "SELECT 1 FROM revoked_tokens WHERE jti = ?"
    if not is_current or rows(db, sql, [claims["jti"]]):
        raise UnauthorizedError
    return account.user


_REVOKE = """
    INSERT INTO revoked_tokens (jti, user_id, expires_at)
    SELECT :jti, id, :expires_at FROM users WHERE uuid = :sub
    ON CONFLICT DO NOTHING
"""


def revoke_token(db: Database, token: str, *, secret: str, now: str) -> None:
    """End a token before its time; one that has ended already stays so.

    Raises UnauthorizedError if it is not ours or has expired.
    """
    claims = _claims(token, secret, now)
    left = claims["exp"] - unix_time(now) + _LEEWAY_SECONDS
    with write(db, quiet=True):
        forget_ended_tokens(db, now=now)
        rows(db, _REVOKE, {**claims, "expires_at": later(now, left + 1)})


def forget_ended_tokens(db: Database, *, now: str) -> int:
    """Forget the revoked tokens that are over by themselves; return how many."""
    sql = "DELETE FROM revoked_tokens WHERE expires_at < ? RETURNING jti"
    with write(db, quiet=True):
        return len(rows(db, sql, [now]))


def _claims(token: str, secret: str, now: str) -> dict[str, Any]:
    """Return a token's claims, its signature and its times checked."""
    if len(token) > _MAX_TOKEN or not token.startswith(_HEADER) or not token.isascii():
        raise UnauthorizedError
    try:
        claims = _signed_claims(token, secret)
    except jwt.InvalidTokenError as error:
        raise UnauthorizedError from error
    is_shaped = all(type(claims[name]) is kind for name, kind in _CLAIMS.items())
    moment = unix_time(now)
    if not is_shaped or not (
        claims["iat"] - _LEEWAY_SECONDS <= moment < claims["exp"] + _LEEWAY_SECONDS
    ):
        raise UnauthorizedError
    return claims


@lru_cache(maxsize=256)
def _signed_claims(token: str, secret: str) -> dict[str, Any]:
    """Return the claims of a token that the secret has signed.

    Kept, because a session sends one token with each of its requests: what was signed
    stays so, and a third of the time that verifying took is saved. All that can change
    is asked every time.
    """
    # The times are compared with the caller's now, and not with the clock.
    options: Any = {
        "require": list(_CLAIMS),
        **{f"verify_{name}": False for name in ("exp", "iat", "nbf")},
    }
    claims: dict[str, Any] = jwt.decode(token, secret, [_ALGORITHM], options)
    return claims


def jwt_secret(configured: str, data_dir: Path) -> str:
    """Return the key that signs tokens: the configured one, else one that is kept.

    The latter is made once, as data_dir/jwt_secret, readable by its owner alone; of
    several processes that start at once one makes it. Raises ConfigError.
    """
    if configured:
        return configured
    path = data_dir / "jwt_secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        return _kept_secret(path)
    except OSError as error:
        reason = f"cannot be kept in {path}: {error.strerror}"
        raise ConfigError("auth.jwt_secret", reason) from error


def _kept_secret(path: Path) -> str:
    """Locked while it is read and written: half a key would sign for one process."""
    if path.is_file():
        with path.open(encoding="ascii", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            kept = file.read().strip()
        if len(kept) >= _MIN_SECRET:
            return kept
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with open(descriptor, "r+", encoding="ascii", errors="replace") as file:  # noqa: PTH123 - it needs its mode from the start
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = file.read().strip()
        if len(kept) >= _MIN_SECRET:  # another process was first
            return kept
        # Empty, or the rest of a write that was cut off before anybody used it.
        made = secrets.token_urlsafe(48)
        file.seek(0)
        file.truncate()
        file.write(f"{made}\n")
        file.flush()
        os.fsync(file.fileno())
        return made
