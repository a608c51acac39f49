"""/api-keys: what programs sign in with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from codex_lib import clock
from codex_lib.accounts.api_keys import (
    ApiKey,
    create_api_key,
    delete_api_key,
    get_api_key,
    list_api_keys,
    update_api_key,
)
from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.lists import Limited, Page, part_of
from codex_lib.api.reading import changes
from codex_lib.api.users import PermissionNames, Username

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.auth import Caller
    from codex_lib.api.requests import Request

TAG = "API keys"

KeyName = Username  # the same rules
Moment = Annotated[
    str,
    Meta(
        description="A time to come, with its time zone; null is never.",
        extra_json_schema={"format": "date-time"},
    ),
]


class NewKey(Struct):
    """A key to make; without permissions it may do all that its owner may."""

    name: KeyName
    permissions: PermissionNames | None = None
    expires_at: Moment | None = None


class KeyChanges(Struct):
    """What is to change about a key; what is absent stays as it is."""

    name: KeyName | UnsetType = UNSET
    permissions: PermissionNames | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    expires_at: Moment | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class MadeKey(ApiKey):
    """A key with its text, which is shown this once."""

    key: str


class ApiKeys:
    """/api-keys."""

    @endpoint(
        Permission.API_KEYS_READ,
        tag=TAG,
        query=Limited,
        reply=Page[ApiKey] | list[ApiKey],
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: Limited
    ) -> Page[ApiKey] | list[ApiKey]:
        """List one's own keys, oldest first.

        A bare array; a page of it when page or page_size is given.
        """
        keys = await call(req, list_api_keys, req.caller.user.id)
        return part_of(req, query, keys)

    @endpoint(
        Permission.API_KEYS_WRITE,
        tag=TAG,
        body=NewKey,
        reply=MadeKey,
        status=201,
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, body: NewKey) -> MadeKey:
        """Make a key for oneself; its text is in this answer and never shown again.

        403 for permissions that one has not.
        """
        made, key = await call(
            req,
            create_api_key,
            req.caller.user,
            **changes(body),
            now=clock.now(),
            rights=req.caller.permissions,
        )
        return MadeKey(**asdict(made), key=key)


class OneApiKey:
    """/api-keys/{id}; an admin may name anybody's, others only their own."""

    @endpoint(
        Permission.API_KEYS_READ, tag=TAG, reply=ApiKey, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, key_id: str) -> ApiKey:
        """Show a key, without its text.

        Another user's is 404, except to an admin.
        """
        return await call(req, get_api_key, key_id, owner=only_owner(req.caller))

    @endpoint(
        Permission.API_KEYS_WRITE,
        tag=TAG,
        body=KeyChanges,
        reply=ApiKey,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, key_id: str, body: KeyChanges
    ) -> ApiKey:
        """Change a key.

        403 for new permissions that one has not. Another user's key is 404, except to
        an admin.
        """
        return await call(
            req,
            update_api_key,
            key_id,
            changes(body),
            now=clock.now(),
            owner=only_owner(req.caller),
            rights=req.caller.permissions,
        )

    on_patch = on_put

    @endpoint(Permission.API_KEYS_DELETE, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, key_id: str) -> None:
        """Delete a key; what uses it is refused from now on.

        Another user's is 404, except to an admin.
        """
        await call(req, delete_api_key, key_id, owner=only_owner(req.caller))


def only_owner(caller: Caller) -> str | None:
    """Return whose keys a caller may name; None for an admin, who may all."""
    return None if caller.is_admin else caller.user.id
