"""What is done by the clock: scans of libraries, the search for duplicates.

tick() is asked for what is due. It reads the catalog each time, so a change of a
library or a setting counts at once, and it keeps the newest time that it acted upon:
what was missed while no worker ran is done once, whatever the number of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.libraries import list_libraries
from codex_lib.clock import stored_time
from codex_lib.db import rows, write
from codex_lib.settings.definitions import DEDUPLICATION_ENABLED, DEDUPLICATION_SCHEDULE
from codex_lib.settings.values import get_value
from codex_lib.tasks.queue import enqueue
from codex_lib.tasks.scan_status import SCAN
from codex_lib.tasks.scans import request_scan
from codex_lib.tasks.time_zones import time_zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_lib.catalog.libraries import Library
    from codex_lib.db import Database

DUPLICATES, RETENTION = "find_duplicates", "retention"
RETENTION_CRON = "20 * * * *"
# A sixth field is the second: without this pause "* * * * * *" scans for ever.
SECOND, PAUSE = timedelta(seconds=1), timedelta(minutes=1)
# How soon it is tried again when a scan of something else is in the way.
RETRY = timedelta(seconds=15)


class Schedule(NamedTuple):
    """Something to do by the clock; zone None is this machine's, cron "" never.

    cron is in force unless is_off.
    """

    task_type: str
    cron: str
    zone: str | None = None
    library: Library | None = None
    is_off: bool = False

    @property
    def key(self) -> str:
        """Return its name in the catalog.

        It tells what the schedule is, so that one that was changed counts from now on
        and does not look as if it had been missed.
        """
        what = f"scan:{self.library.id}" if self.library else self.task_type
        return f"{what} {self.cron} {self.zone or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """One schedule as a person sees it; times are UTC, None if there is none.

    last_run_at is when it was done last, whoever wanted it. at_start: when a worker
    starts, too. is_watched: when something changes in the folder, too.
    """

    task_type: str
    library_id: str | None
    library_name: str | None
    cron_schedule: str | None
    time_zone: str
    enabled: bool
    next_run_at: str | None
    last_run_at: str | None
    at_start: bool = False
    is_watched: bool = False


class _Moves(NamedTuple):
    """What a look at the clock found: new, gone and due schedules, the next time."""

    fresh: list[Schedule]
    gone: list[str]
    due: list[tuple[Schedule, datetime]]
    next_at: datetime


def tick(db: Database, now: str) -> str:
    """Queue what is due; return when to look again, at the latest.

    A schedule that is met for the first time, or was changed, counts from now. Several
    processes may do this at once, and each due time is acted upon once.
    """
    moment = datetime.fromisoformat(now)
    moves = _moves(db, moment)
    if moves.fresh or moves.gone or moves.due:
        with write(db):
            moves = _moves(db, moment)  # another process may have been faster
            next_at = _act(db, moves, now)
        return stored_time(min(next_at, _moves(db, moment).next_at))
    return stored_time(moves.next_at)


def start_scans(db: Database, now: str) -> list[str]:
    """Queue the scans that are wanted whenever a worker starts; return their tasks."""
    started = [
        request_scan(db, library.id, mode=library.scanning_config.default_mode, now=now)
        for library in list_libraries(db)
        if library.is_active
        and library.scanning_config
        and library.scanning_config.scan_on_start
    ]
    return [task_id for task_id in started if task_id]


def list_schedules(db: Database, now: str) -> list[ScheduleState]:
    """Return all schedules, those of libraries first, in the order of their names."""
    known = _known(db)
    moment = datetime.fromisoformat(now)
    return [_state(db, schedule, known, moment) for schedule in _schedules(db)]


def _schedules(db: Database) -> Iterator[Schedule]:
    for library in list_libraries(db):
        config = library.scanning_config
        if config is not None:
            is_off = not (config.enabled and library.is_active)
            cron = config.cron_schedule or ""
            yield Schedule(SCAN, cron, config.time_zone, library, is_off)
    cron = get_value(db, DEDUPLICATION_SCHEDULE)
    is_off = not get_value(db, DEDUPLICATION_ENABLED)
    yield Schedule(DUPLICATES, cron, is_off=is_off)
    yield Schedule(RETENTION, RETENTION_CRON)


def _known(db: Database) -> dict[str, datetime]:
    return {
        row["name"]: datetime.fromisoformat(row["last_due_at"])
        for row in rows(db, "SELECT name, last_due_at FROM schedules")
    }


def _moves(db: Database, now: datetime) -> _Moves:
    known, begin = _known(db), _begin(now)
    running = {
        schedule.key: schedule
        for schedule in _schedules(db)
        if schedule.cron and not schedule.is_off
    }
    moves = _Moves([], [name for name in known if name not in running], [], now)
    times = [now + timedelta(days=1)]
    for key, schedule in running.items():
        if key not in known:
            moves.fresh.append(schedule)
        due = _newest_due(schedule, known.get(key, begin), now)
        if due:
            moves.due.append((schedule, due))
        times.append(_next_due(schedule, due or known.get(key, begin)))
    return moves._replace(next_at=min(times))


def _begin(now: datetime) -> datetime:
    """Return what stands for the last time of a schedule that is first seen now."""
    return now - PAUSE + SECOND


def _next_due(schedule: Schedule, last: datetime) -> datetime:
    """Return the next time after one that was acted upon."""
    from cronsim import CronSim  # noqa: PLC0415 - of use only here

    # The second before the pause is over, because CronSim begins behind its start.
    start = last + PAUSE - SECOND
    local = start.astimezone(time_zone(schedule.zone))
    return next(CronSim(schedule.cron, local)).astimezone(UTC)


def _newest_due(schedule: Schedule, last: datetime, now: datetime) -> datetime | None:
    """Return the newest time that is due since the last one, None if there is none."""
    from cronsim import CronSim  # noqa: PLC0415 - of use only here

    first = _next_due(schedule, last)
    if first > now:
        return None
    start = now.replace(microsecond=0) + SECOND
    local = start.astimezone(time_zone(schedule.zone))
    newest = next(CronSim(schedule.cron, local, reverse=True)).astimezone(UTC)
    return newest if first < newest <= now else first


_SEEN = """
    INSERT INTO schedules (name, last_due_at) VALUES (:name, :at)
    ON CONFLICT (name) DO UPDATE SET last_due_at = excluded.last_due_at
"""


def _act(db: Database, moves: _Moves, now: str) -> datetime:
    """Queue what is due and note it; return when to try again, at the latest."""
    next_at, begin = moves.next_at, stored_time(_begin(datetime.fromisoformat(now)))
    for name in moves.gone:
        rows(db, "DELETE FROM schedules WHERE name = ?", [name])
    for schedule in moves.fresh:
        rows(db, _SEEN, {"name": schedule.key, "at": begin})
    for schedule, due in moves.due:
        if _queue(db, schedule, now):
            rows(db, _SEEN, {"name": schedule.key, "at": stored_time(due)})
        else:
            next_at = min(next_at, datetime.fromisoformat(now) + RETRY)
    return next_at


def _queue(db: Database, schedule: Schedule, now: str) -> str | None:
    if schedule.library is None:
        return enqueue(db, schedule.task_type, now=now)
    config = schedule.library.scanning_config
    mode = config.default_mode if config else "normal"
    return request_scan(db, schedule.library.id, mode=mode, now=now)


def _last_run(db: Database, schedule: Schedule) -> str | None:
    """Return when it was last done, whoever wanted it."""
    if schedule.library is not None:
        return schedule.library.last_scanned_at
    sql = """
        SELECT max(completed_at) AS at FROM tasks
        WHERE task_type = ? AND status = 'completed'
    """
    last: str | None = rows(db, sql, [schedule.task_type])[0]["at"]
    return last


def _state(
    db: Database, schedule: Schedule, known: dict[str, datetime], now: datetime
) -> ScheduleState:
    library = schedule.library
    config = library.scanning_config if library else None
    last = known.get(schedule.key)
    is_running = bool(schedule.cron) and not schedule.is_off
    return ScheduleState(
        task_type=schedule.task_type,
        library_id=library.id if library else None,
        library_name=library.name if library else None,
        cron_schedule=schedule.cron or None,
        time_zone=str(time_zone(schedule.zone)),
        enabled=not schedule.is_off,
        next_run_at=stored_time(_next_due(schedule, last or _begin(now)))
        if is_running
        else None,
        last_run_at=_last_run(db, schedule),
        at_start=bool(config and config.scan_on_start),
        is_watched=bool(config and config.watch),
    )
