"""Metadata of series over HTTP, on a library that was really scanned."""

from uuid import uuid4

import pytest

from codex_lib.catalog.series_metadata import SERIES_FIELDS
from codex_lib.db import rows

API = "/api/v1/series"


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


@pytest.fixture
def series(db, make_cbz, scan):
    """The address of a series whose book says some things of it."""
    make_cbz("Saga/Saga 1.cbz", Summary="Two.", Publisher="Image", Genre="Noir, War")
    scan()
    (series,) = rows(db, "SELECT uuid FROM series")
    return f"{API}/{series['uuid']}"


@pytest.fixture
def ask(client, admin):
    """Return a function that sends a request as an admin and returns the answer."""

    def send(method, path, body=None, headers=admin):
        return client.simulate_request(method, path, headers=headers, json=body)

    return send


def test_all_that_is_known_is_shown(ask, series, reader):
    answer = ask("GET", f"{series}/metadata/full", headers=reader)

    assert answer.status_code == 200
    found = answer.json
    assert found["id"] == found["series_id"] == series.rpartition("/")[2]
    assert (found["title"], found["publisher"]) == ("Saga", "Image")
    assert [genre["name"] for genre in found["genres"]] == ["Noir", "War"]
    assert set(found["genres"][0]) == {"id", "name"}
    assert found["locks"] == dict.fromkeys(SERIES_FIELDS, False)
    for name in ("tags", "alternate_titles", "external_ratings", "external_links"):
        assert found[name] == []
    assert found["custom_metadata"] is None
    assert found["created_at"]


def test_a_change_leaves_the_rest_and_locks(ask, series, scan):
    body = {"year": 1999, "titleSort": "Zaga", "custom_metadata": {"pageSize": 5}}

    answer = ask("PATCH", f"{series}/metadata", body)
    scan(deep=True)

    assert answer.status_code == 200
    found = ask("GET", f"{series}/metadata/full").json
    assert (found["year"], found["title_sort"]) == (1999, "Zaga")
    assert (found["summary"], found["custom_metadata"]) == ("Two.", {"pageSize": 5})
    locked = {name for name, is_locked in found["locks"].items() if is_locked}
    assert locked == {"year", "title_sort", "custom_metadata"}
    assert answer.json | {"updated_at": found["updated_at"]} == found


def test_null_empties_a_field_until_the_next_scan(ask, series, scan):
    body = {"summary": None, "custom_metadata": None}
    assert ask("PATCH", f"{series}/metadata", body).json["summary"] is None
    scan()

    assert ask("GET", series).json["summary"] == "Two."


def test_put_empties_what_is_absent(ask, series):
    ask("PATCH", f"{series}/metadata", {"custom_metadata": [1], "title": "SAGA"})

    found = ask("PUT", f"{series}/metadata", {"language": "de"}).json

    assert (found["language"], found["publisher"]) == ("de", None)
    assert (found["custom_metadata"], found["title"]) == (None, "SAGA")
    assert [genre["name"] for genre in found["genres"]] == ["Noir", "War"]


def test_what_was_shown_can_be_sent_back(ask, series):
    ask("PATCH", f"{series}/metadata", {"custom_metadata": {"a": [None]}, "year": 1999})
    shown = ask("GET", f"{series}/metadata/full").json

    answer = ask("PUT", f"{series}/metadata", shown)

    assert answer.status_code == 200
    changed = ("updated_at", "locks")
    assert {k: v for k, v in answer.json.items() if k not in changed} == {
        k: v for k, v in shown.items() if k not in changed
    }


@pytest.mark.parametrize("value", ["text", 5, 1.5, True, [], {}, [{"a": None}]])
def test_custom_metadata_is_any_json(ask, series, value):
    answer = ask("PATCH", f"{series}/metadata", {"customMetadata": value})

    assert answer.json["custom_metadata"] == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", "1999"),
        ("year", -1),
        ("age_rating", 10_000),
        ("title", " "),
        ("summary", 5),
        ("status", "lost"),
        ("reading_direction", "sideways"),
        ("custom_metadata", "x" * 70_000),
        ("custom_metadata", 2**70),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_cannot_be_used_is_refused(ask, series, method, field, value):
    answer = ask(method, f"{series}/metadata", {field: value, "language": "xx"})

    assert (answer.status_code, answer.json["error"]) == (400, "BadRequest")
    assert [item["field"] for item in answer.json["details"]] == [field]
    assert ask("GET", series).json["language"] is None


def test_the_title_is_changed_locked_and_given_back(ask, series):
    changed = ask("PATCH", series, {"title": "SAGA!"})

    assert changed.status_code == 200
    assert changed.json.keys() == {"id", "title", "updated_at"}
    assert changed.json["title"] == ask("GET", series).json["title"] == "SAGA!"
    assert ask("GET", f"{series}/metadata/locks").json["title"] is True

    assert ask("PATCH", series, {"title": None}).json["title"] == "Saga"
    assert ask("PATCH", series, {}).json["title"] == "Saga"
    assert ask("PATCH", series, {"title": ""}).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_locks_are_set_in_part(ask, series, method):
    path = f"{series}/metadata/locks"

    first = ask(method, path, {"summary": True, "titleSort": True})
    second = ask(method, path, {"summary": False, "color": True})

    assert first.json == dict.fromkeys(SERIES_FIELDS, False) | {
        "summary": True,
        "title_sort": True,
    }
    assert second.json["summary"] is False
    assert ask("GET", path).json == second.json
    for value in (None, "yes", 1):
        assert ask(method, path, {"year": value}).status_code == 400


def test_the_next_scan_fills_what_is_unlocked(ask, series, scan):
    ask("PATCH", f"{series}/metadata", {"summary": "Mine", "publisher": "Mine"})
    ask("PUT", f"{series}/metadata/locks", {"summary": False})
    scan()

    found = ask("GET", series).json
    assert (found["summary"], found["publisher"]) == ("Two.", "Mine")


CALLS = (
    ("PATCH", ""),
    ("PUT", "/metadata"),
    ("PATCH", "/metadata"),
    ("GET", "/metadata/full"),
    ("GET", "/metadata/locks"),
    ("PUT", "/metadata/locks"),
)


@pytest.mark.parametrize(("method", "part"), CALLS)
def test_an_unknown_series_is_not_found(ask, method, part):
    body = None if method == "GET" else {}

    assert ask(method, f"{API}/{uuid4()}{part}", body).status_code == 404
    assert ask(method, f"{API}/saga{part}", body).status_code == 400


@pytest.mark.parametrize(("method", "part"), CALLS)
def test_a_reader_only_looks(ask, series, reader, method, part):
    body = None if method == "GET" else {}
    expected = 200 if method == "GET" else 403

    assert ask(method, f"{series}{part}", body, headers=reader).status_code == expected
    assert ask(method, f"{series}{part}", body, headers={}).status_code == 401


def test_metadata_has_camel_case_twins_when_switched_on(make_client, series, admin):
    client = make_client(api_response_case="both")

    found = client.simulate_get(f"{series}/metadata/full", headers=admin).json

    assert found["titleSort"] is None
    assert found["locks"]["titleSort"] is False
