"""Which file of a multi-volume archive is the book, by name."""

from __future__ import annotations

import pytest

from codex_lib.formats.rar_volumes import first_volume, next_volumes


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Bone.part02.rar", "Bone.part01.rar"),
        ("Bone.part2.cbr", "Bone.part1.cbr"),
        ("Bone.Part10.RAR", "Bone.Part01.RAR"),
        ("a\nb.part002.rar", "a\nb.part001.rar"),
        ("Bone.r00", "Bone.rar"),
        ("BONE.S01", "BONE.RAR"),
    ],
)
def test_a_later_part_names_its_first_part(name, first):
    assert first_volume(name) == first


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Bone.part01.rar",
            "Bone.part1.cbr",
            "Bone.rar",
            "Bone.cbr",
            "Bone part 2.cbr",
        ),
        *("Bone.part2.cbz", "Bone.part2", "part2.rar", "Bone.q00", "Bone.r0"),
    ],
)
def test_first_parts_and_whole_archives_are_no_later_parts(name):
    assert first_volume(name) is None


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("Bone.part1.rar", "Bone.part2.rar"),
        ("Bone.part09.cbr", "Bone.part10.cbr"),
        ("Bone.part99.rar", "Bone.part100.rar"),
        ("Bone.rar", "Bone.r00"),
        ("Bone.cbr", "Bone.r00"),
        ("BONE.RAR", "BONE.R00"),
        ("Bone.r00", "Bone.r01"),
        ("Bone.r99", "Bone.s00"),
    ],
)
def test_the_next_part_is_named_as_rar_names_it(name, following):
    assert next_volumes(name)[0] == following


def test_old_numbering_can_follow_a_name_of_the_new_kind():
    assert next_volumes("Bone.part1.rar") == ["Bone.part2.rar", "Bone.part1.r00"]
