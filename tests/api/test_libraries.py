from __future__ import annotations

import io
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from codex_lib.catalog.libraries import get_library, list_libraries
from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging

LIBRARIES = "/api/v1/libraries"


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def path(library):
    """The address of a library that is there."""
    return f"{LIBRARIES}/{library.id}"


def fields_of(answer):
    return [item["field"] for item in answer.json["details"]]


# List and show


def test_a_library_is_listed_and_shown(client, library, scan, make_cbz, path, reader):
    make_cbz("Saga/Saga 1.cbz", pages=3)
    scan()

    (listed,) = client.simulate_get(LIBRARIES, headers=reader).json
    shown = client.simulate_get(path, headers=reader)

    assert shown.status_code == 200
    assert shown.json == listed
    assert listed["id"] == library.id
    assert (listed["book_count"], listed["series_count"]) == (1, 1)
    assert listed["default_reading_direction"] == "ltr"
    assert listed["scanning_config"] is None


def test_libraries_come_by_name_and_in_pages(client, tmp_path, admin):
    for name in ("Zorro", "asterix", "Maus"):
        folder = tmp_path / name
        folder.mkdir()
        body = {"name": name, "path": str(folder)}
        client.simulate_post(LIBRARIES, json=body, headers=admin)

    def names(query):
        found = client.simulate_get(LIBRARIES, headers=admin, params=query).json
        return [item["name"] for item in (found["data"] if "page" in query else found)]

    assert names({}) == ["asterix", "Maus", "Zorro"]
    assert names({"limit": 1}) == ["asterix"]
    assert names({"page": 1, "pageSize": 2}) == ["Zorro"]


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_library_is_not_found(client, admin, verb):
    answer = client.simulate_request(verb, f"{LIBRARIES}/{uuid4()}", headers=admin)

    assert answer.status_code == 404


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_is_no_id_is_a_bad_request(client, admin, verb):
    answer = client.simulate_request(verb, f"{LIBRARIES}/comics", headers=admin)

    assert answer.status_code == 400
    assert fields_of(answer) == ["library_id"]


# Create


@pytest.fixture
def body(root):
    return {"name": "Comics", "path": str(root)}


def test_a_new_library_has_the_usual_rules(client, db, admin, root, body):
    answer = client.simulate_post(LIBRARIES, json=body, headers=admin)

    assert answer.status_code == 201
    assert answer.json["path"] == str(root)
    assert answer.json["is_active"] is True
    assert answer.json["series_strategy"] == "series_volume"
    assert answer.json["book_strategy"] == "filename"
    assert answer.json["number_strategy"] == "file_order"
    assert get_library(db, answer.json["id"]).name == "Comics"


def test_a_new_library_keeps_what_it_was_given(client, admin, body):
    scanning = {
        "enabled": True,
        "cron_schedule": "0 0 * * *",
        "default_mode": "normal",
        "scan_on_start": True,
    }
    body |= {
        "description": "All of them",
        "seriesStrategy": "publisher_hierarchy",
        "seriesConfig": {"skip_depth": 2},
        "allowedFormats": ["cbz", "EPUB"],
        "excludedPatterns": "*.tmp",
        "defaultReadingDirection": "rtl",
        "scanning_config": scanning,
        "scanImmediately": False,
    }

    made = client.simulate_post(LIBRARIES, json=body, headers=admin).json

    assert made["description"] == "All of them"
    assert made["series_config"] == {"skip_depth": 2}
    assert made["allowed_formats"] == ["CBZ", "EPUB"]
    assert made["excluded_patterns"] == "*.tmp"
    assert made["default_reading_direction"] == "rtl"
    others = {"purge_deleted_on_scan": False, "time_zone": None, "watch": False}
    assert made["scanning_config"] == scanning | others


def test_a_new_library_can_be_scanned_at_once(client, admin, body):
    wanted = body | {"scanImmediately": True}

    made = client.simulate_post(LIBRARIES, json=wanted, headers=admin)

    assert made.status_code == 201
    status = f"{LIBRARIES}/{made.json['id']}/scan-status"
    assert client.simulate_get(status, headers=admin).json["status"] == "pending"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"path": "/nowhere/at/all"}, "path"),
        ({"path": "."}, "path"),
        ({"path": "~"}, "path"),
        ({"path": f"/{'a' * 5000}"}, "path"),
        ({"path": None}, "path"),
        ({"series_strategy": "by_color"}, "series_strategy"),
        ({"series_config": []}, "series_config"),
        ({"allowed_formats": ["DOCX"]}, "allowed_formats"),
        ({"default_reading_direction": "up"}, "default_reading_direction"),
        ({"scan_immediately": "soon"}, "scan_immediately"),
    ],
)
def test_a_library_that_cannot_be_made_is_told_why(
    client, db, admin, body, change, field
):
    answer = client.simulate_post(LIBRARIES, json=body | change, headers=admin)

    assert answer.status_code == 400
    assert fields_of(answer) == [field]
    assert list_libraries(db) == []


def test_a_library_needs_a_name_and_a_folder(client, admin):
    answer = client.simulate_post(LIBRARIES, headers=admin)

    assert fields_of(answer) == ["name", "path"]


def test_a_folder_inside_a_library_is_a_conflict(client, library, admin, root, body):
    (root / "Saga").mkdir()

    for folder in (root, root / "Saga", root.parent):
        other = {**body, "path": str(folder)}
        answer = client.simulate_post(LIBRARIES, json=other, headers=admin)

        assert answer.status_code == 409


def test_a_reader_makes_no_library(client, db, reader, body):
    answer = client.simulate_post(LIBRARIES, json=body, headers=reader)

    assert answer.status_code == 403
    assert list_libraries(db) == []


# Update


@pytest.mark.parametrize("verb", ["PUT", "PATCH"])
def test_fields_that_are_not_named_stay(client, library, admin, path, verb):
    change = {"name": "Manga", "isActive": False, "default_reading_direction": "rtl"}

    answer = client.simulate_request(verb, path, json=change, headers=admin)

    assert answer.status_code == 200
    assert answer.json["name"] == "Manga"
    assert answer.json["is_active"] is False
    assert answer.json["default_reading_direction"] == "rtl"
    assert answer.json["path"] == library.path


def test_null_empties_what_may_be_empty(client, admin, path):
    full = {"description": "All", "allowed_formats": ["CBZ"], "excluded_patterns": "*~"}
    client.simulate_put(path, json=full, headers=admin)

    empty = client.simulate_put(path, json=dict.fromkeys(full), headers=admin)

    assert empty.status_code == 200
    assert [empty.json[name] for name in full] == [None, None, None]


def test_a_library_can_be_sent_back_as_it_came(client, admin, path):
    shown = client.simulate_get(path, headers=admin).json

    answer = client.simulate_put(path, json=shown, headers=admin)

    assert answer.status_code == 200
    assert answer.json | {"updated_at": 0} == shown | {"updated_at": 0}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"series_strategy": "flat"}, "series_strategy"),
        ({"name": None}, "name"),
        ({"path": "."}, "path"),
        ({"is_active": "no"}, "is_active"),
    ],
)
def test_a_change_that_cannot_be_made_is_told_why(
    client, db, library, admin, path, change, field
):
    answer = client.simulate_put(path, json=change, headers=admin)

    assert answer.status_code == 400
    assert fields_of(answer) == [field]
    assert get_library(db, library.id) == library


def test_a_library_cannot_move_into_another(client, tmp_path, admin, path, body):
    other = tmp_path / "Manga"
    other.mkdir()
    client.simulate_post(LIBRARIES, json=body | {"path": str(other)}, headers=admin)

    answer = client.simulate_put(path, json={"path": str(other)}, headers=admin)

    assert answer.status_code == 409


# Delete


def test_a_deleted_library_leaves_the_files(
    client, db, library, scan, make_cbz, admin, path
):
    file = make_cbz("Saga/Saga 1.cbz")
    scan()

    answer = client.simulate_delete(path, headers=admin)

    assert (answer.status_code, answer.content) == (204, b"")
    assert client.simulate_get(path, headers=admin).status_code == 404
    assert list_series(db, Paging()).total == 0
    assert Path(file).is_file()


def test_a_reader_deletes_no_library(client, db, library, reader, path):
    assert client.simulate_delete(path, headers=reader).status_code == 403
    assert get_library(db, library.id)


# Cover


@pytest.fixture
def cover(client, path, reader):
    """Return a function that asks for the library's cover."""

    def get(**options):
        options = {"headers": reader, **options}
        return client.simulate_get(f"{path}/thumbnail", **options)

    return get


def test_a_librarys_cover_is_that_of_its_first_series(scan, make_cbz, cover):
    make_cbz("Zorro/Zorro 1.cbz", seed=1)
    make_cbz("Asterix/Asterix 1.cbz", seed=2)
    scan()

    answer = cover()

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).size == (60, 90)
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_cover_that_is_known_is_not_sent_again(scan, make_cbz, cover, reader):
    make_cbz("Saga/Saga 1.cbz")
    scan()
    etag = cover().headers["ETag"]

    for known in (etag, f'"other", W/{etag}', "*"):
        again = cover(headers={**reader, "If-None-Match": known})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"] == "private, no-cache"
    assert cover(headers={**reader, "If-None-Match": '"other"'}).status_code == 200


def test_a_cover_of_a_version_may_be_kept(scan, make_cbz, cover):
    make_cbz("Saga/Saga 1.cbz")
    scan()

    kept = cover(params={"v": "2024-01-15"}).headers["Cache-Control"]

    assert kept == "private, max-age=31536000, immutable"


def test_a_cover_is_shown_to_the_cookie(scan, make_cbz, cover, reader, client):
    make_cbz("Saga/Saga 1.cbz")
    scan()
    token = reader["Authorization"].removeprefix("Bearer ")
    cookie = {"Cookie": f"auth_token={token}"}

    assert cover(headers=cookie).status_code == 200
    assert client.simulate_get(LIBRARIES, headers=cookie).status_code == 401


def test_an_empty_library_has_no_cover(cover):
    answer = cover()

    assert answer.status_code == 404
    assert "ETag" not in answer.headers


def test_an_unknown_library_has_no_cover(client, reader):
    path = f"{LIBRARIES}/{uuid4()}/thumbnail"

    assert client.simulate_get(path, headers=reader).status_code == 404


def test_libraries_take_no_other_verbs(client, path):
    assert client.simulate_put(LIBRARIES).status_code == 405
    assert client.simulate_post(path).status_code == 405
    assert client.simulate_put(f"{path}/thumbnail").status_code == 405


def test_libraries_have_camel_case_twins_when_switched_on(make_client, path, reader):
    shown = make_client(api_response_case="both").simulate_get(path, headers=reader)

    assert shown.json["bookCount"] == shown.json["book_count"] == 0
    assert shown.json["defaultReadingDirection"] == "ltr"


# When it is scanned


def test_a_scanning_config_is_shown_whole_whatever_its_spelling(client, admin, path):
    body = {"scanningConfig": {"cronSchedule": "0 0 3 * * *", "scanMode": "Deep"}}

    changed = client.simulate_patch(path, json=body, headers=admin)

    assert changed.status_code == 200
    assert changed.json["scanning_config"] == {
        "enabled": True,
        "cron_schedule": "0 0 3 * * *",
        "default_mode": "deep",
        "scan_on_start": False,
        "purge_deleted_on_scan": False,
        "time_zone": None,
        "watch": False,
    }
    assert client.simulate_get(path, headers=admin).json == changed.json


def test_a_client_may_send_back_both_spellings_that_it_was_shown(
    make_client, admin, path
):
    client = make_client(api_response_case="both")
    body = {"scanning_config": {"cron_schedule": "0 3 * * *"}}
    shown = client.simulate_put(path, json=body, headers=admin).json["scanningConfig"]
    assert shown["cronSchedule"] == shown["cron_schedule"] == "0 3 * * *"

    answer = client.simulate_put(path, json={"scanningConfig": shown}, headers=admin)

    assert answer.status_code == 200
    assert answer.json["scanningConfig"] == shown


def test_null_and_an_empty_object_are_no_scanning_config(client, admin, path):
    for nothing in (None, {}):
        body = {"scanning_config": {"scan_on_start": True}}
        client.simulate_put(path, json=body, headers=admin)
        body = {"scanning_config": nothing}
        answer = client.simulate_put(path, json=body, headers=admin)

        assert answer.json["scanning_config"] is None


@pytest.mark.parametrize(
    "scanning",
    [
        *({"cron_schedule": "now and then"}, {"enabled": 1}, {"mode": "deep"}),
        *({"timeZone": "Atlantis"}, {"defaultMode": "slow"}, []),
    ],
)
def test_a_scanning_config_that_cannot_be_used_is_refused(
    client, admin, path, body, scanning
):
    created = client.simulate_post(
        LIBRARIES, json={**body, "scanning_config": scanning}, headers=admin
    )
    updated = client.simulate_put(
        path, json={"scanningConfig": scanning}, headers=admin
    )

    for answer in (created, updated):
        assert answer.status_code == 400
        assert fields_of(answer) == ["scanning_config"]


def test_configs_of_strategies_are_stored_in_one_spelling(client, admin, body):
    body |= {
        "seriesStrategy": "publisher_hierarchy",
        "seriesConfig": {"skipDepth": 2, "storeSkippedAs": "imprint"},
        "bookStrategy": "smart",
        "bookConfig": {"additionalGenericPatterns": ["Tome"]},
    }
    made = client.simulate_post(LIBRARIES, json=body, headers=admin).json
    assert made["series_config"] == {"skip_depth": 2, "store_skipped_as": "imprint"}
    assert made["book_config"] == {"additional_generic_patterns": ["Tome"]}

    address = f"{LIBRARIES}/{made['id']}"
    same = {
        "seriesStrategy": body["seriesStrategy"],
        "seriesConfig": body["seriesConfig"],
    }
    answer = client.simulate_put(address, json=same, headers=admin)

    assert answer.status_code == 200
    assert answer.json["series_config"] == made["series_config"]
