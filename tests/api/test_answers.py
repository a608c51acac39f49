import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from codex_lib.api.answers import render_json
from codex_lib.api.endpoint import PUBLIC, endpoint


@dataclass(frozen=True)
class Library:
    book_count: int
    scanning_config: dict[str, Any] = field(default_factory=dict)


class Answer(Struct):
    is_new: bool
    first_library: Library
    all_libraries: list[Library]
    next_page: int | UnsetType = UNSET


ANSWER = Answer(
    is_new=True,
    first_library=Library(book_count=1, scanning_config={"scan_mode": "deep"}),
    all_libraries=[Library(book_count=2)],
)


def test_names_are_snake_case():
    rendered = json.loads(render_json(ANSWER, twins=False))

    assert rendered == {
        "is_new": True,
        "first_library": {"book_count": 1, "scanning_config": {"scan_mode": "deep"}},
        "all_libraries": [{"book_count": 2, "scanning_config": {}}],
    }


def test_twins_have_both_spellings_at_every_depth_but_in_free_maps():
    rendered = json.loads(render_json([ANSWER], twins=True))[0]

    assert rendered["isNew"] is rendered["is_new"] is True
    assert rendered["firstLibrary"] == rendered["first_library"]
    assert rendered["firstLibrary"]["bookCount"] == 1
    assert rendered["firstLibrary"]["scanningConfig"] == {"scan_mode": "deep"}
    assert rendered["allLibraries"][0]["bookCount"] == 2
    assert "nextPage" not in rendered


class Twice:
    @endpoint(PUBLIC, tag="Answers", reply=Library, twins=True)
    async def on_get(self, req, resp):
        return Library(book_count=1)

    @endpoint(PUBLIC, tag="Answers", reply=Library)
    async def on_post(self, req, resp):
        return Library(book_count=1)


@pytest.mark.parametrize(
    ("case", "verb", "has_twin"),
    [("both", "GET", True), ("both", "POST", False), ("snake", "GET", False)],
)
def test_twins_are_for_the_endpoints_that_declare_them_when_switched_on(
    make_client, case, verb, has_twin
):
    client = make_client({"/twice": Twice()}, api_response_case=case)

    answer = client.simulate_request(verb, "/twice")

    assert ("bookCount" in answer.json) is has_twin
    assert answer.json["book_count"] == 1
