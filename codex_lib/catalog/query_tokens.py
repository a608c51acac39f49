"""The text of a filter cut into words, tests, parentheses, and, or.

What they mean is told in query_language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind: TypeAlias = Literal["(", ")", "and", "or", "word", "test", "end"]

MAX_QUERY = 4000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_BLANK = re.compile(r"\s*")
_MINUS = re.compile(r"-(?=\S)")
_FIELD = re.compile(r"([A-Za-z_]+):")
_QUOTED = r""" "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' """
_PHRASE = re.compile(_QUOTED, re.VERBOSE | re.DOTALL)
_WORD = re.compile(r"""[^\s()"'][^\s()]*""")
_VALUE = re.compile(
    rf"""
    (?P<before>\.\.)?
    (?: (?P<quoted> {_QUOTED} ) (?P<after>\.\.)? | (?P<raw> [^\s(),"'][^\s(),]* ) )
    """,
    re.VERBOSE | re.DOTALL,
)
_VALUE_ENDS = re.compile(r"[\s(),]|\Z")
_ESCAPED = re.compile(r"""\\(["'\\])""")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a test: its text, and whether .. stands before and after it."""

    column: int
    text: str
    is_quoted: bool
    is_open_before: bool
    is_open_after: bool


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a filter; column counts from 1, at its minus if it has one.

    text is that of a word, or the name of a test's field in lower case.
    """

    kind: Kind
    column: int
    is_negated: bool = False
    text: str = ""
    is_quoted: bool = False
    values: tuple[Value, ...] = ()


def refusal(reason: str, column: int) -> InvalidError:
    """Return the error of a filter that is wrong in one place."""
    return InvalidError("filter", f"{reason} at column {column}")


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the pieces of a filter and an "end". Raises InvalidError."""
    if len(text) > MAX_QUERY:
        raise InvalidError("filter", f"is longer than {MAX_QUERY} characters")
    if bad := _UNSTORABLE.search(text):
        raise refusal("a character that no text has", bad.start() + 1)
    place = _after(_BLANK, text, 0)
    while place < len(text):
        token, place = _token(text, place)
        yield token
        place = _after(_BLANK, text, place)
    yield Token("end", len(text) + 1)


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _token(text: str, start: int) -> tuple[Token, int]:
    place = _after(_MINUS, text, start)
    column, is_negated = start + 1, place > start
    if text[place] == "(":
        return Token("(", column, is_negated), place + 1
    if text[place] == ")":
        return Token(")", column, is_negated), place + 1
    if found := _FIELD.match(text, place):
        name = found[1].lower()
        values, place = _values(text, found.end(), f"{name}:")
        return Token("test", column, is_negated, name, values=values), place
    if found := _PHRASE.match(text, place):
        phrase = Token("word", column, is_negated, _unquoted(found[0]), is_quoted=True)
        return phrase, found.end()
    if found := _WORD.match(text, place):
        kind = _kind(found[0], is_negated=is_negated)
        return Token(kind, column, is_negated, found[0]), found.end()
    raise refusal("a quote that is not closed", place + 1)


def _kind(word: str, *, is_negated: bool) -> Kind:
    if is_negated:
        return "word"
    if word.lower() == "or":
        return "or"
    return "and" if word.lower() == "and" else "word"


def _values(text: str, place: int, name: str) -> tuple[tuple[Value, ...], int]:
    values: list[Value] = []
    while True:
        found = _VALUE.match(text, place)
        if found is None:
            raise _no_value(text, place, "the comma" if values else name)
        values.append(_value(found))
        place = found.end()
        if not _VALUE_ENDS.match(text, place):
            raise refusal("a blank or a comma is missing after a quote", place + 1)
        if text[place : place + 1] != ",":
            return tuple(values), place
        place += 1


def _no_value(text: str, place: int, after: str) -> InvalidError:
    if text[place : place + 1] in ('"', "'"):
        return refusal(f"a quote that is not closed after {after}", place + 1)
    reason = (
        f"a value is missing after {after} (text that has a colon or comma is quoted)"
    )
    return refusal(reason, place + 1)


def _value(found: re.Match[str]) -> Value:
    raw = found["raw"]
    if raw is None:
        text, is_open_after = _unquoted(found["quoted"]), bool(found["after"])
    else:
        text, is_open_after = raw.removesuffix(".."), raw.endswith("..")
    return Value(
        column=found.start() + 1,
        text=text,
        is_quoted=raw is None,
        is_open_before=bool(found["before"]),
        is_open_after=is_open_after,
    )


def _unquoted(quoted: str) -> str:
    return _ESCAPED.sub(r"\1", quoted[1:-1])
