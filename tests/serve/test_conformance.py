"""The server against its own description, by requests that schemathesis makes up."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import sys
from contextlib import closing
from operator import attrgetter
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
from codex_lib.catalog.chosen_covers import add_book_cover, add_series_cover
from codex_lib.catalog.duplicates import list_duplicates
from codex_lib.catalog.external_ratings import set_external_rating
from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.links import set_external_link
from codex_lib.catalog.ratings import set_rating
from codex_lib.catalog.taxonomy import list_terms, rename_term
from codex_lib.catalog.titles import create_alternate_title
from codex_lib.config.load import load_config
from codex_lib.db import open_catalog
from codex_lib.db.paging import Paging
from codex_lib.errors import LibraryNotFoundError
from codex_lib.reading.progress import set_progress
from codex_lib.scanning.duplicates import find_duplicates
from codex_lib.scanning.scan import scan_library
from codex_lib.tasks.claims import claim, fail_task
from codex_lib.tasks.queue import enqueue
from codex_lib.tasks.registry import KINDS, limits_of

# What takes away the progress and the tasks that others ask for.
LAST = (
    "/api/v1/series/{series_id}/unread",
    "/api/v1/tasks/purge",
    "/api/v1/tasks/nuke",
)
# So that operations go in the document's order.
SETTINGS = """
[phases.examples]
operation-ordering = "none"
[phases.coverage]
operation-ordering = "none"
[phases.fuzzing]
operation-ordering = "none"
"""
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
def shelf(db, tmp_path, make_cbz):
    """A scanned library: a damaged book, and two equal ones in different series."""
    said = {"Genre": "Action, Drama, Horror", "Tags": "a, b, c", "Writer": "Ana"}
    saga = make_cbz("Saga/Saga 1.cbz", **said)
    (saga.parents[1] / "Bone").mkdir()
    shutil.copyfile(saga, saga.parents[1] / "Bone" / "Bone 1.cbz")
    saga.with_name("Saga 2.cbz").write_bytes(b"no archive")
    library = create_library(db, name="A", path=saga.parents[1], now=clock.now())
    scan_library(db, library.id, now=clock.now(), threads=1)
    return library


@pytest.fixture
def terms(db, shelf):
    """The ids of three genres and of three tags; aliases lead to all of them."""
    return {
        noun: [
            rename_term(db, noun, term.id, f"New {term.name}", now=clock.now()).id
            for term in list_terms(db, noun)
        ]
        for noun in ("genre", "tag")
    }


@pytest.fixture
def tasks(db, tmp_path, shelf):
    """The ids of a task that has failed, and of one that waits."""
    now, config = clock.now(), settings_of(tmp_path)
    failed = enqueue(db, "purge_deleted", library_id=shelf.id, now=now)
    task = claim(db, "worker", limits_of(config), now=now)
    fail_task(db, task, LibraryNotFoundError(shelf.id), progress=None, now=now)
    return [failed, enqueue(db, "retention", now=now)]


@pytest.fixture
def things(db, tmp_path, make_user, shelf, terms, tasks):
    """What there is, by parameter: to be asked for, and to be deleted."""
    now = clock.now()
    (tmp_path / "other").mkdir()
    other = create_library(db, name="B", path=tmp_path / "other", now=now)
    owner = make_user("owner")
    find_duplicates(db, now=now)
    bone, saga, damaged = sorted(list_books(db, Paging()).data, key=FILE)
    made = [
        {
            "series_id": book.series_id,
            "book_id": book.id,
            "cover_id": add_series_cover(db, book.series_id, PICTURE, now=now).id,
            "title_id": add_title(db, book.series_id),
            "user_id": make_user(f"user{number}").id,
            "key_id": create_api_key(db, owner, name="key", now=now)[0].id,
            "genre_id": terms["genre"][number],
            "tag_id": terms["tag"][number],
        }
        for number, book in enumerate([saga, bone])
    ]
    kept = made[0] | {"library_id": shelf.id, "page_number": 1}
    gone = made[1] | {"library_id": other.id, "source": "anilist"}
    gone["group_id"] = list_duplicates(db)[0].id
    add_sources(db, gone["series_id"])
    add_book_cover(db, gone["book_id"], PICTURE, now=now)
    several = {name: [value] for name, value in kept.items()}
    several |= {"task_id": tasks, "book_id": [saga.id, damaged.id]}
    return several, {name: [gone[name]] for name in gone}


def add_title(db, series_id):
    """Give a series another title; return its id."""
    about = {"label": "Romaji", "title": "Sāga", "now": clock.now()}
    return create_alternate_title(db, series_id, **about).id


def add_sources(db, series_id):
    """Say what another catalog knows about a series."""
    about = {"source_name": "anilist", "now": clock.now()}
    set_external_link(db, series_id, url="https://example.com/1", **about)
    set_external_rating(db, series_id, rating=80, **about)


def image(color):
    """Return a BMP of one pixel; all of its bytes are text, so that JSON holds it."""
    head = struct.pack("<2sIII", b"BM", 58, 0, 54)
    about = struct.pack("<IIIHHIIIIII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
    return (head + about + bytes([color, color, color, 0])).decode("ascii")


PICTURE = image(0).encode()
FILE = attrgetter("file_path")


def settings_of(tmp_path):
    return load_config(config_file=None, data_dir=None, environ={}, cwd=tmp_path)


@pytest.fixture
def document(tmp_path, things, terms):
    """The exported document, which knows some ids and folders that there are.

    Left to chance, nothing would ever be found, and nothing made. The streams of events
    are left out: they never end, and test_streams.py reads them.
    """
    document = json.loads(json.dumps(build_openapi(settings_of(tmp_path))))
    for path in [path for path in document["paths"] if path.endswith("/stream")]:
        del document["paths"][path]
    for path, verb, operation in operations_of(document):
        is_gone = verb == "delete" and not path.endswith("/purge-deleted")
        tell_ids(operation, things[is_gone])
    tell_values(document, tmp_path)
    for noun in ("genre", "tag"):
        path = f"/api/v1/{noun}s/{{{noun}_id}}/merge"
        content = document["paths"][path]["post"]["requestBody"]["content"]
        ids = {"type": "array", "minItems": 1, "items": {"enum": [terms[noun][2]]}}
        content["application/json"]["schema"] = {
            "type": "object",
            "properties": {"ids": ids},
            "required": ["ids"],
        }
    for path in LAST:
        document["paths"][path] = document["paths"].pop(path)
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    (tmp_path / "schemathesis.toml").write_text(SETTINGS)
    return document


def tell_ids(operation, known):
    """Let an operation's path name what there is, or something that there is not."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "path" and parameter["name"] in known:
            other = 99 if parameter["schema"]["type"] == "integer" else str(uuid4())
            parameter["schema"] = {"enum": [*known[parameter["name"]], other]}


def tell_values(document, tmp_path):
    """Let bodies name folders, images, types of tasks and aliases that there are."""
    folders = [tmp_path / f"folder{number}" for number in range(9)]
    for folder in folders:
        folder.mkdir()
    schemas = document["components"]["schemas"]
    for body in ("NewLibrary", "PreviewRequest"):
        schemas[body]["properties"]["path"] = {"enum": list(map(str, folders))}
    schemas["NewTask"]["properties"]["task_type"] = {"enum": list(KINDS)}
    names = schemas["UnmergedTerms"]["properties"]["names"]
    names["items"] = {"enum": ["Action", "a"]}
    for _, _, operation in operations_of(document):
        form = operation.get("requestBody", {"content": {}})["content"].get(FORM)
        if form is not None:
            form["schema"]["properties"]["cover"] = {"enum": [image(2), image(3)]}


@pytest.fixture
def check(serve, db, make_user, things, document, tmp_path):
    """Return a function that checks the server as somebody sees it.

    It returns the operations that succeeded at least once.
    """
    operations = [
        (verb, path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"))
        for path, verb, _ in operations_of(document)
    ]

    def run(tags, **fields):
        user = make_user("caller", **fields)
        _, key = create_api_key(db, user, name="key", now=clock.now())
        for known in things:
            read_something(db, user, known)
        server = ["--url", serve().url, "--header", f"X-API-Key: {key}"]
        chosen = [part for tag in tags for part in ("--include-tag", tag)]
        done = subprocess.run(
            [*SCHEMATHESIS, *chosen, *server],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
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


def read_something(db, user, known):
    """Let somebody begin a book, and rate its series."""
    book_id, series_id = known["book_id"][0], known["series_id"][0]
    now = clock.now()
    set_progress(db, book_id, user_id=user.id, current_page=1, now=now)
    set_rating(db, user.id, series_id, {"rating": 70}, now=now)


# What only somebody does who knows a password or a mailed token, or who comes first.
OUT_OF_REACH = {
    "post /api/v1/setup/initialize",
    "post /api/v1/auth/login",
    "post /api/v1/auth/register",
    "post /api/v1/auth/verify-email",
}


# Fresh servers and catalogs, so that one machine's cores share the work.
GROUPS = (
    ("Setup", "Authentication", "Users", "API keys", "Health", "Admin"),
    ("Libraries", "Scanning", "Tasks", "Thumbnails", "Duplicates"),
    ("Series",),
    ("Books", "Pages", "Reading progress"),
    ("Covers", "Genres", "Tags"),
    ("Ratings", "External links", "Alternate titles"),
)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("tags", GROUPS, ids="+".join)
def test_the_server_does_what_its_description_says_for_an_admin(check, document, tags):
    described = {
        f"{verb} {path}"
        for path, verb, operation in operations_of(document)
        if operation["tags"][0] in tags
    }

    succeeded = check(tags, is_admin=True)

    assert succeeded & described == described - OUT_OF_REACH


def test_every_operation_is_checked(document):
    tags = [tag for group in GROUPS for tag in group]

    assert sorted(tags) == sorted(
        {operation["tags"][0] for _, _, operation in operations_of(document)}
    )


@pytest.mark.timeout(300)
def test_the_server_does_what_its_description_says_for_a_reader(check):
    succeeded = check(())

    assert "get /api/v1/books/{book_id}/thumbnail" in succeeded
    assert "get /api/v1/users" not in succeeded
