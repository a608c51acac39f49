from __future__ import annotations

import io
from uuid import uuid4

import pytest
from PIL import Image

from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
SERIES = "/api/v1/series"


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def shelf(make_cbz, scan):
    """Three series with 1, 2 and 3 books."""
    for number, name in enumerate(["Maus", "Asterix", "Zorro"], 1):
        for book in range(1, number + 1):
            make_cbz(f"{name}/{name} {book}.cbz", seed=10 * number + book)
    scan()


@pytest.fixture
def titles(client, reader):
    """Return a function that asks for a list and returns its titles."""

    def get(**query):
        answer = client.simulate_get(SERIES, headers=reader, params=query)
        assert answer.status_code == 200, answer.text
        return [series["title"] for series in answer.json["data"]]

    return get


def test_series_come_by_name_in_an_envelope(client, db, shelf, reader):
    answer = client.simulate_get(SERIES, headers=reader)

    assert answer.status_code == 200
    found = answer.json
    data = found.pop("data")
    assert [series["title"] for series in data] == ["Asterix", "Maus", "Zorro"]
    assert data[0]["name"] == "Asterix"
    assert data[0]["book_count"] == 2
    assert data[0]["path"] == "Asterix"
    assert found == {
        "page": 0,
        "page_size": 20,
        "total": 3,
        "total_pages": 1,
    }


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "book_count,desc"},
        {"sort": "book_count", "order": "desc"},
        {"sort": "book_count,desc", "order": "asc"},
    ],
)
def test_series_are_sorted_by_either_grammar(titles, shelf, query):
    assert titles(**query) == ["Zorro", "Asterix", "Maus"]


def test_series_come_in_pages(titles, shelf):
    assert titles(page=1, page_size=2) == ["Zorro"]
    assert titles(page=9) == []


def test_series_of_one_library(client, db, tmp_path, library, shelf, titles, make_cbz):
    other = tmp_path / "Other"
    make_cbz(other / "Tintin" / "Tintin 1.cbz", seed=99)
    made = create_library(db, name="Other", path=other, now=MONDAY)
    scan_library(db, made.id, now=MONDAY, threads=1)

    assert titles(library_id=made.id) == ["Tintin"]
    assert titles(libraryId=library.id.upper()) == ["Asterix", "Maus", "Zorro"]
    assert titles(library_id=uuid4()) == []
    assert len(titles()) == 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sort": "color"}, "sort"),
        ({"sort": "name,up"}, "order"),
        ({"order": "up"}, "order"),
        ({"library_id": "comics"}, "library_id"),
        ({"page": -1}, "page"),
        ({"page_size": "many"}, "page_size"),
    ],
)
def test_a_list_that_cannot_be_made_is_told_why(client, reader, query, field):
    answer = client.simulate_get(SERIES, headers=reader, params=query)

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]


@pytest.fixture
def path(db, shelf):
    """The address of a series that is there."""
    return f"{SERIES}/{list_series(db, Paging()).data[0].id}"


def test_a_series_is_shown(client, library, path, reader):
    answer = client.simulate_get(path, headers=reader)

    assert answer.status_code == 200
    assert answer.json["title"] == "Asterix"
    assert answer.json["library_id"] == library.id
    assert answer.json["reading_direction"] == "ltr"
    assert answer.json["genres"] == []


@pytest.mark.parametrize("part", ["", "/thumbnail"])
def test_an_unknown_series_is_not_found(client, reader, part):
    path = f"{SERIES}/{uuid4()}{part}"

    assert client.simulate_get(path, headers=reader).status_code == 404
    no_id = client.simulate_get(f"{SERIES}/saga{part}", headers=reader)
    assert no_id.status_code == 400


def test_a_series_shows_its_cover_also_to_the_cookie(client, path, reader):
    token = reader["Authorization"].removeprefix("Bearer ")
    cookie = {"Cookie": f"auth_token={token}"}

    for headers in (reader, cookie):
        answer = client.simulate_get(f"{path}/thumbnail", headers=headers)

        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(answer.content)).size == (60, 90)


def test_without_series_read_there_is_no_cover(client, make_user, sign, path):
    headers = sign(make_user("ben", permissions=["BooksRead", "LibrariesRead"]))

    answer = client.simulate_get(f"{path}/thumbnail", headers=headers)

    assert answer.status_code == 403


def test_series_take_no_other_verbs(client, path):
    for address in (SERIES, path, f"{path}/thumbnail"):
        assert client.simulate_put(address).status_code == 405
        assert client.simulate_delete(address).status_code == 405


def test_series_have_camel_case_twins_when_switched_on(make_client, path, reader):
    client = make_client(api_response_case="both")

    answer = client.simulate_get(SERIES, headers=reader).json

    assert answer["totalPages"] == answer["total_pages"] == 1
    assert answer["data"][0]["bookCount"] == 2
