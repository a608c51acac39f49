"""Images that clients send: a form with a file in it, or the image alone."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from falcon.media.multipart import MultipartFormHandler

from codex_lib.api.errors import BadFieldsError, FieldError, MalformedError
from codex_lib.api.reading import read_bytes
from codex_lib.formats.limits import COVER_BYTES

if TYPE_CHECKING:
    from codex_lib.api.requests import Request

FORM = "multipart/form-data"
FIELDS = ("cover", "file", "image")
FORM_BYTES = 64 * 1024  # of a form beside its file
HANDLER = MultipartFormHandler()
HANDLER.parse_options.max_body_part_count = 16

# What OpenAPI says of such a body; any one of the fields will do.
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
UPLOAD: dict[str, Any] = {
    "required": True,
    "content": {
        FORM: {
            "schema": {
                "type": "object",
                "properties": dict.fromkeys(FIELDS, BINARY),
                "anyOf": [{"required": [name]} for name in FIELDS],
            }
        },
        "image/*": {"schema": BINARY},
    },
}


async def read_upload(req: Request) -> bytes:
    """Read the image of a request, from the form field cover, file or image.

    Or the body itself, if its type is that of an image. Raises MalformedError,
    TooLargeError, BadFieldsError.
    """
    data = await read_bytes(req, COVER_BYTES + FORM_BYTES)
    kind = (req.content_type or "").partition(";")[0].strip().lower()
    if kind.startswith("image/"):
        return data
    if kind != FORM:
        message = f"The body must be {FORM} or an image, not {kind or 'of no type'}"
        raise MalformedError(message)
    try:
        return uploaded(data, req.content_type or "")
    except UnicodeDecodeError:
        raise MalformedError("The form is not valid: a name is no text") from None


def uploaded(data: bytes, content_type: str) -> bytes:
    """Return the first image in a form. Raises BadFieldsError, MultipartParseError.

    The form is read to its end, so that one that is cut off is none.
    """
    parts = HANDLER.deserialize(BytesIO(data), content_type, len(data))
    found: list[bytes] = [part.stream.read() for part in parts if part.name in FIELDS]
    if not found:
        reason = f"a file is missing, in one of the fields {', '.join(FIELDS)}"
        raise BadFieldsError([FieldError(FIELDS[0], reason)])
    return found[0]
