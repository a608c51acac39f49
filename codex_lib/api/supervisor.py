"""gunicorn as the parent of the web workers: it starts, watches and stops them.

The app is made in the parent before the workers are forked: they share its memory
(16 MB each, measured with two, instead of 25), and a worker that died is back in the
time of a fork.
"""

from __future__ import annotations

import gc
import logging
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from codex_lib.api.logs import TRACE
from codex_lib.api.worker import KEEP_ALIVE_SECONDS, STOP_SIGNALS, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from gunicorn.config import Config as GunicornConfig

    from codex_lib.api.access_log import AsgiApp
    from codex_lib.api.task_process import TaskProcess

GRACEFUL_SECONDS = 30  # for requests that run when the server is told to stop
STUCK_SECONDS = 30  # a worker that shows no sign of life for so long is replaced
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes a private file there


def gunicorn_settings(
    *, descriptor: int, workers: int, on_ready: Callable[[], None]
) -> dict[str, Any]:
    """Return gunicorn's settings; descriptor is the listening socket's."""
    return {
        "bind": [f"fd://{descriptor}"],
        "workers": workers,
        "worker_class": Worker,
        "timeout": STUCK_SECONDS,
        "graceful_timeout": GRACEFUL_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        # The sign of life is a file's date; on a slow disk writing it can block.
        "worker_tmp_dir": str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None,
        "logger_class": SupervisorLog,
        "proc_name": "codex",
        "control_socket_disable": True,
        "when_ready": lambda _arbiter: ready_to_fork(on_ready),
    }


def ready_to_fork(on_ready: Callable[[], None]) -> None:
    """Tell that the server listens; keep the collector off what workers will share."""
    on_ready()
    gc.collect()
    gc.freeze()


class SupervisorLog(Logger):
    """gunicorn's log into Codex's; its daily business only when debugging."""

    def setup(self, cfg: GunicornConfig) -> None:
        """Use the root's handlers and none of gunicorn's."""
        self.cfg = cfg
        self.error_log = logging.getLogger("codex.server")
        self.access_log = logging.getLogger("codex.server.access")

    def info(self, msg: object, *args: object, **options: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Log what gunicorn finds worth telling every day."""
        self.error_log.debug(msg, *args, **options)

    def debug(self, msg: object, *args: object, **options: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Log what gunicorn tells when it debugs itself."""
        self.error_log.log(TRACE, msg, *args, **options)


class Supervisor(Arbiter):
    """gunicorn's arbiter: Ctrl-C stops as gently as SIGTERM, a second signal at once.

    SIGHUP replaces the workers one after the other. tasks is the process beside them
    that works on tasks, if there is to be one.
    """

    is_stopping = False

    def __init__(self, app: BaseApplication, tasks: TaskProcess | None = None) -> None:
        self.tasks = tasks
        super().__init__(app)

    def signal(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; the second one that asks to stop waits for nobody."""
        if self.is_stopping and sig in STOP_SIGNALS:
            self.kill_workers(signal.SIGKILL)
            if self.tasks:
                self.tasks.kill(signal.SIGKILL)
        super().signal(sig, frame)

    def spawn_worker(self) -> int:
        """Fork a worker, which misses no signal to stop while it starts.

        Until it has handlers of its own it would take the signal for the supervisor's
        and serve on.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def manage_workers(self) -> None:
        """Start what is missing; called every second."""
        super().manage_workers()
        if self.tasks:
            self.tasks.manage(self._close_for_tasks)

    def _close_for_tasks(self) -> None:
        """Close what only web workers need, in the process that works on tasks."""
        for listener in self.LISTENERS:
            listener.close()
        for worker in self.WORKERS.values():
            worker.tmp.close()
        for number in (*self.SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)

    def reap_workers(self) -> None:
        """Take note of the processes that ended."""
        if self.tasks:
            self.tasks.reap()
        super().reap_workers()

    def handle_hup(self) -> None:
        """Replace the workers."""
        if self.tasks:
            self.tasks.kill(signal.SIGTERM)
        super().handle_hup()

    def handle_int(self) -> None:
        """Stop as SIGTERM does."""
        self.handle_term()

    def handle_usr2(self) -> None:
        """Refuse to start a second server beside this one."""
        self.error_log.warning("SIGUSR2 is not supported; SIGHUP restarts the workers")

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's
        """Stop the workers; requests that run may end, and tasks come to a halt."""
        self.is_stopping = True
        limit = time.monotonic() + GRACEFUL_SECONDS
        if self.tasks:
            self.tasks.kill(signal.SIGTERM)
        super().stop(graceful)
        if self.tasks:
            self.tasks.end(limit)

    @property
    def error_log(self) -> logging.Logger:
        """The log of the server's own events."""
        return logging.getLogger("codex.server")


class Application(BaseApplication):
    """What gunicorn runs: an app that exists already, settings that are given."""

    def __init__(
        self,
        app: AsgiApp,
        settings: Mapping[str, Any],
        tasks: TaskProcess | None = None,
    ) -> None:
        self.app = app
        self.settings = settings
        self.tasks = tasks
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings; no file and no variable is read."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> AsgiApp:
        """Return the app."""
        return self.app

    def run(self) -> None:
        """Serve until told to stop; always ends in SystemExit."""
        Supervisor(self, self.tasks).run()
