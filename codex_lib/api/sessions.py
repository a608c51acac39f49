"""What signing in answers: a token, whose it is, and the cookie with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from codex_lib import clock
from codex_lib.accounts.tokens import create_token
from codex_lib.api.auth import COOKIE
from codex_lib.api.calls import call

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.accounts.users import User
    from codex_lib.api.requests import Request


class UserInfo(Struct, kw_only=True):
    """A user, as signing in tells."""

    id: str
    username: str
    email: str
    is_admin: bool
    email_verified: bool


class Session(Struct, kw_only=True):
    """A token and whose it is; expires_in is in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    user: UserInfo


class Welcome(Session, kw_only=True):
    """A token, whose it is, and a sentence."""

    message: str


def user_info(user: User) -> UserInfo:
    """Return what signing in tells of a user."""
    return UserInfo(
        id=user.id,
        username=user.username,
        email=user.email,
        is_admin=user.is_admin,
        email_verified=user.email_verified,
    )


def welcome(session: Session, message: str) -> Welcome:
    """Return a session with a sentence."""
    return Welcome(
        access_token=session.access_token,
        token_type=session.token_type,
        expires_in=session.expires_in,
        user=session.user,
        message=message,
    )


async def start_session(req: Request, resp: Response, user: User) -> Session:
    """Give a user a token, and the cookie with it."""
    hours = req.config.auth.jwt_expiry_hours
    now = clock.now()
    token = await call(req, create_token, user, secret=req.secret, hours=hours, now=now)
    resp.set_cookie(
        COOKIE,
        token.access_token,
        max_age=token.expires_in,
        path="/",
        secure=req.config.cookie_secure,
        http_only=True,
        same_site="Lax",
    )
    return Session(
        access_token=token.access_token,
        token_type="Bearer",  # noqa: S106 - a kind of token
        expires_in=token.expires_in,
        user=user_info(user),
    )


def end_session(resp: Response) -> None:
    """Take the cookie back."""
    resp.unset_cookie(COOKIE, path="/", same_site="Lax")
