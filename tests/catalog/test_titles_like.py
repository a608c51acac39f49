import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codex_lib.catalog.titles_like import ids_of_titles, phrase
from codex_lib.db import rows
from codex_lib.db.folding import fold

TITLES = (
    *("Bone", "bone", "Bonefire", "Old Bone", "Élan", "elan vital", "100%"),
    *('Say "Hi"', "ガラスの仮面", "か", "a", "", "A-Z OR NOT", "  Two   blanks "),
)
FITS = {
    "is": lambda title, value: title == value,
    "is_null": lambda _title, _value: False,
    "contains": lambda title, value: fold(value) in fold(title),
    "begins_with": lambda title, value: fold(title).startswith(fold(value)),
    "ends_with": lambda title, value: fold(title).endswith(fold(value)),
}
INSERT = """
    INSERT INTO series (uuid, library_id, place, title, sort_key, title_key,
        created_at, updated_at)
    VALUES (?1, 1, ?1, ?2, '', ?3, '', '')
"""


@pytest.fixture
def titles(db, library):
    """A catalog with a series of each title, its id the place among them, from 1."""
    for number, title in enumerate(TITLES):
        rows(db, INSERT, [str(number), title, fold(title)])
    return db


def found(db, operator, value):
    sql, params = ids_of_titles("series", operator, value)
    return {TITLES[row["id"] - 1] for row in rows(db, sql, params)}


PARTS = st.sampled_from(
    [title[a:b] for title in TITLES for a in (0, 1, -3) for b in (1, 2, 3, 99)]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    operator=st.sampled_from(sorted(FITS)),
    value=PARTS
    | PARTS.map(str.upper)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"))
    | st.text("\"'*^-: ORNT", max_size=6),
)
def test_titles_are_those_that_compare_so(titles, operator, value):
    expected = {title for title in TITLES if FITS[operator](title, value)}

    assert found(titles, operator, value) == expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("is", "Bone", {"Bone"}),
        ("is", "a", {"a"}),
        ("contains", "BON", {"Bone", "bone", "Bonefire", "Old Bone"}),
        ("contains", "か", {"か"}),
        ("begins_with", "éla", {"Élan", "elan vital"}),
        ("begins_with", "A-", {"A-Z OR NOT"}),
        ("ends_with", "one", {"Bone", "bone", "Old Bone"}),
        ("ends_with", "%", {"100%"}),
        ("ends_with", "", set(TITLES)),
        ("is", "", {""}),
    ],
)
def test_titles_that_hold_a_text(titles, operator, value, expected):
    assert found(titles, operator, value) == expected


def test_a_phrase_is_no_syntax():
    assert phrase('a "b" OR c') == '"a ""b"" OR c"'
