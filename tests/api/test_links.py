from __future__ import annotations

import pytest

from codex_lib.db import rows

API = "/api/v1"
NOBODY = "01900000-0000-7000-8000-000000000000"
URL = "https://anilist.co/manga/1"


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
def links(db, make_cbz, scan):
    """The address of the links of a series."""
    make_cbz("Saga/Saga 1.cbz")
    scan()
    saga = rows(db, "SELECT uuid FROM series")[0]["uuid"]
    return f"{API}/series/{saga}/external-links"


def test_a_link_is_set_replaced_and_listed(client, editor, reader, links):
    body = {"sourceName": "Ani List", "url": URL, "externalId": "1"}

    first = client.simulate_post(links, headers=editor, json=body)
    second = client.simulate_post(
        links, headers=editor, json={"source_name": "ANI LIST", "url": f"{URL}0"}
    )

    assert first.status_code == second.status_code == 200
    assert (first.json["source_name"], first.json["external_id"]) == ("ani list", "1")
    assert second.json["id"] == first.json["id"]
    assert client.simulate_get(links, headers=reader).json == {"links": [second.json]}


@pytest.mark.parametrize("by", ["id", "source_name"])
def test_a_link_is_deleted_by_source_or_id(client, editor, links, by):
    body = {"source_name": "Ani List", "url": URL}
    made = client.simulate_post(links, headers=editor, json=body).json

    path = f"{links}/{made[by].replace(' ', '%20')}"
    statuses = [
        client.simulate_delete(path, headers=editor).status_code for _ in range(2)
    ]

    assert statuses == [204, 404]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": URL}, "source_name"),
        ({"source_name": "x"}, "url"),
        ({"source_name": "x", "url": "javascript:alert(1)"}, "url"),
        ({"source_name": "..", "url": URL}, "source_name"),
        ({"source_name": "x", "url": URL, "external_id": "x" * 201}, "external_id"),
    ],
)
def test_a_link_that_cannot_be_is_refused(client, editor, links, body, field):
    answer = client.simulate_post(links, headers=editor, json=body)

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]


def test_an_unknown_series_is_not_found(client, editor):
    path = f"{API}/series/{NOBODY}/external-links"
    body = {"source_name": "x", "url": URL}

    statuses = [
        client.simulate_get(path, headers=editor).status_code,
        client.simulate_post(path, headers=editor, json=body).status_code,
        client.simulate_delete(f"{path}/x", headers=editor).status_code,
    ]

    assert statuses == [404, 404, 404]


def test_who_may_do_what(client, reader, nobody, links):
    writing = [("POST", links), ("DELETE", f"{links}/x")]

    def statuses(headers, calls):
        return {
            client.simulate_request(*call, headers=headers).status_code
            for call in calls
        }

    assert statuses(None, [("GET", links), *writing]) == {401}
    assert statuses(nobody, [("GET", links), *writing]) == {403}
    assert statuses(reader, writing) == {403}
    assert statuses(reader, [("GET", links)]) == {200}
