"""The zone in which a schedule's hours are meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import TZPATH, ZoneInfo

import pytest

from codex_lib.tasks.time_zones import local_zone, time_zone

JULY = datetime(2024, 7, 1)  # noqa: DTZ001 - the zone is what is asked
BERLIN = timedelta(hours=2)


@pytest.fixture
def berlin(tmp_path):
    """A file as /etc/localtime, with the rules of Berlin."""
    places = [f"{folder}/Europe/Berlin" for folder in TZPATH]
    for place in places:
        try:
            with open(place, "rb") as file:  # noqa: PTH123 - a text of the library's
                data = file.read()
        except OSError:
            continue
        path = tmp_path / "zoneinfo" / "Europe" / "Berlin"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        link = tmp_path / "localtime"
        link.symlink_to(path)
        return link
    pytest.skip("this machine has no files of time zones")


def test_a_named_zone_is_that_zone():
    assert time_zone("Asia/Tokyo") == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "a" * 300])
def test_a_zone_that_has_gone_is_utc(name):
    assert time_zone(name) is UTC


def test_no_name_is_this_machine(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    assert time_zone(None) == time_zone("") == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("name", ["Europe/Berlin", ":Europe/Berlin"])
def test_the_environment_names_the_zone(name):
    assert local_zone(name) == ZoneInfo("Europe/Berlin")


def test_the_file_tells_the_zone_with_its_name(berlin):
    found = local_zone("", berlin)

    assert found.utcoffset(JULY) == BERLIN
    assert str(found) == "Europe/Berlin"


def test_the_environment_may_name_a_file(berlin):
    assert local_zone(f":{berlin}").utcoffset(JULY) == BERLIN


def test_a_file_that_lies_elsewhere_has_no_name(berlin, tmp_path):
    copy = tmp_path / "localtime-copy"
    copy.write_bytes(berlin.read_bytes())

    assert local_zone("", copy).utcoffset(JULY) == BERLIN


@pytest.mark.parametrize("data", [None, b"no zone"])
def test_without_a_readable_file_it_is_utc(tmp_path, data):
    if data is not None:
        (tmp_path / "localtime").write_bytes(data)

    assert local_zone("", tmp_path / "localtime") is UTC


@pytest.mark.parametrize("name", ["CET-1CEST", "/no/such/file"])
def test_what_the_database_does_not_know_keeps_the_offset_of_the_moment(name):
    offset = datetime.now(UTC).astimezone().utcoffset()

    assert local_zone(name).utcoffset(JULY) == offset
