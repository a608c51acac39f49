import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.catalog.sort_keys import (
    book_sort_key,
    fold,
    release_date,
    sort_key,
    title_sort_key,
)

NUMBERS = st.integers(0, 10**10 - 1)


@given(one=NUMBERS, other=NUMBERS, zeros=st.integers(0, 5))
def test_keys_are_in_the_natural_order_of_numbers(one, other, zeros):
    left = sort_key(f"Page {'0' * zeros}{one}.cbz")
    right = sort_key(f"Page {other}.cbz")

    assert (left < right) == (one < other)
    assert (left == right) == (one == other)


@given(text=st.text())
def test_any_text_has_a_key_that_does_not_change_when_it_is_folded_again(text):
    assert sort_key(fold(text)) == sort_key(text)


def test_a_shelf_stands_in_the_order_people_expect():
    titles = [
        *("Ängel", "Ajin", "A Silent Voice", "The Sandman 2", "Sandman 10"),
        *("œuvre", "Zot!", "Éclair", "the sandman 1", "Østen", "10 Dance"),
        *("L\u2019Incal", "Akira"),
    ]

    assert sorted(titles, key=title_sort_key) == [
        *("10 Dance", "Ajin", "Akira", "Ängel", "Éclair", "L\u2019Incal"),
        *("œuvre", "Østen", "the sandman 1", "The Sandman 2", "Sandman 10"),
        *("A Silent Voice", "Zot!"),
    ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Größe", "grosse"),
        ("ÉCLAIR", "eclair"),
        ("e\u0301clair", "eclair"),
        ("Łódź", "lodz"),
        ("Æon Þor", "aeon thor"),
        (
            "\uff46\uff55\uff4c\uff4c\u3000\uff57\uff49\uff44\uff54\uff48 \uff19",
            "full width 9",
        ),
        ("  many \t spaces\n", "many spaces"),
        ("½", "1\u20442"),
        ("İstanbul \u0131l\u0131k", "istanbul ilik"),
    ],
)
def test_case_accents_widths_and_spaces_are_folded(text, folded):
    assert fold(text) == folded


def test_kana_with_voicing_marks_stay_other_letters():
    assert fold("ガ") != fold("カ")
    assert fold("ぱ") != fold("は")


def test_half_width_kana_are_the_same_as_full_width_ones():
    assert fold("ｶﾞﾝﾀﾞﾑ") == fold("ガンダム")


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("The Sandman", "Sandman"),
        ("A Contract with God", "Contract with God"),
        ("An Age", "Age"),
        ("Les Schtroumpfs", "Schtroumpfs"),
        ("L'Incal", "Incal"),
        ("L\u2019Incal", "Incal"),
        ("Der Ring", "Ring"),
        ("El Eternauta", "Eternauta"),
        ("THE  SANDMAN", "sandman"),
    ],
)
def test_a_leading_article_does_not_count_in_a_title(title, same):
    assert title_sort_key(title) == title_sort_key(same)
    assert sort_key(title) != sort_key(same)


@pytest.mark.parametrize("title", ["The", "A", "Thelma", "Akira", "Land", "L'"])
def test_a_title_that_is_an_article_or_begins_like_one_keeps_it(title):
    assert title_sort_key(title) == sort_key(title)


def test_zero_and_leading_zeros_are_padded_alike():
    assert sort_key("0") == sort_key("000") == "0" * 10
    assert sort_key("007") == "0000000007"


def test_a_key_is_made_of_the_first_240_characters():
    assert sort_key("x" * 1000) == "x" * 240
    assert title_sort_key(f"The {'x' * 1000}") == "x" * 240


def given_as(title, title_sort):
    return {"given_title": title, "given_title_sort": title_sort}


def test_a_book_sorts_by_its_title():
    assert book_sort_key("The End", None, **given_as(None, None)) == "end"


def test_a_book_sorts_by_the_sort_title_that_somebody_gave_it():
    assert book_sort_key("The End", "Z", **given_as("The End", "B")) == "z"


def test_the_files_sort_title_stands_for_the_files_title_only():
    assert book_sort_key("The End", None, **given_as("The End", "B")) == "b"
    assert book_sort_key("Other", None, **given_as("The End", "B")) == "other"
    assert book_sort_key("The End", None, **given_as("The End", None)) == "end"


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"year": 2024, "month": 3, "day": 9}, 20240309),
        ({"year": 2024, "month": 3}, 20240300),
        ({"year": 2024, "month": None, "day": None}, 20240000),
        ({"year": 476, "day": 4}, 4760004),
        ({"year": 0}, 0),
        ({"month": 3, "day": 9}, None),
        ({"year": None}, None),
        ({}, None),
    ],
)
def test_a_release_date_is_a_number_that_sorts(metadata, expected):
    assert release_date(metadata) == expected
