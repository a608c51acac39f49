"""codex serve, all of it but the words: prepare what can fail, then serve.

Everything that can be wrong with the machine or the settings is found out before a
worker starts and raised as one of Codex's errors.
"""

from __future__ import annotations

import os
import resource
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.accounts.users import count_users
from codex_lib.api.access_log import logged
from codex_lib.api.app import create_app
from codex_lib.api.listening import listen, url_of
from codex_lib.api.logs import set_up_logging
from codex_lib.api.supervisor import Application, gunicorn_settings
from codex_lib.api.task_process import TaskProcess
from codex_lib.db import open_catalog
from codex_lib.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.config.definitions import Config

MOST_WORKERS = 2  # unless more are asked for: each takes memory, two answer enough


class Started(NamedTuple):
    """A server that listens; needs_user: nobody can sign in yet."""

    url: str
    pid: int
    workers: int
    needs_user: bool


def default_workers() -> int:
    """Return how many web workers suit this machine."""
    return min(MOST_WORKERS, len(os.sched_getaffinity(0)))


def run_server(
    config: Config,
    *,
    workers: int,
    on_ready: Callable[[Started], None],
    with_tasks: bool = False,
) -> int:
    """Serve until told to stop; return 0, or 1 if the workers cannot run.

    with_tasks: one more process works on tasks.
    on_ready is called once, when the server listens. Raises ConfigError, ConflictError
    (the port is taken), CatalogError, NetworkCatalogError before anything is served.
    """
    set_up_logging(config.logging)
    check_writable(config)
    listener = listen(config)
    with closing(listener):
        needs_user = prepare_catalog(config)
        started = Started(url_of(listener), os.getpid(), workers, needs_user)
        raise_file_limit()
        app = logged(create_app(config))
        settings = gunicorn_settings(
            descriptor=os.dup(listener.fileno()),
            workers=workers,
            on_ready=lambda: on_ready(started),
        )
    tasks = TaskProcess(config) if with_tasks else None
    return exit_code(Application(app, settings, tasks).run)


def check_writable(config: Config) -> None:
    """Make the data folder. Raises CatalogError when nothing can be kept there."""
    folder, catalog = config.data_dir, config.catalog_path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise CatalogError(f"The data folder {folder} is not a folder") from None
    except OSError as error:
        message = f"The data folder {folder} cannot be made: {error.strerror}"
        raise CatalogError(message) from error
    for path in (folder, catalog.parent, catalog):
        if path.exists() and not os.access(path, os.W_OK):
            raise CatalogError(f"{path} cannot be written to by this user")


def prepare_catalog(config: Config) -> bool:
    """Make the catalog or bring it up to date; return whether it lacks a user.

    Done here, once, so that no two workers do it at the same time.
    """
    path, allowed = config.catalog_path, config.database.allow_network
    with closing(open_catalog(path, allow_network=allowed)) as db:
        return count_users(db) == 0


def raise_file_limit() -> None:
    """Allow as many open files as the system lets us: each client holds one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def exit_code(run: Callable[[], object]) -> int:
    """Serve; return 0 after a stop that was asked for, 1 after a failure.

    The workers are forked inside and leave through here, too: for them SystemExit goes
    on, to end their process.
    """
    parent = os.getpid()
    try:
        run()
    except SystemExit as end:
        if os.getpid() != parent:
            raise
        return 1 if end.code else 0
    return 0
