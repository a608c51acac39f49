"""What somebody reads, in lists over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.catalog.books import list_books
from codex_lib.catalog.libraries import create_library
from codex_lib.db.paging import Paging
from codex_lib.reading.progress import mark_book_read, set_progress
from codex_lib.scanning.scan import scan_library

API = "/api/v1"
MONDAY = "2024-01-15T10:30:00.000000Z"
DAYS = [f"2024-01-{day}T10:30:00.000000Z" for day in range(10, 30)]


@pytest.fixture
def ana(make_user):
    return make_user()


@pytest.fixture
def other(db, tmp_path, make_cbz):
    """A second library, with one book."""
    folder = tmp_path / "Other"
    folder.mkdir()
    library = create_library(db, name="Other", path=folder, now=MONDAY)
    make_cbz(folder / "Tintin" / "Tintin 1.cbz", seed=70)
    scan_library(db, library.id, now=MONDAY, threads=1)
    return library


@pytest.fixture
def shelf(db, make_cbz, scan, other, ana):
    """Ana has begun Maus, Tintin 1 and Saga 3, then read Bone 1, Akira unread."""
    for number, title in enumerate(("Bone/Bone 1", "Bone/Bone 2", "Saga/Saga 3")):
        make_cbz(f"{title}.cbz", seed=number)
    make_cbz("Maus/Maus.cbz", seed=8)
    make_cbz("Akira/Akira.cbz", seed=9)
    scan()
    found = {book.title: book.id for book in list_books(db, Paging()).data}
    for day, title in enumerate(("Maus", "Tintin 1", "Saga 3")):
        set_progress(db, found[title], user_id=ana.id, current_page=1, now=DAYS[day])
    mark_book_read(db, found["Bone 1"], user_id=ana.id, now=DAYS[9])


@pytest.fixture
def get(client, shelf, ana, sign):
    """Return a function that gets JSON below the API, as Ana."""

    def ask(path, **query):
        headers = sign(ana)
        answer = client.simulate_get(f"{API}{path}", headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    return ask


def titles(found):
    data = found if isinstance(found, list) else found["data"]
    return [item["title"] for item in data]


LISTS = [
    ("/books/in-progress", ["Saga 3", "Tintin 1", "Maus"], ["Saga 3", "Maus"]),
    ("/books/on-deck", ["Bone 2"], ["Bone 2"]),
    (
        "/books/recently-read",
        ["Bone 1", "Saga 3", "Tintin 1", "Maus"],
        ["Bone 1", "Saga 3", "Maus"],
    ),
    ("/series/in-progress", ["Maus", "Saga", "Tintin"], ["Maus", "Saga"]),
]


@pytest.mark.parametrize(("path", "everywhere", "here"), LISTS)
def test_lists_of_all_libraries_and_of_one(get, library, path, everywhere, here):
    assert titles(get(path)) == everywhere
    assert titles(get(path, library_id=library.id)) == here
    assert titles(get(path, libraryId=library.id)) == here
    assert titles(get(f"/libraries/{library.id}{path}")) == here


@pytest.mark.parametrize(("path", "everywhere", "here"), LISTS)
def test_an_unknown_library_has_nothing(get, path, everywhere, here):
    assert titles(get(path, library_id=uuid4())) == []
    assert titles(get(f"/libraries/{uuid4()}{path}")) == []


@pytest.mark.parametrize("path", ["/books/in-progress", "/books/on-deck"])
def test_some_lists_are_always_in_an_envelope(get, library, path):
    for where in (path, f"/libraries/{library.id}{path}"):
        found = get(where)
        assert found["total"] == len(found["data"]) > 0
        assert (found["page"], found["page_size"]) == (0, 20)


@pytest.mark.parametrize("path", ["/books/recently-read", "/series/in-progress"])
def test_others_are_arrays_until_a_page_is_asked_for(get, library, path):
    for where in (path, f"/libraries/{library.id}{path}"):
        every = get(where)
        assert isinstance(every, list)
        assert get(where, limit=1) == every[:1]
        page = get(where, page=1, page_size=1)
        assert page["data"] == every[1:2]
        assert page["total"] == page["total_pages"] == len(every)


def test_an_array_of_series_is_not_cut_at_the_size_of_a_page(
    make_client, get, ana, sign
):
    client = make_client(api_max_page_size=1)

    path = f"{API}/series/in-progress"
    found = client.simulate_get(path, headers=sign(ana)).json

    assert len(found) == 3


def test_books_in_progress_come_in_pages(get):
    found = get("/books/in-progress", page=1, page_size=2)

    assert titles(found) == ["Maus"]
    assert (found["total"], found["total_pages"]) == (3, 2)


def test_books_have_their_progress_and_series_what_is_unread(get):
    book = get("/books/in-progress")["data"][0]
    assert book["read_progress"]["current_page"] == 1
    assert "currentPage" not in book["read_progress"]

    series = get("/series/in-progress")[0]
    assert series["unread_count"] == 1


@pytest.mark.parametrize(
    "path", ["/books/in-progress", "/books/on-deck", "/books/recently-read"]
)
def test_only_admins_see_folders_of_the_server(
    client, db, get, make_user, sign, root, path
):
    found = get(path)
    data = found if isinstance(found, list) else found["data"]
    assert all("/" not in book["file_path"] for book in data)

    admin = make_user("root", is_admin=True)
    for book in list_books(db, Paging()).data:
        if book.title == "Bone 1":
            mark_book_read(db, book.id, user_id=admin.id, now=MONDAY)
        elif book.title == "Maus":
            set_progress(db, book.id, user_id=admin.id, current_page=1, now=MONDAY)
    shown = client.simulate_get(f"{API}{path}", headers=sign(admin)).json
    data = shown if isinstance(shown, list) else shown["data"]
    assert data
    assert all(book["file_path"].startswith(str(root.parent)) for book in data)


@pytest.mark.parametrize(("path", "everywhere", "here"), LISTS)
def test_who_may_see_them(client, make_user, sign, library, path, everywhere, here):
    noun = path.split("/")[1].capitalize()
    for where in (f"{API}{path}", f"{API}/libraries/{library.id}{path}"):
        for name, permissions, status in (
            (f"yes{len(where)}", [f"{noun}Read"], 200),
            (f"no{len(where)}", ["PagesRead"], 403),
        ):
            headers = sign(make_user(name, permissions=permissions))
            assert client.simulate_get(where, headers=headers).status_code == status
        assert client.simulate_get(where).status_code == 401


@pytest.mark.parametrize(("path", "everywhere", "here"), LISTS)
def test_a_query_that_cannot_be_is_400(client, ana, sign, path, everywhere, here):
    for query in ({"page": -1}, {"library_id": "comics"}, {"page_size": "many"}):
        answer = client.simulate_get(f"{API}{path}", headers=sign(ana), params=query)
        assert answer.status_code == 400
        assert [item["field"] for item in answer.json["details"]] == list(query)
