from __future__ import annotations

import io
import zipfile
from email.utils import parsedate_to_datetime
from uuid import uuid4

import pytest

from codex_lib import clock
from codex_lib.accounts.api_keys import create_api_key
from codex_lib.accounts.permissions import Permission
from codex_lib.api.downloads import attachment
from codex_lib.catalog.books import list_books
from codex_lib.catalog.libraries import create_library
from codex_lib.db import rows
from codex_lib.db.paging import Paging

BOOKS, SERIES = "/api/v1/books", "/api/v1/series"


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def library(db, root):
    """A library that takes folders of images for books."""
    now = "2024-01-15T10:30:00.000000Z"
    formats = ["cbz", "folder"]
    return create_library(
        db, name="Comics", path=root, now=now, allowed_formats=formats
    )


@pytest.fixture
def book(make_cbz, scan, db):
    make_cbz("Saga/Saga 1.cbz", pages=5)
    scan()
    return list_books(db, Paging()).data[0]


@pytest.fixture
def path(root, book):
    return root / "Saga" / "Saga 1.cbz"


@pytest.fixture
def get(client, reader, book):
    """Return a function that asks for the book's file."""

    def ask(method="GET", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"{BOOKS}/{book.id}/file"
        return client.simulate_request(method, address, headers={**reader, **named})

    return ask


def test_a_file_comes_byte_for_byte(get, path):
    answer = get()

    assert (answer.status_code, answer.content) == (200, path.read_bytes())
    headers = answer.headers
    assert headers["Content-Type"] == "application/zip"
    assert headers["Content-Length"] == str(path.stat().st_size)
    assert headers["Content-Disposition"] == 'attachment; filename="Saga 1.cbz"'
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["ETag"].startswith('"')
    modified = parsedate_to_datetime(headers["Last-Modified"]).timestamp()
    assert modified == int(path.stat().st_mtime)


def test_a_range_is_that_part_of_the_file(get, path):
    size = path.stat().st_size

    for header, part in (
        ("bytes=0-9", slice(0, 10)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-7", slice(-7, None)),
        (f"bytes=5-{size + 99}", slice(5, None)),
    ):
        answer = get(Range=header)

        start, end, _ = part.indices(size)
        assert (answer.status_code, answer.content) == (206, path.read_bytes()[part])
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.headers["Content-Length"] == str(end - start)


def test_a_range_behind_the_end_is_refused_with_the_size(get, path):
    answer = get(Range="bytes=9999999-")

    assert (answer.status_code, answer.json["error"]) == (416, "RangeNotSatisfiable")
    assert answer.headers["Content-Range"] == f"bytes */{path.stat().st_size}"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "lines=1-2", "bytes=x"])
def test_other_ranges_get_the_whole_file(get, path, header):
    answer = get(Range=header)

    assert (answer.status_code, answer.content) == (200, path.read_bytes())


def test_a_part_of_a_file_that_the_client_has_another_state_of_is_not_sent(get, path):
    headers = get().headers

    for condition, status in (
        (headers["ETag"], 206),
        (headers["Last-Modified"], 206),
        (f"W/{headers['ETag']}", 200),
        ('"old"', 200),
    ):
        assert get(Range="bytes=0-1", If_Range=condition).status_code == status


def test_a_file_that_the_client_has_is_not_sent_again(get, path):
    headers = get().headers

    known = get(If_None_Match=headers["ETag"])
    dated = get(If_Modified_Since=headers["Last-Modified"])
    other = get(If_None_Match='"x"', If_Modified_Since=headers["Last-Modified"])

    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["ETag"] == headers["ETag"]
    assert dated.status_code == 304
    assert other.status_code == 200
    path.write_bytes(b"other")
    assert get(If_None_Match=headers["ETag"]).content == b"other"


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=1-5"}])
def test_head_tells_what_get_would(get, headers):
    shown, told = get(**headers), get("HEAD", **headers)

    assert (told.status_code, told.content) == (shown.status_code, b"")
    del shown.headers["x-request-id"], told.headers["x-request-id"]
    assert told.headers == shown.headers


def test_a_file_that_is_gone_or_no_file_is_not_found(get, path, client, reader):
    path.unlink()
    gone = get()
    path.mkdir()
    folder = get()
    unknown = client.simulate_get(f"{BOOKS}/{uuid4()}/file", headers=reader)

    assert gone.status_code == folder.status_code == unknown.status_code == 404
    assert "No such file" in gone.json["message"]
    assert str(path) not in gone.text


def test_files_need_the_right_to_read_and_take_the_cookie(
    client, book, reader, db, make_user
):
    token = reader["Authorization"].removeprefix("Bearer ")
    user = make_user("ben")
    rights = [Permission.PAGES_READ]
    _, key = create_api_key(db, user, name="k", permissions=rights, now=clock.now())

    for path in (f"{BOOKS}/{book.id}/file", f"{SERIES}/{book.series_id}/download"):
        cookie = {"Cookie": f"auth_token={token}"}
        assert client.simulate_get(path, headers=cookie).status_code == 200
        assert client.simulate_get(path).status_code == 401
        refused = client.simulate_get(path, headers={"X-API-Key": key})
        assert refused.status_code == 403


# Folders and series


def entries(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(answer.content))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {info.compress_type for info in archive.infolist()} <= {0}
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def folder(root, make_cbz, scan, db):
    """A book that is a folder of three images."""
    with zipfile.ZipFile(make_cbz("other.zip", pages=3)) as archive:
        archive.extractall(root / "Saga" / "Saga 7")
    (root / "other.zip").unlink()
    (root / "Saga" / "Saga 7" / ".hidden").write_text("hidden")
    scan()
    (book,) = [b for b in list_books(db, Paging()).data if b.file_format == "folder"]
    return book


def test_a_folder_of_images_comes_as_an_archive(client, reader, folder, root):
    path = f"{BOOKS}/{folder.id}/file"

    answer = client.simulate_get(path, headers={**reader, "Range": "bytes=0-1"})

    found = entries(answer)
    assert list(found) == ["001.jpg", "002.jpg", "003.jpg"]
    assert found["002.jpg"] == (root / "Saga" / "Saga 7" / "002.jpg").read_bytes()
    shown = answer.headers["Content-Disposition"]
    assert shown == 'attachment; filename="Saga 7.cbz"'
    told = client.simulate_head(path, headers=reader)
    assert told.headers["Content-Length"] == str(len(answer.content))


def test_a_folder_that_is_gone_is_not_found(client, reader, folder, root):
    (root / "Saga").rename(root / "Gone")

    answer = client.simulate_get(f"{BOOKS}/{folder.id}/file", headers=reader)

    assert answer.status_code == 404


@pytest.fixture
def series(make_cbz, scan, folder, db):
    """A series of three books and of a folder, told by their numbers."""
    for number in (10, 9, 1):
        make_cbz(f"Saga/Saga {number}.cbz", seed=number)
    scan()
    return folder.series_id


def test_a_series_comes_as_one_archive_in_reading_order(client, reader, series, root):
    answer = client.simulate_get(f"{SERIES}/{series}/download", headers=reader)

    found = entries(answer)
    assert list(found) == [
        "Saga 1.cbz",
        "Saga 7/001.jpg",
        "Saga 7/002.jpg",
        "Saga 7/003.jpg",
        "Saga 9.cbz",
        "Saga 10.cbz",
    ]
    assert found["Saga 9.cbz"] == (root / "Saga" / "Saga 9.cbz").read_bytes()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Saga.zip"'
    assert answer.headers["Accept-Ranges"] == "none"


def test_files_that_are_gone_are_named_in_the_archive(client, reader, series, root):
    (root / "Saga" / "Saga 9.cbz").unlink()
    (root / "Saga" / "Saga 7").rename(root / "elsewhere")

    answer = client.simulate_get(f"{SERIES}/{series}/download", headers=reader)

    found = entries(answer)
    assert list(found) == ["Saga 1.cbz", "Saga 10.cbz", "Missing files.txt"]
    assert found["Missing files.txt"] == b"Saga 7\nSaga 9.cbz\n"


def test_a_series_without_a_file_is_not_found(client, reader, series, root, db):
    (root / "Saga").rename(root / "elsewhere")

    gone = client.simulate_get(f"{SERIES}/{series}/download", headers=reader)
    unknown = client.simulate_get(f"{SERIES}/{uuid4()}/download", headers=reader)

    assert gone.status_code == unknown.status_code == 404
    rows(db, "UPDATE books SET deleted_at = created_at")
    empty = client.simulate_get(f"{SERIES}/{series}/download", headers=reader)
    assert entries(empty) == {}


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Saga 1.cbz", 'filename="Saga 1.cbz"'),
        ("Ärger.cbz", "filename=\"_rger.cbz\"; filename*=UTF-8''%C3%84rger.cbz"),
        ('a"b\\.cbz', "filename=\"a_b_.cbz\"; filename*=UTF-8''a%22b%5C.cbz"),
        ("50%.cbz", "filename=\"50_.cbz\"; filename*=UTF-8''50%25.cbz"),
        ("a\r\nb.cbz", "filename=\"a__b.cbz\"; filename*=UTF-8''a%0D%0Ab.cbz"),
        ("\udcff.cbz", "filename=\"_.cbz\"; filename*=UTF-8''%3F.cbz"),
    ],
)
def test_a_name_reaches_the_client_whatever_is_in_it(name, shown):
    assert attachment(name) == f"attachment; {shown}"
