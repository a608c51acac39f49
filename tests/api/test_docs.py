import base64
import hashlib
import re

import pytest

from codex_lib.api.docs import render_operation
from codex_lib.api.openapi import build_openapi

ON = {"api_enable_api_docs": "true"}


def test_there_is_no_description_unless_it_is_switched_on(client):
    assert client.simulate_get("/docs").status_code == 404
    assert client.simulate_get("/api/v1/openapi.json").status_code == 404


def test_the_document_is_served(make_client, config):
    answer = make_client(**ON).simulate_get("/api/v1/openapi.json")

    assert answer.json == build_openapi(config)
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/docs", "/about/api"])
def test_the_viewer_shows_every_operation_and_schema(make_client, config, path):
    client = make_client(**ON, api_api_docs_path=path)

    page = client.simulate_get(path)

    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    document = build_openapi(config)
    for shown in document["paths"]:
        assert shown in page.text
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page.text


def test_the_viewer_runs_its_own_script_and_nothing_else(make_client):
    page = make_client(**ON).simulate_get("/docs")

    policy = page.headers["Content-Security-Policy"]
    script = re.search("<script>(.*)</script>", page.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_viewer_knows_where_a_proxy_shows_the_server(make_client):
    client = make_client(**ON, api_trusted_proxies="127.0.0.1")
    headers = {"X-Forwarded-Prefix": "/codex"}

    page = client.simulate_get("/docs", headers=headers, remote_addr="127.0.0.1")

    assert 'data-mount="/codex"' in page.text
    assert 'href="/codex/api/v1/openapi.json"' in page.text


def test_a_form_has_a_field_for_every_parameter_and_nothing_runs_in_it():
    operation = {
        "summary": "Find <books>",
        "description": "",
        "parameters": [
            {"name": "book_id", "in": "path"},
            {"name": "sort", "in": "query", "description": "<script>"},
        ],
        "responses": {
            "200": {
                "description": "Done.",
                "content": {"image/jpeg": {}},
            },
            "201": {
                "description": "Made.",
                "content": {"application/json": {"schema": {"type": "string"}}},
            },
            "204": {"description": "Nothing."},
        },
    }

    page = "".join(render_operation("/books/{book_id}", "get", operation))

    assert '<input name="book_id" data-in="path">' in page
    assert '<input name="sort" data-in="query">' in page
    assert "<textarea" not in page
    assert "<script>" not in page
    assert "Find &lt;books&gt;" in page
    assert "{&quot;type&quot;: &quot;string&quot;}" in page
