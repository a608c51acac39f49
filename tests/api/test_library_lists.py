"""Lists of one library, of one series, of what came last and of what is bad."""

from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.catalog.libraries import create_library
from codex_lib.db import rows, write
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
WEDNESDAY = "2024-01-17T10:30:00.000000Z"
API = "/api/v1"


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def other(db, tmp_path):
    """A second library, with one series of one book that came last."""
    folder = tmp_path / "Other"
    folder.mkdir()
    return create_library(db, name="Other", path=folder, now=MONDAY)


@pytest.fixture
def shelf(db, make_cbz, scan, other, tmp_path, root):
    """Bone of 3 books (one bad) and Akira of 1 on two days, Tintin elsewhere later."""
    make_cbz("Bone/Bone 2.cbz", seed=2)
    make_cbz("Bone/Bone 10.cbz", seed=3)
    scan(now=MONDAY)
    make_cbz("Akira/Akira 1.cbz", seed=4)
    (root / "Bone" / "Bone 11.cbz").write_bytes(b"PK\x03\x04 and nothing")
    scan(now=TUESDAY)
    make_cbz(tmp_path / "Other" / "Tintin" / "Tintin 1.cbz", seed=5)
    (tmp_path / "Other" / "Tintin" / "Tintin 2.cbz").write_bytes(b"nothing")
    scan_library(db, other.id, now=WEDNESDAY, threads=1)


@pytest.fixture
def get(client, shelf, reader):
    """Return a function that gets JSON below the API."""

    def ask(path, **query):
        answer = client.simulate_get(f"{API}{path}", headers=reader, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    return ask


@pytest.fixture
def series_id(db, shelf):
    """The id of Bone."""
    return rows(db, "SELECT uuid FROM series WHERE title = 'Bone'")[0]["uuid"]


def titles(found):
    items = found["data"] if isinstance(found, dict) else found
    return [item["title"] for item in items]


# Series


def test_the_series_of_a_library_come_by_name_in_an_envelope(get, library):
    found = get(f"/libraries/{library.id}/series")

    assert titles(found) == ["Akira", "Bone"]
    assert (found["total"], found["page_size"]) == (2, 20)
    assert found["data"][0]["unread_count"] == 1
    assert titles(get(f"/libraries/{library.id}/series", sort="book_count,desc")) == [
        "Bone",
        "Akira",
    ]


def test_series_that_came_last_come_first_as_an_array(get, library):
    assert titles(get("/series/recently-added")) == ["Tintin", "Akira", "Bone"]
    assert titles(get("/series/recently-added", limit=1)) == ["Tintin"]
    assert titles(get("/series/recently-added", library_id=library.id)) == [
        "Akira",
        "Bone",
    ]
    assert titles(get(f"/libraries/{library.id}/series/recently-added")) == [
        "Akira",
        "Bone",
    ]


def test_series_that_changed_last_come_first(get, db, library, series_id):
    with write(db):
        sql = "UPDATE series SET updated_at = ? WHERE uuid = ?"
        rows(db, sql, ["2025-01-01T00:00:00Z", series_id])

    assert titles(get("/series/recently-updated")) == ["Bone", "Tintin", "Akira"]
    path = f"/libraries/{library.id}/series/recently-updated"
    assert titles(get(path)) == ["Bone", "Akira"]


def test_a_page_of_recent_series_is_an_envelope(get, library):
    found = get("/series/recently-added", page=1, page_size=2)

    assert titles(found) == ["Bone"]
    assert (found["total"], found["total_pages"]) == (3, 2)


@pytest.mark.parametrize("limit", ["0", "1000"])
def test_recent_series_are_at_most_a_hundred(get, db, library, limit):
    for number in range(110):
        values = [str(uuid4()), library.id, f"={number}", str(number), MONDAY, MONDAY]
        rows(db, _INSERT, values)

    assert (
        len(get("/series/recently-added", limit=limit)) == {"0": 50, "1000": 100}[limit]
    )


_INSERT = """
    INSERT INTO series (
        uuid, library_id, place, title, sort_key, created_at, updated_at, book_count
    ) VALUES (?1, (SELECT id FROM libraries WHERE uuid = ?2), ?3, ?4, ?4, ?5, ?6, 1)
"""


# Books


def test_the_books_of_a_library_come_by_title(get, library):
    found = get(f"/libraries/{library.id}/books")

    assert titles(found) == ["Akira 1", "Bone 2", "Bone 10", "Bone 11"]
    assert found["data"][0]["file_path"] == "Akira 1.cbz"
    path = f"/libraries/{library.id}/books"
    assert titles(get(path, sort="title", order="desc", page_size=1)) == ["Bone 11"]


def test_books_that_came_last_come_first(get, library):
    found = get("/books/recently-added", page_size=3)

    assert set(titles(found)[:2]) == {"Tintin 1", "Tintin 2"}
    assert (found["total"], found["total_pages"]) == (6, 2)
    assert get("/books/recently-added", library_id=library.id)["total"] == 4
    inside = get(f"/libraries/{library.id}/books/recently-added")
    assert set(titles(inside)[:2]) == {"Akira 1", "Bone 11"}


def test_books_with_a_bad_file_are_listed(get, library, series_id, other):
    assert titles(get("/books/with-errors")) == ["Tintin 2", "Bone 11"]
    assert titles(get("/books/with-errors", library_id=other.id)) == ["Tintin 2"]
    assert titles(get("/books/with-errors", series_id=series_id)) == ["Bone 11"]
    assert titles(get(f"/libraries/{other.id}/books/with-errors")) == ["Tintin 2"]
    (bad,) = get(f"/series/{series_id}/books/with-errors")["data"]
    assert bad["title"] == "Bone 11"
    assert bad["analysis_error"]


@pytest.mark.parametrize(
    "path",
    [
        *("series", "books", "books/recently-added", "books/with-errors"),
        *("series/recently-added", "series/recently-updated"),
    ],
)
def test_a_library_that_is_not_there_has_nothing(get, path):
    assert titles(get(f"/libraries/{uuid4()}/{path}")) == []


def test_the_books_of_a_series_come_in_reading_order_as_an_array(get, db, series_id):
    assert titles(get(f"/series/{series_id}/books")) == ["Bone 2", "Bone 10", "Bone 11"]
    assert titles(get(f"/series/{series_id}/books", limit=1)) == ["Bone 2"]
    page = get(f"/series/{series_id}/books", page=1, pageSize=2)
    assert (titles(page), page["total"]) == (["Bone 11"], 3)


def test_deleted_books_of_a_series_come_when_asked_for(get, root, scan, series_id):
    (root / "Bone" / "Bone 2.cbz").unlink()
    scan(now=WEDNESDAY, allow_missing=True)

    assert titles(get(f"/series/{series_id}/books")) == ["Bone 10", "Bone 11"]
    found = get(f"/series/{series_id}/books", include_deleted="true")
    assert {book["title"]: book["deleted"] for book in found} == {
        "Bone 2": True,
        "Bone 10": False,
        "Bone 11": False,
    }


def test_the_neighbors_of_a_book_are_shown(get, series_id):
    first, second, third = get(f"/series/{series_id}/books")

    assert get(f"/books/{first['id']}/adjacent") == {"prev": None, "next": second}
    assert get(f"/books/{second['id']}/adjacent") == {"prev": first, "next": third}
    assert get(f"/books/{third['id']}/adjacent") == {"prev": second, "next": None}


def test_only_an_admin_sees_where_files_are(client, make_user, sign, root, series_id):
    admin = sign(make_user("root", is_admin=True))
    path = f"{API}/series/{series_id}/books"

    first, second, _ = client.simulate_get(path, headers=admin).json
    shown = client.simulate_get(f"{API}/books/{first['id']}/adjacent", headers=admin)

    assert first["file_path"] == str(root / "Bone" / "Bone 2.cbz")
    assert shown.json["next"]["file_path"] == second["file_path"]


@pytest.mark.parametrize("path", ["/series/{}/books", "/books/{}/adjacent"])
def test_what_is_not_there_is_not_found(client, reader, path):
    known = client.simulate_get(API + path.format(uuid4()), headers=reader)
    no_id = client.simulate_get(API + path.format("bone"), headers=reader)

    assert (known.status_code, no_id.status_code) == (404, 400)


@pytest.mark.parametrize(
    "path",
    [
        "/series/recently-added?limit=-1",
        "/series/recently-updated?library_id=x",
        "/books/with-errors?series_id=x",
        "/books/recently-added?page=x",
    ],
)
def test_a_bad_query_is_told(client, reader, path):
    assert client.simulate_get(f"{API}{path}", headers=reader).status_code == 400
