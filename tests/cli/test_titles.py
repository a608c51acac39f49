from __future__ import annotations


def test_a_title_is_added_found_changed_and_deleted(codex, shelves):
    added = codex("titles", "add", "Bone", "Knochen", "--label", "German")

    assert added.out == "Bone is also called Knochen (German).\n"
    assert "Bone" in codex("series", "search", "knoch").out
    lines = codex("titles", "list", "Bone").out.splitlines()
    assert lines[1].split()[:2] == ["Knochen", "German"]

    changed = codex("titles", "update", "Bone", "knochen", "--title", "Gebein")
    assert changed.out == "Bone is also called Gebein (German).\n"
    assert codex("series", "search", "knoch").out == "No series found.\n"

    assert codex("titles", "delete", "Bone", "Gebein").code == 2
    deleted = codex("titles", "delete", "Bone", "Gebein", "--yes")
    assert deleted.out == "Bone is not called Gebein any more.\n"
    assert codex("titles", "list", "Bone").out == "No alternate titles.\n"


def test_all_of_it_as_json(codex, shelves):
    added = codex("titles", "add", "Bone", "Knochen", "--json").json
    listed = codex("titles", "list", "Bone", "--json").json["data"]
    name = ("titles", "update", "Bone", added["id"])
    changed = codex(*name, "--label", "German", "--json").json
    deleted = codex("titles", "delete", "Bone", added["id"], "-y", "--json").json

    assert listed == [added]
    assert (changed["title"], changed["label"]) == ("Knochen", "German")
    assert deleted == {
        "id": added["id"],
        "series_id": added["series_id"],
        "deleted": True,
    }


def test_a_title_twice_is_a_conflict_and_an_unknown_one_not_found(codex, shelves):
    codex("titles", "add", "Bone", "Knochen")

    assert codex("titles", "add", "Bone", "knochen").code == 5
    assert codex("titles", "delete", "Bone", "Gebein", "-y").code == 4


def test_deleting_asks_at_a_terminal(codex, asked, shelves):
    codex("titles", "add", "Bone", "Knochen")

    spoken = asked(
        *("titles", "delete", "Bone", "Knochen"),
        answers=[("Take the title Knochen from Bone?", "n")],
    )

    assert spoken.code != 0
    assert "Knochen" in codex("titles", "list", "Bone").out
