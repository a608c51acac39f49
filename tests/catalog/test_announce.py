"""What listeners are told of scans and edits, in the transaction that makes them."""

import shutil

import pytest

from codex_lib.catalog.books import list_books
from codex_lib.catalog.chosen_covers import add_book_cover, add_series_cover
from codex_lib.catalog.libraries import (
    create_library,
    delete_library,
    update_library,
)
from codex_lib.catalog.metadata import update_book
from codex_lib.catalog.series import list_series
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db.paging import Paging
from codex_lib.errors import InvalidError
from codex_lib.events.outbox import CATALOG, event_data, newest_event, read_events
from codex_lib.scanning.purge import purge_library, purge_series
from tests.conftest import MONDAY, TUESDAY, image_bytes


@pytest.fixture
def told(db):
    """Return a function that returns what was told since it was last called."""
    last = [newest_event(db)]

    def new():
        events = read_events(db, last[0], streams=[CATALOG])
        last[0] = newest_event(db)
        return [event_data(event) for event in events]

    return new


@pytest.fixture
def shelf(db, make_cbz, scan, told):
    make_cbz("Saga/1.cbz", seed=1)
    make_cbz("Saga/2.cbz", seed=2)
    make_cbz("Bone/1.cbz", seed=3)
    scan()
    return db


def types(events):
    return [event["type"] for event in events]


def book_named(db, title, series="Saga"):
    found = list_books(db, Paging(), include_deleted=True).data
    return next(b for b in found if (b.title, b.series_name) == (title, series))


def series_named(db, title):
    return next(s for s in list_series(db, Paging()).data if s.title == title)


def test_a_first_scan_tells_of_each_series_before_its_books(shelf, told, library):
    events = told()

    made = [e for e in events if e["type"].endswith("_created")]
    assert sorted(types(made)) == [
        *(["book_created"] * 3),
        *(["series_created"] * 2),
    ]
    known = set()
    for event in made:
        assert event["library_id"] == library.id
        assert event["timestamp"] == MONDAY
        if event["type"] == "series_created":
            known.add(event["series_id"])
        else:
            assert event["series_id"] in known
    books = {e["book_id"] for e in made if e["type"] == "book_created"}
    assert books == {book.id for book in list_books(shelf, Paging()).data}


def test_a_scan_without_changes_tells_nothing(shelf, told, scan):
    told()

    scan(TUESDAY)

    assert told() == []


def test_scans_tell_what_changed_went_and_came_back(shelf, told, scan, root, make_cbz):
    told()
    changed = make_cbz("Saga/1.cbz", seed=9)
    aside = root.parent / "2.cbz"
    shutil.move(root / "Saga/2.cbz", aside)
    first, second = book_named(shelf, "1"), book_named(shelf, "2")

    scan(TUESDAY, allow_missing=True)
    gone = {e["book_id"]: e for e in told() if e["type"] == "book_updated"}
    shutil.move(aside, root / "Saga/2.cbz")
    scan(TUESDAY)
    back = [e for e in told() if e["type"] == "book_updated"]

    assert changed.exists()
    assert "fields" not in gone[first.id]
    assert gone[second.id]["fields"] == ["deleted"]
    assert [(e["book_id"], e["fields"]) for e in back] == [(second.id, ["deleted"])]


def test_a_scan_tells_what_a_series_takes_from_its_books(shelf, told, scan, make_cbz):
    told()
    make_cbz("Saga/1.cbz", seed=1, Publisher="Image", Genre="War")

    scan(TUESDAY)

    (event,) = [e for e in told() if e["type"] == "series_updated"]
    assert event["series_id"] == series_named(shelf, "Saga").id
    assert event["fields"] == ["genres", "publisher"]


def test_a_renamed_folder_tells_of_its_series(shelf, told, scan, root):
    told()
    (root / "Saga").rename(root / "Epic")

    scan(TUESDAY)

    (event,) = [e for e in told() if e["type"] == "series_updated"]
    assert event["fields"] == ["path", "title"]


def test_edits_tell_their_fields(shelf, told):
    book, series = book_named(shelf, "1"), series_named(shelf, "Bone")
    told()

    update_book(shelf, book.id, {"title": "One", "summary": "It begins"}, now=TUESDAY)
    update_series(shelf, series.id, {"genres": ["War"], "year": 1991}, now=TUESDAY)

    of_book, of_series = told()
    assert (of_book["type"], of_book["book_id"]) == ("book_updated", book.id)
    assert of_book["fields"] == ["summary", "title"]
    assert (of_series["type"], of_series["series_id"]) == ("series_updated", series.id)
    assert of_series["fields"] == ["genres", "year"]


def test_a_refused_edit_tells_nothing(shelf, told):
    book = book_named(shelf, "1")
    told()

    with pytest.raises(InvalidError):
        update_book(shelf, book.id, {"number": "many"}, now=TUESDAY)

    assert told() == []


def test_covers_tell_whose_they_are(shelf, told, library):
    book, series = book_named(shelf, "1"), series_named(shelf, "Bone")
    told()

    add_book_cover(shelf, book.id, image_bytes(1), now=TUESDAY)
    add_series_cover(shelf, series.id, image_bytes(2), now=TUESDAY)

    found = [
        (e["type"], e["entity_type"], e["entity_id"], e["library_id"]) for e in told()
    ]
    assert found == [
        ("cover_updated", "book", book.id, library.id),
        ("cover_updated", "series", series.id, library.id),
    ]


def test_a_purge_tells_of_every_book_and_emptied_series(shelf, told, scan, root):
    bone = series_named(shelf, "Bone")
    deleted = book_named(shelf, "1", "Bone")
    shutil.rmtree(root / "Bone")
    scan(TUESDAY, allow_missing=True)
    told()

    purge_library(shelf, deleted.library_id, now=TUESDAY)

    of_book, of_series = told()
    assert (of_book["type"], of_book["book_id"]) == ("book_deleted", deleted.id)
    assert (of_series["type"], of_series["series_id"]) == ("series_deleted", bone.id)


def test_a_purge_of_a_series_tells_how_many_books_went(shelf, told, scan, root):
    (root / "Saga/2.cbz").unlink()
    scan(TUESDAY, allow_missing=True)
    saga = series_named(shelf, "Saga")
    told()

    purge_series(shelf, saga.id, now=TUESDAY)

    events = told()
    assert types(events) == ["book_deleted", "series_bulk_purged"]
    assert (events[1]["series_id"], events[1]["count"]) == (saga.id, 1)


def test_a_series_that_a_scan_leaves_empty_is_told_as_deleted(shelf, told, scan, root):
    bone = series_named(shelf, "Bone")
    (root / "Bone/1.cbz").rename(root / "Saga/3.cbz")
    told()

    scan(TUESDAY)

    (event,) = [e for e in told() if e["type"] == "series_deleted"]
    assert event["series_id"] == bone.id


def test_libraries_tell_of_themselves(db, told, tmp_path):
    folder = tmp_path / "Manga"
    folder.mkdir()

    library = create_library(db, name="Manga", path=folder, now=MONDAY)
    update_library(db, library.id, {"name": "Shelf"}, now=MONDAY)
    delete_library(db, library.id, now=MONDAY)

    events = told()
    assert types(events) == ["library_created", "library_updated", "library_deleted"]
    assert {event["library_id"] for event in events} == {library.id}
