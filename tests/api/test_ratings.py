from __future__ import annotations

import pytest

from codex_lib.db import rows

API = "/api/v1"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user("ana"))


@pytest.fixture
def other(make_user, sign):
    return sign(make_user("ben"))


@pytest.fixture
def editor(make_user, sign):
    return sign(make_user("ed", permissions=["SeriesRead", "SeriesWrite"]))


@pytest.fixture
def nobody(make_user, sign):
    return sign(make_user("zoe", permissions=["BooksRead"]))


@pytest.fixture
def saga(db, make_cbz, scan):
    """The address of a series in the API."""
    make_cbz("Saga/Saga 1.cbz")
    scan()
    (row,) = rows(db, "SELECT uuid FROM series")
    return f"{API}/series/{row['uuid']}"


# The caller's own


def test_a_rating_is_given_shown_listed_and_taken_back(client, reader, saga):
    path = f"{saga}/rating"
    body = {"rating": 88, "notes": "Fun"}

    given = client.simulate_put(path, headers=reader, json=body)

    assert given.status_code == 200
    assert (given.json["rating"], given.json["notes"]) == (88, "Fun")
    assert given.json.keys() >= {"id", "series_id", "created_at", "updated_at"}
    assert client.simulate_get(path, headers=reader).json == given.json
    listed = client.simulate_get(f"{API}/user/ratings", headers=reader)
    assert listed.json == {"ratings": [given.json]}
    assert client.simulate_delete(path, headers=reader).status_code == 204
    assert client.simulate_get(path, headers=reader).status_code == 404
    assert client.simulate_delete(path, headers=reader).status_code == 404


def test_notes_stay_unless_they_are_named(client, reader, saga):
    path = f"{saga}/rating"
    client.simulate_put(path, headers=reader, json={"rating": 88, "notes": "Fun"})

    kept = client.simulate_put(path, headers=reader, json={"rating": 7})
    emptied = client.simulate_patch(
        path, headers=reader, json={"rating": 7, "notes": None}
    )

    assert (kept.json["rating"], kept.json["notes"]) == (7, "Fun")
    assert emptied.json["notes"] is None


def test_nobody_sees_anothers_rating_but_all_its_average(client, reader, other, saga):
    average = f"{saga}/ratings/average"
    nothing = client.simulate_get(average, headers=reader).json
    client.simulate_put(f"{saga}/rating", headers=reader, json={"rating": 80})

    assert client.simulate_get(f"{saga}/rating", headers=other).status_code == 404
    assert client.simulate_get(f"{API}/user/ratings", headers=other).json == {
        "ratings": []
    }

    client.simulate_put(f"{saga}/rating", headers=other, json={"rating": 41})
    assert nothing == {"average": None, "count": 0}
    assert client.simulate_get(average, headers=reader).json == {
        "average": 60.5,
        "count": 2,
    }


@pytest.mark.parametrize(
    "body",
    [{}, {"rating": 0}, {"rating": 101}, {"rating": "5"}, {"rating": 5, "notes": 7}],
)
def test_a_rating_out_of_range_is_refused(client, reader, saga, body):
    answer = client.simulate_put(f"{saga}/rating", headers=reader, json=body)

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] in ("rating", "notes")


# Those of other catalogs


def test_an_external_rating_is_set_replaced_listed_and_deleted(client, editor, saga):
    path = f"{saga}/external-ratings"
    body = {"sourceName": "AniList", "rating": 81.5, "voteCount": 7}

    first = client.simulate_post(path, headers=editor, json=body)
    second = client.simulate_post(
        path, headers=editor, json={"source_name": "anilist", "rating": 90}
    )

    assert first.status_code == second.status_code == 200
    assert (first.json["source_name"], first.json["vote_count"]) == ("anilist", 7)
    assert (second.json["id"], second.json["vote_count"]) == (first.json["id"], None)
    listed = client.simulate_get(path, headers=editor)
    assert listed.json == {"ratings": [second.json]}
    gone = [
        client.simulate_delete(f"{path}/AniList", headers=editor).status_code
        for _ in range(2)
    ]
    assert gone == [204, 404]


@pytest.mark.parametrize(
    "body",
    [
        {"rating": 5},
        {"source_name": "x"},
        {"source_name": "x", "rating": 101},
        {"source_name": "a/b", "rating": 5},
        {"source_name": "x", "rating": 5, "vote_count": -1},
    ],
)
def test_an_external_rating_that_cannot_be_is_refused(client, editor, saga, body):
    path = f"{saga}/external-ratings"

    answer = client.simulate_post(path, headers=editor, json=body)

    assert answer.status_code == 400
    assert answer.json["details"]


# Who and what


def test_an_unknown_series_is_not_found(client, editor):
    saga = f"{API}/series/{NOBODY}"
    outside = {"source_name": "x", "rating": 5}
    for verb, path, body in (
        ("GET", "rating", None),
        ("PUT", "rating", {"rating": 5}),
        ("DELETE", "rating", None),
        ("GET", "ratings/average", None),
        ("GET", "external-ratings", None),
        ("POST", "external-ratings", outside),
        ("DELETE", "external-ratings/x", None),
    ):
        answer = client.simulate_request(
            verb, f"{saga}/{path}", headers=editor, json=body
        )
        assert answer.status_code == 404, path
        assert answer.json["message"].startswith("Series not found")


def test_who_may_do_what(client, reader, nobody, saga):
    path = f"{saga}/external-ratings"
    writing = [("POST", path), ("DELETE", f"{path}/x")]
    every = [
        *(("GET", path), ("GET", f"{saga}/rating"), ("PUT", f"{saga}/rating")),
        *(("DELETE", f"{saga}/rating"), ("GET", f"{API}/user/ratings")),
        ("GET", f"{saga}/ratings/average"),
    ]

    def statuses(headers, calls):
        return {
            client.simulate_request(*call, headers=headers).status_code
            for call in calls
        }

    assert statuses(nobody, every + writing) == {403}
    assert statuses(None, every + writing) == {401}
    assert statuses(reader, writing) == {403}
    assert 403 not in statuses(reader, every)


def test_twins_are_sent_when_switched_on(make_client, reader, saga):
    client = make_client(api_response_case="both")

    given = client.simulate_put(f"{saga}/rating", headers=reader, json={"rating": 1})

    assert given.json["seriesId"] == given.json["series_id"]
