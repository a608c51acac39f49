from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.catalog.conditions import (
    FIELDS,
    MAX_DEPTH,
    MAX_NODES,
    OPERATORS,
    AllOf,
    AnyOf,
    Test,
    condition_json,
    parse_condition,
)
from codex_lib.errors import InvalidError

ID = "0190a5c4-7e1f-7cc3-98c4-dc0c0c07398f"


def leaf(field="genre", operator="is", value="Action"):
    return {field: {"operator": operator, "value": value}}


def refused(value, of="series"):
    """Return the path and the reason of a refusal."""
    with pytest.raises(InvalidError) as caught:
        parse_condition(value, of=of)
    return caught.value.field, caught.value.reason


def test_the_guides_example_is_a_tree():
    found = parse_condition(
        {"allOf": [leaf("genre", "is", "Action"), leaf("genre", "isNot", "Horror")]},
        of="series",
    )

    assert found == AllOf(
        (Test("genre", "is", "Action"), Test("genre", "is_not", "Horror"))
    )


def test_null_is_everything():
    assert parse_condition(None, of="books") is None


@pytest.mark.parametrize("spelling", ["allOf", "all_of"])
def test_all_of_may_be_empty(spelling):
    assert parse_condition({spelling: []}, of="series") == AllOf(())


@pytest.mark.parametrize("spelling", ["anyOf", "any_of"])
def test_any_of_nests(spelling):
    found = parse_condition({spelling: [{"allOf": []}, leaf()]}, of="series")

    assert found == AnyOf((AllOf(()), Test("genre", "is", "Action")))


@pytest.mark.parametrize("of", ["series", "books"])
def test_every_operator_of_every_field_is_known_in_both_spellings(of):
    values = {"read_status": "read", "has_error": True, "library_id": ID}
    values["series_id"] = ID
    for field in FIELDS[of]:
        for operator in OPERATORS[field]:
            has_value = not operator.endswith(("null", "true", "false"))
            value = values.get(field, "x") if has_value else None

            snake = parse_condition(leaf(field, operator, value), of=of)
            camel = parse_condition(
                leaf(camelled(field), camelled(operator), value), of=of
            )

            assert snake == camel
            assert snake.field == field


def camelled(name):
    return re.sub("_(.)", lambda found: found[1].upper(), name)


def test_name_and_title_are_one():
    in_series = parse_condition(leaf("title"), of="series")
    in_books = parse_condition(leaf("name"), of="books")

    assert (in_series.field, in_books.field) == ("name", "title")


@pytest.mark.parametrize(
    ("operator", "value", "wanted"),
    [
        ("isTrue", None, True),
        ("isFalse", None, False),
        ("is", True, True),
        ("is", False, False),
        ("isNot", True, False),
        ("isNot", False, True),
    ],
)
def test_has_error_is_one_test_however_it_is_asked(operator, value, wanted):
    found = parse_condition(leaf("hasError", operator, value), of="books")

    assert found == Test("has_error", "is", value=wanted)


def test_ids_are_in_lower_case():
    found = parse_condition(leaf("libraryId", "isNot", ID.upper()), of="series")

    assert found == Test("library_id", "is_not", ID)


def test_a_read_status_is_known_in_any_case():
    found = parse_condition(leaf("readStatus", "is", "In_Progress"), of="books")

    assert found == Test("read_status", "is", "in_progress")


def test_null_tests_take_null_or_no_value():
    without = parse_condition({"tag": {"operator": "isNull"}}, of="books")

    assert without == parse_condition(leaf("tag", "isNull", None), of="books")
    assert without == Test("tag", "is_null")


def test_empty_text_is_a_value():
    found = parse_condition(leaf("genre", "contains", ""), of="series")

    assert found == Test("genre", "contains", "")


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ([], "condition", "exactly one key"),
        ({}, "condition", "exactly one key"),
        ({**leaf(), **leaf("tag")}, "condition", "have allOf, anyOf, libraryId, genre"),
        ({"allOf": [leaf(), "x"]}, "condition.allOf[1]", "exactly one key"),
        ({"all_of": {}}, "condition.all_of", "list of conditions"),
        ({"anyOf": None}, "condition.anyOf", "list of conditions"),
        ({"genres": {}}, "condition", "unknown key 'genres'"),
        ({7: {}}, "condition", "unknown key 'int'"),
        ({"x" * 900: {}}, "condition", f"unknown key '{'x' * 40}…';"),
        ({"genre": "Action"}, "condition.genre", "must be an object"),
        (
            {"genre": {"operator": "is", "values": []}},
            "condition.genre",
            "unknown key 'values'",
        ),
        (
            {"allOf": [{"anyOf": [leaf("genre", "equals")]}]},
            "condition.allOf[0].anyOf[0].genre.operator",
            "'equals' is none of its operators; genre takes is, isNot, isNull, ",
        ),
        (leaf("genre", None), "condition.genre.operator", "is missing; genre takes is"),
        (
            leaf("genre", ["is"]),
            "condition.genre.operator",
            "'list' is none of its operators",
        ),
        (leaf("readStatus", "contains"), "condition.readStatus.operator", "is, isNot"),
        (
            leaf("libraryId", "isNull", None),
            "condition.libraryId.operator",
            "is, isNot",
        ),
        (leaf("genre", "is", None), "condition.genre.value", "is needs a value"),
        (
            leaf("genre", "isNull", "x"),
            "condition.genre.value",
            "isNull takes no value",
        ),
        (leaf("genre", "is", 5), "condition.genre.value", "must be text"),
        (leaf("genre", "is", "x" * 501), "condition.genre.value", "500 characters"),
        (leaf("genre", "is", "\ud800"), "condition.genre.value", "surrogates"),
        (leaf("genre", "is", "\0"), "condition.genre.value", "NUL"),
        (
            leaf("libraryId", "is", "Comics"),
            "condition.libraryId.value",
            "an id, as 01",
        ),
        (leaf("libraryId", "is", 7), "condition.libraryId.value", "an id"),
        (
            leaf("read_status", "is", "done"),
            "condition.read_status.value",
            "'done' is none of unread, in_progress, read",
        ),
        (leaf("readStatus", "is", 1), "condition.readStatus.value", "'int' is none of"),
    ],
)
def test_a_bad_node_is_refused_with_its_path_and_what_is_allowed(value, path, reason):
    where, why = refused(value)

    assert where == path
    assert reason in why


@pytest.mark.parametrize(
    ("field", "of"),
    [("seriesId", "series"), ("hasError", "series"), ("status", "books")],
)
def test_fields_of_the_other_list_are_unknown(field, of):
    assert refused({field: {}}, of)[0] == "condition"


def test_has_error_takes_true_or_false_alone():
    assert refused(leaf("hasError", "is", "true"), "books") == (
        "condition.hasError.value",
        "must be true or false",
    )
    assert (
        "takes no value" in refused(leaf("hasError", "isTrue", value=False), "books")[1]
    )


def nested(levels):
    value = leaf()
    for _ in range(levels - 1):
        value = {"allOf": [value]}
    return value


def test_nesting_has_an_end():
    assert parse_condition(nested(MAX_DEPTH), of="series")
    assert "deeper than 16" in refused(nested(MAX_DEPTH + 1))[1]


def test_there_is_a_most_of_nodes():
    assert parse_condition({"anyOf": [leaf()] * (MAX_NODES - 1)}, of="series")
    assert "more than 500" in refused({"anyOf": [leaf()] * MAX_NODES})[1]


def test_long_text_fits_just_so():
    assert parse_condition(leaf(value="x" * 500), of="series")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def leaves(of):
    def of_field(name):
        if name.endswith("_id"):
            values = st.uuids().map(str)
        elif name == "read_status":
            values = st.sampled_from(["unread", "in_progress", "read"])
        elif name == "has_error":
            return st.builds(Test, st.just(name), st.just("is"), st.booleans())
        else:
            values = TEXT
        null = [o for o in OPERATORS[name] if o.endswith("null")]
        others = [o for o in OPERATORS[name] if o not in null]
        tests = st.builds(Test, st.just(name), st.sampled_from(others), values)
        nulls = st.builds(Test, st.just(name), st.sampled_from(null or ["is"]))
        return tests | nulls if null else tests

    return st.sampled_from(FIELDS[of]).flatmap(of_field)


def conditions(of):
    def combined(children):
        several = st.lists(children, max_size=4).map(tuple)
        return st.builds(AllOf, several) | st.builds(AnyOf, several)

    return st.recursive(leaves(of), combined, max_leaves=12)


@pytest.mark.parametrize("of", ["series", "books"])
@given(data=st.data())
def test_json_comes_back_as_the_same_condition(of, data):
    condition = data.draw(conditions(of))

    assert parse_condition(condition_json(condition), of=of) == condition


def test_json_is_spelled_as_in_the_guide():
    condition = AllOf(
        (Test("library_id", "is_not", ID), AnyOf((Test("tag", "is_null"),)))
    )

    assert condition_json(condition) == {
        "allOf": [
            {"libraryId": {"operator": "isNot", "value": ID}},
            {"anyOf": [{"tag": {"operator": "isNull"}}]},
        ]
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("allOf", "anyOf", "genre", "readStatus", "hasError"),
                    *("libraryId", "operator", "value"),
                ]
            )
            | TEXT,
            inner,
            max_size=2,
        )
    ),
    max_leaves=20,
)


@given(value=JSON, of=st.sampled_from(["series", "books"]))
def test_any_json_is_a_condition_or_refused(value, of):
    assert path_of_mistake(value, of).startswith("condition")


def path_of_mistake(value, of):
    try:
        parse_condition(value, of=of)
    except InvalidError as error:
        return error.field
    return "condition"
