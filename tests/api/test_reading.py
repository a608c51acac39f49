from typing import Annotated, Any, ClassVar

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.errors import BadFieldsError
from codex_lib.api.reading import changes, checked, read_path


class Schedule(Struct, kw_only=True):
    ALIASES: ClassVar[dict[str, str]] = {"scan_mode": "default_mode"}
    default_mode: str = "normal"
    scan_on_start: bool = False


class Shelf(Struct, kw_only=True):
    name: str
    book_count: int = 0
    file_types: list[str] = []
    schedule: Schedule | None = None
    schedules: list[Schedule] = []
    preferences: dict[str, Any] = {}


class ShelfChanges(Struct, kw_only=True):
    name: str | UnsetType = UNSET
    summary: str | UnsetType | None = UNSET


class ShelfQuery(Struct, kw_only=True):
    file_types: list[str] = []
    genres: tuple[str, ...] | None = None
    book_count: int | None = None
    is_open: bool | None = None
    tags: Annotated[list[str], Meta(description="Which.")] | None = None
    words: Annotated[str, Meta(description="What.")] | None = None


class Shelves:
    @endpoint(PUBLIC, tag="Shelves", query=ShelfQuery, reply=ShelfQuery)
    async def on_get(self, req, resp, query):
        return query

    @endpoint(PUBLIC, tag="Shelves", body=Shelf, reply=Shelf, status=201)
    async def on_post(self, req, resp, body):
        return body

    @endpoint(PUBLIC, tag="Shelves", body=ShelfChanges, reply=dict[str, Any])
    async def on_put(self, req, resp, body):
        return changes(body)


class Pages:
    @endpoint(PUBLIC, tag="Shelves", reply=list[Any])
    async def on_get(self, req, resp, shelf_id, page_number):
        return [shelf_id, page_number]


SHELF_ID = "01A20D02-8356-7000-8926-8e2c3de2789e"


@pytest.fixture
def shelves(make_client):
    routes = {
        "/shelves": Shelves(),
        "/shelves/{shelf_id:uuid}/pages/{page_number:int}": Pages(),
    }
    return make_client(routes, api_max_body_bytes=100_000)


def test_keys_are_read_in_both_spellings_at_every_depth_of_records(shelves):
    body = {
        "name": "Top",
        "bookCount": 3,
        "schedule": {"scanOnStart": True, "scanMode": "deep"},
        "schedules": [{"scan_on_start": True}, {"defaultMode": "deep"}],
    }

    made = shelves.simulate_post("/shelves", json=body)

    assert made.status_code == 201
    assert made.json["book_count"] == 3
    assert made.json["schedule"] == {"default_mode": "deep", "scan_on_start": True}
    assert [item["scan_on_start"] for item in made.json["schedules"]] == [True, False]
    assert made.json["schedules"][1]["default_mode"] == "deep"


def test_keys_inside_a_free_map_stay_as_they_are(shelves):
    given = {"fontSize": 3, "ui.theme": {"darkMode": True}}

    made = shelves.simulate_post("/shelves", json={"name": "", "preferences": given})

    assert made.json["preferences"] == given


def test_the_exact_spelling_wins_over_the_other_and_unknown_keys_are_ignored(shelves):
    for body in (
        '{"name": "a", "book_count": 1, "bookCount": 2, "colour": 3}',
        '{"name": "a", "bookCount": 2, "book_count": 1, "colour": 3}',
    ):
        made = shelves.simulate_post("/shelves", body=body)

        assert made.json["book_count"] == 1
        assert "colour" not in made.json


def test_every_field_that_is_wrong_is_named(shelves):
    body = {
        "bookCount": "many",
        "fileTypes": ["cbz", 5],
        "schedule": {"scanOnStart": "no"},
        "schedules": "none",
        "preferences": {"a": 1},
    }

    answer = shelves.simulate_post("/shelves", json=body)

    assert answer.status_code == 400
    assert answer.json["error"] == "BadRequest"
    assert answer.json["details"] == [
        {"field": "name", "reason": "is missing"},
        {"field": "book_count", "reason": "expected int, got str"},
        {"field": "file_types[1]", "reason": "expected str, got int"},
        {"field": "schedule.scan_on_start", "reason": "expected bool, got str"},
        {"field": "schedules", "reason": "expected array, got str"},
    ]
    assert "name: is missing; book_count: expected int" in answer.json["message"]


def test_a_mistake_inside_a_list_of_records_has_its_place():
    values = {"name": "a", "schedules": [{}, {"scanOnStart": 1}]}

    with pytest.raises(BadFieldsError) as caught:
        checked(values, Shelf, strict=True)

    assert [item.field for item in caught.value.fields] == [
        "schedules[1].scan_on_start"
    ]


def test_a_change_knows_absent_from_null(shelves):
    assert shelves.simulate_put("/shelves", json={"summary": None}).json == {
        "summary": None
    }
    assert shelves.simulate_put("/shelves", json={"name": "b"}).json == {"name": "b"}
    assert shelves.simulate_put("/shelves").json == {}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "not valid JSON"),
        ("", "name: is missing"),
        ('{"name": "\ud83d"}'.encode("utf-8", "surrogatepass"), "not valid JSON"),
        ('{"name": "\\ud83d"}', "not valid JSON"),
        (b'{"name": "\xff"}', "not valid JSON"),
        ('{"name": NaN}', "not valid JSON"),
        ("[]", "must be a JSON object"),
        ('"text"', "must be a JSON object"),
        ('{"name": ' + "[" * 40_000 + "]" * 40_000 + "}", "nested too deeply"),
    ],
)
def test_a_body_that_is_no_json_object_is_told_so(shelves, body, words):
    answer = shelves.simulate_post("/shelves", body=body)

    assert answer.status_code == 400
    assert answer.json["error"] == "BadRequest"
    assert words in answer.json["message"]


@pytest.mark.parametrize(
    "content_type",
    [None, "application/json", "application/json; charset=utf-8", "application/x+json"],
)
def test_json_is_read_under_all_its_names_and_under_none(shelves, content_type):
    headers = {"Content-Type": content_type} if content_type else {}

    made = shelves.simulate_post("/shelves", body='{"name": "a"}', headers=headers)

    assert made.status_code == 201


def test_a_body_of_another_type_is_told_which_one_is_read(shelves):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = shelves.simulate_post("/shelves", body="name=a", headers=headers)

    assert answer.status_code == 400
    assert "Content-Type: application/json" in answer.json["message"]
    assert answer.json["message"].endswith("not application/x-www-form-urlencoded")


@pytest.mark.parametrize("extras", [{}, {"headers": [(b"host", b"x")]}])
def test_a_large_body_is_refused_announced_or_not(shelves, extras):
    answer = shelves.simulate_post("/shelves", body="x" * 500_000, extras=extras)

    assert answer.status_code == 413
    assert answer.json == {
        "error": "ContentTooLarge",
        "message": "The body is larger than 100000 bytes",
        "details": None,
    }


def test_a_body_is_refused_by_what_is_announced_before_it_comes(shelves):
    extras = {"headers": [(b"host", b"x"), (b"content-length", b"500000")]}

    answer = shelves.simulate_post("/shelves", body='{"name": "a"}', extras=extras)

    assert answer.status_code == 413


def test_a_query_is_read_in_both_spellings_with_lists_repeated_or_joined(shelves):
    found = shelves.simulate_get(
        "/shelves?fileTypes=cbz,epub&file_types_=x&genres=a&genres=b,c&bookCount=4&is_open=TRUE"
    )

    assert found.json == {
        "file_types": ["cbz", "epub"],
        "genres": ["a", "b", "c"],
        "book_count": 4,
        "is_open": True,
        "tags": None,
        "words": None,
    }


def test_a_field_with_a_description_is_read_like_any_other(shelves):
    found = shelves.simulate_get("/shelves?tags=a&tags=b,c&words=null")

    assert found.json["tags"] == ["a", "b", "c"]
    assert found.json["words"] == "null"


def test_an_empty_parameter_counts_as_not_given(shelves):
    found = shelves.simulate_get("/shelves?bookCount=&genres=&v=17")

    assert (found.json["book_count"], found.json["genres"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("book_count=many", "book_count"),
        ("book_count=1&book_count=2", "book_count"),
        ("is_open=perhaps", "is_open"),
        ("book_count=null", "book_count"),
    ],
)
def test_a_query_that_cannot_be_used_is_told_where(shelves, query, field):
    answer = shelves.simulate_get(f"/shelves?{query}")

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]


def test_the_values_of_a_path_are_checked(shelves):
    assert shelves.simulate_get(f"/shelves/{SHELF_ID}/pages/3").json == [
        SHELF_ID.lower(),
        3,
    ]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/shelves/17/pages/3", "shelf_id"),
        (f"/shelves/{{{SHELF_ID}}}/pages/3", "shelf_id"),
        (f"/shelves/{SHELF_ID}/pages/last", "page_number"),
        (f"/shelves/{SHELF_ID}/pages/{'9' * 30}", "page_number"),
    ],
)
def test_a_malformed_path_is_a_bad_request(shelves, path, field):
    answer = shelves.simulate_get(path)

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] == field


def test_a_text_in_a_path_is_any_text():
    assert read_path("/preferences/{key}", {"key": "ui.theme"}) == {"key": "ui.theme"}
