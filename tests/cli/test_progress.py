from __future__ import annotations

import pytest

from codex_cli.reading_tables import position
from codex_lib.catalog.books import search_books


@pytest.fixture
def ana(make_user):
    return make_user()


@pytest.fixture
def reader(ana, shelves):
    """Ana, the only user, before her shelves."""
    return ana


def titles(ended):
    return [row["title"] for row in ended.json["data"]]


# codex progress


def test_progress_is_set_and_shown(codex, reader):
    done = codex("progress", "set", "Bone 02", "3")
    shown = codex("progress", "show", "Bone 02")

    assert done.out == shown.out
    assert "Book       Bone 02\nAt         3 of 4\n" in shown.out
    as_json = codex("progress", "show", "Bone 02", "--json").json
    assert (as_json["user_id"], as_json["current_page"]) == (reader["id"], 3)


def test_progress_may_complete_a_book_or_be_a_share_of_it(codex, reader):
    assert "50 %" in codex("progress", "set", "Akira 1", "0", "--percentage=0.5").out

    done = codex("progress", "set", "Akira 1", "5", "--completed", "--json").json

    assert (done["completed"], done["progress_percentage"]) == (True, None)
    assert "At         read\n" in codex("progress", "show", "Akira 1").out


def test_a_page_that_the_book_does_not_have_is_told(codex, reader):
    ended = codex("progress", "set", "Akira 1", "6")

    assert ended.code == 2
    assert ended.err == "codex: current_page: 6 is not between 0 and 5\n"


def test_progress_is_listed_latest_first(codex, reader):
    assert codex("progress", "list").out == "Nothing to list.\n"
    codex("books", "read", "Akira 1")
    codex("progress", "set", "Bone 01", "2")

    lines = codex("progress", "list").out.splitlines()
    current = codex("progress", "list", "--current", "--json").json
    page = codex("progress", "list", "--limit", "1", "--page", "1", "--json").json

    assert [line[:7] for line in lines] == ["TITLE  ", "Bone 01", "Akira 1"]
    assert "2 of 3" in lines[1]
    assert "  read  " in lines[2]
    assert (len(current["progress"]), current["total"]) == (1, 1)
    assert (len(page["progress"]), page["total"]) == (1, 2)


def test_progress_is_cleared(codex, reader):
    codex("progress", "set", "Bone 01", "2")

    assert codex("progress", "clear", "Bone 01").out == "Bone 01 is unread now.\n"
    assert codex("progress", "clear", "Bone 01").out == "Bone 01 was unread already.\n"
    assert codex("progress", "clear", "Bone 01", "--json").json["deleted"] is False
    assert codex("progress", "show", "Bone 01").code == 4


# Books and series


def test_several_books_are_marked_at_once(codex, reader):
    done = codex("books", "read", "Bone 01", "Akira 1")
    assert done.out == "Marked 2 books as read.\n"
    assert codex("books", "read", "Akira 1").out == "Marked Akira 1 as read.\n"
    assert codex("progress", "list", "--json").json["total"] == 2

    assert codex("books", "unread", "Akira 1").out == "Marked Akira 1 as unread.\n"
    gone = codex("books", "unread", "Bone 01", "Akira 1", "--json").json["data"]
    assert [row["deleted"] for row in gone] == [True, False]
    marked = codex("books", "read", "Bone 01", "--json").json["data"]
    assert [row["current_page"] for row in marked] == [3]


def test_nothing_is_marked_when_a_book_is_not_known(codex, reader):
    assert codex("books", "read", "Bone 01", "Nothing").code == 4
    assert codex("progress", "list", "--json").json["total"] == 0


def test_several_series_are_marked_at_once(codex, reader):
    done = codex("series", "read", "Bone", "Akira")
    assert done.out == (
        "Bone: marked 2 books as read.\nAkira: marked 1 book as read.\n"
    )

    gone = codex("series", "unread", "Bone", "--json").json["data"]
    assert [row["count"] for row in gone] == [2]
    assert codex("series", "unread", "Akira").out == (
        "Akira: marked 1 book as unread.\n"
    )
    assert codex("series", "read", "Akira", "--json").json["data"][0]["count"] == 1


def test_what_is_read_now_next_and_last(codex, reader):
    codex("books", "read", "Bone 01")
    codex("progress", "set", "Akira 1", "2")

    assert titles(codex("books", "reading", "--json")) == ["Akira 1"]
    assert titles(codex("series", "reading", "--json")) == ["Akira"]
    assert titles(codex("books", "on-deck", "--json")) == ["Bone 02"]
    assert titles(codex("books", "recently-read", "--json")) == ["Akira 1", "Bone 01"]
    assert "2 of 5" in codex("books", "reading").out
    assert "Bone 02" in codex("books", "on-deck").out
    assert "Akira" in codex("series", "reading").out
    assert "read" in codex("books", "recently-read").out.splitlines()[2]


@pytest.mark.parametrize(
    "command",
    [
        ("books", "reading"),
        ("books", "on-deck"),
        ("books", "recently-read"),
        ("series", "reading"),
    ],
)
def test_lists_can_be_of_one_library(codex, reader, command, tmp_path):
    codex("books", "read", "Bone 01")
    codex("progress", "set", "Akira 1", "2")
    (tmp_path / "Empty").mkdir()
    codex("libraries", "create", tmp_path / "Empty")

    assert codex(*command, "--library", "Comics", "--json").json["total"] > 0
    assert codex(*command, "--library", "Empty").out == "Nothing to list.\n"


def test_a_book_whose_pages_nobody_could_count_has_only_its_page(
    codex, make_user, damaged
):
    codex("scan", damaged.parents[1])
    make_user()

    done = codex("progress", "set", "Bone 03", "7")

    assert "At         7\n" in done.out


def test_a_book_that_is_not_begun_has_no_position(db, codex, shelves):
    (book,) = search_books(db, "Akira")

    assert position(book, book.read_progress) == ""


# Whose


def test_without_a_user_there_is_nobody_who_reads(codex, shelves):
    ended = codex("books", "reading")

    assert ended.code == 2
    assert "codex users create" in ended.err


def test_of_several_users_one_has_to_be_named(codex, reader, make_user, monkeypatch):
    make_user("ben")
    codex("books", "read", "Akira 1", "--user", "ben")

    ended = codex("books", "recently-read")
    assert ended.code == 2
    assert "CODEX_USER" in ended.err
    mine = codex("books", "recently-read", "--user", "ANA", "--json")
    monkeypatch.setenv("CODEX_USER", "ben")
    theirs = codex("books", "recently-read", "--json")
    assert (titles(mine), titles(theirs)) == ([], ["Akira 1"])
    assert codex("books", "reading", "--user", "nobody").code == 4


def test_the_only_active_user_need_not_be_named(codex, reader, make_user):
    make_user("ben")
    codex("users", "update", "ben", "--inactive")

    assert codex("books", "reading").code == 0
