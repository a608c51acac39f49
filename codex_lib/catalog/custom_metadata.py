"""Custom metadata: whatever JSON somebody wants to keep with a series."""

from __future__ import annotations

import json
from typing import Any

from codex_lib.errors import InvalidError

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1  # what an answer can hold


def custom_metadata_text(value: object) -> str:
    """Return JSON as it is stored: compact, keys in order. Raises InvalidError.

    At most 64 KiB, 32 levels deep, whole numbers of 64 bits.
    """
    _check(value)
    try:
        text = json.dumps(
            value,
            ensure_ascii=False,
            allow_nan=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        size = len(text.encode())
    except ValueError as error:  # NaN, half of a surrogate pair
        raise InvalidError("custom_metadata", f"no JSON: {error}") from error
    if size > MAX_BYTES:
        raise InvalidError("custom_metadata", f"{size:,} bytes; at most {MAX_BYTES:,}")
    return text


def custom_metadata_value(text: str | None) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON that is stored; None for none."""
    return None if text is None else json.loads(text)


def _check(value: object) -> None:
    """Raise InvalidError for what is nested too deeply or no answer can hold."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for item in level for inner in _checked_items(item)]
        if not level:
            return
    raise InvalidError("custom_metadata", f"more than {MAX_DEPTH} levels deep")


def _checked_items(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        raise InvalidError("custom_metadata", "a number larger than 64 bits can hold")
    return []
