"""What a responder returns, to JSON: names in snake_case, or in both spellings."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import msgspec

encode = msgspec.json.Encoder().encode


def render_json(answer: object, *, twins: bool) -> bytes:
    """Render records, lists of them, dicts and plain values as JSON.

    twins writes every name of a record twice, page_size and pageSize, for clients that
    expect the latter. The keys of a dict are data, never names, and stay as they are.
    """
    return encode(with_twins(answer) if twins else answer)


def with_twins(answer: Any) -> Any:  # noqa: ANN401 - any answer
    """Return an answer with its records as dicts that have both spellings."""
    if isinstance(answer, list | tuple):
        return [with_twins(item) for item in answer]
    kind: Any = type(answer)  # hashable
    names = field_names(kind)
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(answer, name)
        if value is not msgspec.UNSET:
            found[name] = found[camel(name)] = with_twins(value)
    return found if names else answer


@cache
def field_names(kind: type) -> tuple[str, ...]:
    """Return the names of a record's fields; none for what is no record."""
    if issubclass(kind, msgspec.Struct):
        return kind.__struct_fields__
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    return ()


@cache
def camel(name: str) -> str:
    """Return page_size as pageSize."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
