import os
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from codex_lib.catalog.books import search_books
from codex_lib.catalog.search import best_matches, matching_ids, query_words
from codex_lib.catalog.series import list_series, search_series
from codex_lib.catalog.sort_keys import title_sort_key
from codex_lib.db import rows
from codex_lib.db.folding import fold, other_keys
from codex_lib.db.paging import Paging

INSERT = """
    INSERT INTO series (uuid, library_id, place, title, sort_key, title_key,
        other_keys, book_count, created_at, updated_at)
    VALUES (?1, 1, ?1, ?2, ?3, ?4, ?5, 1, '', '')
"""


@pytest.fixture
def add(db, library):
    """Return a function that adds series by their titles, each with other titles."""

    def add(*titles, others=()):
        for title in titles:
            key = fold(title)
            keys = [title_sort_key(title), key, other_keys(key, *others)]
            place = rows(db, "SELECT count(*) AS n FROM series")[0]["n"]
            rows(db, INSERT, [str(place), title, *keys])

    return add


def titles(found):
    return [series.title for series in found]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("One PIECE", ["one", "piece"]),
        ("  one \t piece\n one", ["one", "piece"]),
        ('"AND" NEAR(x)', ["and", "near", "x"]),
        ("a_b-c.d", ["a", "b", "c", "d"]),
        ("e\u0301tude", ["etude"]),
        ("ガラス の", ["ガラス", "の"]),
        ("!?", ["!?"]),
        (" . . ", [". ."]),
        ("", []),
        (" \n", []),
        ("\ud800\0", []),
    ],
)
def test_words_of_a_query(query, words):
    assert query_words(query) == words


def test_a_query_without_end_is_cut():
    assert len(query_words(" ".join(f"w{number}" for number in range(1000)))) == 20
    assert query_words("a" * 1000) == ["a" * 500]


def test_best_matches_come_first(db, add):
    add("Bones Apart", "A Bone Saga", "Trombone", "Bone", "Bonesaw", "The Bone")

    assert titles(search_series(db, "bone")) == [
        *("Bone", "Bones Apart", "Bonesaw"),
        *("The Bone", "A Bone Saga", "Trombone"),
    ]


def test_a_title_itself_is_best_wherever_it_sorts(db, add):
    add("Bone", "Bone Saga")
    rows(db, "UPDATE series SET sort_key = 'zz' WHERE title = 'Bone'")

    assert titles(search_series(db, "bone")) == ["Bone", "Bone Saga"]


def test_a_title_as_typed_is_better_than_its_words(db, add):
    add("Piece of One", "One Piece Party", "One Piece", "Someone Apiece")

    assert titles(search_series(db, "one piece")) == [
        *("One Piece", "One Piece Party", "Piece of One", "Someone Apiece"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ガラス", ["ガラスの仮面"]),
        ("仮面", ["ガラスの仮面"]),
        ("面", ["仮面", "ガラスの仮面"]),
        ("仮", ["仮面", "ガラスの仮面"]),
        ("スの 仮", ["ガラスの仮面"]),
        ("か", []),
        ("ETE", ["Été", "Complète"]),
        ("été", ["Été", "Complète"]),
        ("a z", ["A-Z"]),
        ("z a", ["A-Z"]),
        ("z", ["A-Z"]),
        ("er", []),
        ("ok", ["OK Boomer"]),
        ("oomer", ["OK Boomer"]),
        ("k b", []),
        ("...", ["Wait..."]),
        ("..", []),
        ("&", []),
    ],
)
def test_what_is_found(db, add, query, expected):
    add("ガラスの仮面", "Été", "Complète", "A-Z", "OK Boomer", "Wait...")
    if "面" in query or query == "仮":
        add("仮面")
        expected = ["仮面", "ガラスの仮面"] if query == "仮面" else expected

    assert set(titles(search_series(db, query))) == set(expected)


def test_other_titles_are_found_after_titles(db, add):
    add("Akira", others=["Bone"])
    add("Bone Saga", "Trombone")

    assert titles(search_series(db, "bone")) == ["Bone Saga", "Akira", "Trombone"]
    assert titles(search_series(db, "akira bone")) == ["Akira"]


def test_file_names_are_found_if_they_say_more_than_titles(db, make_cbz, scan):
    make_cbz("Saga/v01 (Digital).cbz", Title="First")
    scan()
    rows(db, "UPDATE books SET title = 'First', title_key = 'first'")
    rows(db, "UPDATE books SET other_keys = 'v01 (digital).cbz'")

    assert [book.title for book in search_books(db, "digital v01")] == ["First"]
    assert [book.title for book in search_books(db, "first cbz")] == ["First"]


def test_bytes_that_are_no_utf8_are_looked_for_as_they_are_stored(db, add):
    add("caf\uf7e9", "cafe")

    found = search_series(db, os.fsdecode(b"caf\xe9"))

    assert titles(found)[0] == "caf\uf7e9"


def test_a_blank_query_finds_nothing(db, add):
    add("Bone")

    for query in ("", "  ", "\t\n"):
        assert search_series(db, query) == []
        assert search_books(db, query) == []
    sql, params = matching_ids("series", "\ud800")
    assert (rows(db, sql, params), best_matches(db, "series", "\ud800")) == ([], [])
    assert list_series(db, Paging(), text="\ud800").total == 0


ANYTHING = st.text(
    st.one_of(st.characters(), st.sampled_from("\"'*()^:-+{}!%_\0 AN\ud800"))
)


# The catalog is only read, so that one serves for all examples.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=ANYTHING)
def test_no_query_is_an_error(db, query):
    assert search_series(db, query) == []
    assert search_books(db, query) == []


# Of signs younger than its tables SQLite knows not whether they belong to words.
OLD = st.characters(
    max_codepoint=0xFFFF, exclude_categories=["Cs", "Cn"], exclude_characters="\0"
).filter(lambda sign: unicodedata.ucd_3_2_0.category(sign) != "Cn")
STORABLE = st.text(OLD, min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(title=STORABLE | st.from_regex(r"\w{1,3}( \w{1,3}){0,3}", fullmatch=True))
@example(title="\uf7e9va")
@example(title="仮 面")
def test_whatever_has_words_is_found_by_itself(db, add, title):
    words = query_words(title)
    if not words or (len(words[0]) < 3 and not words[0].isalnum()):
        return
    rows(db, "DELETE FROM series")
    add(title, f"{title} 2")

    found = titles(search_series(db, title))

    assert found[:1] == [title]
    assert len(found) == 2
