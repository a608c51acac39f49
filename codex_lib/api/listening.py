"""The socket that the server listens on, or one sentence why there is none."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

from codex_lib.errors import CodexError, ConfigError, ConflictError

if TYPE_CHECKING:
    from codex_lib.config.definitions import Config

BACKLOG = 2048  # connections that wait for a worker, for instance while one restarts
HOST, PORT = "application.host", "application.port"


def listen(config: Config) -> socket.socket:
    """Listen on the configured address; port 0 takes a free one.

    Raises ConfigError for an address that is not of this machine or not allowed, and
    ConflictError when another program listens there.
    """
    family, address = resolve(config)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # "::" is every address of this machine, those of IPv4 too.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise why_not(error, config) from error
    return listener


def resolve(
    config: Config,
) -> tuple[socket.AddressFamily, tuple[str | int | bytes, ...]]:
    """Return the family and the address to bind for the configured host."""
    host, port = config.application.host, config.application.port
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        reason = f"{host!r} is no address: {getattr(error, 'strerror', error)}"
        raise ConfigError(HOST, reason, source=source_of(config, HOST)) from error
    # "localhost" is 127.0.0.1 to most programs, whatever the system lists first.
    family, _, _, _, address = min(found, key=lambda item: item[0] != socket.AF_INET)
    return family, address


def why_not(error: OSError, config: Config) -> CodexError:
    """Return what an error of bind or listen means to a person."""
    host, port = config.application.host, config.application.port
    if error.errno == errno.EADDRINUSE:
        return ConflictError(
            f"Another program listens on {address_text(host, port)} already; end it,"
            " or choose another port with --port"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        reason = (
            f"port {port} is reserved for programs with special rights; choose one"
            " from 1024 on, or let a web server in front listen there"
        )
        return ConfigError(PORT, reason, source=source_of(config, PORT))
    if error.errno == errno.EADDRNOTAVAIL:
        reason = f"{host!r} is no address of this machine"
        return ConfigError(HOST, reason, source=source_of(config, HOST))
    reason = f"{address_text(host, port)} cannot be listened on: {error.strerror}"
    return ConfigError(HOST, reason, source=source_of(config, HOST))


def source_of(config: Config, key: str) -> str:
    """Return where a setting comes from, "" for its default."""
    source = config.sources.get(key, "default")
    return "" if source == "default" else source


def address_text(host: str, port: int) -> str:
    """Return "127.0.0.1:8080" or "[::1]:8080"."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def url_of(listener: socket.socket) -> str:
    """Return the address that a socket really listens on, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://{address_text(host, port)}"
