"""The twenty permissions: their names, spellings, presets and stored form. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Permission(StrEnum):
    """What somebody may do; the value is its name in the API.

    Source: API guide, "Permissions"; the order there is the order everywhere.
    """

    LIBRARIES_READ = "LibrariesRead"
    LIBRARIES_WRITE = "LibrariesWrite"
    LIBRARIES_DELETE = "LibrariesDelete"
    SERIES_READ = "SeriesRead"
    SERIES_WRITE = "SeriesWrite"
    SERIES_DELETE = "SeriesDelete"
    BOOKS_READ = "BooksRead"
    BOOKS_WRITE = "BooksWrite"
    BOOKS_DELETE = "BooksDelete"
    PAGES_READ = "PagesRead"
    USERS_READ = "UsersRead"
    USERS_WRITE = "UsersWrite"
    USERS_DELETE = "UsersDelete"
    API_KEYS_READ = "ApiKeysRead"
    API_KEYS_WRITE = "ApiKeysWrite"
    API_KEYS_DELETE = "ApiKeysDelete"
    TASKS_READ = "TasksRead"
    TASKS_WRITE = "TasksWrite"
    SYSTEM_HEALTH = "SystemHealth"
    SYSTEM_ADMIN = "SystemAdmin"


ALL = frozenset(Permission)
READER = frozenset(
    {
        Permission.LIBRARIES_READ,
        Permission.SERIES_READ,
        Permission.BOOKS_READ,
        Permission.PAGES_READ,
        Permission.SYSTEM_HEALTH,
    }
)
_BY_LETTERS = {permission.lower(): permission for permission in Permission}
_BETWEEN = re.compile("[-:_]")
_MAX_ECHO = 40


def parse_permission(text: object) -> Permission:
    """Return the permission of a name in any spelling that clients use.

    LibrariesRead, libraries-read, libraries:read, libraries_read, in any case.
    Raises InvalidError.
    """
    letters = _BETWEEN.sub("", text).lower() if isinstance(text, str) else None
    permission = _BY_LETTERS.get(letters or "")
    if permission is None:
        shown = repr(text)
        shown = shown if len(shown) <= _MAX_ECHO else f"{shown[:_MAX_ECHO]}…"
        raise InvalidError("permissions", f"{shown} is no permission")
    return permission


def parse_permissions(texts: object) -> frozenset[Permission]:
    """Return the permissions of a list of names. Raises InvalidError."""
    if isinstance(texts, str) or not isinstance(texts, list | tuple | set | frozenset):
        raise InvalidError("permissions", "must be a list of names")
    return frozenset(map(parse_permission, texts))


def in_order(permissions: Iterable[Permission]) -> tuple[Permission, ...]:
    """Return permissions as the guide lists them."""
    held = frozenset(permissions)
    return tuple(permission for permission in Permission if permission in held)


def render_permissions(permissions: Iterable[Permission]) -> str:
    """Return the form in which the catalog keeps permissions: one name a line."""
    return "\n".join(in_order(permissions))


def stored_permissions(text: str) -> tuple[Permission, ...]:
    """Return the permissions of the catalog's form, in order.

    A name that this Codex does not know is left out: it grants nothing here.
    """
    return in_order(
        _BY_LETTERS[name.lower()]
        for name in text.split("\n")
        if name.lower() in _BY_LETTERS
    )
