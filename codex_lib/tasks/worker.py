"""A worker: works on tasks until it is told to stop.

The main thread looks after everything, some times a second: it starts threads for the
tasks that are due, stores how far those that run are, stops what was cancelled, renews
the locks, and puts back what a worker left that died. Any number of workers may run.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from codex_lib import clock
from codex_lib.db import data_version, open_catalog
from codex_lib.errors import CatalogBusyError
from codex_lib.settings.definitions import POLL_INTERVAL
from codex_lib.settings.values import get_value
from codex_lib.tasks.claims import (
    LOCK_SECONDS,
    give_back,
    held_tasks,
    next_claimable,
    put_in_order,
    recover_tasks,
    renew_locks,
    store_progress,
)
from codex_lib.tasks.liveness import living_worker
from codex_lib.tasks.schedules import start_scans, tick
from codex_lib.tasks.slots import Slots
from codex_lib.tasks.stopping import Stop
from codex_lib.tasks.watching import watching

if TYPE_CHECKING:
    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.tasks.tasks import Progress

logger = logging.getLogger("codex.tasks")
# How often the main thread looks: progress is told no more often than this.
LOOK_SECONDS = 0.25
RENEW_SECONDS = LOCK_SECONDS / 3
# For handlers to stop; gunicorn's patience is 30.
LEAVE_SECONDS = 25.0


def run_worker(
    config: Config,
    *,
    once: bool = False,
    with_scans: bool = True,
    stop: Stop | None = None,
) -> None:
    """Work on tasks until told to stop; once: until none is due any more.

    with_scans: first queue the scans of libraries that want one at every start.

    Tasks that run when it is told to stop are asked to, and done later from there;
    that costs none of their attempts. Killed at any point it loses nothing: another
    worker, or the next, goes on. Raises CatalogError when the catalog cannot be used.
    """
    stop = stop or Stop()
    allowed = config.database.allow_network
    open_db = partial(open_catalog, config.catalog_path, allow_network=allowed)
    watched = nullcontext() if once else watching(open_db)
    with closing(open_db()) as db, living_worker(db.path.parent) as name, watched:
        rounds = Rounds(db, Slots(config, name, open_db, stop))
        try:
            rounds.begin(with_scans=with_scans)
            while not stop.is_wanted:
                rounds.look()
                if once and rounds.is_done():
                    return
                stop.pause(LOOK_SECONDS)
        finally:
            rounds.leave()


class Rounds:
    """What the main thread does, round after round."""

    def __init__(self, db: Database, slots: Slots) -> None:
        self._db = db
        self._slots = slots
        self._seen = -1  # version of the catalog's data at the last look
        self._told: dict[str, Progress] = {}
        self._look_at = self._renew_at = 0.0

    def begin(self, *, with_scans: bool) -> None:
        """Do what is due when a worker starts."""
        put_in_order(self._db)
        if with_scans:
            start_scans(self._db, clock.now())

    def look(self) -> None:
        """Do what is due; a catalog that is busy leaves it for the next round."""
        try:
            self._store_progress()
            self._renew()
            self._follow()
        except CatalogBusyError as error:
            logger.warning("%s", error)

    def is_done(self) -> bool:
        """Return whether nothing runs and nothing is due."""
        idle = self._slots.is_idle
        limits = self._slots.limits
        return idle and next_claimable(self._db, limits, now=clock.now()) is None

    def _store_progress(self) -> None:
        told = {
            task_id: running.progress
            for task_id, running in self._slots.running().items()
            if running.progress
        }
        news = {
            task_id: progress
            for task_id, progress in told.items()
            if progress != self._told.get(task_id)
        }
        if news:
            store_progress(self._db, self._slots.worker, news, now=clock.now())
        self._told = told

    def _renew(self) -> None:
        """Keep our tasks, then take back those of the dead."""
        if time.monotonic() < self._renew_at:
            return
        now = clock.now()
        if self._slots.running():
            renew_locks(self._db, self._slots.worker, now=now)
        for task in recover_tasks(self._db, now=now):
            logger.warning("%s %s: %s", task.task_type, task.id, task.last_error)
        self._renew_at = time.monotonic() + RENEW_SECONDS

    def _follow(self) -> None:
        """Look at the queue when somebody has written, and from time to time."""
        version, moment = data_version(self._db), time.monotonic()
        if moment >= self._look_at:
            tick(self._db, clock.now())
            self._look_at = moment + get_value(self._db, POLL_INTERVAL)
        elif version == self._seen:
            return
        self._seen = version
        self._stop_cancelled()
        self._slots.grow(self._db)

    def _stop_cancelled(self) -> None:
        """Stop what was cancelled, and what is not ours any more."""
        running = self._slots.running()
        if running:
            held = held_tasks(self._db, self._slots.worker)
            for task_id, task in running.items():
                task.is_to_stop |= held.get(task_id, True)

    def leave(self) -> None:
        """Let what runs stop, and give back what does not in time."""
        end = time.monotonic() + LEAVE_SECONDS
        while not self._slots.is_idle and time.monotonic() < end:
            self._slots.stop()
            time.sleep(LOOK_SECONDS / 10)
        for running in self._slots.running().values():
            task = running.task
            logger.warning("%s %s does not stop", task.task_type, task.id)
            give_back(self._db, task, now=clock.now())
