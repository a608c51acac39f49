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
