"""Headers of every answer, and which other origins may read them."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import falcon

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.config.definitions import Config

# An answer is data: nothing in it runs, and no page may show it in a frame.
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
EXPOSED = ("Content-Disposition", "ETag", "Location", "Retry-After", "X-Request-Id")


class Headers:
    """Middleware that completes an answer's headers; a responder's own win."""

    def __init__(self, config: Config) -> None:
        # With "*" the answer is the same for every origin, with names it is not.
        self._is_by_origin = "*" not in config.api.cors_origins

    async def process_response(
        self,
        req: Request,
        resp: Response,
        _resource: object,
        _succeeded: bool,  # noqa: FBT001 - falcon's
    ) -> None:
        """Add the security headers, the request id and a cache rule."""
        for name, value in SECURITY.items():
            if resp.get_header(name) is None:
                resp.set_header(name, value)
        resp.set_header("X-Request-Id", req.request_id)
        if self._is_by_origin:
            resp.append_header("Vary", "Origin")
        if resp.get_header("Cache-Control") is None:
            resp.set_header("Cache-Control", "no-store")


def page_policy(script: str, style: str) -> str:
    """Return the policy of a page that runs one script of its own and nothing else."""
    return (
        "default-src 'none'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; "
        f"script-src {hash_of(script)}; style-src {hash_of(style)}"
    )


def hash_of(source: str) -> str:
    """Return the hash by which a policy allows a script or a style."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def cors(config: Config) -> falcon.CORSMiddleware[Request, Response] | None:
    """Return the middleware for other origins; None if they are not allowed.

    Every header that a page announces is allowed, X-API-Key among them. The cookie is
    accepted only from origins that are named, never from "*".
    """
    if not config.api.cors_enabled or not config.api.cors_origins:
        return None
    origins = config.api.cors_origins
    if "*" in origins:
        return falcon.CORSMiddleware(allow_origins="*", expose_headers=EXPOSED)
    return falcon.CORSMiddleware(
        allow_origins=origins, allow_credentials=origins, expose_headers=EXPOSED
    )
