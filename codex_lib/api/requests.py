"""A request: what a responder may ask it, and where it really comes from."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import falcon.asgi

from codex_lib.accounts.tokens import jwt_secret
from codex_lib.api.access_log import CLIENT
from codex_lib.api.broadcast import Broadcaster
from codex_lib.catalog.image_cache import image_caches
from codex_lib.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network, IPv6Network

    from falcon.asgi import Response

    from codex_lib.api.access_log import Receive
    from codex_lib.api.auth import Caller
    from codex_lib.api.calls import Calls
    from codex_lib.catalog.image_cache import ImageCaches
    from codex_lib.config.definitions import Config

    Networks = tuple[IPv4Network | IPv6Network, ...]

PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


class Request(falcon.asgi.Request):
    """A request with what Codex knows about it.

    secret signs access tokens. caller is set for every endpoint that is not public.
    client_address is the caller's, through the trusted proxies; "" when the server was
    reached over a socket file. mount is the path under which a proxy shows the server,
    "" if none. request_id is in the answer's X-Request-Id and in the log. receive tells
    what the client does next, such as leave.
    """

    config: Config
    calls: Calls
    broadcaster: Broadcaster
    caches: ImageCaches
    secret: str
    caller: Caller
    client_address: str
    mount: str
    request_id: str

    def __init__(
        self,
        scope: dict[str, Any],
        receive: Receive,
        *args: Any,  # noqa: ANN401 - falcon's
        **kwargs: Any,  # noqa: ANN401 - falcon's
    ) -> None:
        # A raw byte above 127 in the query would end in a traceback in falcon.
        query = quote(scope["query_string"], safe=PRINTABLE).encode()
        super().__init__({**scope, "query_string": query}, receive, *args, **kwargs)
        self.receive = receive


class Arrival:
    """Middleware that fills in a request before it is routed."""

    def __init__(self, config: Config, calls: Calls) -> None:
        self.config = config
        self.calls = calls
        self.broadcaster = Broadcaster(calls.open_catalog)
        self.caches = image_caches(config.files)
        self.secret = jwt_secret(config.auth.jwt_secret, config.data_dir)
        self.proxies = trusted_networks(config.api.trusted_proxies)

    async def process_request(self, req: Request, _resp: Response) -> None:
        """Set config, calls, request id, client address and mount."""
        req.config = self.config
        req.calls = self.calls
        req.broadcaster = self.broadcaster
        req.caches = self.caches
        req.secret = self.secret
        req.request_id = uuid4().hex
        peer = str(next(iter(req.scope.get("client") or ()), ""))
        forwarded = req.get_header("X-Forwarded-For", default="")
        req.client_address = client_address(peer, forwarded, self.proxies)
        req.scope.setdefault("state", {})[CLIENT] = req.client_address
        is_proxied = is_within(peer, self.proxies)
        given = req.get_header("X-Forwarded-Prefix", default="") if is_proxied else ""
        req.mount = mount_path(given, req.root_path)
        if req.mount and req.path.startswith(f"{req.mount}/"):
            req.path = req.path.removeprefix(req.mount)

    async def process_shutdown(self, _scope: object, _event: object) -> None:
        """Close the catalog when the server stops."""
        self.broadcaster.close()
        self.calls.close()


def trusted_networks(texts: Iterable[str]) -> Networks:
    """Return networks from their texts. Raises ConfigError."""
    try:
        return tuple(ip_network(text, strict=False) for text in texts)
    except ValueError as error:
        raise ConfigError("api.trusted_proxies", str(error)) from None


def is_within(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Return whether an address lies in one of the networks; False for no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None)
    return any((mapped or known) in network for network in networks)


def client_address(peer: str, forwarded: str, proxies: Networks) -> str:
    """Return who really called: the last hop that no trusted proxy vouches for.

    forwarded is X-Forwarded-For, nearest hop last. What stands left of the first
    address that is no proxy of ours is the caller's own claim and not believed.
    """
    address = peer
    for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
        if not is_within(address, proxies) or not is_address(hop):
            break
        address = hop
    return address


def is_address(text: str) -> bool:
    """Return whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def mount_path(forwarded: str, root_path: str) -> str:
    """Return the path under which the server is seen, "/codex" or ""."""
    for prefix in (forwarded, root_path):
        if PREFIX.fullmatch(prefix.rstrip("/")):
            return prefix.rstrip("/")
    return ""
