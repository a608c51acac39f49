"""Covers over HTTP, on a library that was really scanned."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from codex_lib.catalog.books import list_books
from codex_lib.db.paging import Paging

API = "/api/v1"
FORM = "multipart/form-data; boundary=xyz"
RED, GREEN = (250, 0, 0), (0, 250, 0)


def picture(color, form="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (60, 90), color).save(out, form)
    return out.getvalue()


def form_of(data, name="cover"):
    head = (
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n\r\n'
    )
    return head.encode() + data + b"\r\n--xyz--\r\n"


def is_red(image):
    pixel = Image.open(io.BytesIO(image)).convert("RGB").getpixel((5, 5))
    return pixel[0] > 200 > pixel[1]


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


@pytest.fixture
def book(db, make_cbz, scan):
    make_cbz("Saga/Saga 1.cbz", seed=1)
    make_cbz("Saga/Saga 2.cbz", seed=2)
    scan()
    return list_books(db, Paging()).data[1]


@pytest.fixture
def series(book):
    """The address of the series."""
    return f"{API}/series/{book.series_id}"


@pytest.fixture
def ask(client, admin):
    """Return a function that sends a request as an admin and returns the answer."""

    def send(method, path, headers=admin, **options):
        return client.simulate_request(method, path, headers=headers, **options)

    return send


@pytest.fixture
def upload(ask, admin):
    """Return a function that sends an image in a form."""

    def send(path, data, *, headers=admin):
        headers = {**headers, "Content-Type": FORM}
        return ask("POST", f"{path}/cover", headers, body=form_of(data))

    return send


def thumbnail(ask, path):
    return ask("GET", f"{path}/thumbnail").content


def test_an_uploaded_image_is_listed_and_shown(ask, upload, series, book):
    answer = upload(series, picture(RED))

    assert answer.status_code == 200
    cover = answer.json
    assert ask("GET", f"{series}/covers").json == {"covers": [cover]}
    assert cover.pop("created_at") == cover.pop("updated_at")
    assert cover == {
        "id": cover["id"],
        "series_id": book.series_id,
        "source": "custom",
        "path": f"{series}/covers/{cover['id']}/image",
        "is_selected": True,
        "format": "png",
        "width": 60,
        "height": 90,
    }
    assert is_red(thumbnail(ask, series))
    shown = ask("GET", series).json
    assert (shown["selected_cover_source"], shown["has_custom_cover"]) == (
        "custom",
        True,
    )


def test_an_image_may_be_the_body_itself(ask, series, admin):
    headers = {**admin, "Content-Type": "image/png"}

    answer = ask("POST", f"{series}/cover", headers, body=picture(RED))

    assert answer.status_code == 200
    assert is_red(thumbnail(ask, series))


def test_the_image_is_shown_as_it_was_sent_also_to_the_cookie(
    ask, upload, series, reader
):
    data = picture(RED, "WEBP")
    path = upload(series, data).json["path"]
    token = reader["Authorization"].removeprefix("Bearer ")

    for headers in (reader, {"Cookie": f"auth_token={token}"}):
        answer = ask("GET", path, headers)

        assert (answer.status_code, answer.content) == (200, data)
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"

    known = {**reader, "If-None-Match": answer.headers["ETag"]}
    assert ask("GET", path, known).status_code == 304
    assert "immutable" in ask("GET", f"{path}?v=1", reader).headers["Cache-Control"]


@pytest.mark.parametrize(
    "data", [b"rubbish", b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_image_is_refused(upload, series, book, data):
    for path in (series, f"{API}/books/{book.id}"):
        answer = upload(path, data)

        assert answer.status_code == 400
        assert answer.json["details"][0]["field"] == "cover"


def test_the_same_image_again_is_refused(upload, series, book):
    for path in (series, f"{API}/books/{book.id}"):
        assert upload(path, picture(RED)).status_code == 200
        again = upload(path, picture(RED))

        assert again.status_code == 400
        assert "same image" in again.json["message"]


def test_a_cover_is_selected_reset_and_deleted(ask, upload, series):
    red = f"{series}/covers/{upload(series, picture(RED)).json['id']}"
    upload(series, picture(GREEN))
    assert not is_red(thumbnail(ask, series))

    selected = ask("PUT", f"{red}/select")
    assert (selected.status_code, selected.json["is_selected"]) == (200, True)
    assert is_red(thumbnail(ask, series))

    assert ask("DELETE", f"{series}/covers/selected").status_code == 204
    assert ask("GET", series).json["selected_cover_source"] is None
    assert ask("GET", series).json["has_custom_cover"] is True

    assert ask("DELETE", red).status_code == 204
    assert ask("DELETE", red).status_code == 404
    assert len(ask("GET", f"{series}/covers").json["covers"]) == 1


def test_the_cover_of_a_book_is_chosen_and_cannot_be_deleted(ask, series, book):
    source = {"source": f"book:{book.id}"}

    answer = ask("PATCH", f"{series}/cover/source", json=source)

    assert (answer.status_code, answer.json) == (200, source)
    (cover,) = ask("GET", f"{series}/covers").json["covers"]
    assert (cover["source"], cover["format"]) == (source["source"], None)
    own = thumbnail(ask, f"{API}/books/{book.id}")
    assert thumbnail(ask, series) == ask("GET", cover["path"]).content == own
    refused = ask("DELETE", f"{series}/covers/{cover['id']}")
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"source": "custom"},
        {"source": "x"},
        {"source": "book:01a20d03-0000-7000-8000-000000000000"},
    ],
)
def test_a_source_that_there_is_not_is_refused(ask, series, body):
    answer = ask("PATCH", f"{series}/cover/source", json=body)

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] == "source"


def test_a_book_shows_its_image_until_it_gets_its_own_back(ask, upload, series, book):
    path = f"{API}/books/{book.id}"
    own = thumbnail(ask, path)

    answer = upload(path, picture(RED))
    assert (answer.status_code, answer.content) == (200, b"")
    assert is_red(thumbnail(ask, path))

    assert ask("DELETE", f"{path}/cover").status_code == 204
    assert thumbnail(ask, path) == own


UNKNOWN = "01a20d03-0000-7000-8000-000000000000"
CALLS = (
    ("POST", "series/{}/cover"),
    ("PATCH", "series/{}/cover/source"),
    ("GET", "series/{}/covers"),
    ("DELETE", "series/{}/covers/selected"),
    ("DELETE", f"series/{{}}/covers/{UNKNOWN}"),
    ("PUT", f"series/{{}}/covers/{UNKNOWN}/select"),
    ("GET", f"series/{{}}/covers/{UNKNOWN}/image"),
    ("POST", "books/{}/cover"),
    ("DELETE", "books/{}/cover"),
)


def body_of(method, path, headers):
    if method == "POST":
        body = {"headers": {**headers, "Content-Type": FORM}}
        return {**body, "body": form_of(picture(RED))}
    body = {"json": {"source": "default"}} if path.endswith("source") else {}
    return {"headers": headers, **body}


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_what_there_is_not_is_not_found(ask, admin, method, path):
    unknown = f"{API}/{path.format(uuid4())}"
    no_id = f"{API}/{path.format('saga')}"

    assert ask(method, unknown, **body_of(method, path, admin)).status_code == 404
    assert ask(method, no_id, **body_of(method, path, admin)).status_code == 400


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_reader_only_looks(ask, reader, method, path):
    answer = ask(
        method, f"{API}/{path.format(uuid4())}", **body_of(method, path, reader)
    )

    assert answer.status_code == (404 if method == "GET" else 403)
    nobody = ask(method, f"{API}/{path.format(uuid4())}", **body_of(method, path, {}))
    assert nobody.status_code == 401


def test_covers_have_camel_case_twins_when_switched_on(
    make_client, upload, series, admin
):
    upload(series, picture(RED))
    client = make_client(api_response_case="both")

    (cover,) = client.simulate_get(f"{series}/covers", headers=admin).json["covers"]

    assert cover["isSelected"] is cover["is_selected"] is True
