"""What a client sent, to a checked record: names in any spelling, all mistakes at once.

The types are msgspec Structs. A key may be written in snake_case or camelCase (contract
section 1.1), at every depth that a Struct describes; inside a free map (a dict) keys
are the client's own and stay as they are. Keys that nobody asked for are ignored, so
that a client can send back what it was given.

msgspec stops at the first mistake. The body is therefore converted as a whole, and
field by field only when that fails, to list every field that is wrong.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from codex_lib.api.errors import (
    BadFieldsError,
    FieldError,
    MalformedError,
    TooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codex_lib.api.requests import Request

S = TypeVar("S", bound=Struct)
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
PLACE = re.compile(r" - at `\$\.?(?P<path>.*)`$", re.DOTALL)
LISTS = (msgspec.inspect.ListType, msgspec.inspect.VarTupleType)
ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
PLACEHOLDER = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>\w+))?")


async def read_body(req: Request, kind: type[S]) -> S:
    """Read a request's JSON body; no body at all is an empty object.

    Raises MalformedError, TooLargeError, BadFieldsError.
    """
    data = await read_bytes(req, req.config.api.max_body_bytes)
    if data and not is_json(req.content_type):
        shown = (req.content_type or "").partition(";")[0]
        message = f"The body must be JSON (Content-Type: application/json), not {shown}"
        raise MalformedError(message)
    try:
        values = msgspec.json.decode(data or b"{}")
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedError(f"The body is not valid JSON: {error}") from None
    except RecursionError:
        raise MalformedError("The body is nested too deeply") from None
    if not isinstance(values, dict):
        raise MalformedError("The body must be a JSON object")
    return checked(values, kind, strict=True)


async def read_bytes(req: Request, limit: int) -> bytes:
    """Read a request's body. Raises TooLargeError, having read no more than limit."""
    if (req.content_length or 0) > limit:
        raise TooLargeError(limit)
    data: bytes = await req.stream.read(limit + 1)
    if len(data) > limit:
        raise TooLargeError(limit)
    return data


def is_json(content_type: str | None) -> bool:
    """Return whether a body of this type is read as JSON; one without a type is."""
    kind = (content_type or "application/json").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def read_query(req: Request, kind: type[S]) -> S:
    """Read a request's query parameters. Raises BadFieldsError.

    An empty one counts as not given. A list may be repeated, or joined with commas.
    """
    given = {key: value for key, value in req.params.items() if value}
    values = renamed(given, kind)
    for name in list_fields(kind) & values.keys():
        parts = values[name] if isinstance(values[name], list) else [values[name]]
        values[name] = [part for text in parts for part in text.split(",") if part]
    nulls = [name for name in other_fields(kind) if values.get(name) == "null"]
    if nulls:  # msgspec would take it for None, so that a filter filters nothing
        raise BadFieldsError([FieldError(name, "null is no value") for name in nulls])
    return checked(values, kind, strict=False)


def read_path(template: str, params: Mapping[str, str]) -> dict[str, Any]:
    """Check the values of a path: {x:uuid} to lower-case text, {x:int} to a number.

    Raises BadFieldsError.
    """
    kinds = placeholders(template)
    return {name: path_value(name, kinds[name], text) for name, text in params.items()}


@cache
def placeholders(template: str) -> dict[str, str]:
    """Return the names in a path and their kinds: uuid, int or "" for any text."""
    found = PLACEHOLDER.finditer(template)
    return {match["name"]: match["kind"] or "" for match in found}


def path_value(name: str, kind: str, text: str) -> str | int:
    """Return one value of a path, checked. Raises BadFieldsError."""
    if kind == "uuid":
        if not ID.fullmatch(text):
            raise BadFieldsError([FieldError(name, f"{text!r} is not an id")])
        return text.lower()
    if kind == "int":
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise BadFieldsError([FieldError(name, f"{text!r} is not a whole number")])
        return int(text)
    return text


def checked(values: Mapping[str, Any], kind: type[S], *, strict: bool) -> S:
    """Turn values into a Struct; strict takes no "5" for a number.

    Raises BadFieldsError with every field that is wrong.
    """
    values = renamed(values, kind)
    try:
        record = msgspec.convert(values, kind, strict=strict)
    except (msgspec.ValidationError, UnicodeDecodeError):
        raise BadFieldsError(mistakes(values, kind, strict=strict)) from None
    return record


def renamed(values: Mapping[str, Any], kind: type[Struct]) -> dict[str, Any]:
    """Return values with the keys of a Struct's fields, from whatever spelling.

    A key that is written in both spellings counts in the exact one.
    """
    names = spellings(kind)
    inner = struct_fields(kind)
    chosen: dict[str, Any] = {}
    for key, value in values.items():
        name = names.get(key) or names.get(CAPITAL.sub("_", key).lower())
        if name is not None and (name == key or name not in values):
            chosen[name] = rename_inside(value, inner[name]) if name in inner else value
    return chosen


def rename_inside(value: Any, kind: type[Struct]) -> Any:  # noqa: ANN401 - JSON
    """Return the value of a field that holds a Struct, or a list of them, renamed."""
    if isinstance(value, list):
        return [rename_inside(item, kind) for item in value]
    return renamed(value, kind) if isinstance(value, dict) else value


@cache
def spellings(kind: type[Struct]) -> dict[str, str]:
    """Return the name of each field by all names that it has, its ALIASES included."""
    aliases: dict[str, str] = getattr(kind, "ALIASES", {})
    return {name: name for name in kind.__struct_fields__} | aliases


@cache
def struct_fields(kind: type[Struct]) -> dict[str, type[Struct]]:
    """Return the fields that hold a Struct, or a list of them, and which one."""
    found = {}
    for field in msgspec.structs.fields(kind):
        inner = next(struct_types(msgspec.inspect.type_info(field.type)), None)
        if inner is not None:
            found[field.name] = inner
    return found


def struct_types(info: msgspec.inspect.Type) -> Iterator[type[Struct]]:
    """Yield the Structs that a field's type names outside of a map."""
    for inner in variants(info):
        if isinstance(inner, msgspec.inspect.StructType):
            yield inner.cls
        elif isinstance(inner, LISTS):
            yield from struct_types(inner.item_type)


def variants(info: msgspec.inspect.Type) -> Iterator[msgspec.inspect.Type]:
    """Yield the types that a field may hold, without what describes them."""
    if isinstance(info, msgspec.inspect.Metadata):
        yield from variants(info.type)
    elif isinstance(info, msgspec.inspect.UnionType):
        for inner in info.types:
            yield from variants(inner)
    else:
        yield info


@cache
def list_fields(kind: type[Struct]) -> frozenset[str]:
    """Return the names of the fields that hold a list."""
    infos = {
        field.name: msgspec.inspect.type_info(field.type)
        for field in msgspec.structs.fields(kind)
    }
    return frozenset(name for name, info in infos.items() if is_list(info))


@cache
def other_fields(kind: type[Struct]) -> tuple[str, ...]:
    """Return the names of the fields that hold no text."""
    infos = {
        field.name: msgspec.inspect.type_info(field.type)
        for field in msgspec.structs.fields(kind)
    }
    text = msgspec.inspect.StrType
    return tuple(
        name
        for name, info in infos.items()
        if not any(isinstance(item, text) for item in variants(info))
    )


def is_list(info: msgspec.inspect.Type) -> bool:
    """Return whether a field of this type may hold a list."""
    return any(isinstance(item, LISTS) for item in variants(info))


def mistakes(
    values: Mapping[str, Any], kind: type[Struct], *, strict: bool, place: str = ""
) -> list[FieldError]:
    """Return everything that is wrong with a Struct's values, in the fields' order."""
    found = []
    for field in msgspec.structs.fields(kind):
        where = f"{place}{field.name}"
        if field.name not in values:
            if field.required:
                found.append(FieldError(where, "is missing"))
            continue
        value = values[field.name]
        inner = struct_fields(kind).get(field.name)
        if inner is not None and isinstance(value, dict):
            found += mistakes(value, inner, strict=strict, place=f"{where}.")
        else:
            found += field_mistake(value, field.type, where, strict=strict)
    return found


def field_mistake(
    value: object,
    kind: Any,  # noqa: ANN401 - any type that msgspec knows
    where: str,
    *,
    strict: bool,
) -> list[FieldError]:
    """Return what is wrong with one value; nothing if it can be used."""
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        return [told(str(error), where)]
    return []


def told(message: str, where: str) -> FieldError:
    """Return a mistake in words for people, from one of msgspec's."""
    found = PLACE.search(message)
    reason = PLACE.sub("", message).replace("`", "")
    inside = found["path"] if found else ""
    separator = "." if inside and not inside.startswith("[") else ""
    return FieldError(f"{where}{separator}{inside}", reason[:1].lower() + reason[1:])


def changes(body: Struct) -> dict[str, Any]:
    """Return the fields that a client gave, by name; inner Structs become dicts.

    For bodies of which every field is optional, `name: str | UnsetType = UNSET`: what
    is absent stays as it is, an explicit null is None.
    """
    found: dict[str, Any] = msgspec.to_builtins(body)
    return found
