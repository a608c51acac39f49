import logging

import pytest
from falcon.asgi import SSEvent

from codex_lib import errors
from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.errors import NEUTRAL


class Failing:
    def __init__(self, error):
        self.error = error

    @endpoint(PUBLIC, tag="Failing")
    async def on_get(self, req, resp):
        resp.text = "half an answer"
        resp.sse = events()
        resp.set_header("Content-Encoding", "gzip")
        raise self.error


async def events():
    yield SSEvent(text="never sent")


def test_nothing_is_left_of_the_answer_that_failed(fail):
    answer = fail(errors.ConflictError("taken"))

    assert answer.json["message"] == "taken"
    assert answer.headers["Content-Type"] == "application/json"
    assert "Content-Encoding" not in answer.headers


@pytest.fixture
def fail(make_client):
    """Return a function that asks for something that fails with an error."""

    def ask(error):
        return make_client({"/fail": Failing(error)}).simulate_get("/fail")

    return ask


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (errors.InvalidError("name", "must not be blank"), 400, "BadRequest"),
        (errors.UnauthorizedError(), 401, "Unauthorized"),
        (errors.ForbiddenError("no"), 403, "Forbidden"),
        (errors.LibraryNotFoundError("x"), 404, "NotFound"),
        (errors.ConflictError("taken"), 409, "Conflict"),
        (errors.ScanRunningError("Comics"), 409, "Conflict"),
        (errors.LossRefusedError("Comics", ["gone"]), 409, "Conflict"),
        (errors.TooManyAttemptsError(7), 429, "TooManyRequests"),
        (errors.CatalogBusyError("busy"), 503, "ServiceUnavailable"),
    ],
)
def test_an_error_has_its_status_and_its_word(fail, error, status, word):
    answer = fail(error)

    assert answer.status_code == status
    assert answer.json["error"] == word
    assert answer.json["message"] == str(error)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "WWW-Authenticate" not in answer.headers


def test_details_are_null_or_say_which_field(fail):
    assert fail(errors.BookNotFoundError("x")).json["details"] is None
    assert fail(errors.InvalidError("name", "is blank")).json["details"] == [
        {"field": "name", "reason": "is blank"}
    ]


def test_when_to_come_back_is_told(fail):
    assert fail(errors.TooManyAttemptsError(7)).headers["Retry-After"] == "7"
    assert fail(errors.CatalogBusyError("busy")).headers["Retry-After"] == "5"
    assert "Retry-After" not in fail(errors.ConflictError("x")).headers


def test_the_path_of_an_unreadable_book_is_not_told(fail):
    answer = fail(errors.UnreadableBookError("/home/ana/x.cbz", "encrypted"))

    assert answer.status_code == 404
    assert answer.json["message"] == "The book's file cannot be read: encrypted"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ZeroDivisionError("in /home/ana"), 500),
        (errors.CodexError("in /home/ana"), 500),
        (errors.CatalogError("/home/ana/codex.db is damaged"), 503),
    ],
)
def test_a_cause_inside_the_server_is_in_the_log_only(fail, caplog, error, status):
    with caplog.at_level(logging.ERROR, logger="codex.api"):
        answer = fail(error)

    reference = answer.json["details"]["reference"]
    assert answer.status_code == status
    assert answer.json["message"] == NEUTRAL
    assert "/home/ana" not in answer.text
    assert reference == answer.headers["X-Request-Id"]
    assert f"GET /fail failed, reference {reference}" in caplog.text
    assert "/home/ana" in caplog.text


def test_an_unknown_address_and_a_wrong_verb_have_the_same_body(client):
    unknown = client.simulate_get("/api/v1/nope")
    wrong = client.simulate_delete("/api/v1/health")

    assert unknown.status_code == 404
    assert unknown.json == {
        "error": "NotFound",
        "message": "There is nothing at this address",
        "details": None,
    }
    assert wrong.status_code == 405
    assert wrong.json["error"] == "MethodNotAllowed"
    assert wrong.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("verb", ["CONNECT", "PROPFIND"])
def test_a_verb_nobody_knows_is_refused_in_the_same_way(client, verb):
    answer = client.simulate_request(verb, "/api/v1/health")

    assert answer.status_code in {400, 405}
    assert answer.json.keys() == {"error", "message", "details"}


def test_head_is_get_without_a_body(client):
    head = client.simulate_head("/api/v1/health")
    body = client.simulate_get("/api/v1/health")

    assert (head.status_code, head.text) == (200, "")
    assert head.headers["Content-Length"] == body.headers["Content-Length"]


def test_options_names_the_verbs(client):
    answer = client.simulate_options("/api/v1/health")

    assert (answer.status_code, answer.text) == (200, "")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
