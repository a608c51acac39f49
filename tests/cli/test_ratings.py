from __future__ import annotations

import pytest


@pytest.fixture
def ana(make_user, shelves):
    return make_user("ana")


def test_a_rating_is_set_shown_listed_and_cleared(codex, ana):
    assert codex("ratings", "set", "Bone", 88, "--notes", "Fun").out == "Bone: 88\n"

    shown = codex("ratings", "show", "bone").out.splitlines()
    assert [line.split(maxsplit=1) for line in shown] == [
        ["Series", "Bone"],
        ["Rating", "88"],
        ["Notes", "Fun"],
        ["Average", "88 by 1 user"],
    ]
    listed = codex("ratings", "list").out.splitlines()
    assert listed[0].split() == ["SERIES", "RATING", "NOTES", "RATED"]
    assert listed[1].split()[:3] == ["Bone", "88", "Fun"]
    assert codex("ratings", "clear", "Bone").out == "Bone is not rated any more.\n"
    assert codex("ratings", "clear", "Bone").code == 4
    assert codex("ratings", "list").out == "No series is rated.\n"
    assert "none so far" in codex("ratings", "show", "Bone").out


def test_notes_stay_until_they_are_emptied(codex, ana):
    codex("ratings", "set", "Bone", 88, "--notes", "Fun")

    assert codex("ratings", "set", "Bone", 1, "--json").json["notes"] == "Fun"
    emptied = codex("ratings", "set", "Bone", 1, "--notes", "", "--json")
    assert emptied.json["notes"] is None


def test_everybody_has_their_own(codex, ana, make_user):
    make_user("ben")
    codex("ratings", "set", "Bone", 80, "--user", "ana")
    codex("ratings", "set", "Bone", 41, "--user", "ben")

    shown = codex("ratings", "show", "Bone", "--user", "ana", "--json").json
    listed = codex("ratings", "list", "--user", "ben", "--json").json

    assert (shown["rating"]["rating"], shown["average"], shown["count"]) == (
        80,
        60.5,
        2,
    )
    assert [item["rating"] for item in listed["data"]] == [41]
    assert codex("ratings", "list").code == 2  # of whom?
    cleared = codex("ratings", "clear", "Bone", "--user", "ben", "--json").json
    assert cleared["title"] == "Bone"


def test_nothing_given_is_null_as_json(codex, ana):
    shown = codex("ratings", "show", "Bone", "--json").json

    assert shown == {"rating": None, "average": None, "count": 0}


@pytest.mark.parametrize("rating", ["0", "101", "five"])
def test_a_rating_out_of_range_is_wrong_usage(codex, ana, rating):
    assert codex("ratings", "set", "Bone", rating).code == 2
