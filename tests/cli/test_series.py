from __future__ import annotations


def test_list_is_by_name(codex, shelves):
    lines = codex("series", "list").out.splitlines()

    assert [line.split()[:2] for line in lines[1:]] == [["Akira", "1"], ["Bone", "2"]]


def test_list_sorts_and_pages(codex, shelves):
    ended = codex("series", "list", "--sort", "book_count,desc", "--limit", "1")

    assert ended.out.splitlines()[1].startswith("Bone")
    assert ended.err == "1 to 1 of 2; --page 1 shows more\n"


def test_a_page_past_the_end_says_where_the_list_is(codex, shelves):
    ended = codex("series", "list", "--limit", "1", "--page", "7")

    assert (ended.code, ended.out) == (0, "No such page.\n")
    assert "2 in all" in ended.err


def test_list_as_json_is_the_envelope(codex, shelves):
    printed = codex("series", "list", "--library", "Comics", "--limit", "1", "--json")

    assert printed.json["total_pages"] == 2
    assert printed.json["data"][0]["title"] == "Akira"


def test_an_unknown_sort_is_wrong_usage(codex, shelves):
    ended = codex("series", "list", "--sort", "color")

    assert ended.code == 2
    assert "book_count" in ended.err


def test_list_of_nothing_says_so(codex):
    assert codex("series", "list").out == "Nothing to list.\n"


def test_search_finds_by_the_beginning_of_a_word(codex, shelves):
    assert (
        codex("series", "search", "aki", "--json").json["data"][0]["title"] == "Akira"
    )
    assert "Akira" in codex("series", "search", "aki").out
    assert codex("series", "search", "zzz").out == "No series found.\n"


def test_show_has_the_metadata_the_people_and_the_books(codex, shelves):
    shown = codex("series", "show", "Bone").out

    assert "Publisher          Aster Press\n" in shown
    assert "Writers            Ana Silva\n" in shown
    assert "Bone 02" in shown


def test_show_as_json_is_the_series(codex, shelves):
    assert codex("series", "show", "bone", "--json").json["genres"] == ["Drama"]


def test_update_survives_a_scan(codex, shelves):
    changed = codex(
        *("series", "update", "Bone", "--title", "Bone!", "--year", "1991"),
        *("--genre", "Fantasy", "--genre", "Comedy", "--clear", "publisher"),
    )
    assert changed.code == 0

    codex("scan", "--deep")

    found = codex("series", "show", "Bone!", "--json").json
    assert (found["year"], found["genres"]) == (1991, ["Comedy", "Fantasy"])
    assert codex("series", "update", "Bone!", "--tag", "x", "--json").json["tags"] == [
        "x"
    ]


def test_metadata_shows_all_that_is_known(codex, shelves):
    codex("series", "update", "Bone", "--custom-metadata", '{"shelf": [1, "é"]}')

    shown = codex("series", "metadata", "Bone").out
    printed = codex("series", "metadata", "Bone", "--json").json

    assert "Publisher        Aster Press\n" in shown
    assert 'Custom metadata  {"shelf": [1, "é"]}\n' in shown
    assert "Locks            custom_metadata\n" in shown
    assert "Genres           Drama\n" in shown
    assert printed["custom_metadata"] == {"shelf": [1, "é"]}
    assert printed["locks"]["custom_metadata"] is True
    assert printed["genres"][0]["name"] == "Drama"


def test_custom_metadata_that_is_no_json_is_wrong_usage(codex, shelves):
    ended = codex("series", "update", "Bone", "--custom-metadata", "{")

    assert ended.code == 2
    assert "not JSON" in ended.err


def test_a_lock_survives_a_scan_and_unlocking_ends_it(codex, shelves):
    codex("series", "update", "Bone", "--publisher", "Mine", "--year", "1991")
    assert codex("series", "lock", "Bone", "summary").out == (
        "Locked: summary, publisher, year\n"
    )

    unlocked = codex("series", "unlock", "Bone", "publisher", "--json").json
    codex("scan", "--deep")

    assert (unlocked["publisher"], unlocked["year"]) == (False, True)
    found = codex("series", "show", "Bone", "--json").json
    assert (found["publisher"], found["year"]) == ("Aster Press", 1991)


def test_all_locks_are_set_by_one_word(codex, shelves):
    locked = codex("series", "lock", "Bone", "all", "--json").json

    assert set(locked.values()) == {True}
    assert codex("series", "unlock", "Bone", "all").out == "Nothing is locked.\n"


def test_a_field_without_a_lock_is_wrong_usage(codex, shelves):
    ended = codex("series", "lock", "Bone", "color")

    assert ended.code == 2
    assert "there are title, title_sort" in ended.err
