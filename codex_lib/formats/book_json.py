"""What a child process says about a book: BookFacts as JSON and back."""

from __future__ import annotations

from typing import Any, cast

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.book import BookFacts, Metadata, Page

_FIELDS = frozenset(Metadata.__annotations__)
_MOST = 2**63


def render_book(facts: BookFacts) -> dict[str, Any]:
    """Return facts as JSON values; pages are lists of their fields in order."""
    return {
        "file_format": facts.file_format,
        "pages": [list(page) for page in facts.pages],
        "identity": facts.identity.hex(),
        "metadata": facts.metadata,
        "cover": list(facts.cover) if facts.cover else None,
        "warnings": facts.warnings,
    }


def parse_book(path: str, answer: dict[str, Any]) -> BookFacts:
    """Return the facts in a child's answer, every type in them checked.

    The file may have taken the child over, and what it says goes into the catalog.
    Raises UnreadableBookError.
    """
    try:
        cover = answer["cover"]
        return BookFacts(
            _text(answer["file_format"]),
            [_page(fields) for fields in answer["pages"]],
            bytes.fromhex(answer["identity"]),
            _metadata(answer["metadata"]),
            _page(cover) if cover else None,
            [_text(line) for line in answer["warnings"]],
        )
    except (KeyError, TypeError, ValueError) as error:
        reason = "the reader crashed on this file (its answer is nonsense)"
        raise UnreadableBookError(path, reason) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _page(fields: list[Any]) -> Page:
    name, kind, *numbers = fields
    if "\0" in _text(name):  # stands between names in the page map
        raise ValueError
    if any(type(number) is not int or not 0 <= number < _MOST for number in numbers):
        raise ValueError
    return Page(name, _text(kind), *numbers)


def _metadata(values: object) -> Metadata:
    """Return metadata whose keys are known and whose values are plain."""
    if not isinstance(values, dict):
        raise TypeError
    for key, value in values.items():
        if key not in _FIELDS:
            raise ValueError
        if isinstance(value, list):
            for item in value:
                _text(item)
        elif not isinstance(value, str | int | float):
            raise TypeError
    return cast("Metadata", values)
