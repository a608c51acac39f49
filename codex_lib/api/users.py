"""/users: the people who sign in, for those who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from codex_lib import clock
from codex_lib.accounts.passwords import MIN_PASSWORD, costs_of
from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.user_rules import MAX_NAME
from codex_lib.accounts.users import (
    User,
    create_user,
    delete_user,
    get_user,
    list_users,
    update_user,
)
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.lists import Limited, Page, part_of
from codex_lib.api.reading import changes

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Users"

# The rules themselves are in accounts/, where they have words for who breaks them; here
# they are only described.
Username = Annotated[
    str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_NAME})
]
Email = Annotated[str, Meta(extra_json_schema={"format": "email"})]
Password = Annotated[str, Meta(extra_json_schema={"minLength": MIN_PASSWORD})]
PermissionNames = Annotated[
    list[str],
    Meta(
        description="Also accepted: `libraries-read`, `libraries:read`, "
        "`libraries_read`, in any case.",
        extra_json_schema={"items": {"type": "string", "enum": list(Permission)}},
    ),
]


class NewUser(Struct):
    """A user to make; without permissions an admin has all, anybody else reads."""

    username: Username
    email: Email
    password: Password
    is_admin: bool = False
    permissions: PermissionNames | None = None


class UserChanges(Struct):
    """What is to change about a user; what is absent stays as it is."""

    username: Username | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    is_admin: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    permissions: PermissionNames | UnsetType = UNSET


class Users:
    """/users."""

    @endpoint(
        Permission.USERS_READ,
        tag=TAG,
        query=Limited,
        reply=Page[User] | list[User],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: Limited
    ) -> Page[User] | list[User]:
        """List the users by name.

        A bare array; a page of it when page or page_size is given.
        """
        return part_of(req, query, await call(req, list_users))

    @endpoint(
        Permission.USERS_WRITE,
        tag=TAG,
        body=NewUser,
        reply=User,
        status=201,
        errors=(409,),
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, body: NewUser) -> User:
        """Make a user, who can sign in at once.

        409 if the name or the address is taken. Who is no admin makes no admins, and
        nobody who may do more than they may: 403.
        """
        return await call(
            req,
            create_user,
            **changes(body),
            costs=costs_of(req.config.auth),
            now=clock.now(),
            by=req.caller.actor,
        )


class OneUser:
    """/users/{id}."""

    @endpoint(Permission.USERS_READ, tag=TAG, reply=User, errors=(404,), twins=True)
    async def on_get(self, req: Request, resp: Response, user_id: str) -> User:
        """Show a user."""
        return await call(req, get_user, user_id)

    @endpoint(
        Permission.USERS_WRITE,
        tag=TAG,
        body=UserChanges,
        reply=User,
        errors=(404, 409),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, user_id: str, body: UserChanges
    ) -> User:
        """Change a user.

        A changed is_admin gives its usual permissions unless they are named too. A new
        password and is_active=false end all of the user's sessions. 409 if the name or
        the address is taken, or without this user there would be no active admin; 400
        for giving up one's own rights. Who is no admin changes no admin, and nobody who
        may do more than they may: 403.
        """
        return await call(
            req,
            update_user,
            user_id,
            changes(body),
            costs=costs_of(req.config.auth),
            now=clock.now(),
            by=req.caller.actor,
        )

    on_patch = on_put

    @endpoint(Permission.USERS_DELETE, tag=TAG, errors=(404, 409))
    async def on_delete(self, req: Request, resp: Response, user_id: str) -> None:
        """Delete a user with their keys and everything they did.

        409 for the last active admin, 400 for oneself, 403 for somebody who may do more
        than oneself.
        """
        await call(req, delete_user, user_id, by=req.caller.actor)
