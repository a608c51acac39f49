"""codex covers generate and codex thumbnails: images that are kept ready."""

from __future__ import annotations

import pytest

COMMANDS = [("covers", "generate"), ("thumbnails", "generate")]


@pytest.fixture
def usage(codex):
    return lambda: codex("thumbnails", "show", "--json").json


@pytest.mark.parametrize("command", COMMANDS)
def test_covers_are_made_once(codex, shelves, usage, command):
    made = codex(*command, "--json")
    again = codex(*command)

    assert (made.code, again.code) == (0, 0)
    assert made.json["made"] == usage()["covers"]["images"] > 0
    count = made.json["made"]
    assert again.out == f"Covers: 0 made, {count} there already, 0 failed\n"
    assert codex(*command, "--force", "--json").json["made"] == count


def test_covers_of_one_series_or_library(codex, shelves):
    assert codex("covers", "generate", "--series", "Akira", "--json").json["made"] == 1
    assert codex("covers", "generate", "--series", "Moby").code == 4
    assert codex("covers", "generate", "--library", "Moby").code == 4


def test_a_book_that_is_gone_is_named_and_the_rest_is_made(codex, shelves, comics):
    next(comics.glob("Akira/*")).unlink()

    ended = codex("covers", "generate")

    assert ended.code == 6
    assert "No such file" in ended.err
    assert "1 failed" in ended.out


def test_kept_images_are_shown_and_removed(codex, shelves, usage):
    codex("covers", "generate")

    assert "covers: " in codex("thumbnails", "show").out
    assert codex("thumbnails", "clear", "pages").out == "Removed 0 pages, 0 bytes.\n"
    assert usage()["covers"]["images"] > 0
    assert codex("thumbnails", "clear", "--json").json["covers"]["images"] > 0
    assert usage()["covers"]["images"] == 0


def test_a_scan_makes_covers_when_asked_to(codex, shelves, usage):
    codex("scan", "-q")
    assert usage()["covers"]["images"] == 0

    ended = codex("scan", "--covers")

    assert "made, 0 there already" in ended.err
    assert usage()["covers"]["images"] > 0
