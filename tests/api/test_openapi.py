"""The document says of every operation what the server does."""

from __future__ import annotations

import json
import re

import pytest
from msgspec import Struct
from openapi_spec_validator import validate

from codex_lib.accounts.permissions import Permission
from codex_lib.api.endpoint import PUBLIC, Endpoint, declared_of, endpoint
from codex_lib.api.lists import Limited, Page, Sorted
from codex_lib.api.openapi import (
    Schemas,
    build_openapi,
    operation,
    operations_of,
    walk_operations,
)


@pytest.fixture
def document(config):
    return build_openapi(config)


def test_the_document_is_valid_openapi(document):
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert json.loads(json.dumps(document)) == document


def test_the_document_needs_no_catalog(document, config):
    assert not config.catalog_path.exists()


@pytest.mark.parametrize(
    ("path", "verb", "declared"),
    list(walk_operations()),
    ids=lambda value: "" if isinstance(value, Endpoint) else value,
)
def test_an_operation_is_described(config, path, verb, declared):
    document = build_openapi(config)
    shown = path.replace(":uuid", "").replace(":int", "")

    described = document["paths"][shown][verb]

    statuses = described["responses"].keys()
    assert {"500", str(declared.status)} <= statuses
    assert {str(status) for status in declared.errors} <= statuses
    if declared.access is PUBLIC:
        assert described["security"] == []
        assert "Public" in described["description"]
    else:
        assert {"token": []} in described["security"]
        assert "401" in statuses
    if declared.permissions:
        assert described["x-permission"] == list(declared.permissions)
        assert declared.permissions[0] in described["description"]
        assert "403" in statuses
    if declared.body:
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        name = schema["$ref"].rpartition("/")[2]
        assert name in document["components"]["schemas"]
        assert {"400", "413"} <= statuses
    if declared.upload:
        assert described["requestBody"]["required"] is True
        assert described["requestBody"]["content"].keys() == {
            *("multipart/form-data", "image/*")
        }
        assert {"400", "413"} <= statuses


def test_every_error_has_the_error_body(document):
    error = {"schema": {"$ref": "#/components/schemas/ErrorBody"}}

    for path, _, described in operations_of(document):
        for status, answer in described["responses"].items():
            if int(status) >= 400 and path not in {"/health", "/api/v1/health"}:
                assert answer["content"] == {"application/json": error}


def test_operations_have_names_of_their_own(document):
    names = [described["operationId"] for _, _, described in operations_of(document)]

    assert len(set(names)) == len(names)


def test_schemas_have_plain_names_and_say_what_a_client_wants_to_know(document):
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch("[A-Za-z]+", name)
        assert "contract" not in schema.get("description", "")


class Shelf(Struct):
    """One shelf, in the shape of the API contract, section 9.

    Made of wood.
    """

    name: str


class ShelfQuery(Sorted, kw_only=True):
    library_id: str
    genres: tuple[str, ...] = ()


class Shelves:
    @endpoint(
        Permission.BOOKS_READ,
        Permission.SERIES_READ,
        tag="Shelves",
        query=ShelfQuery,
        reply=Page[Shelf],
        replies={304: None},
        errors=(404,),
        cookie=True,
    )
    async def on_get(self, req, resp, query, shelf_id, page_number):
        """List shelves.

        Of a wall.
        """

    @endpoint(
        Permission.BOOKS_READ,
        tag="Shelves",
        query=Limited,
        reply=bytes,
        media=("image/jpeg", "image/webp"),
    )
    async def on_put(self, req, resp, query):
        """Draw a shelf."""


def described(verb):
    declared = declared_of(getattr(Shelves, f"on_{verb}"))
    path = "/walls/{wall_id:uuid}/{page_number:int}/{key}"
    schemas = Schemas([(path, verb, declared)])
    return operation(path, verb, declared, schemas), schemas


def test_paths_and_queries_become_parameters():
    shown, _ = described("get")

    assert shown["operationId"] == "get_walls_by_wall_id_by_page_number_by_key"
    parameters = {item["name"]: item for item in shown["parameters"]}
    assert parameters["wall_id"]["schema"] == {"type": "string", "format": "uuid"}
    assert parameters["page_number"]["schema"] == {"type": "integer"}
    assert parameters["key"]["schema"] == {"type": "string"}
    assert parameters["library_id"]["required"]
    assert parameters["genres"]["schema"]["type"] == "array"
    assert not parameters["page"]["required"]
    assert parameters["page"]["schema"]["minimum"] == 0
    assert parameters["page"]["description"]


def test_one_of_several_permissions_is_said_and_the_cookie_where_it_counts():
    shown, _ = described("get")

    assert "Permission: BooksRead or SeriesRead." in shown["description"]
    assert shown["description"].startswith("Of a wall.")
    assert {"cookie": []} in shown["security"]
    assert {"cookie": []} not in described("put")[0]["security"]


def test_a_page_of_shelves_is_called_so():
    shown, schemas = described("get")

    content = shown["responses"]["200"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ShelfPage"}
    assert schemas.components["ShelfPage"]["properties"]["data"]["items"] == {
        "$ref": "#/components/schemas/Shelf"
    }
    assert schemas.components["Shelf"]["description"] == "One shelf."
    assert "content" not in shown["responses"]["304"]


def test_pictures_have_types_and_no_schema():
    answer = described("put")[0]["responses"]["200"]

    assert answer["content"] == {"image/jpeg": {}, "image/webp": {}}
