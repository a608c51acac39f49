from __future__ import annotations

import pytest

from codex_cli import options
from codex_lib.catalog.book_strategies import BOOK_STRATEGIES
from codex_lib.catalog.libraries import READING_DIRECTIONS
from codex_lib.catalog.number_strategies import NUMBER_STRATEGIES
from codex_lib.catalog.series_strategies import SERIES_STRATEGIES


def test_list_without_libraries_says_what_to_type(codex):
    assert "codex scan FOLDER" in codex("libraries", "list").out


def test_list_shows_counts(codex, shelves):
    lines = codex("libraries", "list").out.splitlines()

    assert lines[0].split()[:3] == ["NAME", "SERIES", "BOOKS"]
    assert lines[1].split()[:3] == ["Comics", "2", "3"]


def test_list_as_json_is_the_envelope(codex, shelves):
    printed = codex("libraries", "list", "--json").json

    assert printed["total"] == 1
    assert printed["data"][0]["path"] == str(shelves)


def test_create_names_the_library_after_its_folder(codex, comics):
    made = codex("libraries", "create", comics, "--json").json

    assert (made["name"], made["series_strategy"]) == ("Comics", "series_volume")
    assert made["last_scanned_at"] is None


def test_create_takes_every_rule(codex, comics):
    rules = {
        "--name": "Shelf",
        "--description": "Old ones",
        "--series-strategy": "publisher_hierarchy",
        "--series-config": '{"skip_depth": 1}',
        "--book-strategy": "smart",
        "--number-strategy": "smart",
        "--format": "cbz",
        "--exclude": "*.bak",
        "--reading-direction": "rtl",
    }
    words = [word for pair in rules.items() for word in pair]

    made = codex("libraries", "create", comics, *words, "--json").json

    assert made["name"] == "Shelf"
    assert made["series_config"] == {"skip_depth": 1}
    assert made["allowed_formats"] == ["CBZ"]
    assert made["excluded_patterns"] == "*.bak"
    assert made["default_reading_direction"] == "rtl"


@pytest.mark.parametrize("text", ["no json", "[1]"])
def test_create_refuses_what_is_no_json_object(codex, comics, text):
    ended = codex("libraries", "create", comics, "--series-config", text)

    assert ended.code == 2
    assert "--series-config" in ended.err


def test_create_of_a_known_folder_is_a_conflict(codex, shelves):
    assert codex("libraries", "create", shelves).code == 5


def test_show_is_by_name_in_any_case_or_by_id(codex, shelves):
    found = codex("libraries", "show", "comics", "--json").json

    assert codex("libraries", "show", found["id"]).out.startswith("Name")


def test_update_changes_what_is_named_and_clears(codex, shelves):
    codex("libraries", "update", "Comics", "--description", "mine", "--inactive")

    changed = codex(
        "libraries", "update", "Comics", "--name", "Shelf", "--clear", "description"
    )

    assert changed.code == 0
    found = codex("libraries", "show", "Shelf", "--json").json
    assert (found["description"], found["is_active"]) == (None, False)


def test_an_inactive_library_is_not_scanned_unless_named(codex, shelves):
    codex("libraries", "update", "Comics", "--inactive")

    assert codex("scan").code == 2
    assert codex("scan", "Comics").code == 0


def test_delete_asks_for_yes_where_nobody_can_be_asked(codex, shelves):
    refused = codex("libraries", "delete", "Comics")
    assert (refused.code, "--yes" in refused.err) == (2, True)

    done = codex("libraries", "delete", "Comics", "--yes", "--json")
    assert done.json["deleted"] is True
    assert codex("libraries", "show", "Comics").code == 4
    assert (shelves / "Akira" / "Akira 1.cbz").exists()


def test_delete_says_what_it_forgot(codex, shelves):
    assert "its 3 books" in codex("libraries", "delete", "Comics", "-y").out


def test_preview_shows_series_and_stores_nothing(codex, comics):
    lines = codex("libraries", "preview", comics).out.splitlines()

    assert [line.split()[0] for line in lines] == ["SERIES", "Akira", "Bone"]
    assert codex("libraries", "list", "--json").json["total"] == 0


def test_preview_as_json_names_sample_books(codex, comics):
    flat = codex("libraries", "preview", comics, "--series-strategy", "flat", "--json")

    names = [series["name"] for series in flat.json["data"]]
    assert names == ["Akira", "Bone"]
    assert flat.json["data"][1]["sample_books"] == ["Bone 01.cbz", "Bone 02.cbz"]


def test_preview_of_a_folder_without_books_says_so(codex, tmp_path):
    (tmp_path / "empty").mkdir()

    assert "No books" in codex("libraries", "preview", tmp_path / "empty").out


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (options.SeriesStrategy, {*SERIES_STRATEGIES}),
        (options.BookStrategy, {*BOOK_STRATEGIES}),
        (options.NumberStrategy, {*NUMBER_STRATEGIES}),
        (options.ReadingDirection, {*READING_DIRECTIONS.values()}),
    ],
)
def test_the_words_of_an_option_are_those_of_the_library(words, known):
    assert set(words.__args__) == known


def test_preview_takes_formats_and_excluded_globs(codex, comics):
    (comics / "Akira" / "Extra.pdf").touch()

    found = codex(
        *("libraries", "preview", comics, "--format", "cbz", "--exclude", "bone"),
        "--json",
    )

    names = {series["name"]: series["book_count"] for series in found.json["data"]}
    assert names == {"Akira": 1}


def test_a_schedule_is_given_by_single_options(codex, comics):
    options = ("--cron", "0 3 * * *", "--time-zone", "Asia/Tokyo", "--scan-on-start")
    made = codex("libraries", "create", comics, *options, "--json").json
    assert made["scanning_config"] == {
        "enabled": True,
        "cron_schedule": "0 3 * * *",
        "default_mode": "normal",
        "scan_on_start": True,
        "purge_deleted_on_scan": False,
        "time_zone": "Asia/Tokyo",
        "watch": False,
    }

    words = ("--cron", "", "--no-scan-on-start", "--default-mode", "deep")
    changed = codex("libraries", "update", "Comics", *words, "--json").json

    assert changed["scanning_config"] == made["scanning_config"] | {
        "cron_schedule": None,
        "scan_on_start": False,
        "default_mode": "deep",
    }


def test_a_schedule_is_given_as_json_with_or_without_single_options(codex, shelves):
    config = '{"cronSchedule": "0 0 3 * * *", "enabled": false}'

    codex("libraries", "update", "Comics", "--scanning-config", config)
    shown = codex("libraries", "show", "Comics").out
    assert "0 0 3 * * *, switched off" in shown
    assert "Purged after scans  no" in shown

    words = ("--scanning-config", '{"enabled": false}', "--purge-deleted-on-scan")
    changed = codex("libraries", "update", "Comics", *words, "--json").json
    assert changed["scanning_config"]["cron_schedule"] is None
    assert changed["scanning_config"]["purge_deleted_on_scan"] is True


def test_a_schedule_that_is_none_is_refused(codex, shelves):
    refused = codex("libraries", "update", "Comics", "--cron", "at night")

    assert refused.code == 2
    assert "cron_schedule takes five fields" in refused.err
