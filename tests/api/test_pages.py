from __future__ import annotations

import gzip
import io
import os
import zipfile
from uuid import uuid4

import pytest
from PIL import Image

from codex_lib import clock
from codex_lib.accounts.api_keys import create_api_key
from codex_lib.accounts.permissions import Permission
from codex_lib.catalog.books import get_book, list_books
from codex_lib.db.paging import Paging

BOOKS = "/api/v1/books"


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def add(make_cbz, scan, db):
    """Return a function that writes a CBZ, scans it and returns path and book."""

    def make(name="Saga/Saga 1.cbz", **options):
        path = make_cbz(name, **options)
        scan()
        (book,) = list_books(db, Paging()).data
        return path, book

    return make


@pytest.fixture
def get(client, reader):
    """Return a function that asks for a page of a book."""

    def ask(book, number=1, *, headers=None, method="GET", **query):
        path = f"{BOOKS}/{book.id}/pages/{number}"
        headers = {**reader, **(headers or {})}
        return client.simulate_request(method, path, headers=headers, params=query)

    return ask


def entry(path, number=1):
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"{number:03}.jpg")


# List


def test_the_pages_of_a_book_are_listed_in_reading_order(client, add, reader):
    path, book = add(pages=3)

    answer = client.simulate_get(f"{BOOKS}/{book.id}/pages", headers=reader)

    assert [page["page_number"] for page in answer.json] == [1, 2, 3]
    first = answer.json[0]
    assert len({page["id"] for page in answer.json}) == 3
    assert first == {
        "id": first["id"],
        "book_id": book.id,
        "page_number": 1,
        "file_name": "001.jpg",
        "file_format": "jpeg",
        "file_size": len(entry(path)),
        "width": 60,
        "height": 90,
    }


def test_the_pages_come_in_an_envelope_when_a_page_of_the_list_is_asked_for(
    client, add, reader
):
    _, book = add(pages=3)

    query = {"page": 1, "page_size": 2}
    answer = client.simulate_get(
        f"{BOOKS}/{book.id}/pages", headers=reader, params=query
    )

    assert [page["page_number"] for page in answer.json["data"]] == [3]
    assert answer.json["total"] == 3


def test_a_book_that_was_never_readable_has_no_pages(client, add, root, reader, get):
    (root / "Saga").mkdir()
    (root / "Saga" / "Bad.cbz").write_bytes(b"rubbish")
    _, book = add(name="Saga/Bad.cbz", pages=0)

    answer = client.simulate_get(f"{BOOKS}/{book.id}/pages", headers=reader)

    assert answer.json == []
    assert get(book).status_code == 404


# One page


@pytest.mark.parametrize("number", [1, 3])
def test_a_stored_page_comes_byte_for_byte(add, get, number):
    path, book = add()

    answer = get(book, number, headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert answer.content == entry(path, number)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in answer.headers
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("identity", False),
        ("", False),
    ],
)
def test_a_deflated_page_is_sent_packed_to_those_who_take_it(
    add, get, accepted, is_packed
):
    path, book = add(method=zipfile.ZIP_DEFLATED)

    answer = get(book, headers={"Accept-Encoding": accepted})

    assert answer.headers["Vary"] == "Accept-Encoding"
    assert ("Content-Encoding" in answer.headers) == is_packed
    data = gzip.decompress(answer.content) if is_packed else answer.content
    assert data == entry(path)


def test_a_page_has_another_tag_for_each_form_of_its_bytes(add, get):
    _, book = add(method=zipfile.ZIP_DEFLATED)

    tags = {
        get(book).headers["ETag"],
        get(book, headers={"Accept-Encoding": "gzip"}).headers["ETag"],
        get(book, width=20).headers["ETag"],
        get(book, width=20, format="png").headers["ETag"],
        get(book, 2).headers["ETag"],
    }

    assert len(tags) == 5
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize("query", [{}, {"width": 20}])
def test_a_page_that_the_client_has_is_not_sent_again(add, get, query):
    _, book = add()
    tag = get(book, **query).headers["ETag"]

    for known in (tag, f'"other", W/{tag}', "*"):
        answer = get(book, headers={"If-None-Match": known}, **query)

        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
    assert get(book, 2, headers={"If-None-Match": tag}, **query).status_code == 200


@pytest.mark.parametrize("query", [{}, {"width": 20}])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_head_tells_what_get_would(add, get, method, query):
    _, book = add(method=method)

    for headers in ({}, {"Accept-Encoding": "gzip"}):
        shown = get(book, headers=headers, **query)
        told = get(book, headers=headers, method="HEAD", **query)

        assert told.content == b""
        del shown.headers["x-request-id"], told.headers["x-request-id"]
        assert told.headers == shown.headers


def test_a_page_asked_for_by_version_may_be_kept(add, get):
    _, book = add()

    answer = get(book, v=book.updated_at)

    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_page_is_fitted_into_a_box_and_comes_in_the_format_asked_for(add, get):
    _, book = add()

    small = get(book, width=20)
    other = get(book, height=9, format="webp")

    assert small.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(small.content)).size == (20, 30)
    assert other.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(other.content)).size == (6, 9)


def test_the_stored_format_without_a_size_is_the_stored_page(add, get):
    path, book = add()

    assert get(book, format="jpeg").content == entry(path)
    assert get(book, headers={"Accept": "image/webp"}).content == entry(path)


@pytest.mark.parametrize(
    ("number", "query", "field"),
    [
        (0, {}, "page_number"),
        (-1, {}, "page_number"),
        ("one", {}, "page_number"),
        (1, {"width": 0}, "width"),
        (1, {"height": 10_001}, "height"),
        (1, {"width": "wide"}, "width"),
        (1, {"format": "gif"}, "format"),
    ],
)
def test_a_page_that_cannot_be_asked_for_is_told_why(add, get, number, query, field):
    _, book = add()

    answer = get(book, number, **query)

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]


def test_an_unknown_book_or_page_is_not_found(client, add, get, reader):
    _, book = add(pages=3)

    missing = get(book, 4)
    unknown = client.simulate_get(f"{BOOKS}/{uuid4()}/pages/1", headers=reader)

    assert missing.status_code == unknown.status_code == 404
    assert missing.json["message"] == "Page not found: 4 (the book has 3)"


def test_pages_need_their_permission_and_take_the_cookie(
    client, add, get, make_user, sign, reader
):
    _, book = add()
    path = f"{BOOKS}/{book.id}/pages/1"
    token = reader["Authorization"].removeprefix("Bearer ")

    assert client.simulate_get(path).status_code == 401
    cookie = client.simulate_get(path, headers={"Cookie": f"auth_token={token}"})
    assert cookie.status_code == 200


def test_a_key_without_the_permission_sees_no_page(client, db, add, make_user):
    _, book = add()
    user = make_user("ben")
    _, key = create_api_key(
        db, user, name="k", permissions=[Permission.BOOKS_READ], now=clock.now()
    )

    for path in ("pages", "pages/1"):
        answer = client.simulate_get(
            f"{BOOKS}/{book.id}/{path}", headers={"X-API-Key": key}
        )
        assert answer.status_code == 403


# Files that are no longer what they were


def test_a_file_that_is_gone_has_no_pages(add, get):
    path, book = add()
    path.unlink()

    answer = get(book, headers={"If-None-Match": "*"})

    assert answer.status_code == 404
    assert "No such file" in answer.json["message"]
    assert str(path) not in answer.text


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_that_was_replaced_shows_its_own_pages(add, get, make_cbz, method):
    _, book = add(pages=3, method=method)
    old = get(book, 2).headers["ETag"]
    path = make_cbz("Saga/Saga 1.cbz", pages=2, seed=77, method=method)

    answer = get(book, 2, headers={"If-None-Match": old})

    assert (answer.status_code, answer.content) == (200, entry(path, 2))
    gone = get(book, 3)
    assert gone.status_code == 404
    assert gone.json["message"] == "Page not found: 3 (the book's file has 2 now)"


def test_a_file_replaced_by_one_of_the_same_size_and_time_shows_nothing(add, get):
    path, book = add(pages=3)
    facts = path.stat()
    with zipfile.ZipFile(path) as archive:
        pages = {name: archive.read(name)[:-1] + b"?" for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in pages.items():
            archive.writestr(name, data)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert path.stat().st_size == facts.st_size

    answer = get(book, 2)

    assert answer.status_code == 404
    assert "checksum" in answer.json["message"]


def test_a_file_that_was_cut_off_shows_no_page(add, get):
    path, book = add()
    os.truncate(path, 600)

    answer = get(book, 3)

    assert answer.status_code == 404
    assert answer.json["error"] == "NotFound"


# Progress


def page_of(db, book, user):
    progress = get_book(db, book.id, user_id=user.id).read_progress
    return progress and (progress.current_page, progress.completed)


@pytest.fixture
def turn(client, sign, make_user, db, add):
    """Return a function that asks for a page with track, and where it led."""
    _, book = add(pages=3)
    user = make_user("cleo")

    def ask(number, **query):
        path = f"{BOOKS}/{book.id}/pages/{number}"
        answer = client.simulate_get(path, headers=sign(user), params=query)
        assert answer.status_code == 200
        return page_of(db, book, user)

    return ask


def test_looking_at_a_page_changes_no_progress(turn):
    assert turn(3) is None
    assert turn(3, track="false") is None


def test_tracked_pages_move_progress_on_and_never_back(turn):
    assert turn(2, track="true") == (2, False)
    assert turn(1, track="true") == (2, False)
    assert turn(3, track="true") == (3, True)
    assert turn(1, track="true") == (3, True)


def test_a_key_needs_more_than_reading_to_track(client, db, add, make_user):
    _, book = add()
    user = make_user("ben")
    _, key = create_api_key(
        db, user, name="k", permissions=[Permission.PAGES_READ], now=clock.now()
    )
    path = f"{BOOKS}/{book.id}/pages/1"

    def ask(**query):
        headers = {"X-API-Key": key}
        return client.simulate_get(path, headers=headers, params=query).status_code

    assert ask() == 200
    assert ask(track="true") == 403
    assert page_of(db, book, user) is None
