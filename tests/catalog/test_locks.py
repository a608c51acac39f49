from codex_lib.catalog.locks import with_locks


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
