"""Users: the people who sign in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from codex_lib.accounts.passwords import check_password_rules, hash_password
from codex_lib.accounts.permissions import (
    ALL,
    READER,
    Permission,
    in_order,
    parse_permissions,
    render_permissions,
    stored_permissions,
)
from codex_lib.accounts.user_rules import (
    checked_email,
    checked_flag,
    checked_name,
    name_key,
    refuse_beyond_rights,
    refuse_giving_up,
)
from codex_lib.db import one, rows, write
from codex_lib.db.ids import new_id
from codex_lib.errors import (
    ConflictError,
    InvalidError,
    LastAdminError,
    UserNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from codex_lib.accounts.passwords import Costs
    from codex_lib.accounts.user_rules import Actor
    from codex_lib.db import Database, Row


@dataclass(frozen=True, slots=True)
class User:
    """One user, in the shape of the API contract, section 2.2.

    permissions are the stored ones, in the guide's order; an admin may do everything
    whatever they are (user_rules.rights_of).
    """

    id: str
    username: str
    email: str
    is_admin: bool
    is_active: bool
    email_verified: bool
    permissions: tuple[Permission, ...]
    last_login_at: str | None
    created_at: str
    updated_at: str

    @property
    def can_sign_in(self) -> bool:
        """Whether the account is active and its e-mail address confirmed."""
        return self.is_active and self.email_verified


@dataclass(frozen=True, slots=True)
class Account:
    """A user with what only signing in may see; row_id is the catalog's own key."""

    user: User
    row_id: int
    password_hash: str = field(repr=False)
    token_version: int


_COLUMNS = """
    id, uuid, username, email, is_admin, is_active, email_verified, permissions,
    last_login_at, created_at, updated_at, password_hash, token_version
"""
_FIELDS = ("username", "email", "last_login_at", "created_at", "updated_at")
_FLAGS = ("is_admin", "is_active", "email_verified")


def _account(row: Row) -> Account:
    user = User(
        id=row["uuid"],
        username=row["username"],
        email=row["email"],
        is_admin=bool(row["is_admin"]),
        is_active=bool(row["is_active"]),
        email_verified=bool(row["email_verified"]),
        permissions=stored_permissions(row["permissions"]),
        last_login_at=row["last_login_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
    return Account(user, row["id"], row["password_hash"], row["token_version"])


def list_users(db: Database) -> list[User]:
    """Return all users, ordered by name."""
    sql = f"SELECT {_COLUMNS} FROM users ORDER BY username_key"  # noqa: S608 - a constant
    return [_account(row).user for row in rows(db, sql)]


def count_users(db: Database) -> int:
    """Return how many users there are, active or not."""
    return int(rows(db, "SELECT count(*) AS count FROM users")[0]["count"])


def get_user(db: Database, user_id: str) -> User:
    """Return one user. Raises UserNotFoundError."""
    return get_account(db, user_id).user


def find_by_login(db: Database, login: str) -> User | None:
    """Return the user of a name or of an e-mail address, in any case, or None."""
    account = find_account(db, login)
    return account.user if account else None


def get_account(db: Database, user_id: str | int) -> Account:
    """Return the account of a user's id, or of its row's. Raises UserNotFoundError."""
    name = "id" if isinstance(user_id, int) else "uuid"
    row = one(db, f"SELECT {_COLUMNS} FROM users WHERE {name} = ?", [user_id])  # noqa: S608 - one of two names
    if row is None:
        raise UserNotFoundError(user_id)
    return _account(row)


def find_account(db: Database, login: str) -> Account | None:
    """Return the account of a name or of an e-mail address, or None."""
    key = name_key(login)
    if not key.isprintable():  # nobody's, and a surrogate cannot even be asked for
        return None
    sql = f"SELECT {_COLUMNS} FROM users WHERE username_key = :key OR email_key = :key"  # noqa: S608 - a constant
    row = one(db, sql, {"key": key})
    return _account(row) if row else None


_INSERT = """
    INSERT INTO users (
        uuid, username, username_key, email, email_key, password_hash, is_admin,
        is_active, email_verified, permissions, last_login_at, created_at, updated_at
    ) VALUES (
        :id, :username, :username_key, :email, :email_key, :password_hash, :is_admin,
        :is_active, :email_verified, :permissions, :last_login_at, :created_at,
        :updated_at
    )
"""
_UPDATE = """
    UPDATE users SET
        username = :username, username_key = :username_key, email = :email,
        email_key = :email_key, is_admin = :is_admin, is_active = :is_active,
        email_verified = :email_verified, permissions = :permissions,
        updated_at = :updated_at,
        password_hash = coalesce(:password_hash, password_hash),
        token_version = token_version + :ends_tokens
    WHERE uuid = :id
"""


def create_user(  # noqa: PLR0913 - the fields of a user, all by keyword
    db: Database,
    *,
    username: str,
    email: str,
    password: str,
    costs: Costs,
    now: str,
    is_admin: bool = False,
    permissions: Collection[str] | None = None,
    is_active: bool = True,
    email_verified: bool = True,
    is_signed_in: bool = False,
    by: Actor | None = None,
) -> User:
    """Make a user; without permissions an admin has all and others are readers.

    is_signed_in: the user signs in by being made. Raises InvalidError, ConflictError
    (the name or address is taken, as either), ForbiddenError (it would have more rights
    than the actor).
    """
    preset = ALL if is_admin else READER
    given = preset if permissions is None else parse_permissions(permissions)
    user = User(
        id=new_id(),
        username=checked_name("username", username),
        email=checked_email("email", email),
        is_admin=checked_flag("is_admin", is_admin),
        is_active=is_active,
        email_verified=email_verified,
        permissions=in_order(given),
        last_login_at=now if is_signed_in else None,
        created_at=now,
        updated_at=now,
    )
    refuse_beyond_rights(by, [user])
    password_hash = hash_password(check_password_rules(password), costs)
    with write(db):
        _refuse_taken(db, user)
        rows(db, _INSERT, {**_stored(user), "password_hash": password_hash})
    return user


def update_user(  # noqa: PLR0913 - by keyword, and none can be left out
    db: Database,
    user_id: str,
    changes: Mapping[str, Any],
    *,
    costs: Costs,
    now: str,
    by: Actor | None = None,
) -> User:
    """Change fields of a user; those that are not named stay as they are.

    username, email, password, is_admin, is_active, permissions. A changed is_admin
    gives its preset of permissions unless they are named too. A new password and
    deactivation end all tokens. Activating confirms the e-mail address as well.
    Raises UserNotFoundError, InvalidError (also for giving up one's own rights),
    ConflictError, LastAdminError, ForbiddenError.
    """
    values = {name: _check(name, value) for name, value in changes.items()}
    password = values.pop("password", None)
    password_hash = hash_password(password, costs) if password else None
    with write(db):
        old = get_user(db, user_id)
        if values.get("is_admin", old.is_admin) != old.is_admin:
            preset = ALL if values["is_admin"] else READER
            values.setdefault("permissions", in_order(preset))
        if values.get("is_active"):
            values["email_verified"] = True
        new = replace(old, **values, updated_at=now)
        refuse_beyond_rights(by, [old, new])
        _refuse_without_admin(db, old, new)
        refuse_giving_up(by, old, new)
        _refuse_taken(db, new)
        ends_tokens = password_hash is not None or not new.is_active
        changed = {"password_hash": password_hash, "ends_tokens": ends_tokens}
        rows(db, _UPDATE, {**_stored(new), **changed})
        _end_confirmation(db, old, new, is_decided="is_active" in values)
    return new


def delete_user(db: Database, user_id: str, *, by: Actor | None = None) -> User:
    """Delete a user with their keys and everything they did; return who it was.

    Raises UserNotFoundError, LastAdminError, InvalidError (one's own account),
    ForbiddenError (more rights than the actor).
    """
    with write(db):
        old = get_user(db, user_id)
        refuse_beyond_rights(by, [old])
        _refuse_without_admin(db, old, None)
        refuse_giving_up(by, old, None)
        rows(db, "DELETE FROM users WHERE uuid = ?", [user_id])
    return old


def _stored(user: User) -> dict[str, Any]:
    """Return a user as the columns hold it."""
    values = {name: getattr(user, name) for name in ("id", *_FIELDS, *_FLAGS)}
    return {
        **values,
        "username_key": name_key(user.username),
        "email_key": name_key(user.email),
        "permissions": render_permissions(user.permissions),
    }


def _password(_field: str, value: object) -> str:
    return check_password_rules(value)


def _permissions(_field: str, value: object) -> tuple[Permission, ...]:
    return in_order(parse_permissions(value))


_CHECKS: dict[str, Callable[[str, object], Any]] = {
    "username": checked_name,
    "email": checked_email,
    "password": _password,
    "is_admin": checked_flag,
    "is_active": checked_flag,
    "permissions": _permissions,
}


def _check(name: str, value: object) -> Any:  # noqa: ANN401 - a field's value
    if name not in _CHECKS:
        known = ", ".join(sorted(_CHECKS))
        raise InvalidError(name, f"no field of a user; there are {known}")
    return _CHECKS[name](name, value)


_TAKEN = """
    SELECT username_key, email_key FROM users
    WHERE uuid <> :id AND (
        username_key IN (:username_key, :email_key)
        OR email_key IN (:username_key, :email_key)
    )
"""


def _refuse_taken(db: Database, user: User) -> None:
    """A name that is another's address would leave open who signs in with it."""
    stored = _stored(user)
    for row in rows(db, _TAKEN, stored):
        is_name = stored["username_key"] in (row["username_key"], row["email_key"])
        field = "username" if is_name else "email"
        raise ConflictError(f"{field}: {getattr(user, field)} is taken")


_OTHER_ADMIN = """
    SELECT 1 FROM users
    WHERE is_admin = 1 AND is_active = 1 AND email_verified = 1 AND uuid <> ? LIMIT 1
"""


def _refuse_without_admin(db: Database, old: User, new: User | None) -> None:
    was_admin = old.is_admin and old.can_sign_in
    stays_admin = new is not None and new.is_admin and new.can_sign_in
    if was_admin and not stays_admin and not rows(db, _OTHER_ADMIN, [old.id]):
        raise LastAdminError(old.username)


def _end_confirmation(db: Database, old: User, new: User, *, is_decided: bool) -> None:
    """Somebody else has decided, or the link went to an address that is no more."""
    where = "WHERE user_id = (SELECT id FROM users WHERE uuid = ?)"
    if is_decided:
        rows(db, f"DELETE FROM email_verifications {where}", [old.id])  # noqa: S608 - a constant
    elif old.email != new.email:
        sql = f"UPDATE email_verifications SET token_hash = randomblob(32) {where}"  # noqa: S608 - a constant
        rows(db, sql, [old.id])
