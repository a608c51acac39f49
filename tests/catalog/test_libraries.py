import os
from functools import partial
from pathlib import Path

import pytest

from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.libraries import (
    create_library,
    delete_library,
    get_library,
    list_libraries,
    reading_direction,
    update_library,
)
from codex_lib.catalog.scanning_config import ScanningConfig
from codex_lib.db import rows
from codex_lib.errors import ConflictError, InvalidError, LibraryNotFoundError

MONDAY = "2024-01-15T10:30:00Z"
TUESDAY = "2024-01-16T10:30:00Z"


@pytest.fixture
def create(db, root):
    """Return a function that makes a library of a folder, root unless told."""

    def make(**fields):
        return create_library(
            db, **{"name": "Comics", "path": root, **fields}, now=MONDAY
        )

    return make


def rules_changed(db):
    return rows(db, "SELECT rules_changed FROM libraries")[0]["rules_changed"]


# Making


def test_a_library_of_a_name_and_a_folder_has_defaults_for_the_rest(create, root):
    library = create()

    assert (library.name, library.path) == ("Comics", str(root))
    assert library.series_strategy == "series_volume"
    assert library.book_strategy == "filename"
    assert library.number_strategy == "file_order"
    assert library.default_reading_direction == "ltr"
    assert library.is_active is True
    assert (library.created_at, library.updated_at) == (MONDAY, MONDAY)
    assert library.last_scanned_at is None
    assert (library.book_count, library.series_count) == (0, 0)
    assert (library.page_count, library.file_size) == (0, 0)


def test_every_field_is_stored_as_given(db, create):
    fields = {
        "description": "All of them",
        "series_strategy": "publisher_hierarchy",
        "series_config": {"skip_depth": 2},
        "book_strategy": "smart",
        "book_config": {"additional_generic_patterns": ["Tome \\d+"]},
        "number_strategy": "smart",
        "number_config": {"anything": [1, 2]},
        "scanning_config": {"enabled": False},
        "allowed_formats": ["CBZ", "EPUB"],
        "excluded_patterns": "*.tmp\nextras/",
        "default_reading_direction": "rtl",
    }

    library = create(**fields)

    fields["scanning_config"] = ScanningConfig(enabled=False)
    assert {name: getattr(library, name) for name in fields} == fields
    assert get_library(db, library.id) == library


def test_a_name_loses_the_spaces_around_it(create):
    assert create(name="  My  comics \n").name == "My  comics"


def test_an_empty_config_is_none(create):
    assert create(series_config={}, scanning_config={}).scanning_config is None


def test_formats_are_upper_case_and_stand_once(create):
    library = create(allowed_formats=["pdf", ".cbz", "CBZ", "folder"])

    assert library.allowed_formats == ["CBZ", "FOLDER", "PDF"]


def test_default_is_another_word_for_the_first_series_strategy(create):
    assert create(series_strategy="default").series_strategy == "series_volume"


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        *(("ltr", "ltr"), ("RTL", "rtl"), ("ttb", "ttb"), ("Webtoon", "webtoon")),
        *(("LEFT_TO_RIGHT", "ltr"), ("right_to_left", "rtl"), ("top_to_bottom", "ttb")),
    ],
)
def test_a_reading_direction_has_several_spellings(word, direction):
    assert reading_direction("direction", word) == direction


def test_a_relative_path_becomes_absolute(create, root, monkeypatch):
    monkeypatch.chdir(root.parent)

    assert create(path="Comics").path == str(root)


def test_a_tilde_is_the_home_folder(create, root, monkeypatch):
    monkeypatch.setenv("HOME", str(root.parent))

    assert create(path="~/Comics").path == str(root)


def test_symbolic_links_are_resolved(create, root, tmp_path):
    (tmp_path / "link").symlink_to(root)

    assert create(path=tmp_path / "link").path == str(root)


def test_a_folder_whose_name_is_no_utf8_can_be_a_library(db, create, root, make_cbz):
    folder = root / os.fsdecode(b"caf\xe9")
    folder.mkdir()

    library = create(path=folder)

    assert library.path == f"{root}/caf\uf7e9"
    with pytest.raises(ConflictError):
        create(path=folder)


def several(tmp_path, *names):
    for name in names:
        (tmp_path / name).mkdir(parents=True)
    return [tmp_path / name for name in names]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  \n"}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"path": ""}, "path"),
        ({"path": None}, "path"),
        ({"path": "/no/such/folder"}, "path"),
        ({"path": "~nobody_of_this_name/Comics"}, "path"),
        ({"path": "a\0b"}, "path"),
        ({"path": f"/{'x' * 5000}"}, "path"),
        ({"path": __file__}, "path"),
        ({"description": 7}, "description"),
        ({"series_strategy": "by_color"}, "series_strategy"),
        ({"series_strategy": None}, "series_strategy"),
        ({"series_config": {"unknown": 1}}, "series_config"),
        ({"series_config": ["list"]}, "series_config"),
        ({"number_config": {"aB": 1, "a_b": 2}}, "number_config"),
        ({"description": "x" * 10_001}, "description"),
        ({"excluded_patterns": "x" * 10_001}, "excluded_patterns"),
        ({"series_strategy": "custom"}, "series_config"),
        ({"book_strategy": "by_color"}, "book_strategy"),
        ({"book_config": {"unknown": 1}}, "book_config"),
        ({"book_strategy": "custom", "book_config": {"pattern": "("}}, "book_config"),
        ({"number_strategy": "by_color"}, "number_strategy"),
        ({"number_config": "text"}, "number_config"),
        ({"scanning_config": "text"}, "scanning_config"),
        ({"allowed_formats": ["CBZ", "DOCX"]}, "allowed_formats"),
        ({"allowed_formats": []}, "allowed_formats"),
        ({"allowed_formats": "CBZ,DOCX"}, "allowed_formats"),
        ({"excluded_patterns": ["*.tmp"]}, "excluded_patterns"),
        ({"default_reading_direction": "sideways"}, "default_reading_direction"),
        ({"default_reading_direction": None}, "default_reading_direction"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(db, create, fields, field):
    with pytest.raises(InvalidError) as error:
        create(**fields)

    assert error.value.field.partition(".")[0] == field
    assert list_libraries(db) == []


def test_an_unknown_format_is_named_with_those_there_are(create):
    with pytest.raises(InvalidError, match=r"'DOCX' is none of CB7, CBR, CBT, CBZ"):
        create(allowed_formats=["docx"])


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("Comics", "Comics", "is"),
        ("Comics", "Comics/Manga", "overlaps"),
        ("Comics/Manga", "Comics", "overlaps"),
        ("Comics", "/", "overlaps"),
    ],
)
def test_a_folder_is_in_one_library_only(create, tmp_path, first, second, word):
    (tmp_path / "Comics" / "Manga").mkdir(parents=True, exist_ok=True)
    create(name="Mine", path=tmp_path / first)

    with pytest.raises(ConflictError, match=f"{word} the library 'Mine'"):
        create(path=tmp_path / second)


def test_a_folder_whose_name_only_begins_alike_is_another(db, create, tmp_path):
    one, other = several(tmp_path, "Manga", "Manga 2")

    create(name="One", path=one)
    create(name="Two", path=other)

    assert [library.name for library in list_libraries(db)] == ["One", "Two"]


# Reading


def test_libraries_come_by_name_whatever_their_case(db, create, tmp_path):
    folders = several(tmp_path, "1", "2", "3")
    for name, folder in zip(["manga", "Comics", "Novels"], folders, strict=True):
        create(name=name, path=folder)

    assert [one.name for one in list_libraries(db)] == ["Comics", "manga", "Novels"]


@pytest.mark.parametrize(
    "operation", [get_library, partial(delete_library, now=MONDAY)]
)
def test_an_unknown_library_is_not_found(db, operation):
    with pytest.raises(LibraryNotFoundError, match="nothing"):
        operation(db, "nothing")


# Changing


def test_only_named_fields_change(db, create):
    before = create(description="Old", allowed_formats=["CBZ"])

    after = update_library(db, before.id, {"name": "New"}, now=TUESDAY)

    assert after.name == "New"
    assert (after.description, after.allowed_formats) == ("Old", ["CBZ"])
    assert (after.created_at, after.updated_at) == (MONDAY, TUESDAY)


def test_none_clears_a_field_that_may_be_empty(db, create):
    library = create(
        description="Old",
        allowed_formats=["CBZ"],
        excluded_patterns="*.tmp",
        scanning_config={"scan_on_start": True},
    )
    names = ("description", "allowed_formats", "excluded_patterns", "scanning_config")

    after = update_library(db, library.id, dict.fromkeys(names), now=TUESDAY)

    assert [getattr(after, name) for name in names] == [None] * 4


@pytest.mark.parametrize("value", [1, "yes", None])
def test_a_flag_is_true_or_false(db, create, value):
    library = create()

    assert (
        update_library(db, library.id, {"is_active": False}, now=TUESDAY).is_active
        is False
    )
    with pytest.raises(InvalidError, match="true or false"):
        update_library(db, library.id, {"is_active": value}, now=TUESDAY)


def test_an_unknown_library_cannot_be_changed(db):
    with pytest.raises(LibraryNotFoundError):
        update_library(db, "nothing", {"name": "New"}, now=TUESDAY)


def test_an_unknown_field_is_refused_naming_those_there_are(db, create):
    library = create()

    with pytest.raises(InvalidError, match="color: no field of a library; there are"):
        update_library(db, library.id, {"color": "red"}, now=TUESDAY)


def test_nothing_changes_when_one_field_is_refused(db, create):
    library = create()

    with pytest.raises(InvalidError):
        update_library(db, library.id, {"name": "New", "path": "/none"}, now=TUESDAY)

    assert get_library(db, library.id) == library


@pytest.mark.parametrize(
    "changes", [{"series_strategy": "flat"}, {"series_config": {"skip_depth": 3}}]
)
def test_the_series_strategy_stays_as_it_was_made(db, create, changes):
    fields = {
        "series_strategy": "publisher_hierarchy",
        "series_config": {"skip_depth": 2},
    }
    library = create(**fields)

    with pytest.raises(InvalidError, match="cannot change"):
        update_library(db, library.id, changes, now=TUESDAY)

    same = update_library(db, library.id, fields, now=TUESDAY)
    assert same.series_config == {"skip_depth": 2}


@pytest.mark.parametrize(
    "changes",
    [
        {"book_strategy": "smart"},
        {"book_strategy": "smart", "book_config": {"additional_generic_patterns": []}},
        {"number_strategy": "smart"},
        {"number_config": {"a": 1}},
    ],
)
def test_a_new_book_or_number_strategy_makes_the_next_scan_read_every_file(
    db, library, make_cbz, scan, changes
):
    make_cbz("Saga/Saga 1.cbz")
    scan()

    update_library(db, library.id, changes, now=TUESDAY)

    assert scan().changed == 1
    assert scan().changed == 0


def test_the_same_strategies_again_make_no_scan_read_anything(db, create):
    library = create()
    same = {"book_strategy": "filename", "book_config": None, "number_config": {}}

    update_library(db, library.id, same, now=TUESDAY)

    assert rules_changed(db) == 0


def test_a_config_must_suit_the_strategy_that_stays(db, create):
    library = create()

    with pytest.raises(InvalidError):
        update_library(db, library.id, {"book_config": {"pattern": "x"}}, now=TUESDAY)


def test_a_library_can_move_to_another_folder_also_inside_its_own(
    db, create, tmp_path, root
):
    library = create()
    (root / "inside").mkdir()
    (other,) = several(tmp_path, "Other")

    moved = update_library(db, library.id, {"path": root / "inside"}, now=TUESDAY)
    assert Path(moved.path) == root / "inside"
    create(name="Second", path=other)

    with pytest.raises(ConflictError, match="is the library 'Second'"):
        update_library(db, library.id, {"path": other}, now=TUESDAY)


# Deleting


def test_a_deleted_library_takes_all_that_was_in_it_along(
    db, library, make_cbz, scan, root
):
    make_cbz("Saga/Saga 1.cbz", Genre="Space, Opera", Tags="war", Title="One")
    make_cbz("Bone/Bone 1.cbz")
    scan()

    deleted = delete_library(db, library.id, now=TUESDAY)

    assert (deleted.id, deleted.book_count) == (library.id, 2)
    for table in ("libraries", "series", "books", "book_metadata", "page_maps"):
        sql = f"SELECT * FROM {table}"  # noqa: S608 - a closed list
        assert rows(db, sql) == [], table
    assert rows(db, "SELECT * FROM books_search WHERE books_search MATCH 'saga'") == []
    assert check_catalog(db).problems == []
    assert (root / "Saga" / "Saga 1.cbz").exists()
