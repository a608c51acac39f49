"""Targets: what people type after "scan"."""

from __future__ import annotations

import os

import pytest

from codex_lib.catalog.libraries import create_library, list_libraries
from codex_lib.errors import (
    AmbiguousNameError,
    ConflictError,
    InvalidError,
    LibraryNotFoundError,
)
from codex_lib.scanning.targets import Target, resolve_target

MONDAY = "2024-01-15T10:30:00.000000Z"


@pytest.fixture
def resolve(db):
    return lambda text: resolve_target(db, str(text), now=MONDAY)


def test_a_library_is_found_by_folder_id_beginning_and_name(resolve, library, root):
    expected = Target(library)

    for text in (root, f"{root}/", root / ".." / "Comics", library.id, "comics"):
        assert resolve(text) == expected


def test_a_library_is_found_by_the_folder_one_stands_in(
    resolve, library, root, monkeypatch
):
    (root / "A").mkdir()
    monkeypatch.chdir(root / "A")

    assert resolve(".") == Target(library, "A")
    assert resolve("..") == Target(library)
    assert resolve("../A") == Target(library, "A")


def test_a_library_is_found_through_links_and_the_home_folder(
    resolve, library, root, tmp_path, monkeypatch
):
    (tmp_path / "link").symlink_to(root)
    monkeypatch.setenv("HOME", str(root))

    assert resolve(tmp_path / "link") == Target(library)
    assert resolve("~") == Target(library)
    assert resolve("~/") == Target(library)


def test_a_folder_below_a_library_limits_the_scan(resolve, library, root, monkeypatch):
    (root / "A" / "b").mkdir(parents=True)
    monkeypatch.chdir(root)

    assert resolve(root / "A" / "b") == Target(library, "A/b")
    assert resolve("A") == Target(library, "A")


def test_a_folder_below_a_library_may_have_any_name(resolve, library, root):
    folder = os.fsencode(root) + b"/caf\xe9"
    os.mkdir(folder)  # noqa: PTH102 - bytes

    assert resolve(os.fsdecode(folder)) == Target(library, "caf\uf7e9")


def test_a_library_whose_folder_has_vanished_is_found_by_its_path(
    resolve, library, root
):
    root.rmdir()

    assert resolve(root) == Target(library)


def test_any_other_folder_becomes_a_library_named_after_itself(resolve, db, tmp_path):
    (tmp_path / "Manga").mkdir()

    target = resolve(tmp_path / "Manga")

    assert (target.is_new, target.under) == (True, "")
    assert (target.library.name, target.library.path) == (
        "Manga",
        str(tmp_path / "Manga"),
    )
    assert list_libraries(db) == [target.library]
    assert not resolve(tmp_path / "Manga").is_new


def test_a_folder_may_be_named_without_a_slash(resolve, tmp_path, monkeypatch):
    (tmp_path / "Manga").mkdir()
    monkeypatch.chdir(tmp_path)

    assert resolve("Manga").is_new


def test_names_that_codex_makes_up_tell_libraries_apart(resolve, library, tmp_path):
    for parent in ("a", "b"):
        (tmp_path / parent / "comics").mkdir(parents=True)

    made = [resolve(tmp_path / parent / "comics").library.name for parent in ("a", "b")]

    assert made == ["comics 2", "comics 3"]


def test_a_folder_with_a_very_long_name_becomes_a_library(resolve, tmp_path):
    (tmp_path / ("x" * 250)).mkdir()

    assert resolve(tmp_path / ("x" * 250)).library.name.startswith("xxx")


def test_a_name_that_fits_two_libraries_is_ambiguous(resolve, db, library, tmp_path):
    (tmp_path / "other").mkdir()
    create_library(db, name="comics", path=tmp_path / "other", now=MONDAY)

    with pytest.raises(AmbiguousNameError):
        resolve("Comics")


def test_a_folder_that_holds_a_library_is_a_conflict(resolve, library, tmp_path):
    with pytest.raises(ConflictError):
        resolve(tmp_path)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("nothing", LibraryNotFoundError, "nothing"),
        ("./nothing", InvalidError, "no such folder"),
        ("/nothing/at/all", InvalidError, "no such folder"),
        ("book.cbz", InvalidError, "is a file"),
        ("./book.cbz", InvalidError, "is a file"),
        ("~nobody-of-that-name/comics", InvalidError, "no such folder"),
        ("", InvalidError, "must not be blank"),
        (" ", LibraryNotFoundError, "not found"),
    ],
)
def test_what_is_no_folder_and_no_library_is_an_error(
    resolve, db, tmp_path, monkeypatch, text, error, words
):
    (tmp_path / "book.cbz").touch()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(error, match=words):
        resolve(text)

    assert list_libraries(db) == []
