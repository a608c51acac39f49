"""codex users: the people who may sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog, opened, settings
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.options import (
    AsJson,
    Permissions,
    UserArg,
    Yes,
    given,
    named_permissions,
)
from codex_cli.output import confirm, note, print_json, print_whole, printable, say
from codex_cli.prompts import asked, new_password
from codex_cli.tables import Column, print_table
from codex_cli.wording import local_time

if TYPE_CHECKING:
    from codex_lib.accounts.users import User

app = command_group("The people who may sign in.")
COLUMNS = (
    Column("NAME", flexible=True),
    Column("E-MAIL", flexible=True, optional=2),
    Column("RIGHTS"),
    Column("STATE"),
    Column("LAST SIGN-IN", optional=3),
    Column("ID", optional=1),
)

Email = Annotated[
    str | None, typer.Option("--email", metavar="ADDRESS", help="The e-mail address.")
]
PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin", help="Read the password from stdin, do not ask for it."
    ),
]


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the users by name."""
    from codex_lib.accounts.users import list_users

    with catalog(ctx) as db:
        found = list_users(db)
    if as_json:
        print_whole(found)
    elif found:
        _print_users(found)
    else:
        say('No users yet. "codex users create --admin" makes the first.')


def _print_users(found: list[User]) -> None:
    rows = [
        (
            user.username,
            user.email,
            "admin" if user.is_admin else len(user.permissions),
            _state(user),
            local_time(user.last_login_at),
            shown_id(user.id),
        )
        for user in found
    ]
    print_table(COLUMNS, rows)


def _state(user: User) -> str:
    if not user.email_verified:
        return "unconfirmed"
    return "" if user.is_active else "inactive"


@app.command()
def show(ctx: typer.Context, user: UserArg, as_json: AsJson = False) -> None:
    """Show one user and what they may do."""
    from codex_lib.accounts.names import find_user

    with catalog(ctx) as db:
        found = find_user(db, user)
    _print_user(found, as_json=as_json)


def _print_user(user: User, *, as_json: bool) -> None:
    if as_json:
        print_json(user)
        return
    permissions = "all" if user.is_admin else ", ".join(user.permissions) or "none"
    print_details(
        [
            ("Name", user.username),
            ("E-mail", user.email),
            ("Admin", user.is_admin),
            ("Active", user.is_active),
            ("E-mail confirmed", user.email_verified),
            ("Permissions", permissions),
            ("Last sign-in", local_time(user.last_login_at) or "never"),
            ("Made", local_time(user.created_at)),
            ("Id", user.id),
        ]
    )


@app.command()
def create(
    ctx: typer.Context,
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Asked for if left out.")
    ] = None,
    email: Email = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="May do everything, others only read.")
    ] = False,
    permission: Permissions = None,
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> None:
    """Make a user; the password is asked for twice and not shown.

    The first one should be an admin, which sets the server up.
    """
    from codex_lib.accounts.passwords import costs_of
    from codex_lib.accounts.users import count_users, create_user
    from codex_lib.clock import now

    config = settings(ctx)
    permissions = named_permissions(permission)
    username = asked("Name", name, "NAME")
    address = asked("E-mail", email, "--email")
    password = new_password(from_stdin=password_stdin)
    with opened(ctx, config) as db:
        made = create_user(
            db,
            username=username,
            email=address,
            password=password,
            is_admin=admin,
            permissions=permissions,
            costs=costs_of(config.auth),
            now=now(),
        )
        is_alone = count_users(db) == 1
    _print_user(made, as_json=as_json)
    if is_alone and not made.is_admin:
        note('There is no admin yet; "codex users create --admin" makes one.')


@app.command()
def update(
    ctx: typer.Context,
    *,
    user: UserArg,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What to sign in with.")
    ] = None,
    email: Email = None,
    admin: Annotated[
        bool | None,
        typer.Option(
            "--admin/--no-admin", help="May do everything, or only read from now on."
        ),
    ] = None,
    active: Annotated[
        bool | None,
        typer.Option("--active/--inactive", help="May sign in, or not for now."),
    ] = None,
    permission: Permissions = None,
    as_json: AsJson = False,
) -> None:
    """Change a user; what is not named stays as it is.

    The last active admin stays one. --active confirms the e-mail address as well,
    --inactive ends all sessions.
    """
    from codex_lib.accounts.names import find_user
    from codex_lib.accounts.passwords import costs_of
    from codex_lib.accounts.users import update_user
    from codex_lib.clock import now

    changes = given(username=name, email=email, is_admin=admin, is_active=active)
    permissions = named_permissions(permission)
    if permissions is not None:
        changes["permissions"] = permissions
    config = settings(ctx)
    with opened(ctx, config) as db:
        found = find_user(db, user)
        costs = costs_of(config.auth)
        changed = update_user(db, found.id, changes, costs=costs, now=now())
    _print_user(changed, as_json=as_json)


@app.command()
def passwd(
    ctx: typer.Context,
    user: UserArg,
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> None:
    """Give a user a new password and end all their sessions; API keys stay."""
    from codex_lib.accounts.names import find_user
    from codex_lib.accounts.passwords import costs_of
    from codex_lib.accounts.users import update_user
    from codex_lib.clock import now

    config = settings(ctx)
    with opened(ctx, config) as db:
        found = find_user(db, user)
        password = new_password(from_stdin=password_stdin)
        changes, costs = {"password": password}, costs_of(config.auth)
        changed = update_user(db, found.id, changes, costs=costs, now=now())
    if as_json:
        print_json(changed)
    else:
        name = printable(found.username)
        say(f"{name} has a new password and is signed out everywhere.")


@app.command()
def delete(
    ctx: typer.Context, user: UserArg, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Delete a user with their API keys and all they did here.

    The last active admin stays.
    """
    from codex_lib.accounts.names import find_user
    from codex_lib.accounts.users import delete_user

    with catalog(ctx) as db:
        found = find_user(db, user)
        if not yes:
            confirm(f"Delete {found.username} ({found.email}) and their API keys?")
        delete_user(db, found.id)
    if as_json:
        print_json({"id": found.id, "username": found.username, "deleted": True})
    else:
        say(f"Deleted {printable(found.username)}.")
