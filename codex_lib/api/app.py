"""The web application: routes, middleware, what happens to errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import falcon
import falcon.asgi
from falcon.routing import BaseConverter

from codex_lib.api.calls import Calls
from codex_lib.api.docs import DOCUMENT_PATH, Document, Viewer
from codex_lib.api.errors import (
    answer_codex_error,
    answer_http_error,
    answer_unexpected,
)
from codex_lib.api.headers import Headers, cors
from codex_lib.api.requests import Arrival, Request
from codex_lib.api.routes import ROUTES
from codex_lib.catalog.shelf_index.kept import keep_index
from codex_lib.errors import CodexError

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.config.definitions import Config

    App = falcon.asgi.App[Request, Response]


class Unchecked(BaseConverter):
    """A placeholder's value as it is; the endpoint checks it (routes.py)."""

    def convert(self, value: str) -> str:
        """Return the value."""
        return value


def create_app(config: Config) -> App:
    """Build the ASGI application; nothing is opened before the first request."""
    calls = Calls(
        config.catalog_path,
        threads=config.api.threads,
        image_threads=config.api.image_threads,
        allow_network=config.database.allow_network,
    )
    keep_index(config.catalog_path)
    others = [middleware] if (middleware := cors(config)) else []
    app: App = falcon.asgi.App(
        request_type=Request,
        middleware=[Arrival(config, calls), Headers(config), *others],
    )
    app.router_options.converters["uuid"] = Unchecked
    app.router_options.converters["int"] = Unchecked
    app.add_error_handler(Exception, answer_unexpected)
    app.add_error_handler(falcon.HTTPError, answer_http_error)
    app.add_error_handler(CodexError, answer_codex_error)
    for path, resource in [*ROUTES, *documentation(config)]:
        add_route(app, path, resource)
    return app


def documentation(config: Config) -> list[tuple[str, object]]:
    """Return the routes of the API's description; none unless it is to be served."""
    if not config.api.enable_api_docs:
        return []
    viewer = (config.api.api_docs_path, Viewer(config))
    return [(DOCUMENT_PATH, Document(config)), viewer]


def add_route(app: App, path: str, resource: object) -> None:
    """Add a route; HEAD is GET without the body."""
    if hasattr(resource, "on_get") and not hasattr(resource, "on_head"):
        setattr(resource, "on_head", resource.on_get)  # noqa: B010 - object has none
    app.add_route(path, resource)
