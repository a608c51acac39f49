"""Changes until it is quiet, told the time."""

from __future__ import annotations

import pytest

from codex_lib.tasks.quiet import Changes, Patience, shared_folder


@pytest.fixture
def changes():
    return Changes(Patience(quiet=10, longest=60))


def test_nothing_is_due_before_it_is_quiet(changes):
    changes.add("comics", "Bone", 100)
    changes.add("comics", "Bone", 105)

    assert changes.take_due(114.9) == []
    assert changes.take_due(115) == [("comics", "Bone")]
    assert changes.take_due(200) == []


def test_what_never_gets_quiet_is_due_in_the_end(changes):
    for moment in range(100, 160, 5):
        changes.add("comics", "Bone", moment)
        assert changes.take_due(moment) == []

    assert changes.take_due(160) == [("comics", "Bone")]


def test_libraries_wait_apart(changes):
    changes.add("comics", "Bone", 100)
    changes.add("manga", "", 105)

    assert changes.take_due(110) == [("comics", "Bone")]
    assert changes.take_due(115) == [("manga", "")]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Bone", "Bone", "Bone"),
        ("Bone/1", "Bone/2", "Bone"),
        ("Bone/1", "Bone", "Bone"),
        ("Bone", "Boner", ""),
        ("Bone", "", ""),
    ],
)
def test_changes_in_two_folders_are_in_the_one_that_holds_both(
    changes, one, other, shared
):
    assert shared_folder(one, other) == shared_folder(other, one) == shared
    changes.add("comics", one, 100)
    changes.add("comics", other, 100)
    assert changes.take_due(110) == [("comics", shared)]
