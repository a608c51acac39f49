"""GET /health: whether the server can do its work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from codex_lib import __version__
from codex_lib.api.calls import call
from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.db.health import is_answering
from codex_lib.errors import CodexError

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TEXT = "text/plain"


class Health(Struct):
    """How the server is."""

    status: Literal["ok", "unavailable"]
    version: str
    database: bool


async def catalog_answers(req: Request) -> bool:
    """Return whether the catalog can be read."""
    try:
        return await call(req, is_answering)
    except CodexError:
        return False


class HealthReport:
    """/health below the API's address."""

    @endpoint(PUBLIC, tag="Health", reply=Health, replies={503: Health})
    async def on_get(self, req: Request, resp: Response) -> Health:
        """Tell whether the server works.

        503 when the catalog cannot be read.
        """
        works = await catalog_answers(req)
        resp.status = 200 if works else 503
        return Health("ok" if works else "unavailable", __version__, works)


class HealthText:
    """/health at the server's root, for load balancers."""

    @endpoint(PUBLIC, tag="Health", reply=str, replies={503: str}, media=(TEXT,))
    async def on_get(self, req: Request, resp: Response) -> None:
        """Tell whether the server works, as text.

        OK, or Service Unavailable with 503 when the catalog cannot be read.
        """
        works = await catalog_answers(req)
        resp.status = 200 if works else 503
        resp.content_type = f"{TEXT}; charset=utf-8"
        resp.text = "OK" if works else "Service Unavailable"
