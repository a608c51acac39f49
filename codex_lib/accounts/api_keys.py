"""API keys: what programs sign in with, each with a part of its owner's rights."""

from __future__ import annotations

import hmac
import re
import secrets
import string
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.accounts.permissions import (
    ALL,
    Permission,
    in_order,
    parse_permissions,
    render_permissions,
    stored_permissions,
)
from codex_lib.accounts.times import later, parse_time
from codex_lib.accounts.user_rules import checked_flag, checked_name, rights_of
from codex_lib.accounts.users import User, get_account, get_user
from codex_lib.db import one, rows, write
from codex_lib.db.ids import new_id
from codex_lib.errors import (
    ApiKeyNotFoundError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnauthorizedError,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from codex_lib.db import Database, Row

KEY_START = "codex_"
_PREFIX = string.ascii_lowercase + string.digits
_SECRET = string.ascii_letters + string.digits
_FORM = re.compile(r"codex_([a-z0-9]{8})_[A-Za-z0-9]{43}")
_TOUCH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One API key without its secret, in the shape of the API contract, section 2.3."""

    id: str
    user_id: str
    name: str
    key_prefix: str
    permissions: tuple[Permission, ...]
    is_active: bool
    expires_at: str | None
    last_used_at: str | None
    created_at: str
    updated_at: str


class VerifiedKey(NamedTuple):
    """Whose key it is, the key, and what may be done with it.

    permissions are those of the key which its owner has too; all there are if the key
    acts as an admin.
    """

    user: User
    api_key: ApiKey
    permissions: frozenset[Permission]

    @property
    def is_admin(self) -> bool:
        """Whether the key acts as an admin: its owner is one, and it may."""
        return self.user.is_admin and Permission.SYSTEM_ADMIN in self.permissions


_SELECT = """
    SELECT api_keys.uuid AS id, users.uuid AS user_id, name, key_prefix,
        api_keys.permissions, api_keys.is_active, expires_at, last_used_at,
        api_keys.created_at, api_keys.updated_at
    FROM api_keys JOIN users ON users.id = api_keys.user_id
"""


def _api_key(row: Row) -> ApiKey:
    values = dict(row)
    values["permissions"] = stored_permissions(values["permissions"])
    values["is_active"] = bool(values["is_active"])
    return ApiKey(**values)


def list_api_keys(db: Database, user_id: str) -> list[ApiKey]:
    """Return a user's keys, oldest first; none for a user that does not exist."""
    sql = f"{_SELECT} WHERE users.uuid = ? ORDER BY api_keys.id"
    return [_api_key(row) for row in rows(db, sql, [user_id])]


def get_api_key(db: Database, key_id: str, *, owner: str | None = None) -> ApiKey:
    """Return one key; owner is the id of the only user whose key it may be.

    Raises ApiKeyNotFoundError, for another's key as well.
    """
    row = one(db, f"{_SELECT} WHERE api_keys.uuid = ?", [key_id])
    if row is None or owner not in (None, row["user_id"]):
        raise ApiKeyNotFoundError(key_id)
    return _api_key(row)


_INSERT = """
    INSERT INTO api_keys (
        uuid, user_id, name, key_prefix, key_hash, permissions, expires_at, created_at,
        updated_at
    ) VALUES (
        :id, :owner, :name, :prefix, :hash, :permissions, :expires_at, :now, :now
    )
"""


def create_api_key(  # noqa: PLR0913 - the fields of a key, all by keyword
    db: Database,
    user: User,
    *,
    name: str,
    now: str,
    permissions: Collection[str] | None = None,
    expires_at: str | None = None,
    rights: frozenset[Permission] | None = None,
) -> tuple[ApiKey, str]:
    """Make a key for a user; return it with its text, which is never shown again.

    rights: what whoever asks may do, if less than the user may; without permissions the
    key gets them all. Raises InvalidError, ForbiddenError (more than these rights),
    UserNotFoundError.
    """
    most = rights_of(user) & (ALL if rights is None else rights)
    given = most if permissions is None else parse_permissions(permissions)
    _refuse_granting(given, most)
    prefix, secret = _letters(_PREFIX, 8), _letters(_SECRET, 43)
    key = f"{KEY_START}{prefix}_{secret}"
    values: dict[str, Any] = {
        "id": new_id(),
        "name": checked_name("name", name),
        "prefix": prefix,
        "hash": _hash(key),
        "permissions": render_permissions(given),
        "expires_at": _checked_end(expires_at, now),
        "now": now,
    }
    with write(db):
        values["owner"] = get_account(db, user.id).row_id
        rows(db, _INSERT, values)
        return get_api_key(db, values["id"]), key


def update_api_key(  # noqa: PLR0913 - by keyword, and few can be left out
    db: Database,
    key_id: str,
    changes: Mapping[str, Any],
    *,
    now: str,
    owner: str | None = None,
    rights: frozenset[Permission] | None = None,
) -> ApiKey:
    """Change fields of a key; those that are not named stay as they are.

    name, permissions, is_active, expires_at (None: never). owner as for get_api_key,
    rights as for create_api_key; a permission that the key has already may stay.
    Raises ApiKeyNotFoundError, InvalidError, ForbiddenError.
    """
    values = {name: _check(name, value, now) for name, value in changes.items()}
    with write(db):
        old = get_api_key(db, key_id, owner=owner)
        if "permissions" in values:
            given = parse_permissions(changes["permissions"])
            most = rights_of(get_user(db, old.user_id))
            most &= ALL if rights is None else rights
            _refuse_granting(given - set(old.permissions), most)
        values["updated_at"] = now
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        sql = f"UPDATE api_keys SET {assignments} WHERE uuid = :id"  # noqa: S608 - names from a closed list
        rows(db, sql, {**values, "id": key_id})
        return get_api_key(db, key_id)


def delete_api_key(db: Database, key_id: str, *, owner: str | None = None) -> ApiKey:
    """Delete a key and return what it was. Raises ApiKeyNotFoundError."""
    with write(db):
        old = get_api_key(db, key_id, owner=owner)
        rows(db, "DELETE FROM api_keys WHERE uuid = ?", [key_id])
    return old


def verify_api_key(db: Database, key: str, *, now: str) -> VerifiedKey:
    """Return whose key it is and what it may do now.

    Raises UnauthorizedError: unknown, wrong, inactive, expired, or its owner cannot
    sign in.
    """
    form = _FORM.fullmatch(key)
    if form is None:
        raise UnauthorizedError
    sql = "SELECT uuid, user_id, key_hash FROM api_keys WHERE key_prefix = ?"
    row = one(db, sql, [form[1]])
    kept = row["key_hash"] if row else b""
    if not hmac.compare_digest(_hash(key), kept) or row is None:
        raise UnauthorizedError
    try:
        api_key = get_api_key(db, row["uuid"])
        user = get_account(db, int(row["user_id"])).user
    except NotFoundError as error:  # deleted in this moment
        raise UnauthorizedError from error
    is_over = api_key.expires_at is not None and api_key.expires_at <= now
    if is_over or not api_key.is_active or not user.can_sign_in:
        raise UnauthorizedError
    return VerifiedKey(user, api_key, _effective(user, api_key))


def is_use_due(api_key: ApiKey, *, now: str) -> bool:
    """Return whether the use of a key would be written now."""
    used = api_key.last_used_at
    return used is None or now >= later(used, _TOUCH_SECONDS)


def touch_api_key(db: Database, api_key: ApiKey, *, now: str) -> None:
    """Note that a key was used; writes at most once a minute for a key."""
    if not is_use_due(api_key, now=now):
        return
    sql = "UPDATE api_keys SET last_used_at = ? WHERE uuid = ?"
    with write(db, quiet=True):
        rows(db, sql, [now, api_key.id])


def _effective(user: User, api_key: ApiKey) -> frozenset[Permission]:
    held = frozenset(api_key.permissions)
    if user.is_admin and Permission.SYSTEM_ADMIN in held:
        return ALL
    return held & rights_of(user)


def _refuse_granting(given: frozenset[Permission], most: frozenset[Permission]) -> None:
    beyond = in_order(given - most)
    if beyond:
        names = ", ".join(beyond)
        raise ForbiddenError(
            f"A key cannot have what its user, or whoever makes it, lacks: {names}"
        )


def _check(name: str, value: object, now: str) -> object:
    if name == "name":
        return checked_name(name, value)
    if name == "permissions":
        return render_permissions(parse_permissions(value))
    if name == "is_active":
        return checked_flag(name, value)
    if name == "expires_at":
        return _checked_end(value, now)
    known = "expires_at, is_active, name, permissions"
    raise InvalidError(name, f"no field of an API key; there are {known}")


def _checked_end(value: object, now: str) -> str | None:
    if value is None:
        return None
    end = parse_time("expires_at", value)
    if end <= now:
        raise InvalidError("expires_at", "has passed already")
    return end


def _letters(alphabet: str, count: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(count))


def _hash(key: str) -> bytes:
    return sha256(key.encode()).digest()
