"""What a user's fields must be, and who may change whom. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.accounts.permissions import ALL, Permission
from codex_lib.errors import ForbiddenError, InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_lib.accounts.users import User

MAX_NAME = 100
_MAX_EMAIL = 254  # RFC 5321: what fits into a mail's envelope
_AROUND = r"[^\s@<>()\[\],;:\\\"]"
_EMAIL = re.compile(rf"{_AROUND}+@{_AROUND}+")


class Actor(NamedTuple):
    """Who changes accounts: a user with the rights of the credential they came with.

    id is the user's. Where a function takes an Actor, None is the operator of the
    machine, who may do everything.
    """

    id: str
    is_admin: bool
    permissions: frozenset[Permission]


def name_key(text: str) -> str:
    """Return what two spellings of one name, or of one address, have in common."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def checked_name(field: str, value: object) -> str:
    """Return a name without the space around it. Raises InvalidError."""
    name = value.strip() if isinstance(value, str) else ""
    if not name:
        raise InvalidError(field, "must not be blank")
    if len(name) > MAX_NAME:
        raise InvalidError(field, f"is longer than {MAX_NAME} characters")
    if not name.isprintable():
        raise InvalidError(field, "must not hold control or invisible characters")
    return name


def checked_email(field: str, value: object) -> str:
    """Return an e-mail address that could be one. Raises InvalidError.

    One @, something before it, a dot between two parts after it.
    """
    email = value.strip() if isinstance(value, str) else ""
    labels = email.rpartition("@")[2].split(".")
    is_shaped = _EMAIL.fullmatch(email) and len(labels) > 1 and all(labels)
    if not is_shaped or not email.isprintable():
        raise InvalidError(field, "must be an e-mail address")
    if len(email) > _MAX_EMAIL:
        raise InvalidError(field, f"is longer than {_MAX_EMAIL} characters")
    return email


def checked_flag(field: str, value: object) -> bool:
    """Return true or false. Raises InvalidError for anything else."""
    if not isinstance(value, bool):
        raise InvalidError(field, "must be true or false")
    return value


def rights_of(user: User) -> frozenset[Permission]:
    """Return what a user may do: an admin everything, whatever is stored."""
    return ALL if user.is_admin else frozenset(user.permissions)


def refuse_beyond_rights(by: Actor | None, users: Iterable[User]) -> None:
    """Raise ForbiddenError if one of the users may do more than the actor.

    Given what a user was and what they are to become. Otherwise whoever may change
    users could take an admin's place: by a new password, or by a flag.
    """
    if by is None or by.is_admin:
        return
    for user in users:
        if user.is_admin:
            raise ForbiddenError("Only an admin may make or change an admin")
        if not rights_of(user) <= by.permissions:
            raise ForbiddenError("The user has permissions that you do not have")


def refuse_giving_up(by: Actor | None, old: User, new: User | None) -> None:
    """Raise InvalidError if an actor would end their own account or its admin rights.

    new is None when the account is to be deleted.
    """
    if by is None or by.id != old.id:
        return
    if new is None:
        raise InvalidError("id", "is your own account; another user can delete it")
    for field in ("is_admin", "is_active"):
        if getattr(old, field) and not getattr(new, field):
            raise InvalidError(field, "is your own; another user can change it")
