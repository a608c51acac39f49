"""Whose progress a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    import typer

    from codex_lib.db import Database


def user_id_of(_ctx: typer.Context, db: Database, name: str | None) -> str:
    """Return the id of the user that --user names, else of the only active one.

    Raises InvalidError, which says what to do, when there is none or one of several
    would have to be chosen.
    """
    from codex_lib.accounts.names import find_user
    from codex_lib.accounts.users import list_users

    if name is not None:
        return find_user(db, name).id
    active = [user for user in list_users(db) if user.is_active]
    if not active:
        reason = "nobody has an account yet; codex users create makes one"
        raise InvalidError("--user", reason)
    if len(active) > 1:
        reason = "several people have accounts; say whose progress, or set CODEX_USER"
        raise InvalidError("--user", reason)
    return active[0].id
