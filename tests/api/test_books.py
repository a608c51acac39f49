from __future__ import annotations

import dataclasses
import io
from uuid import uuid4

import pytest
from PIL import Image

from codex_lib.api.book_metadata import BookMetadata
from codex_lib.catalog.books import Book, get_book, list_books
from codex_lib.catalog.metadata import METADATA_COLUMNS
from codex_lib.db.paging import Paging

BOOKS = "/api/v1/books"


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


@pytest.fixture
def shelf(make_cbz, scan):
    """Three books of two series; one knows who wrote it."""
    make_cbz("Saga/Saga 1.cbz", seed=1, pages=5, Writer="Ana, Ben", Year=2012)
    make_cbz("Saga/Saga 2.cbz", seed=2, pages=1)
    make_cbz("Maus/Maus 1.cbz", seed=3, pages=3)
    scan()


@pytest.fixture
def find(db, shelf):
    """Return a function that returns the book of a title."""
    return {book.title: book for book in list_books(db, Paging()).data}.get


@pytest.fixture
def titles(client, reader):
    """Return a function that asks for a list and returns its titles."""

    def get(**query):
        answer = client.simulate_get(BOOKS, headers=reader, params=query)
        assert answer.status_code == 200, answer.text
        return [book["title"] for book in answer.json["data"]]

    return get


# List


def test_books_come_by_title_in_an_envelope(client, shelf, reader):
    answer = client.simulate_get(BOOKS, headers=reader)

    found = answer.json
    data = found.pop("data")
    assert [book["title"] for book in data] == ["Maus 1", "Saga 1", "Saga 2"]
    assert data[0].keys() == {field.name for field in dataclasses.fields(Book)}
    assert data[0]["series_name"] == "Maus"
    assert found == {
        "page": 0,
        "page_size": 20,
        "total": 3,
        "total_pages": 1,
    }


def test_books_of_a_series_or_a_library(titles, library, find):
    saga = find("Saga 1").series_id

    assert titles(series_id=saga) == ["Saga 1", "Saga 2"]
    assert titles(series_id=saga, order="desc") == ["Saga 2", "Saga 1"]
    assert len(titles(libraryId=library.id)) == 3
    assert titles(library_id=uuid4()) == titles(series_id=uuid4()) == []


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "page_count,desc"},
        {"sort": "page_count", "order": "desc"},
    ],
)
def test_books_are_sorted_by_either_grammar(titles, shelf, query):
    assert titles(**query) == ["Saga 1", "Maus 1", "Saga 2"]


def test_books_come_in_pages(titles, shelf):
    assert titles(page=1, page_size=2) == ["Saga 2"]
    assert titles(page=2, page_size=50) == []


def test_a_page_is_no_larger_than_the_server_allows(make_client, shelf, reader):
    client = make_client(api_max_page_size=2)

    answer = client.simulate_get(BOOKS, headers=reader, params={"page_size": 1000})

    assert (answer.json["page_size"], len(answer.json["data"])) == (2, 2)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sort": "color"}, "sort"),
        ({"order": "up"}, "order"),
        ({"library_id": "comics"}, "library_id"),
        ({"series_id": "saga"}, "series_id"),
        ({"page": "two"}, "page"),
    ],
)
def test_a_list_that_cannot_be_made_is_told_why(client, reader, query, field):
    answer = client.simulate_get(BOOKS, headers=reader, params=query)

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]


# Show


def test_a_book_is_shown_with_what_its_file_says(client, find, reader):
    book = find("Saga 1")

    answer = client.simulate_get(f"{BOOKS}/{book.id}", headers=reader)

    assert answer.status_code == 200
    shown = answer.json
    assert (shown["id"], shown["title"]) == (book.id, "Saga 1")
    told = shown.pop("metadata")
    assert told["book_id"] == book.id
    assert told["writers"] == ["Ana", "Ben"]
    assert (told["year"], told["summary"], told["tags"]) == (2012, None, [])
    assert shown.pop("book") == shown


def test_a_book_whose_file_says_nothing_has_no_metadata(client, find, reader):
    path = f"{BOOKS}/{find('Saga 2').id}"

    assert client.simulate_get(path, headers=reader).json["metadata"] is None


def test_everything_that_a_file_can_say_is_shown():
    shown = set(BookMetadata.__struct_fields__)

    assert shown == {"book_id", *METADATA_COLUMNS}


def test_a_book_whose_file_is_gone_is_shown_and_not_listed(
    client, db, root, scan, find, titles, reader
):
    book = find("Maus 1")
    (root / "Maus" / "Maus 1.cbz").unlink()
    scan()

    answer = client.simulate_get(f"{BOOKS}/{book.id}", headers=reader)

    assert answer.json["deleted"] is True
    assert titles() == ["Saga 1", "Saga 2"]


def test_only_an_admin_sees_where_a_file_lies(client, root, find, reader, admin):
    book = find("Saga 2")

    def seen(headers):
        shown = client.simulate_get(f"{BOOKS}/{book.id}", headers=headers).json
        listed = client.simulate_get(BOOKS, headers=headers).json["data"][2]
        return {shown["file_path"], shown["book"]["file_path"], listed["file_path"]}

    assert seen(admin) == {str(root / "Saga" / "Saga 2.cbz")}
    assert seen(reader) == {"Saga 2.cbz"}


def test_an_admins_key_without_system_admin_does_not(client, find, admin):
    body = {"name": "script", "permissions": ["BooksRead"]}
    made = client.simulate_post("/api/v1/api-keys", json=body, headers=admin).json
    key = {"X-API-Key": made["key"]}

    shown = client.simulate_get(f"{BOOKS}/{find('Saga 2').id}", headers=key).json

    assert shown["file_path"] == "Saga 2.cbz"


@pytest.mark.parametrize("part", ["", "/thumbnail"])
def test_an_unknown_book_is_not_found(client, reader, part):
    unknown = client.simulate_get(f"{BOOKS}/{uuid4()}{part}", headers=reader)
    no_id = client.simulate_get(f"{BOOKS}/saga{part}", headers=reader)

    assert (unknown.status_code, unknown.json["error"]) == (404, "NotFound")
    assert no_id.status_code == 400


# Cover


@pytest.fixture
def cover(client, find, reader):
    """Return a function that asks for the cover of Saga 1."""

    def get(headers=reader, **query):
        path = f"{BOOKS}/{find('Saga 1').id}/thumbnail"
        return client.simulate_get(path, headers=headers, params=query)

    return get


def test_a_book_shows_its_cover_also_to_the_cookie(cover, reader):
    token = reader["Authorization"].removeprefix("Bearer ")

    for headers in (reader, {"Cookie": f"auth_token={token}"}):
        answer = cover(headers)

        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(answer.content)).size == (60, 90)
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_cover_changes_its_tag_with_the_file(cover, make_cbz, scan, reader):
    old = cover().headers["ETag"]
    make_cbz("Saga/Saga 1.cbz", seed=77)
    scan()

    answer = cover({**reader, "If-None-Match": old})

    assert answer.status_code == 200
    assert answer.headers["ETag"] != old


def test_a_damaged_book_has_no_cover_and_tells_no_folder(
    client, db, root, scan, find, cover, tmp_path
):
    (root / "Saga" / "Saga 1.cbz").write_bytes(b"rubbish")

    answer = cover()

    assert answer.status_code == 404
    assert str(tmp_path) not in answer.text
    assert get_book(db, find("Saga 1").id).page_count == 5


def test_books_take_no_other_verbs(client, find):
    path = f"{BOOKS}/{find('Saga 1').id}"

    for address in (BOOKS, path, f"{path}/thumbnail"):
        assert client.simulate_put(address).status_code == 405
        assert client.simulate_delete(address).status_code == 405


def test_books_have_camel_case_twins_when_switched_on(make_client, find, reader):
    client = make_client(api_response_case="both")

    shown = client.simulate_get(f"{BOOKS}/{find('Saga 1').id}", headers=reader).json

    assert shown["pageCount"] == shown["book"]["pageCount"] == 5
    assert shown["metadata"]["coverArtists"] == []
