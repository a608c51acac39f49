"""Every route of the API, asked by everybody: nobody, somebody, somebody who may."""

from __future__ import annotations

import re

import pytest

from codex_lib.accounts.permissions import Permission
from codex_lib.api.endpoint import PUBLIC, Endpoint
from codex_lib.api.openapi import walk_operations
from codex_lib.api.routes import ROUTES

OPERATIONS = list(walk_operations())
PROTECTED = [item for item in OPERATIONS if item[2].access is not PUBLIC]
GUARDED = [item for item in PROTECTED if item[2].permissions]


def name_of(value):
    return "" if isinstance(value, Endpoint) else str(value)


def plain_path(path):
    """Return a path with something in place of each placeholder."""
    filled = re.sub(r"\{\w+:uuid\}", "01a20d02-8356-7000-8926-8e2c3de2789e", path)
    return re.sub(r"\{\w+(:int)?\}", "1", filled)


@pytest.mark.parametrize(("path", "verb", "declared"), PROTECTED, ids=name_of)
def test_nobody_gets_in(client, path, verb, declared):
    answer = client.simulate_request(verb.upper(), plain_path(path))

    assert answer.status_code == 401
    assert answer.json["error"] == "Unauthorized"


@pytest.mark.parametrize(("path", "verb", "declared"), GUARDED, ids=name_of)
def test_without_the_permission_it_is_forbidden(
    client, make_user, sign, path, verb, declared
):
    others = set(Permission) - set(declared.permissions)
    headers = sign(make_user(permissions=others))

    answer = client.simulate_request(verb.upper(), plain_path(path), headers=headers)

    assert answer.status_code == 403
    assert answer.json["error"] == "Forbidden"
    assert all(name in answer.json["message"] for name in declared.permissions)


@pytest.mark.parametrize(("path", "verb", "declared"), PROTECTED, ids=name_of)
def test_with_a_permission_it_is_not(client, make_user, sign, path, verb, declared):
    for number, permission in enumerate(declared.permissions or [None]):
        held = [] if permission is None else [permission]
        headers = sign(make_user(f"user{number}", permissions=held))

        answer = client.simulate_request(
            verb.upper(), plain_path(path), headers=headers
        )

        assert answer.status_code not in {401, 403, 500}


@pytest.mark.parametrize(("path", "verb", "declared"), OPERATIONS, ids=name_of)
def test_a_route_answers_head_and_options_and_no_unknown_verb(
    client, path, verb, declared
):
    assert client.simulate_options(plain_path(path)).status_code == 200
    assert client.simulate_request("PROPFIND", plain_path(path)).status_code == 405


def test_every_responder_is_declared_and_has_words():
    for path, resource in ROUTES:
        responders = [name for name in dir(resource) if re.match("on_(?!head)", name)]

        assert responders, path
    for path, verb, declared in OPERATIONS:
        assert declared.summary, f"{verb} {path}"
        assert len(declared.summary) < 80, f"{verb} {path}"
