"""POST lists, searches and the filters of GET /series, on a scanned library."""

from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.catalog.books import list_books
from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.series import list_series
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.reading.progress import mark_book_read
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
API = "/api/v1"
POSTS = ("/series/list", "/books/list", "/series/search")
LISTS = POSTS[:2]


@pytest.fixture
def ana(make_user):
    return make_user()


@pytest.fixture
def reader(ana, sign):
    return sign(ana)


@pytest.fixture
def shelf(db, library, root, make_cbz, scan):
    """Three series of five books; one book is damaged, one is gone."""
    make_cbz(
        "Akira/Akira 1.cbz", seed=1, Genre="Action, Noir", Year=1984, Publisher="K"
    )
    make_cbz("Akira/Akira 2.cbz", seed=2, pages=1)
    make_cbz("Bone/Bone 1.cbz", seed=3, Genre="Action", Tags="epic", Month=7, Year=1991)
    make_cbz("Bone/Bone 2.cbz", seed=4)
    make_cbz("Été/Été 1.cbz").write_bytes(b"rubbish")
    scan()
    (root / "Bone" / "Bone 2.cbz").unlink()
    scan(allow_missing=True)
    akira = list_series(db, Paging()).data[0]
    update_series(db, akira.id, {"status": "ended"}, now=MONDAY)
    return library


@pytest.fixture
def post(client, reader):
    """Return a function that posts a body and returns the answer."""

    def post(path, body, headers=reader):
        return client.simulate_post(f"{API}{path}", json=body, headers=headers)

    return post


@pytest.fixture
def listed(post):
    """Return a function that posts a body and returns the titles of its page."""

    def listed(path, **body):
        answer = post(path, body)
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json["data"]]

    return listed


def a_test(field, operator, value=None):
    return {field: {"operator": operator} | ({} if value is None else {"value": value})}


NOIR = a_test("genre", "is", "Noir")
ACTION = a_test("genre", "is", "action")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, ["Akira", "Bone", "Été"]),
        ({"allOf": []}, ["Akira", "Bone", "Été"]),
        ({"anyOf": []}, []),
        (NOIR, ["Akira"]),
        ({"allOf": [ACTION, a_test("tag", "isNull")]}, ["Akira"]),
        ({"any_of": [NOIR, a_test("tag", "is_not_null")]}, ["Akira", "Bone"]),
        (a_test("name", "beginsWith", "ETE"), ["Été"]),
        (a_test("status", "isNot", "ended"), ["Bone", "Été"]),
        (a_test("readStatus", "is", "unread"), ["Akira", "Bone", "Été"]),
    ],
)
def test_series_that_fulfil_a_filter(listed, shelf, condition, expected):
    assert listed("/series/list", condition=condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, ["Akira 1", "Akira 2", "Bone 1", "Été 1"]),
        (NOIR, ["Akira 1", "Akira 2"]),
        (a_test("hasError", "isTrue"), ["Été 1"]),
        (a_test("has_error", "is", value=False), ["Akira 1", "Akira 2", "Bone 1"]),
        (a_test("title", "endsWith", "1"), ["Akira 1", "Bone 1", "Été 1"]),
        ({"allOf": [ACTION, a_test("title", "contains", "1")]}, ["Akira 1", "Bone 1"]),
    ],
)
def test_books_that_fulfil_a_filter(listed, shelf, condition, expected):
    assert listed("/books/list", condition=condition) == expected


def test_an_answer_is_a_page_with_whole_items(client, post, shelf, reader):
    for path in ("/series", "/books"):
        whole = client.simulate_get(f"{API}{path}", headers=reader).json
        assert post(f"{path}/list", {}).json == whole
        assert whole["total"] == len(whole["data"]) > 0


@pytest.mark.parametrize("name", ["fullTextSearch", "full_text_search", "search"])
def test_a_text_is_looked_for_by_any_of_its_names(listed, shelf, name):
    assert listed("/series/list", **{name: "ete"}) == ["Été"]
    assert listed("/books/list", **{name: "kira 2"}) == ["Akira 2"]


def test_a_text_and_a_filter_have_to_hold_both(listed, shelf):
    books = {"search": "1", "condition": ACTION}
    assert listed("/books/list", **books) == ["Akira 1", "Bone 1"]
    assert listed("/books/list", **books, sort="title,desc") == ["Bone 1", "Akira 1"]
    assert listed("/series/list", search="bone", condition=NOIR) == []


@pytest.mark.parametrize(
    "body",
    [
        {"sort": "page_count,desc"},
        {"sort": "page_count", "order": "DESC"},
        {"sort": "page_count,desc", "order": "asc"},
    ],
)
def test_lists_are_sorted_by_either_grammar(listed, shelf, body):
    assert listed("/series/list", **body) == ["Akira", "Bone", "Été"]
    assert listed("/books/list", **body)[-1] == "Été 1"


def test_what_has_no_date_is_last_in_both_directions(listed, shelf):
    def dates(order):
        return listed("/books/list", sort="release_date", order=order)

    assert dates("asc")[:2] == ["Akira 1", "Bone 1"]
    assert dates("desc")[:2] == ["Bone 1", "Akira 1"]
    assert set(dates("asc")[2:]) == set(dates("desc")[2:]) == {"Akira 2", "Été 1"}


@pytest.mark.parametrize("size", ["page_size", "pageSize"])
def test_page_and_size_stand_in_the_body(post, shelf, size):
    found = post("/books/list", {"page": 1, size: 3}).json

    assert [book["title"] for book in found["data"]] == ["Été 1"]
    counts = {k: found[k] for k in ("page", "page_size", "total", "total_pages")}
    assert counts == {"page": 1, "page_size": 3, "total": 4, "total_pages": 2}


@pytest.mark.parametrize(("size", "used"), [(0, 20), (10**9, 100), (100, 100)])
def test_a_page_keeps_its_limits(post, shelf, size, used):
    for path in LISTS:
        assert post(path, {"page_size": size}).json["page_size"] == used
        assert post(path, {"page": 99}).json["data"] == []


def test_the_servers_largest_page_holds_in_a_body_too(make_client, shelf, reader):
    client = make_client(api_max_page_size=2)

    for path in LISTS:
        body = {"page_size": 50}
        answer = client.simulate_post(f"{API}{path}", json=body, headers=reader)
        assert len(answer.json["data"]) == answer.json["page_size"] == 2
    answer = client.simulate_post(
        f"{API}/series/search", json={"query": "a", "limit": 9}, headers=reader
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["include_deleted", "includeDeleted"])
def test_books_that_are_gone_come_when_asked_for(listed, shelf, name):
    bones = a_test("title", "contains", "bone")

    assert listed("/books/list", condition=bones) == ["Bone 1"]
    assert listed("/books/list", condition=bones, **{name: True}) == [
        "Bone 1",
        "Bone 2",
    ]


def test_a_read_status_is_that_of_who_asks(db, ana, make_user, sign, shelf, post):
    book = list_books(db, Paging()).data[2]
    mark_book_read(db, book.id, user_id=ana.id, now=MONDAY)
    ben = sign(make_user("ben"))
    is_read = {"condition": a_test("readStatus", "is", "read")}

    for path, title in (("/books/list", "Bone 1"), ("/series/list", "Bone")):
        (found,) = post(path, is_read).json["data"]
        assert found["title"] == title
        assert post(path, is_read, headers=ben).json["total"] == 0
    assert post("/books/list", is_read).json["data"][0]["read_progress"]["completed"]
    assert post("/series/list", is_read).json["data"][0]["unread_count"] == 0


@pytest.fixture
def other(db, tmp_path, make_cbz, shelf):
    """Another library with one book."""
    folder = tmp_path / "Other"
    make_cbz(folder / "Akira Club" / "Akira Club 1.cbz", seed=99)
    made = create_library(db, name="Other", path=folder, now=MONDAY)
    scan_library(db, made.id, now=MONDAY, threads=1)
    return made


def test_lists_are_kept_to_a_library(listed, shelf, other):
    there = a_test("libraryId", "is", other.id)
    here = a_test("library_id", "isNot", other.id.upper())

    assert listed("/series/list", condition=there) == ["Akira Club"]
    assert listed("/books/list", condition=there) == ["Akira Club 1"]
    assert listed("/series/list", condition=here, search="akira") == ["Akira"]
    assert (
        listed("/series/list", condition=a_test("libraryId", "is", str(uuid4()))) == []
    )


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/series/list", {"condition": {}}, "condition"),
        ("/series/list", {"condition": {"color": {}}}, "condition"),
        (
            "/series/list",
            {"condition": {"allOf": [NOIR, a_test("genre", "isOdd", "x")]}},
            "condition.allOf[1].genre.operator",
        ),
        ("/books/list", {"condition": {"anyOf": NOIR}}, "condition.anyOf"),
        ("/books/list", {"condition": a_test("status", "is", "ended")}, "condition"),
        (
            "/books/list",
            {"condition": a_test("read_status", "is", "lost")},
            "condition.read_status.value",
        ),
        ("/series/list", {"condition": []}, "condition"),
        ("/series/list", {"search": 7}, "full_text_search"),
        *((path, {"sort": "color"}, "sort") for path in LISTS),
        *((path, {"sort": "title,up"}, "order") for path in LISTS),
        *((path, {"page": -1}, "page") for path in LISTS),
        *((path, {"pageSize": "many"}, "page_size") for path in LISTS),
        ("/books/list", {"includeDeleted": "yes"}, "include_deleted"),
        ("/series/search", {}, "query"),
        ("/series/search", {"query": 7}, "query"),
        ("/series/search", {"query": "a", "libraryId": "x"}, "library_id"),
        ("/series/search", {"query": "a", "limit": -1}, "limit"),
    ],
)
def test_a_list_that_cannot_be_made_is_told_why(post, shelf, path, body, field):
    answer = post(path, body)

    assert answer.status_code == 400
    assert answer.json["error"] == "BadRequest"
    assert [item["field"] for item in answer.json["details"]] == [field]


def test_an_unknown_sort_names_those_there_are(post, shelf):
    reasons = [
        post(path, {"sort": "color"}).json["details"][0]["reason"] for path in LISTS
    ]

    assert "date_read" in reasons[0]
    assert "release_date" in reasons[1]


@pytest.mark.parametrize("path", POSTS)
def test_lists_are_for_those_who_may_read(client, make_user, sign, path):
    body = {"query": "a"} if path == "/series/search" else {}
    stranger = sign(make_user("zoe", permissions=[]))

    for headers, status in ((None, 401), (stranger, 403)):
        answer = client.simulate_post(f"{API}{path}", json=body, headers=headers)
        assert answer.status_code == status


def test_files_are_named_without_their_folder(post, make_user, sign, shelf):
    root = sign(make_user("root", is_admin=True))

    (book,) = post("/books/list", {"search": "akira 1"}).json["data"]
    (whole,) = post("/books/list", {"search": "akira 1"}, headers=root).json["data"]

    assert book["file_path"] == "Akira 1.cbz"
    assert whole["file_path"].endswith("/Akira/Akira 1.cbz")


# POST /series/search


def test_a_search_answers_with_a_bare_array_best_first(post, shelf, other):
    found = post("/series/search", {"query": "akira"}).json

    assert [series["title"] for series in found] == ["Akira", "Akira Club"]
    assert found[0]["unread_count"] == 2


@pytest.mark.parametrize("name", ["library_id", "libraryId"])
def test_a_search_can_be_kept_to_a_library(post, other, name):
    found = post("/series/search", {"query": "akira", name: other.id}).json

    assert [series["title"] for series in found] == ["Akira Club"]


def test_a_search_can_be_limited(post, other):
    for limit, count in ((1, 1), (0, 2), (50, 2)):
        body = {"query": "akira", "limit": limit}
        assert len(post("/series/search", body).json) == count


@pytest.mark.parametrize("query", ["", "  ", "nowhere", '"AND" *'])
def test_a_search_that_finds_nothing_is_no_error(post, shelf, query):
    answer = post("/series/search", {"query": query})

    assert (answer.status_code, answer.json) == (200, [])


# GET /series


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"genres": "Action"}, ["Akira", "Bone"]),
        ({"genres": "ACTION,noir"}, ["Akira"]),
        ({"genres": "Action", "tags": "epic"}, ["Bone"]),
        ({"tags": "nothing"}, []),
        ({"status": "ended"}, ["Akira"]),
        ({"publisher": "K"}, ["Akira"]),
        ({"year": 1991}, ["Bone"]),
        ({"year": 1991, "genres": "Noir"}, []),
        ({"genres": "Action", "sort": "year,desc"}, ["Bone", "Akira"]),
        ({"sort": "year"}, ["Akira", "Bone", "Été"]),
        ({"sort": "year,desc"}, ["Bone", "Akira", "Été"]),
    ],
)
def test_series_can_be_filtered_by_the_address(client, reader, shelf, query, expected):
    answer = client.simulate_get(f"{API}/series", params=query, headers=reader)

    assert answer.status_code == 200, answer.text
    assert [series["title"] for series in answer.json["data"]] == expected
    assert answer.json["total"] == len(expected)


@pytest.mark.parametrize("year", ["many", "-1", "10000"])
def test_a_year_is_a_year(client, reader, year):
    answer = client.simulate_get(f"{API}/series", params={"year": year}, headers=reader)

    assert [item["field"] for item in answer.json["details"]] == ["year"]


def test_lists_are_asked_of_an_index_that_follows(client, post, db, shelf):
    assert post("/series/list", {"condition": NOIR}).json["total"] == 1
    with_genre = {"condition": a_test("genre", "is", "New")}
    assert post("/series/list", with_genre).json["total"] == 0

    (bone,) = rows(db, "SELECT uuid FROM series WHERE title = 'Bone'")
    update_series(db, bone["uuid"], {"genres": ["New"]}, now=MONDAY)

    assert post("/series/list", with_genre).json["total"] == 1
    assert post("/books/list", with_genre).json["total"] == 1
