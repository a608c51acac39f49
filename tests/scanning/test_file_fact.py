from __future__ import annotations

import os

import pytest

from codex_lib.scanning.walk import Walk, WalkRules, file_fact


@pytest.fixture
def folder(root):
    """A folder of images in a library's folder."""
    place = root / "Bone" / "Bone 1"
    place.mkdir(parents=True)
    for name in ("1.jpg", "2.jpg", ".3.jpg", "notes.txt", "draft.jpg"):
        (place / name).write_bytes(name.encode())
    (place / "nested.jpg").mkdir()
    return place


def walked(root, rules):
    return {fact.path: fact for fact in Walk().files(str(root), rules)}


def test_a_file_has_the_facts_that_a_walk_finds(root, make_cbz):
    make_cbz("Bone/Bone 1.cbz")
    (root / "Bone" / "metadata.opf").write_bytes(b"<package/>")
    make_cbz("Akira/Akira 1.cbz")

    for sidecars in (False, True):
        rules = WalkRules(sidecars=sidecars)
        for path, fact in walked(root, rules).items():
            assert file_fact(str(root), path, rules) == fact
    assert file_fact(str(root), "Bone/Bone 1.cbz").sidecar_mtime_ns is None


def test_a_sidecar_that_is_no_file_does_not_count(root, make_cbz):
    make_cbz("Bone/Bone 1.cbz")
    (root / "Bone" / "metadata.opf").mkdir()

    found = file_fact(str(root), "Bone/Bone 1.cbz", WalkRules(sidecars=True))

    assert found.sidecar_mtime_ns is None


@pytest.mark.parametrize("excluded", [None, "draft.*"])
def test_a_folder_of_images_has_the_facts_that_a_walk_finds(root, folder, excluded):
    (folder / "nested.jpg").rmdir()
    rules = WalkRules(frozenset({"folder"}), excluded)

    (fact,) = walked(root, rules).values()

    assert file_fact(str(root), "Bone/Bone 1", rules) == fact
    assert fact.file_size == (10 if excluded else 19)


def test_a_folder_within_is_no_image(root, folder):
    assert file_fact(str(root), "Bone/Bone 1").file_size == 19


def test_what_is_gone_or_no_file_is_an_error(root, folder):
    os.mkfifo(root / "pipe.cbz")
    (root / "link.cbz").symlink_to(folder / "1.jpg")
    (root / "empty").mkdir()

    for path in ("none.cbz", "pipe.cbz", "link.cbz", "empty"):
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            file_fact(str(root), path)
