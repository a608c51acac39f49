"""FIELD=VALUE on the command line to the values that a book's fields take."""

from __future__ import annotations

from typing import Any

from codex_lib.catalog.metadata import INTEGER_COLUMNS, LIST_COLUMNS
from codex_lib.errors import InvalidError

BOOLEANS = {"yes": True, "true": True, "no": False, "false": False}


def parsed_fields(assigned: list[str]) -> dict[str, Any]:
    """Return the fields that "name=value" texts set; a list field collects its values.

    Raises InvalidError for a text without "=" and a value of the wrong kind.
    """
    fields: dict[str, Any] = {}
    for text in assigned:
        name, is_there, value = text.partition("=")
        if not is_there:
            raise InvalidError("--set", f"{text!r} is not FIELD=VALUE")
        if name in LIST_COLUMNS:
            fields.setdefault(name, []).append(value)
        else:
            fields[name] = _parsed(name, value)
    return fields


def _parsed(name: str, text: str) -> object:
    try:
        if name in INTEGER_COLUMNS:
            return int(text)
        if name in ("number", "community_rating"):
            return float(text)
    except ValueError:
        raise InvalidError(name, f"{text!r} is not a number") from None
    if name == "black_and_white":
        if text.lower() not in BOOLEANS:
            raise InvalidError(name, f"{text!r} is neither yes nor no")
        return BOOLEANS[text.lower()]
    return text
