"""How the operator names a user or an API key: id, beginning of an id, or name.

For the terminal. A visitor chooses their own name, so an id wins over a name that looks
like one: nobody can slip into another's place by being called like the other's id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codex_lib.accounts.api_keys import KEY_START, ApiKey, get_api_key
from codex_lib.accounts.user_rules import name_key
from codex_lib.accounts.users import User, find_by_login, get_user
from codex_lib.db import rows
from codex_lib.db.naming import only_id, rows_of_id
from codex_lib.errors import ApiKeyNotFoundError, UserNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database

_USERS = (
    "SELECT uuid, username AS label FROM users WHERE uuid >= :start AND uuid < :end"
)
_KEYS = """
    SELECT api_keys.uuid, name AS label, users.username || '''s keys' AS detail
    FROM api_keys JOIN users ON users.id = api_keys.user_id
    WHERE (:owner IS NULL OR users.uuid = :owner)
"""
_KEYS_OF_ID = f"{_KEYS} AND api_keys.uuid >= :start AND api_keys.uuid < :end"
_KEY_TEXT = re.compile(rf"{KEY_START}([a-z0-9]{{8}})(?:_|\Z)")


def find_user(db: Database, text: str) -> User:
    """Return the user that a text names; the name or e-mail address in any case.

    Raises UserNotFoundError, AmbiguousNameError with the candidates.
    """
    found = rows_of_id(db, _USERS, text)
    if found:
        return get_user(db, only_id("user", text, found))
    user = find_by_login(db, text)
    if user is None:
        raise UserNotFoundError(text)
    return user


def find_api_key(db: Database, text: str, *, owner: str | None = None) -> ApiKey:
    """Return the API key that a text names; owner is the id of the only user to ask.

    By its name in any case, its id, or by the key itself or its beginning up to the
    secret, as one that was found in a log; an error does not repeat the secret.
    Raises ApiKeyNotFoundError, AmbiguousNameError with the candidates.
    """
    key_text = _KEY_TEXT.match(text)
    if key_text:
        text = key_text[0].rstrip("_")
        values = {"owner": owner, "prefix": key_text[1]}
        found = rows(db, f"{_KEYS} AND key_prefix = :prefix", values)
    else:
        found = rows_of_id(db, _KEYS_OF_ID, text, owner=owner) or [
            row
            for row in rows(db, _KEYS, {"owner": owner})
            if name_key(row["label"]) == name_key(text)
        ]
    if not found:
        raise ApiKeyNotFoundError(text)
    return get_api_key(db, only_id("API key", text, found))
