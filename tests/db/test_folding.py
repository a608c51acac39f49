import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.db.folding import fold, other_keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Bone", "bone"),
        ("  Bone \t Saga\n", "bone saga"),
        ("Élan VITAL", "elan vital"),
        ("E\u0301lan", "elan"),
        ("Straße", "strasse"),
        ("Œuvre Æther Øre Łódź ðor þor", "oeuvre aether ore lodz dor thor"),
        ("İstanbul ISTANBUL \u0131l\u0131k", "istanbul istanbul ilik"),
        ("\ufb01ne \uff26\uff55\uff4c\uff4c", "fine full"),
        ("ガラス", "ガラス"),
        ("\u30ab\u3099ラス", "ガラス"),
        ("한글", "한글"),
        ("", ""),
    ],
)
def test_case_and_accents_are_folded(text, key):
    assert fold(text) == key


def test_voicing_marks_make_another_letter():
    assert fold("か") != fold("が")


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_key_has_single_blanks_and_no_capitals(text):
    key = fold(text)

    assert key == key.lower()
    assert key.split() == [part for part in key.split(" ") if part]


@pytest.mark.parametrize(
    ("title", "names", "expected"),
    [
        ("bone 1", ["Bone 1.cbz"], ""),
        ("bone 1", ["BONE 1"], ""),
        ("bone 1", ["v02.cbz"], "v02.cbz"),
        ("bone", ["Os", "OS", "", "Knochen"], "os\nknochen"),
        ("bone", [], ""),
        ("仮面", [], "仮面 面"),
        ("仮面の仮面", ["ガ 1"], "ガ 1\n仮面 面の の仮 面 ガ"),
        ("élan", ["étude"], "etude"),
        ("한글 x", [], "한글 글"),
    ],
)
def test_other_keys_are_what_the_title_does_not_say(title, names, expected):
    assert other_keys(title, *names) == expected
