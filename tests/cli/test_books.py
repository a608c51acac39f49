from __future__ import annotations

import pytest


def test_list_is_by_title(codex, shelves):
    lines = codex("books", "list").out.splitlines()

    assert lines[0].split()[:4] == ["TITLE", "NO", "SERIES", "PAGES"]
    assert [line[:7] for line in lines[1:]] == ["Akira 1", "Bone 01", "Bone 02"]


def test_list_of_a_series_is_by_number(codex, shelves):
    listing = codex(
        "books", "list", "--library", "comics", "--series", "Bone", "--json"
    )

    books = listing.json["data"]
    assert [(book["title"], book["number"]) for book in books] == [
        ("Bone 01", 1.0),
        ("Bone 02", 2.0),
    ]


def test_list_shows_what_is_wrong_with_a_file(codex, damaged):
    codex("scan", damaged.parents[1])

    (line,) = [
        row
        for row in codex("books", "list").out.splitlines()
        if row.startswith("Bone 03")
    ]

    assert "end is missing" in line


def test_list_shows_only_unreadable_books_when_asked(codex, damaged):
    codex("scan", damaged.parents[1])

    found = codex("books", "list", "--unreadable", "--json").json["data"]

    assert [book["title"] for book in found] == ["Bone 03"]


def test_list_shows_missing_books_when_asked(codex, shelves):
    (shelves / "Bone" / "Bone 01.cbz").unlink()
    codex("scan")

    assert codex("books", "list", "--json").json["total"] == 2
    assert "missing" in codex("books", "list", "--missing").out


def test_search_finds_titles(codex, shelves):
    assert codex("books", "search", "bone", "--json").json["total"] == 2
    assert "Akira 1" in codex("books", "search", "akira").out
    assert codex("books", "search", "zzz").out == "No book found.\n"


def test_show_has_what_the_file_says(codex, shelves):
    shown = codex("books", "show", "Bone 02").out

    assert "Pages              4\n" in shown
    assert "Writers    Ana Silva\n" in shown


def test_show_as_json_has_the_book_at_the_top_and_inside(codex, shelves):
    printed = codex("books", "show", "Bone 02", "--json").json

    assert printed["title"] == printed["book"]["title"] == "Bone 02"
    assert printed["metadata"]["writers"] == ["Ana Silva"]


def test_a_book_is_named_by_the_beginning_of_its_id(codex, shelves):
    book = codex("books", "show", "Akira 1", "--json").json

    assert codex("books", "show", book["id"][:23]).code == 0


def test_an_ambiguous_name_lists_the_candidates(codex, shelves, make_cbz):
    make_cbz("Other/Bone 01.cbz", seed=9)
    codex("scan")

    ended = codex("books", "show", "Bone 01")

    assert ended.code == 2
    assert ended.err.count("(Bone 01 in ") == 2


def test_an_unknown_book_is_not_found(codex, shelves):
    ended = codex("books", "show", "Moby", "--json")

    assert (ended.code, ended.out) == (4, "")
    assert '"error": "NotFound"' in ended.err


def test_explain_tells_where_each_field_comes_from(codex, shelves):
    origins = codex("books", "explain", "Bone 02", "--json").json["data"]

    sources = {origin["field"]: origin["source"] for origin in origins}
    assert sources["writers"] == "comicinfo"
    assert "Ana Silva" in codex("books", "explain", "Bone 02").out


def test_update_sets_fields_of_every_kind_and_a_scan_keeps_them(codex, shelves):
    changed = codex(
        *("books", "update", "Bone 01", "--title", "Out", "--number", "1.5"),
        *("--set", "writers=Jeff Smith", "--set", "writers=Lee, Stan"),
        *("--set", "year=1991", "--set", "black_and_white=yes"),
        *("--set", "community_rating=4.5", "--set", "publisher=Cartoon Books"),
    )
    assert changed.code == 0

    codex("scan", "--deep")

    book = codex("books", "show", "Out", "--json").json
    said = book["metadata"]
    assert book["number"] == 1.5
    assert said["writers"] == ["Jeff Smith", "Lee, Stan"]
    assert (said["year"], said["black_and_white"]) == (1991, True)
    assert (said["community_rating"], said["publisher"]) == (4.5, "Cartoon Books")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("writers", "FIELD=VALUE"),
        ("year=soon", "not a number"),
        ("community_rating=good", "not a number"),
        ("black_and_white=grey", "neither yes nor no"),
        ("colour=red", "no field of a book"),
    ],
)
def test_update_refuses_what_a_field_cannot_hold(codex, shelves, text, reason):
    ended = codex("books", "update", "Bone 01", "--set", text)

    assert ended.code == 2
    assert reason in ended.err


def test_a_cleared_field_is_filled_by_the_next_scan(codex, shelves):
    codex("books", "update", "Bone 02", "--set", "publisher=Mine")

    codex("books", "update", "Bone 02", "--clear", "publisher")
    codex("scan")

    said = codex("books", "show", "Bone 02", "--json").json["metadata"]
    assert said["publisher"] == "Aster Press"


def test_a_lock_survives_a_scan_and_unlocking_ends_it(codex, shelves):
    codex("books", "update", "Bone 02", "--set", "publisher=Mine", "--set", "year=1991")
    locked = codex("books", "lock", "Bone 02", "summary")
    unlocked = codex("books", "unlock", "Bone 02", "publisher", "--json").json

    codex("scan", "--deep")

    assert locked.out == "Locked: summary, publisher, year\n"
    assert (unlocked["publisher"], unlocked["year"]) == (False, True)
    metadata = codex("books", "show", "Bone 02", "--json").json["metadata"]
    assert (metadata["publisher"], metadata["year"]) == ("Aster Press", 1991)


def test_all_locks_are_set_by_one_word(codex, shelves):
    locked = codex("books", "lock", "Bone 02", "all", "--json").json

    assert set(locked.values()) == {True}
    assert codex("books", "unlock", "Bone 02", "all").out == "Nothing is locked.\n"


def test_adjacent_shows_the_books_before_and_after(codex, shelves):
    books = codex("books", "list", "--series", "Bone", "--json").json["data"]
    first, second = (book["id"] for book in books)

    lines = codex("books", "adjacent", first).out.splitlines()
    assert lines[0] == "Before  nothing"
    assert second in lines[1]
    found = codex("books", "adjacent", second, "--json").json
    assert (found["prev"]["id"], found["next"]) == (first, None)


def test_books_with_errors_are_listed_by_either_name(codex, damaged, comics):
    codex("scan", comics)

    for option in ("--unreadable", "--with-errors"):
        found = codex("books", "list", option, "--json").json
        assert [book["file_name"] for book in found["data"]] == ["Bone 03.cbz"]
