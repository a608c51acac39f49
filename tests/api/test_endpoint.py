import asyncio

import pytest
from msgspec import Struct

from codex_lib.accounts.permissions import Permission
from codex_lib.api.calls import call
from codex_lib.api.endpoint import PUBLIC, endpoint


class Sent(Struct):
    name: str


class Slow:
    @endpoint(PUBLIC, tag="Slow")
    async def on_get(self, req, resp):
        await asyncio.sleep(5)

    @endpoint(PUBLIC, tag="Slow")
    async def on_post(self, req, resp):
        raise TimeoutError("of a network drive")

    @endpoint(PUBLIC, tag="Slow")
    async def on_delete(self, req, resp):
        """Take it away."""

    @endpoint(PUBLIC, tag="Slow", reply=Sent, status=201)
    async def on_put(self, req, resp):
        resp.set_header("Location", "/slow/1")
        return await call(req, lambda _db: Sent("ana"))


class Either:
    @endpoint(Permission.BOOKS_READ, Permission.SERIES_READ, tag="Either", reply=str)
    async def on_get(self, req, resp):
        return req.caller.user.username


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (["BooksRead"], 200),
        (["SeriesRead"], 200),
        (["BooksRead", "SeriesRead"], 200),
        (["PagesRead"], 403),
        ([], 403),
    ],
)
def test_one_of_several_permissions_is_enough(
    make_client, make_user, sign, held, status
):
    client = make_client({"/either": Either()})
    headers = sign(make_user(permissions=held))

    assert client.simulate_get("/either", headers=headers).status_code == status


@pytest.fixture
def slow(make_client):
    return make_client({"/slow": Slow()}, api_request_timeout_seconds=1)


def test_a_request_that_takes_too_long_is_given_up(slow):
    answer = slow.simulate_get("/slow")

    assert answer.status_code == 503
    assert answer.json["error"] == "ServiceUnavailable"
    assert "within 1 seconds" in answer.json["message"]
    assert answer.headers["Retry-After"] == "5"


def test_a_timeout_of_something_else_is_a_mistake_like_any_other(slow):
    assert slow.simulate_post("/slow").status_code == 500


def test_an_endpoint_without_a_reply_answers_204(slow):
    answer = slow.simulate_delete("/slow")

    assert (answer.status_code, answer.text) == (204, "")


def test_an_endpoint_answers_what_it_returns_with_its_status(slow):
    answer = slow.simulate_put("/slow")

    assert (answer.status_code, answer.json) == (201, {"name": "ana"})
    assert answer.headers["Location"] == "/slow/1"
    assert answer.headers["Content-Type"] == "application/json"
