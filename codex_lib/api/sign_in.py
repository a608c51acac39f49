"""/auth: signing in and out, making an account, confirming its e-mail address.

The module is not called auth.py because that one says who a request comes from.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from codex_lib import clock
from codex_lib.accounts.mail import send_verification
from codex_lib.accounts.passwords import costs_of
from codex_lib.accounts.permissions import Permission, in_order
from codex_lib.accounts.setup import register
from codex_lib.accounts.sign_in import sign_in
from codex_lib.accounts.tokens import revoke_token
from codex_lib.accounts.verification import (
    create_verification,
    renew_verification,
    verify_email,
)
from codex_lib.api.auth import COOKIE
from codex_lib.api.calls import call, call_aside
from codex_lib.api.endpoint import PUBLIC, SIGNED_IN, endpoint
from codex_lib.api.sessions import (
    Session,
    UserInfo,
    Welcome,
    end_session,
    start_session,
    user_info,
    welcome,
)
from codex_lib.errors import UnauthorizedError
from codex_lib.settings.definitions import APPLICATION_NAME, REGISTRATION_ENABLED
from codex_lib.settings.values import get_value

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.accounts.users import User
    from codex_lib.api.requests import Request
    from codex_lib.config.definitions import Config
    from codex_lib.db import Database

TAG = "Authentication"
NEUTRAL = "If the address waits to be confirmed, a mail is on its way to it"


class LoginBody(Struct):
    """Who signs in; username may be the e-mail address."""

    username: str
    password: str


class RegisterBody(Struct):
    """The account that a visitor makes."""

    username: str
    email: str
    password: str


class TokenBody(Struct):
    """The token of a confirmation link."""

    token: str


class EmailBody(Struct):
    """An e-mail address."""

    email: str


class Message(Struct):
    """A sentence."""

    message: str


class Me(UserInfo):
    """The caller, with what they may do by the credential they used."""

    permissions: tuple[Permission, ...]


class Registered(Struct):
    """A new account; without a token if its address has to be confirmed first."""

    user: UserInfo
    message: str
    access_token: str | None = None
    token_type: str | None = None
    expires_in: int | None = None


class Login:
    """/auth/login."""

    @endpoint(
        PUBLIC, tag=TAG, body=LoginBody, reply=Session, errors=(401, 429), twins=True
    )
    async def on_post(self, req: Request, resp: Response, body: LoginBody) -> Session:
        """Sign in with a user name, or an e-mail address, and a password.

        The answer's token goes into the header `Authorization: Bearer …`; a cookie with
        it is set for what `<img>` elements show.
        """
        user = await call(
            req,
            sign_in,
            login=body.username,
            password=body.password,
            address=req.client_address,
            costs=costs_of(req.config.auth),
            now=clock.now(),
        )
        return await start_session(req, resp, user)


class Logout:
    """/auth/logout."""

    @endpoint(SIGNED_IN, tag=TAG, reply=Message)
    async def on_post(self, req: Request, resp: Response) -> Message:
        """Sign out: the token ends, the cookie is taken back.

        API keys and passwords stay as they are.
        """
        for token in {req.caller.token, req.cookies.get(COOKIE, "")} - {""}:
            with suppress(UnauthorizedError):  # the cookie's may be an old one
                await call(req, revoke_token, token, secret=req.secret, now=clock.now())
        end_session(resp)
        return Message("Signed out")


class MyAccount:
    """/auth/me."""

    @endpoint(SIGNED_IN, tag=TAG, reply=Me, twins=True)
    async def on_get(self, req: Request, resp: Response) -> Me:
        """Tell who is signed in.

        For an API key is_admin and permissions are those of the key.
        """
        user = req.caller.user
        return Me(
            id=user.id,
            username=user.username,
            email=user.email,
            is_admin=req.caller.is_admin,
            email_verified=user.email_verified,
            permissions=in_order(req.caller.permissions),
        )


class Register:
    """/auth/register."""

    @endpoint(
        PUBLIC,
        tag=TAG,
        body=RegisterBody,
        reply=Registered,
        status=201,
        errors=(403, 409),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, body: RegisterBody
    ) -> Registered:
        """Make an account for oneself.

        403 unless the setting auth.registration_enabled is on. Where addresses have to
        be confirmed there is no token in the answer, and a mail is sent.
        """
        user, token = await call(
            req, register_visitor, body, req.config, now=clock.now()
        )
        if token:
            call_aside(req, mail_link, user, token, req.config)
            return Registered(user_info(user), "Confirm your address: see your mail")
        session = await start_session(req, resp, user)
        return Registered(
            user=session.user,
            message="Welcome",
            access_token=session.access_token,
            token_type=session.token_type,
            expires_in=session.expires_in,
        )


class VerifyEmail:
    """/auth/verify-email."""

    @endpoint(PUBLIC, tag=TAG, body=TokenBody, reply=Welcome, twins=True)
    async def on_post(self, req: Request, resp: Response, body: TokenBody) -> Welcome:
        """Confirm an e-mail address with the token that was mailed to it."""
        user = await call(req, verify_email, body.token, now=clock.now())
        session = await start_session(req, resp, user)
        return welcome(session, "The address is confirmed")


class ResendVerification:
    """/auth/resend-verification."""

    @endpoint(PUBLIC, tag=TAG, body=EmailBody, reply=Message)
    async def on_post(self, req: Request, resp: Response, body: EmailBody) -> Message:
        """Mail a new confirmation link.

        The answer is the same, and as fast, whether or not there is such an address.
        """
        call_aside(req, mail_new_link, body.email, req.config, now=clock.now())
        return Message(NEUTRAL)


def register_visitor(
    db: Database, body: RegisterBody, config: Config, *, now: str
) -> tuple[User, str]:
    """Make a visitor's account; return it with the token that confirms its address.

    The token is "" where addresses do not have to be confirmed.
    """
    is_confirmed = not config.auth.email_confirmation_required
    user = register(
        db,
        username=body.username,
        email=body.email,
        password=body.password,
        is_enabled=get_value(db, REGISTRATION_ENABLED),
        is_confirmed=is_confirmed,
        costs=costs_of(config.auth),
        now=now,
    )
    if is_confirmed:
        return user, ""
    hours = config.email.verification_token_expiry_hours
    return user, create_verification(db, user, hours=hours, now=now)


def mail_new_link(db: Database, email: str, config: Config, *, now: str) -> None:
    """Mail another link to an address that waits for one. Raises MailError."""
    hours = config.email.verification_token_expiry_hours
    renewed = renew_verification(db, email, hours=hours, now=now)
    if renewed is not None:
        user, token = renewed
        mail_link(db, user, token, config)


def mail_link(db: Database, user: User, token: str, config: Config) -> None:
    """Mail a link with a token. Raises MailError."""
    product = get_value(db, APPLICATION_NAME)
    base = config.email.verification_url_base.rstrip("/")
    link = f"{base}/auth/verify-email?token={token}"
    send_verification(config.email, user, link, product=product, now=clock.now())
