"""The examples of the API guide as printed, against a running server.

Replaced are only the address, the placeholders (YOUR_TOKEN, {id}, the sample key) and
the folder of comics, which has to be there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing

import pytest

from codex_lib import clock
from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.catalog.books import list_books
from codex_lib.catalog.libraries import create_library, list_libraries
from codex_lib.db import open_catalog
from codex_lib.db.paging import Paging
from codex_lib.scanning.scan import scan_library

SAMPLE_KEY = "codex_abc12345_xyzSecretPart123456"


def needs(*programs):
    """Skip a test where a program that its example calls is not installed."""
    missing = [name for name in programs if shutil.which(name) is None]
    reason = f"not installed: {', '.join(missing)}"
    return pytest.mark.skipif(bool(missing), reason=reason)


@pytest.fixture
def make_user(data_dir):
    """Return a function that makes a user of a name and a password."""

    def make(username, password):
        with closing(open_catalog(data_dir / "codex.db")) as db:
            create_user(
                db,
                username=username,
                email=f"{username}@example.com",
                password=password,
                costs=Costs(8192, 1, 1),
                now=clock.now(),
                is_admin=True,
            )

    return make


@pytest.fixture
def comics(tmp_path):
    """The folder that the examples make a library of."""
    folder = tmp_path / "media" / "comics"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def book(data_dir, tmp_path, make_cbz):
    """The id of a book that is in the catalog."""
    make_cbz("Saga/Saga 1.cbz")
    with closing(open_catalog(data_dir / "codex.db")) as db:
        now = clock.now()
        library = create_library(db, name="A", path=tmp_path / "Comics", now=now)
        scan_library(db, library.id, now=now, threads=1)
        return list_books(db, Paging()).data[0].id


@pytest.fixture
def example(serve, tmp_path, comics):
    """Return a function that runs an example and returns what it prints."""
    server = serve()

    def run(*command, text, **replaced):
        own = {
            "localhost:8080": server.url.removeprefix("http://"),
            "/media/comics": str(comics),
            **replaced,
        }
        for printed, value in own.items():
            text = text.replace(printed, value)
        done = subprocess.run(
            command,
            input=text,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def shell(example):
    """Return a function that runs an example of curl and returns its answer."""

    def run(text, **replaced):
        return json.loads(example("bash", "-eu", text=text, **replaced))

    return run


LOGIN = """\
curl -X POST http://localhost:8080/api/v1/auth/login \\
-H "Content-Type: application/json" \\
-d '{
"username": "admin",
"password": "your-password"
}'
"""
WITH_TOKEN = """\
curl -H "Authorization: Bearer YOUR_TOKEN_HERE" \\
http://localhost:8080/api/v1/libraries
"""
BASIC = """\
curl -u "username:password" http://localhost:8080/api/v1/libraries
"""


@needs("bash", "curl")
def test_authentication(make_user, shell):
    make_user("admin", "your-password")
    make_user("username", "password")

    signed_in = shell(LOGIN)

    assert signed_in["token_type"] == "Bearer"
    assert signed_in["expires_in"] == 86400
    assert signed_in["user"]["username"] == "admin"
    assert signed_in["user"]["email"] == "admin@example.com"
    assert signed_in["user"]["is_admin"] is True
    assert shell(WITH_TOKEN, YOUR_TOKEN_HERE=signed_in["access_token"]) == []
    assert shell(BASIC) == []


CREATE_KEY = """\
curl -X POST http://localhost:8080/api/v1/api-keys \\
-H "Authorization: Bearer YOUR_TOKEN" \\
-H "Content-Type: application/json" \\
-d '{
"name": "My Script Key",
"permissions": ["LibrariesRead", "BooksRead", "PagesRead"]
}'
"""
WITH_KEY = """\
curl -H "X-API-Key: codex_abc12345_xyzSecretPart123456" \\
http://localhost:8080/api/v1/libraries
"""
WITH_KEY_AS_TOKEN = """\
curl -H "Authorization: Bearer codex_abc12345_xyzSecretPart123456" \\
http://localhost:8080/api/v1/libraries
"""


@needs("bash", "curl")
def test_api_keys(make_user, shell):
    make_user("admin", "your-password")
    token = shell(LOGIN)["access_token"]

    made = shell(CREATE_KEY, YOUR_TOKEN=token)

    assert made["name"] == "My Script Key"
    assert made["permissions"] == ["LibrariesRead", "BooksRead", "PagesRead"]
    assert made["key"].startswith(f"codex_{made['key_prefix']}_")
    assert made["id"]
    assert made["created_at"]
    for text in (WITH_KEY, WITH_KEY_AS_TOKEN):
        assert shell(text, **{SAMPLE_KEY: made["key"]}) == []


PAGE = """\
curl -H "Authorization: Bearer $TOKEN" \\
"http://localhost:8080/api/v1/books?page=2&page_size=50"
"""


@needs("bash", "curl")
def test_pagination(make_user, book, shell):
    make_user("admin", "your-password")
    token = shell(LOGIN)["access_token"]

    assert shell(PAGE, **{"$TOKEN": token}) == {
        "data": [],
        "page": 2,
        "page_size": 50,
        "total": 1,
        "total_pages": 1,
    }


# Without the events, which the server does not send yet.
JAVASCRIPT = """\
const API_URL = 'http://localhost:8080/api/v1';

// Login
const loginResponse = await fetch(`${API_URL}/auth/login`, {
method: 'POST',
headers: { 'Content-Type': 'application/json' },
body: JSON.stringify({ username: 'admin', password: 'password' })
});
const { access_token } = await loginResponse.json();

// Get libraries
const libraries = await fetch(`${API_URL}/libraries`, {
headers: { 'Authorization': `Bearer ${access_token}` }
}).then(r => r.json());
"""


@needs("node")
def test_javascript(make_user, book, example):
    make_user("admin", "password")
    show = "console.log(JSON.stringify(libraries))"

    printed = example("node", "--input-type=module", text=f"{JAVASCRIPT}{show}")

    assert [library["name"] for library in json.loads(printed)] == ["A"]


PYTHON = """\
import requests

API_URL = 'http://localhost:8080/api/v1'

# Login
response = requests.post(f'{API_URL}/auth/login', json={
'username': 'admin',
'password': 'password'
})
token = response.json()['access_token']

headers = {'Authorization': f'Bearer {token}'}

# Get libraries
libraries = requests.get(f'{API_URL}/libraries', headers=headers).json()

# Create a library
new_library = requests.post(f'{API_URL}/libraries', headers=headers, json={
'name': 'My Library',
'path': '/media/comics'
}).json()
"""


def test_python(make_user, comics, example):
    make_user("admin", "password")
    show = "import json; print(json.dumps([libraries, new_library]))"

    libraries, made = json.loads(example(sys.executable, text=f"{PYTHON}{show}"))

    assert libraries == []
    assert (made["name"], made["path"]) == ("My Library", str(comics))


CURL = """\
# Login and save token
TOKEN=$(curl -s -X POST http://localhost:8080/api/v1/auth/login \\
-H "Content-Type: application/json" \\
-d '{"username":"admin","password":"password"}' | jq -r '.access_token')

# List libraries
curl -H "Authorization: Bearer $TOKEN" \\
http://localhost:8080/api/v1/libraries

# Create library
curl -X POST http://localhost:8080/api/v1/libraries \\
-H "Authorization: Bearer $TOKEN" \\
-H "Content-Type: application/json" \\
-d '{"name":"Comics","path":"/media/comics"}'

# Get book cover
curl -H "Authorization: Bearer $TOKEN" \\
http://localhost:8080/api/v1/books/{id}/thumbnail > cover.jpg
"""


@needs("bash", "curl", "jq")
def test_curl(make_user, book, example, comics, tmp_path):
    make_user("admin", "password")

    printed = example("bash", "-eu", text=CURL, **{"{id}": book})

    libraries, end = json.JSONDecoder().raw_decode(printed)
    assert [library["name"] for library in libraries] == ["A"]
    made = json.loads(printed[end:])
    assert (made["name"], made["path"]) == ("Comics", str(comics))
    assert (tmp_path / "cover.jpg").read_bytes().startswith(b"\xff\xd8")


SCANS = """\
# Normal scan (only new/changed files)
curl -X POST "http://localhost:8080/api/v1/libraries/{id}/scan?mode=normal" \\
-H "Authorization: Bearer $TOKEN"
"""
DEEP_SCAN = """\
# Deep scan (re-analyze all files)
curl -X POST "http://localhost:8080/api/v1/libraries/{id}/scan?mode=deep" \\
-H "Authorization: Bearer $TOKEN"
"""


@needs("bash", "curl")
@pytest.mark.parametrize(("text", "mode"), [(SCANS, "normal"), (DEEP_SCAN, "deep")])
def test_scanning(make_user, book, data_dir, shell, text, mode):
    make_user("admin", "your-password")
    token = shell(LOGIN)["access_token"]
    with closing(open_catalog(data_dir / "codex.db")) as db:
        library = list_libraries(db)[0]

    status = shell(text, **{"{id}": library.id, "$TOKEN": token})

    assert status["library_id"] == library.id
    assert (status["status"], status["mode"]) == ("pending", mode)
