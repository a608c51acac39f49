"""When a library is scanned, and how: what is taken and what is refused."""

from __future__ import annotations

import pytest

from codex_lib.catalog.scanning_config import (
    ScanningConfig,
    read_scanning_config,
    stored_scanning_config,
)
from codex_lib.errors import InvalidError


def read(**values):
    return read_scanning_config("scanning_config", values)


def test_what_is_absent_or_null_is_the_default():
    assert read() == read(cron_schedule=None, enabled=None) == ScanningConfig()
    assert ScanningConfig() == ScanningConfig(
        enabled=True,
        cron_schedule=None,
        default_mode="normal",
        scan_on_start=False,
        purge_deleted_on_scan=False,
        time_zone=None,
        watch=False,
    )


def test_both_spellings_of_keys_are_taken():
    wanted = ScanningConfig(
        enabled=False,
        cron_schedule="0 3 * * *",
        default_mode="deep",
        scan_on_start=True,
        purge_deleted_on_scan=True,
        time_zone="Asia/Tokyo",
        watch=True,
    )

    assert wanted == read(
        enabled=False,
        cron_schedule="0 3 * * *",
        watch=True,
        default_mode="deep",
        scan_on_start=True,
        purge_deleted_on_scan=True,
        time_zone="Asia/Tokyo",
    )
    assert wanted == read(
        enabled=False,
        cronSchedule=" 0  3 * * * ",
        watch=True,
        scanMode="DEEP",
        scanOnStart=True,
        purgeDeletedOnScan=True,
        timeZone="Asia/Tokyo",
    )


def test_a_key_may_stand_in_both_spellings_with_one_value():
    assert read(scan_mode="deep", defaultMode="deep").default_mode == "deep"
    with pytest.raises(InvalidError, match="default_mode is given twice"):
        read(scan_mode="deep", default_mode="normal")


@pytest.mark.parametrize(
    "schedule",
    [
        *("* * * * *", "0 3 * * 1-5", "*/15 0,12 1 jan mon", "0 0 29 2 *"),
        *("30 0 3 * * *", "*/10 * * * * *", "0 0 L * *", "0 9 * * 1#1"),
    ],
)
def test_schedules_of_five_and_six_fields_are_taken(schedule):
    assert read(cron_schedule=schedule).cron_schedule == schedule


@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_text_is_nothing(nothing):
    found = read(cron_schedule=nothing, time_zone=nothing)

    assert (found.cron_schedule, found.time_zone) == (None, None)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"cron_schedule": "daily"},
            "cron_schedule takes five fields, or six .*, not 1",
        ),
        ({"cron_schedule": "0 0 0 * * * *"}, "six .*, not 7"),
        ({"cron_schedule": "61 * * * *"}, "cron expression: bad minute"),
        ({"cron_schedule": "61 0 * * * *"}, "cron expression: bad second"),
        ({"cron_schedule": "0 25 * * *"}, "bad hour"),
        ({"cron_schedule": "0 0 31 2 *"}, "bad day-of-month"),
        ({"cron_schedule": "0 0 * * mo"}, "bad day-of-week"),
        ({"cron_schedule": "*/0 * * * *"}, "bad minute"),
        ({"cron_schedule": f"{'1,' * 200}1 * * * *"}, "longer than 200"),
        ({"cron_schedule": 5}, "cron_schedule has to be a text"),
        ({"enabled": "yes"}, "enabled has to be true or false"),
        ({"scan_on_start": 1}, "scan_on_start has to be true or false"),
        ({"purge_deleted_on_scan": "x"}, "purge_deleted_on_scan has to be"),
        ({"default_mode": "quick"}, "default_mode has to be one of normal, deep"),
        ({"default_mode": 5}, "default_mode has to be one of normal, deep"),
        ({"time_zone": "Mars/Olympus"}, "time_zone 'Mars/Olympus' is no name"),
        ({"time_zone": "../etc/passwd"}, "time_zone '../etc/passwd' is no name"),
        ({"cron": "0 3 * * *"}, "cron is unknown .known: cron_schedule, default_mode"),
    ],
)
def test_what_cannot_be_used_is_told_by_field_and_key(values, told):
    with pytest.raises(InvalidError, match=told) as raised:
        read(**values)

    assert raised.value.field == "scanning_config"


def test_a_stored_configuration_comes_back():
    assert stored_scanning_config(None) is None
    text = '{"default_mode": "deep", "gone_by_now": 1}'
    assert stored_scanning_config(text) == ScanningConfig(default_mode="deep")
