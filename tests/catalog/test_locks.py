import pytest

from codex_lib.catalog.locks import lock_changes, locks_of, with_locks
from codex_lib.errors import InvalidError


def test_a_value_locks_its_field():
    assert with_locks("", {"title": "X"}) == "title"


def test_locks_are_in_alphabetical_order_and_stand_once():
    assert with_locks("title\nyear", {"genres": [], "title": "X"}) == (
        "genres\ntitle\nyear"
    )


def test_none_unlocks_a_field_and_leaves_the_others():
    assert with_locks("title\nyear", {"title": None, "status": None}) == "year"


def test_the_last_unlocked_field_leaves_nothing():
    assert with_locks("title", {"title": None}) == ""


def test_zero_false_and_empty_are_values():
    assert with_locks("", {"a": 0, "b": False, "c": []}) == "a\nb\nc"


def test_the_lock_of_each_field_is_told():
    found = locks_of("title\nyear", ["summary", "title", "year"])

    assert found == {"summary": False, "title": True, "year": True}
    assert locks_of("", ["title"]) == {"title": False}


def test_locks_to_set_are_changes_that_lock_and_unlock():
    wanted = lock_changes({"title": True, "year": False}, ["title", "year"])

    assert with_locks("year", wanted) == "title"


def test_a_field_without_a_lock_is_refused():
    with pytest.raises(InvalidError, match=r"color: .*; there are title, year"):
        lock_changes({"color": False}, ["title", "year"])
