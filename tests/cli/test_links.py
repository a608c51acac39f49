from __future__ import annotations

URL = "https://anilist.co/manga/1"


def test_a_link_is_set_listed_and_deleted(codex, shelves):
    said = codex("links", "set", "Bone", "AniList", URL, "--id", "1")

    assert said.out == f"Bone, anilist: {URL}\n"
    lines = codex("links", "list", "Bone").out.splitlines()
    assert lines[1].split() == ["anilist", URL, "1"]
    deleted = codex("links", "delete", "Bone", "AniList")
    assert deleted.out == "Bone has no link to AniList any more.\n"
    assert codex("links", "delete", "Bone", "AniList").code == 4
    assert codex("links", "list", "Bone").out == "No links.\n"


def test_links_as_json(codex, shelves):
    said = codex("links", "set", "Bone", "AniList", URL, "--json").json
    listed = codex("links", "list", "Bone", "--json").json["data"]
    deleted = codex("links", "delete", "Bone", "anilist", "--json").json

    assert said["source_name"] == "anilist"
    assert listed == [said]
    assert deleted["deleted"] is True


def test_what_is_no_address_is_wrong_usage(codex, shelves):
    ended = codex("links", "set", "Bone", "AniList", "javascript:alert(1)")

    assert (ended.code, ended.out) == (2, "")


def test_an_external_rating_is_set_listed_and_deleted(codex, shelves):
    group = "external-ratings"
    said = codex(group, "set", "Bone", "AniList", "81.5", "--votes", "1200")

    assert said.out == "Bone, anilist: 81.5\n"
    lines = codex(group, "list", "Bone").out.splitlines()
    assert lines[1].split()[:3] == ["anilist", "81.5", "1,200"]
    deleted = codex(group, "delete", "Bone", "AniList")
    assert deleted.out == "Bone has no rating of AniList any more.\n"
    assert codex(group, "delete", "Bone", "AniList").code == 4
    assert codex(group, "list", "Bone").out == "No ratings of other catalogs.\n"


def test_external_ratings_as_json(codex, shelves):
    group = "external-ratings"
    said = codex(group, "set", "Bone", "AniList", "81", "--json").json
    listed = codex(group, "list", "Bone", "--json").json["data"]
    deleted = codex(group, "delete", "Bone", "anilist", "--json").json

    assert (said["rating"], said["vote_count"]) == (81.0, None)
    assert listed == [said]
    assert deleted["source_name"] == "anilist"


def test_an_external_rating_without_votes_has_none(codex, shelves):
    codex("external-ratings", "set", "Bone", "mal", "7")

    line = codex("external-ratings", "list", "Bone").out.splitlines()[1]
    assert line.split()[:2] == ["mal", "7"]
    assert codex("external-ratings", "set", "Bone", "mal", "101").code == 2
