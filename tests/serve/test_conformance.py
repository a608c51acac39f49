"""The server against its own description, by requests that schemathesis makes up."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from codex_lib import clock
from codex_lib.accounts.api_keys import create_api_key
from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.api.openapi import build_openapi, operations_of
from codex_lib.api.uploads import FORM
from codex_lib.catalog.books import list_books
from codex_lib.catalog.chosen_covers import add_series_cover
from codex_lib.catalog.libraries import create_library
from codex_lib.config.load import load_config
from codex_lib.db import open_catalog
from codex_lib.db.paging import Paging
from codex_lib.scanning.scan import scan_library

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
)
SCHEMATHESIS = (
    *(sys.executable, "-m", "schemathesis.cli", "run", "openapi.json"),
    *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
    *("--seed", "1", "--generation-deterministic"),
    *("--report", "har", "--report-har-path", "report.har"),
    *("--generation-with-security-parameters", "false"),
    *("--max-examples", "12", "--no-color", "--request-timeout", "20"),
    *("--suppress-health-check", "all", "--continue-on-failure"),
)


@pytest.fixture
def db(data_dir):
    with closing(open_catalog(data_dir / "codex.db")) as db:
        yield db


@pytest.fixture
def make_user(db):
    def make(name, **fields):
        return create_user(
            db,
            username=name,
            email=f"{name}@example.com",
            password=uuid4().hex,
            costs=Costs(8192, 1, 1),
            now=clock.now(),
            **fields,
        )

    return make


@pytest.fixture
def things(db, tmp_path, make_cbz, make_user):
    """The ids of what there is, by parameter: to be asked for, and to be deleted."""
    now = clock.now()
    make_cbz("Saga/Saga 1.cbz", Writer="Ana")
    (tmp_path / "other").mkdir()
    library = create_library(db, name="A", path=tmp_path / "Comics", now=now)
    other = create_library(db, name="B", path=tmp_path / "other", now=now)
    scan_library(db, library.id, now=now, threads=1)
    (book,) = list_books(db, Paging()).data
    owner = make_user("owner")
    keys = [create_api_key(db, owner, name="key", now=now)[0].id for _ in range(2)]
    users = [make_user(f"user{number}").id for number in range(2)]
    covers = [
        add_series_cover(db, book.series_id, image(color).encode(), now=now).id
        for color in range(2)
    ]
    kept = {
        "library_id": library.id,
        "series_id": book.series_id,
        "book_id": book.id,
        "cover_id": covers[0],
        "user_id": users[0],
        "key_id": keys[0],
    }
    gone = kept | {
        "library_id": other.id,
        "cover_id": covers[1],
        "user_id": users[1],
        "key_id": keys[1],
    }
    return kept, gone


def image(color):
    """Return a BMP of one pixel; all of its bytes are text, so that JSON holds it."""
    head = struct.pack("<2sIII", b"BM", 58, 0, 54)
    about = struct.pack("<IIIHHIIIIII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
    return (head + about + bytes([color, color, color, 0])).decode("ascii")


@pytest.fixture
def document(tmp_path, things):
    """The exported document, which knows some ids and folders that there are.

    Left to chance, nothing would ever be found, and nothing made.
    """
    kept, gone = things
    config = load_config(config_file=None, data_dir=None, environ={}, cwd=tmp_path)
    document = json.loads(json.dumps(build_openapi(config)))
    for _, verb, operation in operations_of(document):
        known = gone if verb == "delete" else kept
        for parameter in operation["parameters"]:
            if parameter["in"] == "path" and parameter["name"] in known:
                ids = [known[parameter["name"]], str(uuid4())]
                parameter["schema"] = {"enum": ids}
        form = operation.get("requestBody", {"content": {}})["content"].get(FORM)
        if form is not None:
            form["schema"]["properties"]["cover"] = {"enum": [image(2), image(3)]}
    folders = [tmp_path / f"folder{number}" for number in range(9)]
    for folder in folders:
        folder.mkdir()
    body = document["components"]["schemas"]["NewLibrary"]
    body["properties"]["path"] = {"enum": [str(folder) for folder in folders]}
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    return document


@pytest.fixture
def check(serve, db, make_user, document, tmp_path):
    """Return a function that checks the server as somebody sees it.

    It returns the operations that succeeded at least once.
    """
    operations = [
        (verb, path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"))
        for path, verb, _ in operations_of(document)
    ]

    def run(**fields):
        user = make_user("caller", **fields)
        _, key = create_api_key(db, user, name="key", now=clock.now())
        done = subprocess.run(
            [*SCHEMATHESIS, "--url", serve().url, "--header", f"X-API-Key: {key}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        report = json.loads((tmp_path / "report.har").read_text())
        good = {
            (entry["request"]["method"].lower(), urlsplit(entry["request"]["url"]).path)
            for entry in report["log"]["entries"]
            if entry["response"]["status"] < 300
        }
        return {
            f"{verb} {path}"
            for verb, path, form in operations
            if any(form.match(sent) for method, sent in good if method == verb)
        }

    return run


# What only somebody does who knows a password or a mailed token, or who comes first.
OUT_OF_REACH = {
    "post /api/v1/setup/initialize",
    "post /api/v1/auth/login",
    "post /api/v1/auth/register",
    "post /api/v1/auth/verify-email",
}


def test_the_server_does_what_its_description_says_for_an_admin(check, document):
    described = {f"{verb} {path}" for path, verb, _ in operations_of(document)}

    succeeded = check(is_admin=True)

    assert succeeded == described - OUT_OF_REACH


def test_the_server_does_what_its_description_says_for_a_reader(check):
    succeeded = check()

    assert "get /api/v1/books/{book_id}/thumbnail" in succeeded
    assert "get /api/v1/users" not in succeeded
