"""Forgetting missing books on the command line."""

from __future__ import annotations

import pytest


@pytest.fixture
def missing(codex, shelves):
    """The folder of shelves, of which Akira and a book of Bone have gone."""
    (shelves / "Akira" / "Akira 1.cbz").unlink()
    (shelves / "Bone" / "Bone 02.cbz").unlink()
    assert codex("scan", shelves, "--allow-missing").code == 0
    return shelves


def total(codex, *words):
    return codex("books", "list", "--missing", "--json", *words).json["total"]


def test_a_dry_run_shows_what_would_go(codex, missing):
    shown = codex("libraries", "purge", "Comics", "--dry-run")

    lines = shown.out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["TITLE", "Akira", "Bone"]
    assert lines[3:] == [
        "The series Akira would go: it has no other book.",
        "A purge of Comics would forget 2 books.",
    ]
    as_json = codex("libraries", "purge", "Comics", "--dry-run", "--json").json
    assert as_json["data"][0]["path"] == "Akira/Akira 1.cbz"
    assert total(codex) == 3


def test_a_purge_asks_and_forgets(codex, missing):
    refused = codex("libraries", "purge", "Comics")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert total(codex) == 3

    done = codex("libraries", "purge", "Comics", "--yes")

    assert done.out == "Forgot 2 missing books of Comics.\n"
    assert total(codex) == 1
    assert codex("series", "list", "--json").json["total"] == 1
    assert codex("db", "check").code == 0
    again = codex("libraries", "purge", "Comics")
    assert again.out == "Nothing to forget: no book of Comics is missing.\n"


def test_a_series_is_purged_by_its_name_even_if_nothing_of_it_is_left(codex, missing):
    shown = codex("series", "purge", "akira", "--dry-run").out
    assert shown.endswith("A purge of Akira would forget 1 book.\n")

    done = codex("series", "purge", "akira", "--yes", "--json")

    assert done.json == {"deleted_count": 1}
    assert total(codex) == 2
    assert codex("series", "purge", "akira").code == 4


def test_a_library_that_wants_it_is_purged_by_its_scans(codex, shelves):
    codex("libraries", "update", "Comics", "--purge-deleted-on-scan")
    (shelves / "Akira" / "Akira 1.cbz").unlink()

    done = codex("scan", shelves, "--allow-missing")

    assert "1 missing, 1 purged" in done.out
    assert total(codex) == 2
