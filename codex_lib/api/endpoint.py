"""One decorator per responder: who may call it, what it takes, what it answers.

The declaration is enforced here on every request and read by openapi.py, so that the
description cannot differ from what happens.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from codex_lib.accounts.permissions import Permission
from codex_lib.api.answers import render_json
from codex_lib.api.auth import authenticate
from codex_lib.api.errors import OutOfTimeError
from codex_lib.api.reading import read_body, read_path, read_query
from codex_lib.api.uploads import read_upload
from codex_lib.errors import ForbiddenError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from falcon.asgi import Response
    from msgspec import Struct

    from codex_lib.api.auth import Caller
    from codex_lib.api.requests import Request

    Responder = Callable[..., Awaitable[Any]]


class Access(Enum):
    """Who may call an endpoint that asks for no permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"


PUBLIC = Access.PUBLIC
SIGNED_IN = Access.SIGNED_IN
# Where a responder carries its declaration, for declared_of.
DECLARED = "codex_endpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The declaration of one responder; see endpoint() for the fields."""

    access: Access
    permissions: tuple[Permission, ...]
    of_keys: tuple[Permission, ...]
    tag: str
    summary: str
    description: str
    body: type[Struct] | None = None
    upload: bool = False
    query: type[Struct] | None = None
    reply: Any = None
    status: int = 200
    replies: Mapping[int, Any] = field(default_factory=dict)
    media: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    cookie: bool = False
    twins: bool = False

    @property
    def is_json(self) -> bool:
        """Whether what the responder returns is the body, as JSON."""
        return self.reply is not None and not self.media


def endpoint(  # noqa: PLR0913 - all that is said of an endpoint, by keyword
    *needs: Permission | Access,
    of_keys: Permission | None = None,
    tag: str,
    body: type[Struct] | None = None,
    upload: bool = False,
    query: type[Struct] | None = None,
    reply: Any = None,  # noqa: ANN401 - any type that msgspec can describe
    status: int | None = None,
    replies: Mapping[int, Any] | None = None,
    media: tuple[str, ...] = (),
    errors: tuple[int, ...] = (),
    cookie: bool = False,
    twins: bool = False,
) -> Callable[[Responder], Responder]:
    """Declare a responder; its docstring is the summary and the description.

    needs: PUBLIC, SIGNED_IN, or permissions of which the caller must have one.
    of_keys: the permission that an API key must have instead of needs.
    body, query: Structs, handed to the responder by these names.
    upload: instead of a body, an image or a form with one; handed over as bytes.
    reply: the type of what the responder returns, sent as JSON; None sends no body.
    status: of success; 200, or 204 without a reply.
    replies: further answers that are no errors, status -> type or None.
    media: content types of a reply that the responder writes to resp itself.
    errors: statuses beyond those that follow from the declaration (400, 401, 403, 413,
    500, 503).
    cookie: the auth_token cookie is accepted, for what <img> elements show.
    twins: names in both spellings when api.response_case is "both".
    """
    access, permissions = split_needs(needs)

    def declare(responder: Responder) -> Responder:
        summary, _, description = inspect.cleandoc(responder.__doc__ or "").partition(
            "\n"
        )
        declared = Endpoint(
            access=access,
            permissions=permissions,
            of_keys=(of_keys,) if of_keys else permissions,
            tag=tag,
            summary=summary.rstrip("."),
            description=description.strip(),
            body=body,
            upload=upload,
            query=query,
            reply=reply,
            status=status or (204 if reply is None else 200),
            replies=replies or {},
            media=media,
            errors=errors,
            cookie=cookie,
            twins=twins,
        )

        @functools.wraps(responder)
        async def respond(
            resource: object, req: Request, resp: Response, **params: str
        ) -> None:
            async with time_limit(req.config.api.request_timeout_seconds):
                given = await admitted(req, declared, params)
                resp.status = declared.status
                answer = await responder(resource, req, resp, **given)
            if declared.is_json:
                both = declared.twins and req.config.api.response_case == "both"
                resp.data = render_json(answer, twins=both)

        setattr(respond, DECLARED, declared)
        return respond

    return declare


def declared_of(responder: object) -> Endpoint:
    """Return the declaration of a responder."""
    declared: Endpoint = getattr(responder, DECLARED)
    return declared


def split_needs(
    needs: tuple[Permission | Access, ...],
) -> tuple[Access, tuple[Permission, ...]]:
    """Return what is needed as access and permissions."""
    permissions = tuple(need for need in needs if isinstance(need, Permission))
    others = [need for need in needs if isinstance(need, Access)]
    return (others[0] if others else SIGNED_IN), permissions


async def admitted(
    req: Request, declared: Endpoint, params: Mapping[str, str]
) -> dict[str, Any]:
    """Return a responder's arguments, once the caller may call it.

    Who it is comes first, what they may do second, what they sent last: a stranger
    learns nothing about what would have been valid. Raises UnauthorizedError,
    ForbiddenError, and what reading a request raises.
    """
    if declared.access is not PUBLIC:
        req.caller = await authenticate(req, cookie=declared.cookie)
        is_key = req.caller.api_key is not None
        authorize(req.caller, declared.of_keys if is_key else declared.permissions)
    given = read_path(req.uri_template or "", params)
    if declared.query is not None:
        given["query"] = read_query(req, declared.query)
    if declared.body is not None:
        given["body"] = await read_body(req, declared.body)
    if declared.upload:
        given["upload"] = await read_upload(req)
    return given


def authorize(caller: Caller, permissions: tuple[Permission, ...]) -> None:
    """Raise ForbiddenError unless the caller has one of the permissions."""
    if permissions and not caller.permissions.intersection(permissions):
        names = " or ".join(permissions)
        raise ForbiddenError(f"This needs the permission {names}")


@asynccontextmanager
async def time_limit(seconds: int) -> AsyncIterator[None]:
    """Give a block so much time. Raises OutOfTimeError after it."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():  # a file system's, for one
            raise
        raise OutOfTimeError(seconds) from error
