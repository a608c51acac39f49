"""The OpenAPI 3.1 document, written from the endpoints' declarations.

The schemas are msgspec's own; only the paths are put together here. spectree was tried
and left: of its validation nothing could stay (names in two spellings, all mistakes at
once, who is calling before what was sent), permissions, error bodies and pages of lists
had to be added to its document afterwards, and what then remained of it was the walk
over the routes, which is half of this module.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from codex_lib import __version__
from codex_lib.api.endpoint import PUBLIC, Endpoint, declared_of
from codex_lib.api.errors import ErrorBody
from codex_lib.api.reading import placeholders
from codex_lib.api.routes import ROUTES
from codex_lib.api.uploads import UPLOAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codex_lib.config.definitions import Config

Json = dict[str, Any]

VERBS = ("get", "post", "put", "patch", "delete")
SCHEMAS = "#/components/schemas/{name}"
JSON = "application/json"
GENERIC = re.compile(r"^Page_(\w+)_$")
# "One user, in the shape of the API contract, section 2.2."
SHAPE = re.compile(r"[ ,;.(]*[^,;.(]*\bcontract\b.*$")
REASONS = {
    400: "The request cannot be used; details lists each field and the reason.",
    401: "No credential, or one that is not valid.",
    403: "The caller may not do this.",
    404: "There is no such thing.",
    405: "This address does not take that method.",
    409: "It exists already, or something else holds it.",
    413: "The body is too large.",
    416: "The file ends before the range that was asked for.",
    429: "Too many failed attempts; Retry-After says when to come back.",
    500: "A mistake of the server; details has the reference to its log.",
    503: "The server cannot answer now; Retry-After says when to come back.",
}
OUTCOMES = {200: "Done.", 201: "Made.", 204: "Done; there is nothing to say."}
SECURITY: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of POST /auth/login, or an API key.",
    },
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "User name and password; an API key may be the password.",
    },
    "api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "auth_token",
        "description": "Set on signing in; accepted where images and files are read.",
    },
}


INTRODUCTION = """\
The REST API of Codex, for comics, manga and ebooks.

Keys of bodies and query parameters may be written in snake_case or camelCase; answers
are in snake_case. Lists come in pages, counted from 0, of at most {limit} items. Every
error has the same body. Times are UTC, `2024-01-15T10:30:00.000000Z`; ids are UUIDs.
"""


def build_openapi(config: Config) -> Json:
    """Write the OpenAPI document; needs no server and no catalog.

    The viewer's own addresses are not in it.
    """
    operations = list(walk_operations())
    schemas = Schemas(operations)
    paths: dict[str, Json] = {}
    for path, verb, declared in operations:
        shown = re.sub(r":\w+", "", path)
        paths.setdefault(shown, {})[verb] = operation(path, verb, declared, schemas)
    tags = dict.fromkeys(declared.tag for _, _, declared in operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Codex",
            "version": __version__,
            "description": INTRODUCTION.format(limit=config.api.max_page_size),
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/", "description": "This server."}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": SECURITY},
    }


def operations_of(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield every path, verb and operation of a document."""
    for path, item in document["paths"].items():
        for verb, described in item.items():
            yield path, verb, described


def walk_operations() -> Iterator[tuple[str, str, Endpoint]]:
    """Yield every path, verb and declaration, in the order of the routes."""
    for path, resource in ROUTES:
        for verb in VERBS:
            responder = getattr(resource, f"on_{verb}", None)
            if responder is not None:
                yield path, verb, declared_of(responder)


class Schemas:
    """The schemas of all types that the operations name."""

    def __init__(self, operations: Iterable[tuple[str, str, Endpoint]]) -> None:
        kinds = {repr(kind): kind for kind in types_of(operations)}
        found, components = msgspec.json.schema_components(
            kinds.values(), ref_template=SCHEMAS
        )
        self._found = dict(zip(kinds, map(plainly_named, found), strict=True))
        self.components = {
            plain_name(name): plainly_said(plainly_named(components[name]))
            for name in sorted(components)
        }

    def of(self, kind: object) -> Json:
        """Return the schema of a type, a reference where it is a record."""
        schema: Json = self._found[repr(kind)]
        return schema


def types_of(operations: Iterable[tuple[str, str, Endpoint]]) -> Iterator[Any]:
    """Yield the types of all bodies, query parameters and replies."""
    yield ErrorBody
    for _, _, declared in operations:
        for kind in (declared.body, declared.reply, *declared.replies.values()):
            if kind is not None:
                yield kind
        if declared.query is not None:
            for parameter in msgspec.structs.fields(declared.query):
                yield parameter.type


def plain_name(name: str) -> str:
    """Return BookPage for a page of books, which msgspec calls Page_Book_."""
    return GENERIC.sub(r"\1Page", name)


def plainly_named(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a schema with its references under their plain names."""
    if isinstance(schema, list):
        return [plainly_named(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    prefix = SCHEMAS.format(name="")
    return {
        key: prefix + plain_name(value.removeprefix(prefix))
        if key == "$ref"
        else plainly_named(value)
        for key, value in schema.items()
    }


def plainly_said(schema: Json) -> Json:
    """Return a record's schema with the first paragraph of its docstring, for clients.

    The rest, and whose shape it is, is for those who read the code.
    """
    words = schema.get("description", "").partition("\n\n")[0].replace("\n", " ")
    return schema | ({"description": SHAPE.sub(".", words)} if words else {})


def operation(path: str, verb: str, declared: Endpoint, schemas: Schemas) -> Json:
    """Return one operation."""
    found: Json = {
        "operationId": operation_id(path, verb),
        "tags": [declared.tag],
        "summary": declared.summary,
        "description": describe(declared),
        "parameters": parameters(path, declared, schemas),
        "responses": responses(path, declared, schemas),
        "security": security(declared),
        "x-permission": [str(name) for name in declared.permissions],
    }
    if declared.body is not None:
        content = {JSON: {"schema": schemas.of(declared.body)}}
        needed = any(f.required for f in msgspec.structs.fields(declared.body))
        found["requestBody"] = {"required": needed, "content": content}
    if declared.upload:
        found["requestBody"] = UPLOAD
    return found


def operation_id(path: str, verb: str) -> str:
    """Return a name for an operation: get_api_v1_books_by_book_id."""
    words = re.sub(r"\{(\w+)(:\w+)?\}", r"by_\1", path)
    return verb + re.sub(r"[^A-Za-z0-9]+", "_", words)


def describe(declared: Endpoint) -> str:
    """Return an operation's description, with who may call it."""
    if declared.access is PUBLIC:
        who = "Public: no sign-in."
    elif declared.permissions:
        who = f"Permission: {' or '.join(declared.permissions)}"
        if declared.of_keys != declared.permissions:
            who = f"{who}; of an API key: {' or '.join(declared.of_keys)}"
        who = f"{who}."
    else:
        who = "Any signed-in user."
    return f"{declared.description}\n\n{who}".strip()


def security(declared: Endpoint) -> list[Json]:
    """Return the credentials that an operation accepts, any one of them."""
    if declared.access is PUBLIC:
        return []
    schemes = [name for name in SECURITY if name != "cookie" or declared.cookie]
    return [{name: []} for name in schemes]


def parameters(path: str, declared: Endpoint, schemas: Schemas) -> list[Json]:
    """Return an operation's parameters: those of its path, then of its query."""
    found = [
        {"name": name, "in": "path", "required": True, "schema": PATH_VALUES[kind]}
        for name, kind in placeholders(path).items()
    ]
    if declared.query is not None:
        fields = msgspec.structs.fields(declared.query)
        found += [query_parameter(item, schemas.of(item.type)) for item in fields]
    return found


PATH_VALUES: dict[str, Json] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer"},
    "": {"type": "string"},
}


def query_parameter(parameter: msgspec.structs.FieldInfo, schema: Json) -> Json:
    """Return one query parameter; null is no value that a query can hold."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    shown = kinds[0] if len(kinds) == 1 else schema
    text = shown.get("description", "")
    found: Json = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
    }
    return found | {"schema": shown} | ({"description": text} if text else {})


def responses(path: str, declared: Endpoint, schemas: Schemas) -> Json:
    """Return an operation's answers by status, the errors last."""
    successes = {declared.status: declared.reply} | dict(declared.replies)
    found = {
        str(status): {"description": OUTCOMES.get(status, REASONS.get(status, ""))}
        | content_of(kind, declared.media, schemas)
        for status, kind in sorted(successes.items())
    }
    failed = content_of(ErrorBody, (), schemas)
    for status in sorted(errors_of(path, declared) - successes.keys()):
        found[str(status)] = {"description": REASONS[status]} | failed
    return found


def content_of(kind: object, media: tuple[str, ...], schemas: Schemas) -> Json:
    """Return the content of an answer; none for an answer without a body."""
    if kind is None:
        return {}
    shown = {} if kind is bytes else {"schema": schemas.of(kind)}
    return {"content": dict.fromkeys(media or (JSON,), shown)}


def errors_of(path: str, declared: Endpoint) -> set[int]:
    """Return the statuses that an operation can fail with."""
    found = {500, 503, *declared.errors}
    if declared.access is not PUBLIC:
        found |= {401, 429}
    if declared.permissions:
        found.add(403)
    if declared.body is not None or declared.upload:
        found |= {400, 413}
    if declared.query is not None or placeholders(path):
        found.add(400)
    return found
