"""Editing by the file: what comes out, what goes back in, what is refused."""

from __future__ import annotations

import json

import pytest

from codex_lib.catalog import bulk_edit
from codex_lib.catalog.bulk_edit import (
    FieldEdit,
    LineError,
    apply_books,
    apply_series,
    export_books,
    export_series,
)
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.conditions import parse_condition
from codex_lib.catalog.metadata import EDITABLE, get_book_detail, get_book_locks
from codex_lib.catalog.series_metadata import SERIES_FIELDS, get_series_locks
from codex_lib.db import rows
from codex_lib.errors import BookNotFoundError

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def shelf(make_cbz, scan):
    """Three books of two series; the last one says much of itself."""
    make_cbz("Akira/Akira 1.cbz", seed=1)
    make_cbz("Bone/Bone 9.cbz", seed=2)
    make_cbz(
        "Bone/Bone 10.cbz",
        seed=3,
        Writer="Jeff Smith, Ana",
        Genre="Fantasy",
        Year="1996",
        BlackAndWhite="Yes",
        Summary="Lost in a valley.",
    )
    scan()


@pytest.fixture
def record(db, shelf):
    """The exported record of Bone 10."""
    return list(export_books(db))[2]


@pytest.fixture
def series_record(db, shelf):
    """The exported record of Bone."""
    return list(export_series(db))[1]


@pytest.fixture
def apply(db):
    """Return a function that applies records, or lines, to books."""

    def run(*records, of=apply_books, **options):
        return of(db, lines(*records), now=TUESDAY, **options)

    return run


def lines(*records):
    return [
        item if isinstance(item, bytes) else json.dumps(item).encode() + b"\n"
        for item in records
    ]


# Out


def test_books_come_out_series_by_series_with_every_field(db, shelf):
    found = list(export_books(db))

    assert [item["title"] for item in found] == ["Akira 1", "Bone 9", "Bone 10"]
    context = ("id", "library_name", "series_name", "path")
    assert all(tuple(item) == (*context, *EDITABLE) for item in found)
    last = found[2]
    assert (last["series_name"], last["path"]) == ("Bone", "Bone/Bone 10.cbz")
    assert last["writers"] == ["Jeff Smith", "Ana"]
    assert (last["year"], last["black_and_white"], last["number"]) == (1996, True, 2)
    assert (found[0]["writers"], found[0]["summary"]) == ([], None)


def test_series_come_out_by_name_with_every_field(db, shelf):
    found = list(export_series(db))

    assert [item["title"] for item in found] == ["Akira", "Bone"]
    assert tuple(found[0]) == ("id", "library_name", "path", *SERIES_FIELDS)
    assert (found[1]["genres"], found[1]["tags"]) == (["Fantasy"], [])
    assert (found[1]["year"], found[1]["custom_metadata"]) == (1996, None)


def test_what_comes_out_can_be_chosen(db, library, shelf):
    bone = rows(db, "SELECT uuid FROM series WHERE title = 'Bone'")[0]["uuid"]
    genre = {"genre": {"operator": "is", "value": "fantasy"}}

    def titles(**chosen):
        return [item["title"] for item in export_books(db, **chosen)]

    assert titles(series_id=bone) == ["Bone 9", "Bone 10"]
    assert titles(condition=parse_condition(genre, of="books")) == ["Bone 9", "Bone 10"]
    assert titles(text="akira") == ["Akira 1"]
    assert len(titles(library_id=library.id)) == 3
    by_genre = export_series(db, condition=parse_condition(genre, of="series"))
    assert [item["title"] for item in by_genre] == ["Bone"]


def test_more_books_than_are_read_at_a_time_come_out_and_go_in(
    db, shelf, apply, monkeypatch
):
    monkeypatch.setattr(bulk_edit, "CHUNK", 2)
    records = list(export_books(db))
    assert [item["title"] for item in records] == ["Akira 1", "Bone 9", "Bone 10"]

    found = apply(*({**item, "imprint": "Aster"} for item in records))

    assert (found.line_count, len(found.edits)) == (3, 3)
    assert [item["imprint"] for item in export_books(db)] == ["Aster"] * 3


# In


def test_what_came_out_goes_back_in_as_nothing(db, shelf, apply):
    for of, export in ((apply_books, export_books), (apply_series, export_series)):
        found = apply(*export(db), of=of)

        assert found.applied
        assert (found.edits, found.errors) == ([], [])
    changed = rows(
        db, "SELECT 1 FROM books WHERE locks <> '' OR updated_at > ?", [MONDAY]
    )
    assert changed == []


def test_only_what_differs_is_edited_and_locked(db, apply, record):
    record |= {"title": "The Cow Race", "writers": ["Ana"], "year": 1997}

    found = apply(record)

    assert [edit.changes for edit in found.edits] == [
        [
            FieldEdit("title", "Bone 10", "The Cow Race"),
            FieldEdit("writers", ["Jeff Smith", "Ana"], ["Ana"]),
            FieldEdit("year", 1996, 1997),
        ]
    ]
    assert (found.edits[0].line, found.edits[0].title) == (1, "Bone 10")
    detail = get_book_detail(db, record["id"])
    assert (detail.book.title, detail.metadata["writers"]) == ("The Cow Race", ["Ana"])
    locks = get_book_locks(db, record["id"])
    assert {name for name, locked in locks.items() if locked} == {
        *("title", "writers", "year")
    }
    assert check_catalog(db).problems == []


def test_a_second_time_there_is_nothing_to_do(apply, record):
    record |= {"title": " The  Cow Race", "genres": "Fantasy, Comedy", "imprint": "A"}
    assert len(apply(record).edits) == 1

    again = apply(record)

    assert (again.edits, again.applied) == ([], True)


def test_a_dry_run_tells_all_and_writes_nothing(db, apply, record):
    found = apply(record | {"title": "New"}, dry_run=True)

    assert (len(found.edits), found.applied) == (1, False)
    assert list(export_books(db))[2] == record


def test_fields_that_a_line_leaves_out_stay(db, apply, record):
    apply({"id": record["id"].upper(), "imprint": "Aster"}, b"\n", b"  \n")

    assert list(export_books(db))[2] == record | {"imprint": "Aster"}


def test_null_empties_a_field_and_unlocks_it(db, apply, record):
    apply(record | {"summary": "Mine"})

    apply(record | {"summary": None})

    assert list(export_books(db))[2]["summary"] is None
    assert not get_book_locks(db, record["id"])["summary"]


def test_null_for_a_title_unlocks_it_and_is_nothing_to_do_then(db, apply, record, scan):
    assert apply(record | {"title": None, "number": None}).edits == []
    apply(record | {"title": "Mine"})

    (edit,) = apply({"id": record["id"], "title": None}).edits

    assert edit.changes == [FieldEdit("title", "Mine", None)]
    assert apply({"id": record["id"], "title": None}).edits == []
    scan(now=TUESDAY)
    assert list(export_books(db))[2]["title"] == "Bone 10"


def test_what_a_file_says_against_the_rules_is_no_obstacle(db, apply, record):
    rows(db, "UPDATE book_metadata SET status = 'Odd' WHERE status IS NULL")
    record = list(export_books(db))[2]
    assert record["status"] == "Odd"
    assert apply(record).edits == []

    assert apply(record | {"status": "ended"}).edits[0].changes == [
        FieldEdit("status", "Odd", "ended")
    ]


def test_series_are_edited_in_the_same_way(db, apply, series_record):
    series_record |= {
        "title_sort": "Bone, the",
        "genres": ["Comedy", "fantasy"],
        "reading_direction": "right_to_left",
        "custom_metadata": {"shelf": [1, 2]},
    }

    (edit,) = apply(series_record, of=apply_series).edits

    assert [change.field for change in edit.changes] == [
        *("title_sort", "reading_direction", "genres", "custom_metadata")
    ]
    after = list(export_series(db))[1]
    assert after["genres"] == ["Comedy", "Fantasy"]
    assert after["reading_direction"] == "rtl"
    assert after["custom_metadata"] == {"shelf": [1, 2]}
    assert get_series_locks(db, series_record["id"]).genres
    assert apply(series_record, of=apply_series).edits == []
    assert check_catalog(db).problems == []


def test_series_stay_as_they_are_on_a_dry_run_and_after_a_mistake(
    db, apply, series_record
):
    new = series_record | {"title": "New"}

    tried = apply(new, of=apply_series, dry_run=True)
    failed = apply(new | {"year": "soon"}, of=apply_series)

    assert (len(tried.edits), tried.applied) == (1, False)
    assert (len(failed.errors), failed.applied) == (1, False)
    assert list(export_series(db))[1] == series_record


def test_the_order_and_the_case_of_genres_of_a_series_do_not_count(
    apply, series_record
):
    series_record["genres"] = ["FANTASY", "fantasy"]

    assert apply(series_record, of=apply_series).edits == []


# Refused


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"color": 1}, "color: is no field of a book"),
        ({"year": "1996"}, "year: must be a whole number"),
        ({"title": " "}, "title: must be text and not blank"),
        ({"reading_direction": "up"}, "reading_direction: 'up' is none of ltr"),
        ({"series_name": "Saga"}, "series_name: cannot be changed here, it is 'Bone'"),
        ({"path": "a.cbz"}, "path: cannot be changed here"),
        ({"title": "\ud800"}, "title: is no Unicode text"),
        ({"id": None}, "id: is missing"),
        ({"id": 5}, "id: must be text"),
        ({"id": "5"}, "id: there is no book 5"),
    ],
)
def test_a_mistake_is_told_by_its_line_and_nothing_is_written(
    db, apply, record, change, told
):
    others = list(export_books(db))[:2]

    found = apply(others[0] | {"title": "New"}, record | change, others[1])

    (error,) = found.errors
    assert (error.line, found.applied) == (2, False)
    assert error.reason.startswith(told)
    assert list(export_books(db)) == [*others, record]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe\xff", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[1]", "is no JSON object"),
        (b"x" * 1_000_001, "is longer than 1,000,000 bytes"),
    ],
)
def test_a_line_that_is_no_record_is_told(apply, line, told):
    (error,) = apply(line).errors

    assert (error.line, error.reason[: len(told)]) == (1, told)


def test_a_book_can_stand_in_a_file_only_once(apply, record):
    found = apply(record, b"\n", record | {"title": "New"})

    assert found.errors == [LineError(3, "id: stands in line 1 already")]


def test_all_mistakes_are_told_at_once_in_order(apply, record):
    bad = record | {"year": "x", "title": ""}

    found = apply(bad, b"{}", {"id": "none"}, b"[]")

    assert [error.line for error in found.errors] == [1, 1, 2, 3, 4]


def test_after_a_hundred_mistakes_a_file_is_given_up(apply):
    found = apply(*[b"[]"] * 500, b"{}")

    assert len(found.errors) == 100
    assert not found.applied


def test_a_hundred_mistakes_are_enough_where_books_are_compared_too(
    db, apply, record, monkeypatch
):
    monkeypatch.setattr(bulk_edit, "CHUNK", 50)

    found = apply(*({"id": f"{number}"} for number in range(400)))

    assert len(found.errors) == 100
    assert found.line_count <= 150


def test_a_book_that_goes_meanwhile_leaves_all_as_it_was(
    db, apply, record, monkeypatch
):
    others = list(export_books(db))[:2]
    real = bulk_edit.edit_book

    def forget_and_update(db, book_id, changes, *, now):
        rows(db, "DELETE FROM books WHERE uuid = ?", [record["id"]])
        return real(db, book_id, changes, now=now)

    monkeypatch.setattr(bulk_edit, "edit_book", forget_and_update)

    with pytest.raises(BookNotFoundError):
        apply(others[0] | {"title": "New"}, record | {"title": "Newer"})

    assert list(export_books(db)) == [*others, record]
