import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codex_lib.catalog.books import search_books
from codex_lib.catalog.search import match_query
from codex_lib.catalog.series import search_series


@pytest.mark.parametrize(
    ("query", "match", "inside"),
    [
        ("one piece", '"one"* "piece"*', "%one piece%"),
        ("  one \t piece\n", '"one"* "piece"*', "%one piece%"),
        ('"AND" NEAR(x)', '"AND"* "NEAR"* "x"*', '%"AND" NEAR(x)%'),
        ("100%_!", '"100"* "_"*', "%100!%!_!!%"),
        ("e\u0301tude", '"étude"*', "%étude%"),
        ("!?", "", "%!!?%"),
        ("", "", ""),
        (" \n", "", ""),
    ],
)
def test_a_query_is_words_for_fts_and_a_whole_for_like(query, match, inside):
    assert match_query(query) == (match, inside)


def test_a_query_without_end_is_cut():
    match, inside = match_query("word " * 1000)

    assert match.count("word") == 20
    assert len(inside) == 2 + 499


def test_bytes_that_are_no_utf8_are_looked_for_as_they_are_stored():
    assert match_query(os.fsdecode(b"caf\xe9"))[1] == "%caf\uf7e9%"


# The catalog is only read, so that one serves for all examples.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(st.one_of(st.characters(), st.sampled_from("\"'*()^:-+{}!%_\0 AN")))
)
def test_no_query_is_an_error(db, query):
    assert search_series(db, query) == []
    assert search_books(db, query) == []


def test_a_lone_surrogate_is_no_error_either(db):
    assert search_series(db, "a\ud800b") == []
