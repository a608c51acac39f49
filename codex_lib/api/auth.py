"""Who is calling: a credential of the request to a user with rights.

The first credential that is there counts, in this order: Authorization (Bearer with a
token or an API key, Basic), X-API-Key, and the cookie where images are shown. A bad one
ends in 401 even if a good one follows (contract section 1.3). No WWW-Authenticate is
sent, so that no browser opens a dialog of its own.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from codex_lib import clock
from codex_lib.accounts.api_keys import (
    KEY_START,
    ApiKey,
    VerifiedKey,
    is_use_due,
    touch_api_key,
    verify_api_key,
)
from codex_lib.accounts.passwords import costs_of
from codex_lib.accounts.sign_in import verify_basic
from codex_lib.accounts.tokens import verify_token
from codex_lib.accounts.user_rules import Actor, name_key, rights_of
from codex_lib.api.access_log import CALLER
from codex_lib.api.calls import call, call_aside, call_briefly
from codex_lib.errors import UnauthorizedError

if TYPE_CHECKING:
    from codex_lib.accounts.permissions import Permission
    from codex_lib.accounts.users import User
    from codex_lib.api.requests import Request

COOKIE = "auth_token"
# The user name that an API key has as a password; its owner's is accepted as well.
KEY_USER = "api"
NOBODY = "Sign in first: the request has no credential"


class Credential(NamedTuple):
    """What a request shows: a token, an API key, or a name with a password.

    name is "" but for Basic, where secret is the password, or an API key instead of it.
    """

    kind: str
    secret: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and what they may do with the credential they showed.

    token is the access token, "" for another credential. api_key is None but for an
    API key, with which permissions are those that the key and its owner have.
    """

    user: User
    permissions: frozenset[Permission]
    is_admin: bool
    token: str = ""
    api_key: ApiKey | None = None

    @property
    def actor(self) -> Actor:
        """The caller as the functions that change accounts want to know it."""
        return Actor(self.user.id, self.is_admin, self.permissions)


async def authenticate(req: Request, *, cookie: bool) -> Caller:
    """Return who sent a request; cookie says whether the cookie may tell.

    Raises UnauthorizedError, TooManyAttemptsError.
    """
    credential = credential_of(req, cookie=cookie)
    if credential is None:
        raise UnauthorizedError(NOBODY)
    caller = await VERIFY[credential.kind](req, credential)
    key = caller.api_key
    name = key.key_prefix if key else caller.user.username
    req.scope["state"][CALLER] = name
    return caller


def credential_of(req: Request, *, cookie: bool) -> Credential | None:
    """Return the credential that counts, None if there is none.

    Raises UnauthorizedError for an Authorization header that cannot be understood.
    """
    header = req.get_header("Authorization")
    if header is not None:
        return parse_authorization(header)
    key = req.get_header("X-API-Key")
    if key is not None:
        return Credential("key", key.strip())
    token = req.cookies.get(COOKIE) if cookie else None
    return Credential("token", token) if token else None


def parse_authorization(header: str) -> Credential:
    """Return the credential of an Authorization header. Raises UnauthorizedError."""
    scheme, _, value = header.strip().partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer" and value:
        return Credential("key" if value.startswith(KEY_START) else "token", value)
    if scheme.lower() == "basic":
        name, password = parse_basic(value)
        kind = "key" if password.startswith(KEY_START) else "password"
        return Credential(kind, password, name)
    raise UnauthorizedError


def parse_basic(value: str) -> tuple[str, str]:
    """Return the name and the password of Basic. Raises UnauthorizedError.

    UTF-8 (RFC 7617), or Latin-1 from clients that are older than that.
    """
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnauthorizedError from error
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    name, colon, password = text.partition(":")
    if not colon:
        raise UnauthorizedError
    return name, password


async def verify_by_token(req: Request, credential: Credential) -> Caller:
    """Return whose access token it is."""
    token = credential.secret
    now = clock.now()
    user = await call_briefly(req, verify_token, token, secret=req.secret, now=now)
    return Caller(user, rights_of(user), user.is_admin, token=token)


async def verify_by_key(req: Request, credential: Credential) -> Caller:
    """Return whose API key it is, and note that it was used."""
    now = clock.now()
    found = await call_briefly(req, verify_api_key, credential.secret, now=now)
    if not is_named(found, credential.name):
        raise UnauthorizedError
    if is_use_due(found.api_key, now=now):
        call_aside(req, touch_api_key, found.api_key, now=now)
    return Caller(found.user, found.permissions, found.is_admin, api_key=found.api_key)


def is_named(found: VerifiedKey, name: str) -> bool:
    """Return whether a key came under no name, under "api" or under its owner's."""
    owner = found.user
    keys = {KEY_USER, name_key(owner.username), name_key(owner.email)}
    return not name or name_key(name) in keys


async def verify_by_password(req: Request, credential: Credential) -> Caller:
    """Return who has this name and password."""
    user = await call(
        req,
        verify_basic,
        login=credential.name,
        password=credential.secret,
        address=req.client_address,
        costs=costs_of(req.config.auth),
        now=clock.now(),
    )
    return Caller(user, rights_of(user), user.is_admin)


VERIFY = {
    "token": verify_by_token,
    "key": verify_by_key,
    "password": verify_by_password,
}
