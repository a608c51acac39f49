from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

from codex_lib.api import genres, tags
from codex_lib.db import rows

API = "/api/v1"
NOBODY = "01900000-0000-7000-8000-000000000000"


class Noun(NamedTuple):
    """genre or tag, and where they are."""

    one: str
    many: str

    @property
    def path(self):
        return f"{API}/{self.many}"


@pytest.fixture(params=["genre", "tag"])
def noun(request):
    return Noun(request.param, f"{request.param}s")


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


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
def series(db, make_cbz, scan):
    """The addresses of Bone (Space, Comedy) and Saga (Space) in the API."""
    make_cbz("Bone/Bone 1.cbz", seed=1, Genre="Space, Comedy", Tags="Space, Comedy")
    make_cbz("Saga/Saga 1.cbz", seed=2, Genre="space", Tags="space")
    scan()
    found = rows(db, "SELECT title, uuid FROM series")
    return {row["title"]: f"{API}/series/{row['uuid']}" for row in found}


@pytest.fixture
def terms(client, admin, noun, series):
    """Return a function that returns all genres or tags, by name."""

    def get():
        answer = client.simulate_get(noun.path, headers=admin)
        assert answer.status_code == 200
        return {term["name"]: term for term in answer.json[noun.many]}

    return get


def names(answer, noun):
    assert answer.status_code == 200, answer.text
    return [term["name"] for term in answer.json[noun.many]]


def test_tags_are_declared_as_genres_are():
    text = Path(genres.__file__).read_text()
    for old, new in (("genre", "tag"), ("Genre", "Tag")):
        text = text.replace(old, new)

    shapes = [ast.parse(text), ast.parse(Path(tags.__file__).read_text())]

    assert ast.dump(ast.Module(shapes[0].body[1:], [])) == ast.dump(
        ast.Module(shapes[1].body[1:], [])
    )


def test_all_come_by_name_with_their_counts(terms):
    assert {name: term["series_count"] for name, term in terms().items()} == {
        "Comedy": 1,
        "Space": 2,
    }
    assert terms()["Space"].keys() == {
        *("id", "name", "series_count", "aliases", "created_at"),
    }


def test_some_are_searched(client, reader, noun, series):
    answer = client.simulate_get(noun.path, headers=reader, params={"search": "COM"})

    assert names(answer, noun) == ["Comedy"]


# Of a series


def test_those_of_a_series_are_replaced_and_stay(client, editor, noun, series, scan):
    path = f"{series['Bone']}/{noun.many}"

    answer = client.simulate_put(
        path, headers=editor, json={noun.many: ["War", "war", "Space"]}
    )

    assert names(answer, noun) == ["Space", "War"]
    scan(deep=True)
    assert names(client.simulate_get(path, headers=editor), noun) == ["Space", "War"]


def test_one_more_is_given_to_a_series(client, editor, noun, series, terms):
    path = f"{series['Saga']}/{noun.many}"

    answer = client.simulate_post(path, headers=editor, json={"name": "comedy"})

    assert answer.status_code == 200
    assert answer.json == terms()["Comedy"]
    assert answer.json["series_count"] == 2


def test_one_is_taken_from_a_series(client, editor, noun, series, terms):
    path = f"{series['Bone']}/{noun.many}/{terms()['Space']['id']}"

    assert client.simulate_delete(path, headers=editor).status_code == 204

    assert terms()["Space"]["series_count"] == 1
    assert client.simulate_delete(path, headers=editor).status_code == 404


@pytest.mark.parametrize(
    ("verb", "body"),
    [("GET", None), ("PUT", {"genres": [], "tags": []}), ("POST", {"name": "x"})],
)
def test_an_unknown_series_is_not_found(client, editor, noun, verb, body):
    path = f"{API}/series/{NOBODY}/{noun.many}"

    answer = client.simulate_request(verb, path, headers=editor, json=body)

    assert answer.status_code == 404
    assert client.simulate_delete(f"{path}/{NOBODY}", headers=editor).status_code == 404


@pytest.mark.parametrize("value", ["War", [7], [["War"]], None, ["x" * 201]])
def test_a_list_that_is_none_is_refused(client, editor, noun, series, value):
    path = f"{series['Bone']}/{noun.many}"

    answer = client.simulate_put(path, headers=editor, json={noun.many: value})

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"].startswith(noun.many)
    missing = client.simulate_put(path, headers=editor, json={})
    assert missing.status_code == 400


def test_a_blank_name_is_refused(client, editor, admin, noun, series, terms):
    path = f"{noun.path}/{terms()['Space']['id']}"
    for answer in (
        client.simulate_post(
            f"{series['Bone']}/{noun.many}", headers=editor, json={"name": " "}
        ),
        client.simulate_patch(path, headers=admin, json={"name": ""}),
    ):
        assert answer.status_code == 400
        assert answer.json["details"][0]["field"] == "name"


# Of the administrator


@pytest.mark.parametrize("verb", ["PATCH", "PUT"])
def test_a_new_name_lasts(client, admin, noun, terms, scan, verb):
    path = f"{noun.path}/{terms()['Space']['id']}"

    answer = client.simulate_request(verb, path, headers=admin, json={"name": "Stars"})

    assert (answer.status_code, answer.json["aliases"]) == (200, ["Space"])
    scan(deep=True)
    assert [*terms()] == ["Comedy", "Stars"]
    assert terms()["Stars"] == answer.json


def test_a_name_that_another_has_is_a_conflict(client, admin, noun, terms):
    path = f"{noun.path}/{terms()['Space']['id']}"

    answer = client.simulate_patch(path, headers=admin, json={"name": "COMEDY"})

    assert answer.status_code == 409
    assert "merge them" in answer.json["message"]


def test_several_are_merged_into_one_and_unmerged(client, admin, noun, terms, scan):
    into = f"{noun.path}/{terms()['Space']['id']}"
    ids = [terms()["Comedy"]["id"].upper()]

    merged = client.simulate_post(f"{into}/merge", headers=admin, json={"ids": ids})

    assert (merged.status_code, merged.json["aliases"]) == (200, ["Comedy"])
    scan(deep=True)
    assert [*terms()] == ["Space"]

    answer = client.simulate_post(
        f"{into}/unmerge", headers=admin, json={"names": ["comedy"]}
    )

    assert (answer.status_code, answer.json["aliases"]) == (200, [])
    scan()
    assert [*terms()] == ["Comedy", "Space"]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("merge", {}),
        ("merge", {"ids": []}),
        ("merge", {"ids": ["Space"]}),
        ("unmerge", {"names": []}),
        ("unmerge", {"names": ["Comedy"]}),
    ],
)
def test_what_cannot_be_merged_is_refused(client, admin, noun, terms, action, body):
    path = f"{noun.path}/{terms()['Space']['id']}/{action}"

    assert client.simulate_post(path, headers=admin, json=body).status_code == 400


def test_none_is_merged_with_itself_or_with_nothing(client, admin, noun, terms):
    space = terms()["Space"]["id"]
    path = f"{noun.path}/{space}/merge"

    itself = client.simulate_post(path, headers=admin, json={"ids": [space]})
    nothing = client.simulate_post(path, headers=admin, json={"ids": [NOBODY]})

    assert (itself.status_code, nothing.status_code) == (400, 404)


def test_one_is_deleted_from_all_series(client, admin, noun, terms, series):
    path = f"{noun.path}/{terms()['Space']['id']}"

    assert client.simulate_delete(path, headers=admin).status_code == 204

    assert [*terms()] == ["Comedy"]
    answer = client.simulate_get(f"{series['Bone']}/{noun.many}", headers=admin)
    assert names(answer, noun) == ["Comedy"]


def test_what_no_series_has_is_cleaned_up(client, admin, noun, series, terms):
    for path in series.values():
        client.simulate_put(
            f"{path}/{noun.many}", headers=admin, json={noun.many: ["War"]}
        )

    answer = client.simulate_post(f"{noun.path}/cleanup", headers=admin)

    assert answer.status_code == 200
    assert answer.json == {"deleted_count": 2, "deleted_names": ["Comedy", "Space"]}
    assert [*terms()] == ["War"]


@pytest.mark.parametrize(
    ("verb", "rest", "body"),
    [
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/merge", {"ids": [NOBODY]}),
        ("POST", "/unmerge", {"names": ["x"]}),
    ],
)
def test_an_unknown_one_is_not_found(client, admin, noun, verb, rest, body):
    path = f"{noun.path}/{NOBODY}{rest}"

    answer = client.simulate_request(verb, path, headers=admin, json=body)

    assert answer.status_code == 404
    assert answer.json["message"].startswith(noun.one.capitalize())
    bad = client.simulate_request(
        verb, f"{noun.path}/space{rest}", headers=admin, json=body
    )
    assert bad.status_code == 400


def test_who_may_do_what(client, admin, editor, reader, nobody, noun, series, terms):
    one = f"{noun.path}/{terms()['Space']['id']}"
    of_series = f"{series['Bone']}/{noun.many}"
    reading = [("GET", noun.path), ("GET", of_series)]
    writing = [
        *(("PUT", of_series), ("POST", of_series)),
        ("DELETE", f"{of_series}/{NOBODY}"),
    ]
    admins = [
        *(("PATCH", one), ("DELETE", one), ("POST", f"{one}/merge")),
        *(("POST", f"{one}/unmerge"), ("POST", f"{noun.path}/cleanup")),
    ]

    def refused(headers, calls):
        return [
            client.simulate_request(*call, headers=headers).status_code == 403
            for call in calls
        ]

    assert all(refused(nobody, reading + writing + admins))
    assert refused(reader, reading) == [False, False]
    assert all(refused(reader, writing + admins))
    assert not any(refused(editor, reading + writing))
    assert all(refused(editor, admins))
    assert client.simulate_get(noun.path).status_code == 401


def test_twins_are_sent_when_switched_on(make_client, admin, noun, series):
    client = make_client(api_response_case="both")

    term = client.simulate_get(noun.path, headers=admin).json[noun.many][0]

    assert term["seriesCount"] == term["series_count"] == 1
