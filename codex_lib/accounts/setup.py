"""The first user, and users who make their account themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.accounts.passwords import check_password_rules
from codex_lib.accounts.users import User, count_users, create_user
from codex_lib.db import write
from codex_lib.errors import ConflictError, ForbiddenError

if TYPE_CHECKING:
    from codex_lib.accounts.passwords import Costs
    from codex_lib.db import Database


@dataclass(frozen=True, slots=True)
class SetupStatus:
    """Whether Codex has to be set up; the shape of the API contract, section 3.1."""

    setup_required: bool
    has_users: bool
    registration_enabled: bool


def setup_status(db: Database, *, registration_enabled: bool) -> SetupStatus:
    """Return whether there is a user yet; the rest is the value of the setting."""
    has_users = count_users(db) > 0
    return SetupStatus(not has_users, has_users, registration_enabled)


def initialize(  # noqa: PLR0913 - the fields of a user, all by keyword
    db: Database, *, username: str, email: str, password: str, costs: Costs, now: str
) -> User:
    """Make the first user, an admin who is signed in by it.

    The password has to follow the strict rules. Of several processes one succeeds.
    Raises ConflictError if there is a user already, InvalidError.
    """
    _refuse_again(db)
    check_password_rules(password, strict=True)
    with write(db):  # and the password is hashed inside: there is nobody to wait for it
        _refuse_again(db)
        return create_user(
            db,
            username=username,
            email=email,
            password=password,
            costs=costs,
            now=now,
            is_admin=True,
            is_signed_in=True,
        )


def _refuse_again(db: Database) -> None:
    if count_users(db):
        raise ConflictError("Codex is set up already: there is a user")


def register(  # noqa: PLR0913 - the fields of a user and two settings, all by keyword
    db: Database,
    *,
    username: str,
    email: str,
    password: str,
    is_enabled: bool,
    is_confirmed: bool,
    costs: Costs,
    now: str,
) -> User:
    """Make a reader's account for a visitor.

    is_enabled is the setting auth.registration_enabled. is_confirmed: the account may
    be used at once, and its owner is signed in; otherwise it waits for
    verification.verify_email. Raises ForbiddenError (not enabled), InvalidError,
    ConflictError.
    """
    if not is_enabled:
        raise ForbiddenError("Visitors cannot make accounts here")
    return create_user(
        db,
        username=username,
        email=email,
        password=password,
        costs=costs,
        now=now,
        is_active=is_confirmed,
        email_verified=is_confirmed,
        is_signed_in=is_confirmed,
    )
