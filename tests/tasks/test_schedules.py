"""What is due by the clock, told the time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from codex_lib.catalog.libraries import create_library, delete_library, update_library
from codex_lib.clock import stored_time
from codex_lib.db import rows
from codex_lib.settings.definitions import DEDUPLICATION_ENABLED, DEDUPLICATION_SCHEDULE
from codex_lib.settings.values import Change, set_settings
from codex_lib.tasks.claims import claim_task, finish_task
from codex_lib.tasks.queue import enqueue
from codex_lib.tasks.schedules import list_schedules, start_scans, tick
from codex_lib.tasks.tasks import get_task

MONDAY = "2024-01-15T10:30:00.000000Z"


def utc(text, zone="UTC"):
    """Return a time of a place, as "2024-01-15 03:00", as it is stored."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return stored_time(moment)


def tasks(db, task_type="scan_library"):
    sql = "SELECT uuid FROM tasks WHERE task_type = ? ORDER BY id"
    return [get_task(db, row["uuid"]) for row in rows(db, sql, [task_type])]


@pytest.fixture
def plan(db, library):
    """Return a function that changes when the library is scanned."""

    def change(**config):
        config = {"time_zone": "UTC", **config}
        update_library(db, library.id, {"scanning_config": config}, now=MONDAY)

    return change


@pytest.fixture
def ticks(db):
    """Return a function that ticks at each of these times, finishing what was queued.

    It returns the times at which scans were queued.
    """

    def run(*times):
        queued = []
        for moment in times:
            tick(db, moment)
            for task in tasks(db):
                if task.status == "pending":
                    queued.append(moment)
                    claimed = claim_task(db, task.id, "worker", now=moment)
                    finish_task(db, claimed, {}, progress=None, now=moment)
        return queued

    return run


def test_a_schedule_counts_from_when_it_is_first_seen(plan, ticks):
    plan(cron_schedule="0 3 * * *")

    times = [utc("2024-01-15 04:00"), utc("2024-01-16 02:59"), utc("2024-01-16 03:00")]
    assert ticks(*times) == [utc("2024-01-16 03:00")]


def test_a_time_within_the_first_minute_counts(plan, ticks):
    plan(cron_schedule="31 10 * * *")

    assert ticks(MONDAY, utc("2024-01-15 10:30:59"), utc("2024-01-15 10:31")) == [
        utc("2024-01-15 10:31")
    ]


def test_the_time_at_which_it_is_first_seen_does_not_count(plan, ticks):
    plan(cron_schedule="30 10 * * *")

    assert ticks(MONDAY, "2024-01-15T10:30:00.500000Z") == []


def test_a_due_time_is_acted_upon_once(plan, ticks):
    plan(cron_schedule="0 3 * * *")
    ticks(MONDAY)

    due = utc("2024-01-16 03:00:07")
    assert ticks(due, due, utc("2024-01-16 03:01")) == [due]


def test_what_was_missed_is_done_once(plan, ticks):
    plan(cron_schedule="*/10 * * * *")
    ticks(MONDAY)

    late, next_time = utc("2024-02-20 17:34"), utc("2024-02-20 17:40")
    assert ticks(late, utc("2024-02-20 17:39"), next_time) == [late, next_time]


def test_the_scan_is_of_the_mode_that_the_library_wants(db, library, plan, ticks):
    plan(cron_schedule="0 3 * * *", default_mode="deep")

    ticks(MONDAY, utc("2024-01-16 03:00"))

    (task,) = tasks(db)
    assert (task.library_id, task.params) == (library.id, {"mode": "deep"})


def test_tick_tells_when_the_next_is_due(db, plan):
    plan(cron_schedule="45 10 * * *")

    assert tick(db, MONDAY) == utc("2024-01-15 10:45")
    assert tick(db, utc("2024-01-15 10:45")) == utc("2024-01-15 11:20")  # retention


@pytest.mark.parametrize(
    "change",
    [
        {"enabled": False, "cron_schedule": "0 3 * * *"},
        {"cron_schedule": None},
        {"cron_schedule": "0 4 * * *"},
        {"cron_schedule": "0 3 * * *", "time_zone": "America/New_York"},
    ],
)
def test_a_change_counts_at_once_and_misses_nothing_before_it(plan, ticks, change):
    plan(cron_schedule="0 3 * * *")
    ticks(MONDAY)
    plan(**change)

    assert ticks(utc("2024-01-16 03:30")) == []


def test_a_schedule_switched_on_again_counts_from_then(plan, ticks):
    plan(cron_schedule="0 3 * * *")
    ticks(MONDAY)
    plan(cron_schedule="0 3 * * *", enabled=False)
    ticks(utc("2024-01-16 02:00"))
    plan(cron_schedule="0 3 * * *")

    assert ticks(utc("2024-01-16 12:00"), utc("2024-01-17 03:00")) == [
        utc("2024-01-17 03:00")
    ]


def test_an_inactive_or_deleted_library_is_not_scanned(db, library, plan, ticks):
    plan(cron_schedule="0 3 * * *")
    ticks(MONDAY)
    update_library(db, library.id, {"is_active": False}, now=MONDAY)

    assert ticks(utc("2024-01-16 03:00")) == []
    delete_library(db, library.id, now=MONDAY)
    assert ticks(utc("2024-01-17 03:00")) == []
    names = [row["name"] for row in rows(db, "SELECT name FROM schedules")]
    assert not [name for name in names if name.startswith("scan:")]


def test_seconds_never_make_it_faster_than_once_a_minute(plan, ticks):
    plan(cron_schedule="*/5 * * * * *")
    ticks(utc("2024-01-15 10:00:00"))

    times = [utc(f"2024-01-15 10:0{n // 60}:{n % 60:02}") for n in range(10, 200, 10)]
    assert ticks(*times) == [
        utc("2024-01-15 10:00:10"),
        utc("2024-01-15 10:01:10"),
        utc("2024-01-15 10:02:10"),
        utc("2024-01-15 10:03:10"),
    ]


def test_every_minute_is_every_minute_though_ticks_come_late(plan, ticks):
    plan(cron_schedule="* * * * *")
    ticks(utc("2024-01-15 10:00:30"))

    times = [utc(f"2024-01-15 10:0{n}:03") for n in range(1, 5)]
    assert ticks(*times) == times


def test_a_time_that_daylight_saving_leaves_out_comes_with_the_next(plan, ticks):
    plan(cron_schedule="30 2 * * *", time_zone="Europe/Berlin")
    ticks(utc("2024-03-30 12:00", "Europe/Berlin"))

    before = utc("2024-03-31 01:59", "Europe/Berlin")
    after = utc("2024-03-31 03:00", "Europe/Berlin")
    day_after = utc("2024-04-01 02:30", "Europe/Berlin")
    assert ticks(before, after, utc("2024-03-31 20:00"), day_after) == [
        after,
        day_after,
    ]


def test_a_time_that_there_is_twice_comes_once(plan, ticks):
    plan(cron_schedule="30 2 * * *", time_zone="Europe/Berlin")
    ticks(utc("2024-10-26 12:00", "Europe/Berlin"))

    first = stored_time(datetime(2024, 10, 27, 0, 30, tzinfo=UTC))
    second = stored_time(datetime(2024, 10, 27, 1, 30, tzinfo=UTC))
    assert ticks(first, second) == [first]


def test_what_comes_every_half_hour_comes_in_the_hour_that_there_is_twice(plan, ticks):
    plan(cron_schedule="*/30 * * * *", time_zone="Europe/Berlin")
    ticks(stored_time(datetime(2024, 10, 27, 0, 0, tzinfo=UTC)))

    moments = [(0, 30), (1, 0), (1, 30), (2, 0)]
    times = [stored_time(datetime(2024, 10, 27, *at, tzinfo=UTC)) for at in moments]
    assert ticks(*times) == times


def test_a_scan_that_runs_delays_the_next_and_does_not_swallow_it(db, library, plan):
    plan(cron_schedule="0 3 * * *")
    tick(db, MONDAY)
    task_id = enqueue(db, "scan_library", library_id=library.id, now=MONDAY)
    running = claim_task(db, task_id, "worker", now=MONDAY)

    due = utc("2024-01-16 03:00")
    assert tick(db, due) == utc("2024-01-16 03:00:15")
    assert len(tasks(db)) == 1

    finish_task(db, running, {}, progress=None, now=due)
    tick(db, utc("2024-01-16 03:00:15"))
    assert [task.status for task in tasks(db)] == ["completed", "pending"]


def test_duplicates_are_looked_for_by_their_setting(db):
    set_settings(db, {DEDUPLICATION_SCHEDULE.key: "0 5 * * *"}, Change(MONDAY))
    tick(db, MONDAY)

    tick(db, utc("2024-01-17 05:00"))

    assert len(tasks(db, "find_duplicates")) == 1
    set_settings(db, {DEDUPLICATION_ENABLED.key: False}, Change(MONDAY))
    tick(db, utc("2024-01-18 05:00"))
    names = [row["name"] for row in rows(db, "SELECT name FROM schedules")]
    assert names == ["retention 20 * * * *"]


def test_old_things_are_forgotten_every_hour(db):
    tick(db, MONDAY)

    tick(db, utc("2024-01-15 11:20"))

    assert len(tasks(db, "retention")) == 1


def test_a_worker_starts_with_the_scans_that_want_it(db, library, plan, tmp_path):
    other = tmp_path / "Other"
    other.mkdir()
    create_library(db, name="Other", path=other, now=MONDAY)
    plan(scan_on_start=True, default_mode="deep", enabled=False)

    started = start_scans(db, MONDAY)

    (task,) = tasks(db)
    assert (started, task.library_id) == ([task.id], library.id)
    claim_task(db, task.id, "worker", now=MONDAY)
    assert start_scans(db, MONDAY) == []


def test_an_inactive_library_is_not_scanned_at_the_start(db, library, plan):
    plan(scan_on_start=True)
    update_library(db, library.id, {"is_active": False}, now=MONDAY)

    assert start_scans(db, MONDAY) == []


def test_schedules_are_listed_with_the_next_time_and_the_last(
    db, library, plan, scan, tmp_path
):
    create_library(db, name="No plan", path=tmp_path / "data", now=MONDAY)
    plan(cron_schedule="0 3 * * *", time_zone="Asia/Tokyo", watch=True)
    scan()
    tick(db, MONDAY)
    enqueue(db, "retention", now=MONDAY)
    task = claim_task(db, tasks(db, "retention")[0].id, "worker", now=MONDAY)
    finish_task(db, task, {}, progress=None, now=MONDAY)

    of_library, duplicates, retention = list_schedules(db, MONDAY)

    assert of_library.library_name == "Comics"
    assert of_library.next_run_at == utc("2024-01-16 03:00", "Asia/Tokyo")
    assert of_library.last_run_at == MONDAY
    assert (of_library.is_watched, of_library.at_start) == (True, False)
    assert of_library.time_zone == "Asia/Tokyo"
    assert (duplicates.cron_schedule, duplicates.next_run_at) == (None, None)
    assert (retention.task_type, retention.last_run_at) == ("retention", MONDAY)
    assert retention.library_id is None


def test_a_schedule_that_is_off_has_no_next_time(db, plan):
    plan(cron_schedule="0 3 * * *", enabled=False, scan_on_start=True)

    state = list_schedules(db, MONDAY)[0]

    assert (state.enabled, state.at_start, state.next_run_at) == (False, True, None)
