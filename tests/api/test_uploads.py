"""Forms with an image in them, as clients send them and as they do not."""

import falcon
import pytest

from codex_lib.accounts.permissions import Permission
from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.uploads import FORM_BYTES
from codex_lib.formats.limits import COVER_BYTES

PATH = "/api/v1/things"
FORM = "multipart/form-data; boundary=xyz"


class Thing:
    """Takes anything, and answers what came."""

    @endpoint(PUBLIC, tag="Things", upload=True, reply=bytes, media=("image/png",))
    async def on_post(self, req, resp, upload):
        resp.data = upload


@pytest.fixture
def send(make_client):
    """Return a function that sends a body and returns the answer."""
    client = make_client({PATH: Thing()})

    def post(body, content_type=FORM):
        headers = {"Content-Type": content_type} if content_type else {}
        return client.simulate_post(PATH, body=body, headers=headers)

    return post


def part(name, data, *, kind="image/png"):
    return (
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    ).encode() + data


def form(*parts):
    return b"\r\n".join([*parts, b"--xyz--\r\n"])


@pytest.mark.parametrize("name", ["cover", "file", "image"])
def test_a_file_is_taken_from_any_of_three_fields(send, name):
    answer = send(
        form(part("note", b"hello", kind="text/plain"), part(name, b"\0\xff"))
    )

    assert (answer.status_code, answer.content) == (200, b"\0\xff")


def test_of_several_files_the_first_counts(send):
    assert send(form(part("file", b"1"), part("cover", b"2"))).content == b"1"


@pytest.mark.parametrize("kind", ["image/png", "IMAGE/JPEG; q=1"])
def test_an_image_may_be_the_body_itself(send, kind):
    assert send(b"\x89PNG", kind).content == b"\x89PNG"


@pytest.mark.parametrize("kind", [None, "application/json", "text/plain", "imagery/x"])
def test_a_body_of_another_type_is_refused(send, kind):
    answer = send(b"{}", kind)

    assert (answer.status_code, answer.json["error"]) == (400, "BadRequest")
    assert "multipart/form-data or an image" in answer.json["message"]


def test_a_form_without_a_file_is_told_which_field_is_missing(send):
    answer = send(form(part("picture", b"1")))

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] == "cover"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"rubbish", FORM),
        (part("cover", b"never ends"), FORM),
        (form(*[part("x", b"")] * 17), FORM),
        (form(part("cover", b"1")), "multipart/form-data"),
        (form(part("cover", b"1")), "multipart/form-data; boundary="),
        (form(part("cover", b"1").replace(b"cover", b"\xff\xfe")), FORM),
        (
            form(part("cover", b"1").replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 9000)),
            FORM,
        ),
    ],
)
def test_a_form_that_is_none_is_refused(send, body, content_type):
    answer = send(body, content_type)

    assert (answer.status_code, answer.json["error"]) == (400, "BadRequest")


def test_a_body_is_as_large_as_a_cover_and_its_form(send):
    rest = len(form(part("cover", b"")))
    largest = bytes(COVER_BYTES + FORM_BYTES - rest)

    assert len(send(form(part("cover", largest))).content) == len(largest)
    answer = send(form(part("cover", largest + b"0")))
    assert (answer.status_code, answer.json["error"]) == (413, "ContentTooLarge")


def test_who_may_not_send_a_file_is_told_so_first(make_client):
    class Guarded:
        """Takes a file of somebody who may."""

        @endpoint(Permission.SERIES_WRITE, tag="Things", upload=True)
        async def on_post(self, req, resp, upload):
            raise falcon.HTTPNotImplemented

    client = make_client({PATH: Guarded()})

    assert client.simulate_post(PATH, body=b"rubbish").status_code == 401
