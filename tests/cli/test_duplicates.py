from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def twins(codex, shelves):
    """The folder of shelves, with a copy of a book."""
    folder = shelves / "Bone"
    shutil.copyfile(folder / "Bone 01.cbz", folder / "Bone 09.cbz")
    assert codex("scan", shelves).code == 0
    return folder


def test_nothing_is_known_before_a_search(codex):
    listed = codex("duplicates", "list")

    assert listed.out.startswith('No duplicates known. "codex duplicates scan"')
    assert codex("duplicates", "list", "--json").json["data"] == []


def test_equal_books_are_found_and_shown(codex, twins):
    done = codex("duplicates", "scan")
    listed = codex("duplicates", "list").out.splitlines()

    assert done.out == "Found 1 group of equal books; read 2 files.\n"
    assert listed[0].split() == ["GROUP", "TITLE", "SIZE", "FILE"]
    assert [line.rpartition(" ")[2] for line in listed[1:]] == ["01.cbz", "09.cbz"]
    assert str(twins) in listed[1]


@pytest.mark.usefixtures("twins")
def test_a_group_is_dismissed_by_its_id(codex):
    again = codex("duplicates", "scan", "--json", "--rate", "1GB").json
    (group,) = codex("duplicates", "list", "--json").json["data"]

    done = codex("duplicates", "dismiss", group["id"])

    assert again["duplicate_groups"] == 1
    assert done.out == "Hid the group of 2 books.\n"
    assert codex("duplicates", "list", "--json").json["data"] == []
    assert codex("duplicates", "dismiss", group["id"]).code == 4


@pytest.mark.usefixtures("twins")
def test_a_group_is_dismissed_for_programs(codex):
    codex("duplicates", "scan")
    (group,) = codex("duplicates", "list", "--json").json["data"]

    done = codex("duplicates", "dismiss", group["id"], "--json").json

    assert done == {"id": group["id"], "dismissed": True}


@pytest.mark.usefixtures("twins")
def test_a_search_can_be_left_to_a_worker(codex):
    queued = codex("duplicates", "scan", "--enqueue")
    second = codex("duplicates", "scan", "--enqueue", "--json")

    assert queued.out.endswith(" waits for a worker.\n")
    assert second.code == 5
    assert codex("worker", "--once").code == 0
    assert len(codex("duplicates", "list", "--json").json["data"]) == 1
    assert codex("duplicates", "scan", "--enqueue", "--json").json.keys() == {"task_id"}


def test_covers_of_changed_books_are_removed(codex, shelves, make_cbz):
    assert codex("covers", "generate").code == 0
    make_cbz("Bone/Bone 01.cbz", seed=8, pages=6)
    codex("scan", shelves)

    counted = codex("covers", "cleanup", "--dry-run")
    as_json = codex("covers", "cleanup", "--dry-run", "--json").json
    removed = codex("covers", "cleanup")

    assert counted.out.startswith("1 cover would go, ")
    assert as_json["orphaned_thumbnails"] == 1
    assert removed.out.startswith("Removed 1 cover, ")
    assert codex("covers", "cleanup", "--json").json == {
        "thumbnails_deleted": 0,
        "bytes_freed": 0,
        "failures": 0,
    }
