"""/setup: the first user and the first settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codex_lib import clock
from codex_lib.accounts.passwords import costs_of
from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.setup import SetupStatus, initialize, setup_status
from codex_lib.api.calls import call
from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.sessions import Welcome, start_session, welcome
from codex_lib.settings.definitions import DEFINITIONS, REGISTRATION_ENABLED
from codex_lib.settings.values import Change, get_value, set_settings

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.db import Database

TAG = "Setup"


class FirstUser(Struct):
    """The first user, an admin."""

    username: str
    email: str
    password: str


class FirstSettings(Struct, kw_only=True):
    """Settings by their keys; skip_configuration leaves them all as they are."""

    settings: dict[str, Any] = {}
    skip_configuration: bool = False


class Configured(Struct):
    """What became of the settings; skipped are the keys that there are not."""

    message: str
    settings_configured: int
    skipped: list[str]


class Status:
    """/setup/status."""

    @endpoint(PUBLIC, tag=TAG, reply=SetupStatus, twins=True)
    async def on_get(self, req: Request, resp: Response) -> SetupStatus:
        """Tell whether there is a user yet, and whether visitors can make accounts."""
        return await call(req, read_status)


class Initialize:
    """/setup/initialize."""

    @endpoint(
        PUBLIC,
        tag=TAG,
        body=FirstUser,
        reply=Welcome,
        status=201,
        errors=(409,),
        twins=True,
    )
    async def on_post(self, req: Request, resp: Response, body: FirstUser) -> Welcome:
        """Make the first user, an admin, who is signed in by it.

        Once: 409 as soon as there is a user. The password needs 8 characters, an
        upper-case and a lower-case letter, a digit and a special character.
        """
        user = await call(
            req,
            initialize,
            username=body.username,
            email=body.email,
            password=body.password,
            costs=costs_of(req.config.auth),
            now=clock.now(),
        )
        return welcome(await start_session(req, resp, user), "Codex is set up")


class Settings:
    """/setup/settings."""

    @endpoint(
        Permission.SYSTEM_ADMIN,
        tag=TAG,
        body=FirstSettings,
        reply=Configured,
        twins=True,
    )
    async def on_patch(
        self, req: Request, resp: Response, body: FirstSettings
    ) -> Configured:
        """Change settings while setting up, all or none.

        Keys that there are not are skipped, and named in the answer.
        """
        given = {} if body.skip_configuration else body.settings
        known = {key: given[key] for key in given if key in DEFINITIONS}
        if known:
            user, address = req.caller.user, req.client_address
            change = Change(clock.now(), by=user.id, reason="Setup", address=address)
            await call(req, set_settings, known, change)
        message = f"{len(known)} settings configured"
        return Configured(message, len(known), sorted(given.keys() - known.keys()))


def read_status(db: Database) -> SetupStatus:
    """Return whether Codex has to be set up."""
    return setup_status(db, registration_enabled=get_value(db, REGISTRATION_ENABLED))
