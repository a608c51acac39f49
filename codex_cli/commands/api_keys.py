"""codex api-keys: what programs sign in with."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.expiry import parse_expiry
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.options import (
    ApiKeyArg,
    AsJson,
    Permissions,
    Yes,
    given,
    named_permissions,
)
from codex_cli.output import (
    confirm,
    note,
    print_json,
    print_whole,
    printable,
    say,
)
from codex_cli.tables import Column, print_table
from codex_cli.wording import count, local_time
from codex_lib.clock import now

if TYPE_CHECKING:
    from codex_lib.accounts.api_keys import ApiKey
    from codex_lib.accounts.users import User
    from codex_lib.db import Database

app = command_group("What programs sign in with, in place of a user.")
COLUMNS = (
    Column("NAME", flexible=True),
    Column("USER", flexible=True),
    Column("BEGINS"),
    Column("RIGHTS", right=True),
    Column("EXPIRES", optional=3),
    Column("LAST USED", optional=2),
    Column("STATE"),
    Column("ID", optional=1),
)

OfUser = Annotated[
    str | None,
    typer.Option("--user", metavar="USER", help="Only a key of this user."),
]
Expires = Annotated[
    str | None,
    typer.Option(
        "--expires", metavar="WHEN", help="A date, a number of days as 90d, or never."
    ),
]


@app.command("list")
def list_(ctx: typer.Context, user: OfUser = None, as_json: AsJson = False) -> None:
    """List the API keys of a user or of all."""
    from codex_lib.accounts.api_keys import list_api_keys
    from codex_lib.accounts.names import find_user
    from codex_lib.accounts.users import list_users

    with catalog(ctx) as db:
        owners = list_users(db) if user is None else [find_user(db, user)]
        found = [
            (owner, key) for owner in owners for key in list_api_keys(db, owner.id)
        ]
    if as_json:
        print_whole([key for _, key in found])
    elif found:
        _print_keys(found)
    else:
        say('No API keys. "codex api-keys create NAME --user USER" makes one.')


def _print_keys(found: list[tuple[User, ApiKey]]) -> None:
    moment = now()
    rows = [
        (
            key.name,
            owner.username,
            _start(key),
            len(key.permissions),
            local_time(key.expires_at),
            local_time(key.last_used_at),
            _state(owner, key, moment),
            shown_id(key.id),
        )
        for owner, key in found
    ]
    print_table(COLUMNS, rows)


def _start(key: ApiKey) -> str:
    from codex_lib.accounts.api_keys import KEY_START

    return f"{KEY_START}{key.key_prefix}"


def _state(owner: User, key: ApiKey, moment: str) -> str:
    if not key.is_active:
        return "inactive"
    if key.expires_at is not None and key.expires_at <= moment:
        return "expired"
    return "" if owner.can_sign_in else "user inactive"


@app.command()
def show(
    ctx: typer.Context, key: ApiKeyArg, user: OfUser = None, as_json: AsJson = False
) -> None:
    """Show one API key and what it may do, not its secret."""
    with catalog(ctx) as db:
        owner, found = _found(db, key, user)
    _print_key(owner, found, as_json=as_json)


def _found(db: Database, key: str, user: str | None) -> tuple[User, ApiKey]:
    from codex_lib.accounts.names import find_api_key, find_user
    from codex_lib.accounts.users import get_user

    owner = None if user is None else find_user(db, user).id
    found = find_api_key(db, key, owner=owner)
    return get_user(db, found.user_id), found


def _print_key(owner: User, key: ApiKey, *, as_json: bool) -> None:
    if as_json:
        print_json(key)
        return
    print_details(
        [
            ("Name", key.name),
            ("User", owner.username),
            ("Begins", _start(key)),
            ("Permissions", ", ".join(key.permissions) or "none"),
            ("State", _state(owner, key, now()) or "active"),
            ("Expires", local_time(key.expires_at) or "never"),
            ("Last used", local_time(key.last_used_at) or "never"),
            ("Made", local_time(key.created_at)),
            ("Id", key.id),
        ]
    )


@app.command()
def create(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    user: Annotated[
        str, typer.Option("--user", metavar="USER", help="Who it signs in as.")
    ],
    permission: Permissions = None,
    expires: Expires = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key and print it, this once; it may do all that its user may.

    Only the key goes to stdout: KEY=$(codex api-keys create backup --user ana)
    """
    from codex_lib.accounts.api_keys import create_api_key
    from codex_lib.accounts.names import find_user

    moment = now()
    expires_at = None if expires is None else parse_expiry(expires, now=moment)
    with catalog(ctx) as db:
        owner = find_user(db, user)
        made, text = create_api_key(
            db,
            owner,
            name=name,
            permissions=named_permissions(permission),
            expires_at=expires_at,
            now=moment,
        )
    if as_json:
        print_json({**asdict(made), "key": text})
        return
    rights = count(len(made.permissions), "permission")
    end = local_time(made.expires_at)
    lasting = f"until {end}" if end else "without an end"
    note(f"{made.name}, for {owner.username}: {rights}, {lasting}. Not shown again:")
    say(text)


@app.command()
def update(
    ctx: typer.Context,
    *,
    key: ApiKeyArg,
    user: OfUser = None,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What it is for.")
    ] = None,
    permission: Permissions = None,
    expires: Expires = None,
    active: Annotated[
        bool | None,
        typer.Option("--active/--inactive", help="Accepted, or not for now."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change an API key; what is not named stays as it is."""
    from codex_lib.accounts.api_keys import update_api_key

    moment = now()
    changes = given(name=name, is_active=active)
    permissions = named_permissions(permission)
    if permissions is not None:
        changes["permissions"] = permissions
    if expires is not None:
        changes["expires_at"] = parse_expiry(expires, now=moment)
    with catalog(ctx) as db:
        owner, found = _found(db, key, user)
        changed = update_api_key(db, found.id, changes, now=moment)
    _print_key(owner, changed, as_json=as_json)


@app.command()
def revoke(
    ctx: typer.Context,
    key: ApiKeyArg,
    user: OfUser = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """End an API key for good; update --inactive ends it for now."""
    from codex_lib.accounts.api_keys import delete_api_key

    with catalog(ctx) as db:
        owner, found = _found(db, key, user)
        whose = f"{found.name} ({_start(found)}) of {owner.username}"
        if not yes:
            confirm(f"Revoke {whose}? Programs that use it are locked out at once.")
        delete_api_key(db, found.id)
    if as_json:
        print_json({"id": found.id, "name": found.name, "deleted": True})
    else:
        say(f"Revoked {printable(whose)}.")
