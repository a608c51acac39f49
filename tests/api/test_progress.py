"""Reading progress over the API."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest

from codex_lib import clock
from codex_lib.accounts.api_keys import create_api_key
from codex_lib.accounts.users import list_users
from codex_lib.api import progress
from codex_lib.api.openapi import build_openapi
from codex_lib.catalog.books import list_books
from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging
from codex_lib.reading.progress import get_progress

API = "/api/v1"
FIELDS = {
    *("id", "user_id", "book_id", "current_page", "progress_percentage"),
    *("completed", "is_completed", "started_at", "updated_at", "completed_at"),
}


@pytest.fixture
def ana(make_user):
    return make_user()


@pytest.fixture
def reader(ana, sign):
    return sign(ana)


@pytest.fixture
def shelf(make_cbz, scan):
    """Saga of two books with 5 and 3 pages, Maus of one with 2."""
    make_cbz("Saga/Saga 1.cbz", seed=1, pages=5)
    make_cbz("Saga/Saga 2.cbz", seed=2, pages=3)
    make_cbz("Maus/Maus.cbz", seed=3, pages=2)
    scan()


@pytest.fixture
def books(db, shelf):
    """The addresses of the books by title."""
    found = list_books(db, Paging()).data
    return {book.title: f"{API}/books/{book.id}" for book in found}


@pytest.fixture
def saga(db, shelf):
    """The address of the series Saga."""
    found = {series.title: series.id for series in list_series(db, Paging()).data}
    return f"{API}/series/{found['Saga']}"


@pytest.fixture
def put(client, reader, books):
    """Return a function that puts Ana's progress in Saga 1, of five pages."""

    def send(title="Saga 1", **body):
        path = f"{books[title]}/progress"
        return client.simulate_put(path, headers=reader, json=body)

    return send


# One book


def test_progress_is_put_and_got_in_snake_case(make_client, put, books, reader, ana):
    stored = put(current_page=3, progress_percentage=0.5)

    assert stored.status_code == 200
    assert stored.json.keys() == FIELDS
    assert stored.json["user_id"] == ana.id
    assert (stored.json["current_page"], stored.json["completed"]) == (3, False)
    client = make_client(api_response_case="both")
    got = client.simulate_get(f"{books['Saga 1']}/progress", headers=reader)
    assert got.json == stored.json


@pytest.mark.parametrize(
    ("body", "completed"),
    [
        ({}, False),
        ({"completed": True}, True),
        ({"is_completed": True}, True),
        ({"isCompleted": True}, True),
        ({"is_completed": True, "completed": False}, True),
        ({"is_completed": False, "completed": True}, False),
        ({"is_completed": None, "completed": True}, True),
    ],
)
def test_a_book_is_completed_by_either_name(put, body, completed):
    answer = put(currentPage=5, **body)

    assert answer.json["completed"] is answer.json["is_completed"] is completed
    assert (answer.json["completed_at"] is not None) is completed


def test_a_percentage_may_be_sent_in_either_spelling(put):
    answer = put(currentPage=0, progressPercentage=1)

    assert answer.json["progress_percentage"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "current_page"),
        ({"current_page": -1}, "current_page"),
        ({"current_page": 6}, "current_page"),
        ({"current_page": "2"}, "current_page"),
        ({"current_page": 2**63}, "current_page"),
        ({"current_page": 1, "progress_percentage": 1.5}, "progress_percentage"),
        ({"current_page": 1, "is_completed": 1}, "is_completed"),
    ],
)
def test_a_position_that_cannot_be_is_400(client, put, books, reader, body, field):
    answer = put(**body)

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]
    path = f"{books['Saga 1']}/progress"
    assert client.simulate_get(path, headers=reader).status_code == 404


def test_progress_is_deleted_also_when_there_is_none(client, put, books, reader):
    put(current_page=3)
    path = f"{books['Saga 1']}/progress"

    for _ in range(2):
        answer = client.simulate_delete(path, headers=reader)
        assert (answer.status_code, answer.text) == (204, "")
    assert client.simulate_get(path, headers=reader).status_code == 404


def test_a_book_is_marked_read_and_unread(client, books, reader):
    path = books["Saga 1"]

    marked = client.simulate_post(f"{path}/read", headers=reader)
    shown = client.simulate_get(path, headers=reader).json["read_progress"]
    unmarked = client.simulate_post(f"{path}/unread", headers=reader)

    assert marked.status_code == 200
    assert (marked.json["completed"], marked.json["current_page"]) == (True, 5)
    assert shown == marked.json
    assert (unmarked.status_code, unmarked.text) == (204, "")
    assert client.simulate_get(path, headers=reader).json["read_progress"] is None
    assert client.simulate_post(f"{path}/unread", headers=reader).status_code == 204


def test_a_deleted_book_still_has_progress(client, put, books, reader, root, scan):
    put(current_page=1)
    (root / "Saga" / "Saga 1.cbz").unlink()
    scan()

    assert put(current_page=2).status_code == 200
    path = f"{books['Saga 1']}/progress"
    assert client.simulate_get(path, headers=reader).json["current_page"] == 2


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "books/{id}/progress"),
        ("PUT", "books/{id}/progress"),
        ("DELETE", "books/{id}/progress"),
        ("POST", "books/{id}/read"),
        ("POST", "books/{id}/unread"),
        ("POST", "series/{id}/read"),
        ("POST", "series/{id}/unread"),
    ],
)
def test_what_is_not_there_is_404_and_what_is_no_id_400(
    client, reader, shelf, verb, path
):
    for id_, status in ((uuid4(), 404), ("saga", 400)):
        answer = client.simulate_request(
            verb,
            f"{API}/{path.format(id=id_)}",
            headers=reader,
            json={"current_page": 1} if verb == "PUT" else None,
        )
        assert answer.status_code == status


# A series


def test_a_series_is_marked_read_and_unread(client, put, books, saga, reader):
    put(current_page=1)

    marked = client.simulate_post(f"{saga}/read", headers=reader)
    shown = client.simulate_get(saga, headers=reader).json
    unmarked = client.simulate_post(f"{saga}/unread", headers=reader)
    again = client.simulate_post(f"{saga}/unread", headers=reader)

    assert marked.status_code == unmarked.status_code == 200
    assert marked.json == {"count": 2, "message": "Marked 2 books as read"}
    assert shown["unread_count"] == 0
    assert unmarked.json == {"count": 2, "message": "Marked 2 books as unread"}
    assert again.json["count"] == 0
    assert client.simulate_get(saga, headers=reader).json["unread_count"] == 2


def test_one_book_is_told_in_the_singular():
    assert (progress.told(1), progress.told(0)) == ("1 book", "0 books")


# Lists


def test_all_progress_is_listed_latest_first(client, put, reader, make_user, sign):
    put("Maus", current_page=1)
    put("Saga 2", current_page=0)
    last = put("Saga 1", current_page=5, completed=True).json

    found = client.simulate_get(f"{API}/progress", headers=reader).json
    pages = {"page": 1, "pageSize": 2}
    page = client.simulate_get(f"{API}/progress", headers=reader, params=pages).json
    current = client.simulate_get(
        f"{API}/progress/currently-reading", headers=reader
    ).json

    assert found.keys() == {"progress", "total"}
    assert found["progress"][0] == last
    assert len(found["progress"]) == found["total"] == 3
    assert page == {"progress": found["progress"][2:], "total": 3}
    assert current == {"progress": found["progress"][2:], "total": 1}
    other = sign(make_user("ben"))
    nothing = client.simulate_get(f"{API}/progress", headers=other).json
    assert nothing == {"progress": [], "total": 0}


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 3), ({"limit": 2}, 2), ({"page": 1, "page_size": 2}, 1), ({"limit": 0}, 3)],
)
def test_as_much_of_what_is_read_as_is_asked_for(client, put, reader, query, count):
    for title in ("Maus", "Saga 1", "Saga 2"):
        put(title, current_page=1)

    found = client.simulate_get(
        f"{API}/progress/currently-reading", headers=reader, params=query
    ).json

    assert (len(found["progress"]), found["total"]) == (count, 3)


# Who may

WRITES = [
    ("PUT", "book", "/progress", 200),
    ("DELETE", "book", "/progress", 204),
    ("POST", "book", "/read", 200),
    ("POST", "book", "/unread", 204),
    ("POST", "series", "/read", 200),
    ("POST", "series", "/unread", 200),
]
READS = [
    ("GET", "book", "/progress"),
    ("GET", "", "/progress"),
    ("GET", "", "/progress/currently-reading"),
]


@pytest.fixture
def ask(client, books, saga):
    """Return a function that sends a request about Saga 1 and returns the status."""

    def send(headers, verb, noun, path):
        start = {"book": books["Saga 1"], "series": saga, "": API}[noun]
        body = {"current_page": 1} if verb == "PUT" else None
        answer = client.simulate_request(
            verb, f"{start}{path}", headers=headers, json=body
        )
        return answer.status_code

    return send


@pytest.fixture
def credential(db, make_user, sign, password):
    """Return a function that makes headers of a kind, with these permissions."""

    def make(kind, permissions):
        if kind == "key":
            user = make_user("kim", is_admin=True)
            fields = {"name": "key", "permissions": permissions}
            _, text = create_api_key(db, user, now=clock.now(), **fields)
            return {"X-API-Key": text}
        user = make_user("kim", permissions=permissions)
        if kind == "token":
            return sign(user)
        text = base64.b64encode(f"kim:{password}".encode()).decode()
        return {"Authorization": f"Basic {text}"}

    return make


@pytest.mark.parametrize(("verb", "noun", "path", "status"), WRITES)
@pytest.mark.parametrize(
    ("kind", "permissions", "may"),
    [
        ("token", ["BooksRead"], True),
        ("token", ["BooksWrite"], False),
        ("basic", ["BooksRead"], True),
        ("basic", ["PagesRead"], False),
        ("key", ["BooksWrite"], True),
        ("key", ["BooksRead"], False),
    ],
)
def test_a_person_who_reads_and_a_key_that_writes_may_change_progress(
    ask, credential, verb, noun, path, status, kind, permissions, may
):
    headers = credential(kind, permissions)

    assert ask(headers, verb, noun, path) == (status if may else 403)


@pytest.mark.parametrize(("verb", "noun", "path"), READS)
@pytest.mark.parametrize(
    ("kind", "permissions", "may"),
    [
        ("token", ["BooksRead"], True),
        ("token", ["BooksWrite"], False),
        ("key", ["BooksRead"], True),
        ("key", ["BooksWrite"], False),
    ],
)
def test_whoever_may_read_books_is_told_their_progress(
    ask, credential, verb, noun, path, kind, permissions, may
):
    headers = credential(kind, permissions)

    assert (ask(headers, verb, noun, path) != 403) is may


@pytest.mark.parametrize(
    ("verb", "noun", "path"), [*READS, *(write[:3] for write in WRITES)]
)
def test_nobody_else_has_progress(ask, verb, noun, path):
    assert ask({}, verb, noun, path) == 401


def test_the_rights_come_before_what_is_there(client, make_user, sign):
    headers = sign(make_user("kim", permissions=[]))

    answer = client.simulate_post(f"{API}/books/{uuid4()}/read", headers=headers)

    assert answer.status_code == 403


def test_a_key_changes_the_progress_of_its_owner(db, ask, credential, books):
    headers = credential("key", ["BooksWrite"])
    ask(headers, "PUT", "book", "/progress")

    (kim,) = list_users(db)
    book = books["Saga 1"].rpartition("/")[2]
    assert get_progress(db, book, user_id=kim.id).current_page == 1


def test_the_description_says_what_a_key_needs(config):
    paths = build_openapi(config)["paths"]

    put = paths[f"{API}/books/{{book_id}}/progress"]["put"]
    get = paths[f"{API}/books/{{book_id}}/progress"]["get"]
    assert put["description"].endswith(
        "Permission: BooksRead; of an API key: BooksWrite."
    )
    assert get["description"].endswith("Permission: BooksRead.")
