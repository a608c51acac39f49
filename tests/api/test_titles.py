from __future__ import annotations

import pytest

from codex_lib.db import rows

API = "/api/v1"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def editor(make_user, sign):
    return sign(make_user("ed", permissions=["SeriesRead", "SeriesWrite"]))


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user("ana"))


@pytest.fixture
def nobody(make_user, sign):
    return sign(make_user("zoe", permissions=["BooksRead"]))


@pytest.fixture
def titles(db, make_cbz, scan):
    """The address of the alternate titles of a series."""
    make_cbz("Saga/Saga 1.cbz")
    scan()
    saga = rows(db, "SELECT uuid FROM series")[0]["uuid"]
    return f"{API}/series/{saga}/alternate-titles"


@pytest.fixture
def add(client, editor, titles):
    """Return a function that adds a title and returns the answer."""

    def post(title, label="Romaji"):
        body = {"label": label, "title": title}
        return client.simulate_post(titles, headers=editor, json=body)

    return post


def searched(client, headers, query):
    answer = client.simulate_post(
        f"{API}/series/search", headers=headers, json={"query": query}
    )
    return [series["title"] for series in answer.json]


def test_a_title_is_made_listed_and_searched(client, reader, titles, add):
    made = add("Zaga")

    assert made.status_code == 201
    assert made.json.keys() == {
        *("id", "series_id", "label", "title", "created_at", "updated_at"),
    }
    assert client.simulate_get(titles, headers=reader).json == {"titles": [made.json]}
    assert searched(client, reader, "zaga") == ["Saga"]


@pytest.mark.parametrize("verb", ["PATCH", "PUT"])
def test_a_title_is_changed_in_part(client, editor, titles, add, verb):
    path = f"{titles}/{add('Zaga').json['id']}"

    answer = client.simulate_request(verb, path, headers=editor, json={"title": "Yaga"})

    assert answer.status_code == 200
    assert (answer.json["label"], answer.json["title"]) == ("Romaji", "Yaga")
    assert searched(client, editor, "yaga") == ["Saga"]
    assert searched(client, editor, "zaga") == []


def test_a_title_is_deleted(client, editor, titles, add):
    path = f"{titles}/{add('Zaga').json['id']}"

    statuses = [
        client.simulate_delete(path, headers=editor).status_code for _ in range(2)
    ]

    assert statuses == [204, 404]
    assert searched(client, editor, "zaga") == []


def test_the_same_title_twice_is_a_conflict(client, editor, titles, add):
    add("Zaga")
    path = f"{titles}/{add('Yaga').json['id']}"

    assert add("zaga").status_code == 409
    answer = client.simulate_patch(path, headers=editor, json={"title": "Zaga"})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "body",
    [{"label": "x"}, {"title": "x"}, {"label": "", "title": "x"}, {"label": 1}],
)
def test_a_title_without_words_is_refused(client, editor, titles, body):
    assert client.simulate_post(titles, headers=editor, json=body).status_code == 400


def test_null_is_no_title(client, editor, titles, add):
    path = f"{titles}/{add('Zaga').json['id']}"

    answer = client.simulate_patch(path, headers=editor, json={"title": None})

    assert answer.status_code == 400


def test_what_is_unknown_is_not_found(client, editor, titles):
    body = {"label": "x", "title": "y"}
    series = f"{API}/series/{NOBODY}/alternate-titles"
    for verb, path in (
        ("GET", series),
        ("POST", series),
        ("PATCH", f"{titles}/{NOBODY}"),
        ("DELETE", f"{titles}/{NOBODY}"),
    ):
        answer = client.simulate_request(verb, path, headers=editor, json=body)
        assert answer.status_code == 404, path


def test_who_may_do_what(client, reader, nobody, titles):
    writing = [
        *(("POST", titles), ("PATCH", f"{titles}/{NOBODY}")),
        ("DELETE", f"{titles}/{NOBODY}"),
    ]

    def statuses(headers, calls):
        return {
            client.simulate_request(*call, headers=headers).status_code
            for call in calls
        }

    assert statuses(None, [("GET", titles), *writing]) == {401}
    assert statuses(nobody, [("GET", titles), *writing]) == {403}
    assert statuses(reader, writing) == {403}
    assert statuses(reader, [("GET", titles)]) == {200}
