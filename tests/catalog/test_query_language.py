from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.catalog.conditions import AllOf, AnyOf, Test
from codex_lib.catalog.query_language import Query, parse_query
from codex_lib.errors import InvalidError, LibraryNotFoundError

COMICS = "0190a5c4-7e1f-7cc3-98c4-dc0c0c07398f"
BONE = "0190a5c4-7e1f-7cc3-98c4-dc0c0c073990"


def find(noun, name):
    known = {("library", "My Comics"): COMICS, ("series", "Bone"): BONE}
    if (noun, name) not in known:
        raise LibraryNotFoundError(name)
    return known[noun, name].upper()


def query(text, of="series"):
    return parse_query(text, of=of, find=find)


def condition(text, of="series"):
    found = query(text, of)
    assert not found.text
    return found.condition


def refused(text, of="series"):
    with pytest.raises(InvalidError) as caught:
        query(text, of)
    assert caught.value.field == "filter"
    return caught.value.reason


def test_tests_side_by_side_hold_all():
    assert condition("genre:Action -genre:Horror status:ongoing unread") == AllOf(
        (
            Test("genre", "is", "Action"),
            Test("genre", "is_not", "Horror"),
            Test("status", "is", "ongoing"),
            Test("read_status", "is", "unread"),
        )
    )


@pytest.mark.parametrize("text", ["", "   ", '""', " \t\n"])
def test_nothing_asks_for_everything(text):
    assert query(text) == Query(None, "")


@pytest.mark.parametrize(
    ("text", "operator", "value"),
    [
        ("title:moon", "is", "moon"),
        ("title:moon..", "begins_with", "moon"),
        ("title:..moon", "ends_with", "moon"),
        ("title:..moon..", "contains", "moon"),
        ('title:"blue moon"', "is", "blue moon"),
        ("title:'blue moon'", "is", "blue moon"),
        ('title:.."blue moon"..', "contains", "blue moon"),
        ('title:"blue moon"..', "begins_with", "blue moon"),
        ('title:.."blue moon"', "ends_with", "blue moon"),
        ('title:"..moon.."', "is", "..moon.."),
        ("title:moon...", "begins_with", "moon."),
        (r'title:"a \"b\" \\ \c"', "is", r'a "b" \ \c'),
        ('title:""', "is", ""),
        ('title:""..', "begins_with", ""),
        ("title:O'Brien", "is", "O'Brien"),
        ("title:Re:Zero", "is", "Re:Zero"),
        ("TITLE:x", "is", "x"),
        ("name:x", "is", "x"),
        ('title:"50*"', "is", "50*"),
        ('title:"none"', "is", "none"),
        ("title:none..", "begins_with", "none"),
        ("title:none", "is_null", None),
        ("title:ANY", "is_not_null", None),
        ("-title:moon", "is_not", "moon"),
        ("-title:..moon..", "does_not_contain", "moon"),
        ("-title:none", "is_not_null", None),
        ("-title:any", "is_null", None),
    ],
)
def test_the_forms_of_a_value(text, operator, value):
    assert condition(text) == Test("name", operator, value)


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("unread", Test("read_status", "is", "unread")),
        ("reading", Test("read_status", "is", "in_progress")),
        ("in-progress", Test("read_status", "is", "in_progress")),
        ("in_progress", Test("read_status", "is", "in_progress")),
        ("Read", Test("read_status", "is", "read")),
        ("-read", Test("read_status", "is_not", "read")),
        ("errors", Test("has_error", "is", value=True)),
        ("-errors", Test("has_error", "is", value=False)),
    ],
)
def test_words_that_are_tests(text, test):
    assert condition(text, "books") == test


def test_a_status_is_known_in_any_case():
    assert condition("status:Ongoing") == Test("status", "is", "ongoing")
    assert condition("status:Other") == Test("status", "is", "Other")
    assert condition("status:Ongoing..") == Test("status", "begins_with", "ongoing")


def test_commas_are_one_of_them():
    assert condition('genre:Action,"a, b",none') == AnyOf(
        (
            Test("genre", "is", "Action"),
            Test("genre", "is", "a, b"),
            Test("genre", "is_null"),
        )
    )


def test_a_minus_before_several_values_leaves_out_all_of_them():
    assert condition("-genre:Action,Comedy") == AllOf(
        (Test("genre", "is_not", "Action"), Test("genre", "is_not", "Comedy"))
    )


def test_or_binds_weaker_than_standing_side_by_side():
    assert condition("genre:a tag:b OR genre:c") == AnyOf(
        (
            AllOf((Test("genre", "is", "a"), Test("tag", "is", "b"))),
            Test("genre", "is", "c"),
        )
    )


def test_and_may_be_written():
    assert condition("genre:a and tag:b") == condition("genre:a tag:b")


def test_parentheses_hold_together():
    assert condition("(genre:Action or genre:Comedy) -tag:x") == AllOf(
        (
            AnyOf((Test("genre", "is", "Action"), Test("genre", "is", "Comedy"))),
            Test("tag", "is_not", "x"),
        )
    )


def test_a_minus_before_parentheses_goes_inside():
    assert condition("-(genre:a tag:..b.. or -errors)", "books") == AllOf(
        (
            AnyOf((Test("genre", "is_not", "a"), Test("tag", "does_not_contain", "b"))),
            Test("has_error", "is", value=True),
        )
    )


def test_minus_twice_is_none():
    assert condition("-(-(unread -title:none))") == condition("unread title:any")


def test_other_words_are_searched_for():
    found = query('blue genre:Action "or read" - O\'Brien')

    assert found == Query(Test("genre", "is", "Action"), "blue or read - O'Brien")


def test_library_and_series_go_by_name():
    found = condition('library:"My Comics" -series:Bone', "books")

    assert found == AllOf(
        (Test("library_id", "is", COMICS), Test("series_id", "is_not", BONE))
    )


def test_what_find_raises_passes_through():
    with pytest.raises(LibraryNotFoundError):
        query("library:none")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("genre:", "a value is missing after genre: (text"),
        ("genre: Action", "at column 7"),
        ("genre:a,", "a value is missing after the comma"),
        ("genre:a,,b", "at column 9"),
        ('genre:"a', "a quote that is not closed after genre: at column 7"),
        ("unread 'a", "a quote that is not closed at column 8"),
        ('genre:"a"b', "a blank or a comma is missing after a quote at column 10"),
        ("genre:..", "a text is missing before or after .. at column 7"),
        ("genre:x title:Bat*", "* means nothing here"),
        ("genre:x title:Bat*", "at column 15"),
        ("Batman: One", "a value is missing after batman: (text that has a colon"),
        ("Batman:One", "series have no batman: but library:, genre:"),
        ("series:Bone", "series have no series:"),
        ("library:Com..", "library: takes a whole name or id at column 9"),
        ("errors", "only books have errors"),
        ("-title:Bat..", "a minus goes with text and ..text..,"),
        ("-title:..man", "at column 1"),
        ("unread )", "a ) without its ( at column 8"),
        ("unread (read", "a ( that is not closed at column 8"),
        ("()", "something is missing at column 2"),
        ("or", "something is missing at column 1"),
        ("unread or", "something is missing at column 10"),
        ("unread and", "something is missing at column 11"),
        ("and unread", "something is missing at column 1"),
        ("unread and and read", "something is missing at column 12"),
        ("-blue", "'blue' is a word to search for"),
        ("-and", "'and' is a word to search for"),
        ("unread (blue)", "'blue' is a word to search for"),
        ("unread (blue)", "at column 9"),
        ("blue or unread", "title:..word.. can"),
        ("unread or read blue", "at column 16"),
        ("unread \0", "a character that no text has at column 8"),
        ("\udcff", "a character that no text has at column 1"),
        ("x" * 4001, "is longer than 4000 characters"),
        (
            f"read genre:{'x' * 501}",
            "genre: is longer than 500 characters at column 12",
        ),
        ("(" * 17, "parentheses deeper than 16 at column 17"),
        (f"genre:{','.join('x' * 600)}", "has more than 500 nodes"),
        (
            "(unread or unread (" * 8 + "read or read" + "))" * 8,
            "nests deeper than 16 levels",
        ),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(text, reason):
    assert reason in refused(text)


def test_books_have_fields_of_their_own():
    assert "books have no status: but library:, series:" in refused("status:x", "books")


PIECES = st.sampled_from(
    [
        *("genre:", "title:", "library:", "series:", "x", "unread", "errors", "none"),
        *(
            "..",
            ",",
            '"',
            "'",
            "\\",
            "(",
            ")",
            "-",
            " ",
            " or ",
            " and ",
            "*",
            "é",
            "日",
        ),
    ]
)


@given(
    text=st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60),
    of=st.sampled_from(["series", "books"]),
)
def test_any_text_is_a_query_or_refused(text, of):
    found = understood(text, of)

    assert found is None or found.text == found.text.strip()


def understood(text, of):
    try:
        return parse_query(text, of=of, find=lambda *_: COMICS)
    except InvalidError:
        return None
