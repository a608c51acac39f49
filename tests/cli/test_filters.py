from __future__ import annotations

import json
import sqlite3

import pytest


@pytest.fixture
def titles(codex, shelves):
    """Return a function that lists series or books and returns their titles."""

    def run(noun, *options, answer=None):
        ended = codex(noun, "list", *options, "--json", answer=answer)
        assert ended.code == 0, ended.err
        return [found["title"] for found in ended.json["data"]]

    return run


def test_a_filter_leaves_what_it_says(titles):
    assert titles("series", "--filter", "genre:drama") == ["Bone"]
    assert titles("series", "--filter", "-genre:drama") == ["Akira"]
    assert titles("books", "--filter", "title:..BONE.. or series:akira") == [
        "Akira 1",
        "Bone 01",
        "Bone 02",
    ]


def test_words_of_a_filter_and_of_search_are_looked_for_together(titles):
    assert titles("books", "--filter", "bone", "--search", "01") == ["Bone 01"]
    assert titles("series", "--search", "kira") == ["Akira"]


def test_a_condition_is_that_of_the_api(titles, tmp_path):
    condition = json.dumps({"genre": {"operator": "is", "value": "Drama"}})
    file = tmp_path / "condition.json"
    file.write_text(condition)

    for options in ([condition], [f"@{file}"]):
        assert titles("series", "--condition-json", *options) == ["Bone"]
    assert titles("books", "--condition-json", "-", answer=condition) == [
        "Bone 01",
        "Bone 02",
    ]


def test_null_as_a_condition_is_everything(titles):
    assert titles("series", "--condition-json", "null") == ["Akira", "Bone"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--filter", "genre:"], "filter: a value is missing after genre:"),
        (["--condition-json", "{"], "--condition-json: not JSON"),
        (["--condition-json", "[" * 100_000], "--condition-json: not JSON"),
        (["--condition-json", "{}"], "condition: must be an object with exactly one"),
        (["--filter", "unread", "--condition-json", "null"], "beside --condition-json"),
    ],
)
def test_what_cannot_be_understood_is_wrong_usage(codex, shelves, options, said):
    ended = codex("series", "list", *options)

    assert ended.code == 2
    assert said in ended.err


def test_an_unknown_library_in_a_filter_is_not_found(codex, shelves):
    ended = codex("books", "list", "--filter", "library:Nowhere")

    assert (ended.code, ended.err) == (4, "codex: Library not found: Nowhere\n")


def test_a_missing_file_for_a_condition_says_so(codex, shelves):
    ended = codex("books", "list", "--condition-json", "@nowhere.json")

    assert ended.code == 1
    assert "nowhere.json" in ended.err


def test_progress_is_of_the_user_who_is_named(codex, titles, make_user, tmp_path):
    make_user("ana")
    make_user("bo")
    read_first_book(tmp_path / "data" / "codex.db", "ana")

    assert titles("books", "--filter", "read", "--user", "ana") == ["Akira 1"]
    assert titles("books", "--filter", "read", "--user", "bo") == []
    assert titles("series", "--filter", "-unread", "--user", "ana") == ["Akira"]
    assert titles("series", "--sort", "date_read,desc", "--user", "ana")[0] == "Akira"


def read_first_book(path, user):
    moment = "2024-01-15T10:30:00.000000Z"
    with sqlite3.connect(path) as db:
        db.execute(
            """
            INSERT INTO read_progress (user_id, book_id, uuid, current_page, completed,
                started_at, updated_at, completed_at)
            SELECT users.id, books.id, 'x', 5, 1, :now, :now, :now FROM users, books
            WHERE username = :user AND books.title = 'Akira 1'
            """,
            {"user": user, "now": moment},
        )
        db.execute(
            """
            INSERT INTO series_progress SELECT user_id, series_id, 1, 0, :now, :now
            FROM read_progress JOIN books ON books.id = book_id
            """,
            {"now": moment},
        )
    db.close()


def test_deleted_books_are_listed_when_asked_for(titles, codex, shelves):
    (shelves / "Bone" / "Bone 01.cbz").unlink()
    codex("scan", "--allow-missing")

    assert "Bone 01" not in titles("books", "--filter", "bone")
    assert titles("books", "--filter", "title:..01", "--include-deleted") == ["Bone 01"]
