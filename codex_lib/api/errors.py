"""Errors to HTTP: the one place where an error meets a status.

Every error, from a missing book to a mistake of ours, has the same body:
{"error": "NotFound", "message": "Book not found: …", "details": null}. A message of a
status from 500 on says nothing of the cause, which is in the log under the request id.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import falcon
import msgspec

from codex_lib import errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from falcon.asgi import Response

    from codex_lib.api.requests import Request

logger = logging.getLogger("codex.api")


class ErrorBody(msgspec.Struct):
    """What every failed request is answered with.

    details is null, a list of {field, reason}, or {reference} to a line in the log.
    """

    error: str
    message: str
    details: Any = None


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a request; as "books[0].title"."""

    field: str
    reason: str


class BadFieldsError(errors.CodexError):
    """The request's body, query or path cannot be used; fields says what is wrong."""

    def __init__(self, fields: Sequence[FieldError]) -> None:
        self.fields = list(fields)
        super().__init__("; ".join(f"{item.field}: {item.reason}" for item in fields))


class MalformedError(errors.CodexError):
    """The body is not JSON, or not of a type that is read here."""


class TooLargeError(errors.CodexError):
    """The body is larger than the server takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes")


class OverloadedError(errors.CodexError):
    """More calls are waiting than can be answered in time."""

    def __init__(self) -> None:
        super().__init__("The server has too much to do; try again in a moment")


class OutOfTimeError(errors.CodexError):
    """The request took longer than it may."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Not done within {seconds} seconds; a change may still take effect"
        )


# The first class on an error's line of descent counts.
STATUS: dict[type[Exception], tuple[int, str]] = {
    BadFieldsError: (400, "BadRequest"),
    MalformedError: (400, "BadRequest"),
    errors.InvalidError: (400, "BadRequest"),
    errors.UnauthorizedError: (401, "Unauthorized"),
    errors.ForbiddenError: (403, "Forbidden"),
    errors.NotFoundError: (404, "NotFound"),
    errors.UnreadableBookError: (404, "NotFound"),
    errors.ConflictError: (409, "Conflict"),
    errors.RefusedError: (409, "Conflict"),
    TooLargeError: (413, "ContentTooLarge"),
    errors.TooManyAttemptsError: (429, "TooManyRequests"),
    errors.CodexError: (500, "InternalServerError"),
    errors.CatalogBusyError: (503, "ServiceUnavailable"),
    errors.CatalogError: (503, "ServiceUnavailable"),
    OverloadedError: (503, "ServiceUnavailable"),
    OutOfTimeError: (503, "ServiceUnavailable"),
}
# For the framework's own errors: an unknown path, a wrong verb, an unusable header.
WORDS = {
    400: "BadRequest",
    404: "NotFound",
    405: "MethodNotAllowed",
    413: "ContentTooLarge",
}
NEUTRAL = "Something went wrong in the server; its log has more under this reference"
# Their messages are ours and hold no path, no SQL and no cause.
TELLING = (OverloadedError, OutOfTimeError, errors.CatalogBusyError)
RETRY_SECONDS = 5
# What a responder may have said about the body that does not come now.
OF_THE_BODY = ("Content-Disposition", "Content-Encoding", "ETag", "Last-Modified")


async def answer_codex_error(
    req: Request, resp: Response, error: errors.CodexError, _params: object
) -> None:
    """Answer an error that was raised on purpose."""
    known = next(base for base in type(error).__mro__ if base in STATUS)
    status, word = STATUS[known]
    if status >= 500 and not isinstance(error, TELLING):  # noqa: PLR2004 - HTTP
        write_unexplained(req, resp, status, word, error)
    else:
        write_error(resp, status, word, message_of(error), details_of(error))
    if isinstance(error, errors.TooManyAttemptsError):
        resp.set_header("Retry-After", str(error.retry_after))
    elif status == 503:  # noqa: PLR2004 - HTTP
        resp.set_header("Retry-After", str(RETRY_SECONDS))


async def answer_http_error(
    _req: Request, resp: Response, error: falcon.HTTPError, _params: object
) -> None:
    """Answer an error of the framework, keeping its headers (Allow)."""
    status = error.status_code
    word = WORDS.get(status, error.title.partition(" ")[2].replace(" ", ""))
    message = error.description or MESSAGES.get(status, error.title)
    write_error(resp, status, word, message, None)
    resp.set_headers(error.headers or {})


MESSAGES = {
    404: "There is nothing at this address",
    405: "This address does not take that method",
}


async def answer_unexpected(
    req: Request, resp: Response, error: Exception, _params: object
) -> None:
    """Answer a mistake of ours: the cause goes to the log only."""
    write_unexplained(req, resp, 500, "InternalServerError", error)


def write_unexplained(
    req: Request, resp: Response, status: int, word: str, error: Exception
) -> None:
    """Log a cause that is nobody's business and answer with its reference."""
    reference = req.request_id
    logger.error(
        "%s %s failed, reference %s", req.method, req.path, reference, exc_info=error
    )
    write_error(resp, status, word, NEUTRAL, {"reference": reference})


def write_error(
    resp: Response, status: int, word: str, message: str, details: object
) -> None:
    """Write the body of a failed request over whatever was to be answered."""
    resp.status = status
    resp.content_type = falcon.MEDIA_JSON
    resp.sse = None
    for name in OF_THE_BODY:
        resp.delete_header(name)
    resp.data = msgspec.json.encode(ErrorBody(word, message, details))
    resp.set_header("Cache-Control", "no-store")


def message_of(error: errors.CodexError) -> str:
    """Return an error's sentence for the caller, without paths of the server."""
    if isinstance(error, errors.UnreadableBookError):
        return f"The book's file cannot be read: {error.reason}"
    return str(error)


def details_of(error: errors.CodexError) -> list[FieldError] | None:
    """Return the fields that are wrong; None for an error of another kind."""
    if isinstance(error, BadFieldsError):
        return error.fields
    if isinstance(error, errors.InvalidError):
        return [FieldError(error.field, error.reason)]
    return None
