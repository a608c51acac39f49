from __future__ import annotations

import pytest


@pytest.fixture(params=["genres", "tags"])
def group(request):
    return request.param


@pytest.fixture
def shelves(codex, root, make_cbz):
    """Bone is Space and Comedy, Saga is Space, in genres and in tags."""
    make_cbz("Bone/Bone 1.cbz", seed=1, Genre="Space, Comedy", Tags="Space, Comedy")
    make_cbz("Saga/Saga 1.cbz", seed=2, Genre="Space", Tags="Space")
    assert codex("scan", root).code == 0
    return root


@pytest.fixture
def names(codex, group, shelves):
    """Return a function that returns the names and their counts."""

    def get(*options):
        found = codex(group, "list", *options, "--json").json["data"]
        return {term["name"]: term["series_count"] for term in found}

    return get


def test_the_list_is_a_table_with_aliases(codex, group, shelves):
    codex(group, "merge", "comedy", "--into", "space")

    lines = codex(group, "list").out.splitlines()

    assert lines[0].split() == ["NAME", "SERIES", "ALIASES", "ID"]
    assert lines[1].split()[:3] == ["Space", "2", "Comedy"]
    assert len(lines) == 2


def test_the_list_can_be_searched_and_of_one_series(codex, group, names):
    assert names() == {"Comedy": 1, "Space": 2}
    assert names("--search", "COM") == {"Comedy": 1}
    assert names("--series", "Saga") == {"Space": 2}
    assert codex(group, "list", "--search", "x").out == f"No {group} found.\n"


def test_a_series_is_given_more_and_less(codex, group, names):
    added = codex(group, "add", "Saga", "War", "comedy")
    removed = codex(group, "remove", "Saga", "Space", "War")

    assert added.out == "Saga: Comedy, Space, War\n"
    assert removed.out == "Saga: Comedy\n"
    codex("scan", "--deep")
    assert names("--series", "Saga") == {"Comedy": 2}
    assert codex(group, "remove", "Saga", "Comedy").out == f"Saga: no {group}\n"
    given = codex(group, "add", "Saga", "War", "--json").json
    assert [term["name"] for term in given["data"]] == ["War"]


def test_several_are_added_or_none(codex, group, names):
    ended = codex(group, "add", "Saga", "War", " ")

    assert ended.code == 2
    assert names() == {"Comedy": 1, "Space": 2}


def test_a_new_name_lasts(codex, group, names):
    renamed = codex(group, "rename", "space", "Stars")

    codex("scan", "--deep")

    assert renamed.out == "Space is called Stars now, in 2 series.\n"
    assert names() == {"Comedy": 1, "Stars": 2}
    again = codex(group, "rename", "SPACE", "Far out", "--json").json
    assert (again["name"], again["aliases"]) == ("Far out", ["Space", "Stars"])


def test_a_taken_name_is_a_conflict(codex, group, shelves):
    ended = codex(group, "rename", "Space", "comedy")

    assert ended.code == 5
    assert "merge them" in ended.err


def test_merged_names_stay_merged_until_they_are_unmerged(codex, group, names):
    merged = codex(group, "merge", "Comedy", "--into", "Space")
    codex("scan", "--deep")

    assert merged.out == "Merged Comedy into Space, in 2 series.\n"
    assert names() == {"Space": 2}

    unmerged = codex(group, "unmerge", "comedy")
    codex("scan")

    assert unmerged.out == "comedy: no Space any more, from the next scan on.\n"
    assert names() == {"Comedy": 1, "Space": 2}
    assert codex(group, "unmerge", "Comedy", "--json").code == 2


def test_unmerge_as_json_is_what_is_left(codex, group, shelves):
    codex(group, "merge", "Comedy", "--into", "Space")

    left = codex(group, "unmerge", "comedy", "--json").json

    assert (left["name"], left["aliases"]) == ("Space", [])


def test_deleting_needs_a_yes(codex, group, names):
    assert codex(group, "delete", "Space").code == 2
    assert names() == {"Comedy": 1, "Space": 2}

    deleted = codex(group, "delete", "Space", "--yes")
    assert deleted.out == f"Deleted the {group[:-1]} Space.\n"
    assert codex(group, "delete", "Comedy", "-y", "--json").json["name"] == "Comedy"
    assert names() == {}
    assert codex(group, "delete", "Space", "-y").code == 4


def test_deleting_asks_at_a_terminal(asked, group, names):
    spoken = asked(
        group, "delete", "Space", answers=[(f"Take the {group[:-1]} Space from 2", "y")]
    )

    assert spoken.code == 0
    assert names() == {"Comedy": 1}


def test_cleanup_deletes_what_no_series_has(codex, group, names):
    assert codex(group, "cleanup").out == f"Every {group[:-1]} is in use.\n"
    codex(group, "remove", "Bone", "Comedy")

    assert codex(group, "cleanup").out == f"Deleted 1 {group[:-1]}: Comedy\n"
    assert names() == {"Space": 2}
    assert codex(group, "cleanup", "--json").json == {
        "deleted_count": 0,
        "deleted_names": [],
    }
