"""One web worker: a process that answers requests, under gunicorn.

`codex serve` uses it, and so can plain gunicorn:
gunicorn --worker-class codex_lib.api.worker.Worker codex_lib.api.asgi:app
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, ClassVar

# Loaded here so that the workers share the memory of the process that starts them.
import uvicorn.lifespan.on  # noqa: F401 - as said
import uvloop  # noqa: F401 - for the same reason
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

from codex_lib.api.broadcast import end_streams
from codex_lib.api.protocol import LimitedProtocol

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from uvicorn.config import Config

# Before gunicorn's patience ends: time to cancel what still runs in good order.
TIDY_UP_SECONDS = 5
KEEP_ALIVE_SECONDS = 5
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
UVICORN_LOGS = ("uvicorn.error", "uvicorn.asgi")


class WorkerServer(Server):
    """uvicorn's server, which ends when the process that started it is gone."""

    def __init__(self, config: Config, parent: int) -> None:
        super().__init__(config)
        self.parent = parent

    async def on_tick(self, counter: int) -> bool:
        """Do what is due ten times a second; True ends the server.

        An orphan would keep the port, and with it keep the next server from starting.
        """
        return await super().on_tick(counter) or os.getppid() != self.parent

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, which would never end by themselves, then the rest."""
        end_streams()
        await super().shutdown(sockets)


class Worker(UvicornWorker):  # type: ignore[misc]  # its package has no types
    """A web worker with Codex's limits; no header of a proxy is believed here."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": LimitedProtocol,
        "ws": "none",
        "lifespan": "on",
        "interface": "asgi3",
        "proxy_headers": False,  # the app knows which proxies are trusted
        "server_header": False,
        "access_log": False,  # codex_lib.api.access_log writes a better one
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args, **kwargs)
        patience = self.cfg.graceful_timeout - TIDY_UP_SECONDS
        self.config.timeout_graceful_shutdown = max(1, patience)
        share_root_handlers(self.log.error_log)

    def init_signals(self) -> None:
        """Let every signal to stop end the process in good order, with code 0.

        They count while the worker starts, and uvicorn raises them again at its end.
        """
        super().init_signals()
        for number in STOP_SIGNALS:
            signal.signal(number, leave)
        # The supervisor holds them back until here.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        await WorkerServer(self.config, self.ppid).serve(sockets=self.sockets)


def leave(_number: int, _frame: FrameType | None) -> None:
    """End the process as a signal asks for."""
    sys.exit(0)


def share_root_handlers(gunicorn_log: logging.Logger) -> None:
    """Send uvicorn's records where Codex's go; its news only when debugging.

    Where plain gunicorn has handlers of its own they stay. Its trace level is left
    out for good: it writes whole requests with their passwords.
    """
    if gunicorn_log.handlers:
        return
    is_debugging = logging.getLogger().isEnabledFor(logging.DEBUG)
    for name in UVICORN_LOGS:
        log = logging.getLogger(name)
        log.handlers = []
        log.propagate = True
        log.setLevel(logging.DEBUG if is_debugging else logging.WARNING)
