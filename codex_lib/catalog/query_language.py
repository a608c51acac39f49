"""The small language in which people filter lists, compiled to a condition.

    genre:Action -genre:Horror status:ongoing unread      all of it
    (genre:Action or genre:Comedy) -tag:x                 or, parentheses
    genre:Action,Comedy                                   one of them
    publisher:"Dark Horse"                                quotes hold blanks
    title:bone..  title:..moon..  title:..man             begins, contains, ends
    language:none  publisher:any                          has none, has one

field:value is the whole value: of genre and tag in any case, else exactly as it is
written. Two dots stand for whatever else is there; with them case and accents do not
matter. In quotes, "double" or 'single', nothing has a meaning but a backslash before a
quote or a backslash: genre:"none" is a genre of that name, "read" a word to search for.

Fields of series: library, genre, tag, status, publisher, language, title (or name); of
books: library, series, genre, tag, title (or name). library and series take a name or
an id. The words unread, reading (or in-progress) and read stand for themselves, and for
books errors: those whose file cannot be read. All other words are searched for. or
binds weaker than what stands side by side, and may be written between that.

A minus in front of a test, a word from above or a parenthesis leaves out what it finds.
Nothing can leave out what begins or ends so, and words to search for stand outside of
or, minus and parentheses: conditions have no such tests.

The marks are chosen for the shell: two dots mean nothing to any, where stars, carets
and dollars would have to be quoted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from codex_lib.catalog.conditions import (
    FIELDS,
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Condition,
    Listed,
    Test,
    condition_json,
    parse_condition,
)
from codex_lib.catalog.query_tokens import Token, Value, refusal, tokens_of
from codex_lib.catalog.series import STATUSES
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.catalog.query_tokens import Kind

    Find: TypeAlias = Callable[[str, str], str]

_IDS = {"library": "library_id", "series": "series_id"}
_TEXTS = ("genre", "tag", "status", "publisher", "language")


def _names(of: Listed, *, title: str) -> dict[str, str]:
    """Return the words before a colon and the fields that they mean."""
    named = {**_IDS, **{name: name for name in _TEXTS}}
    known = {word: name for word, name in named.items() if name in FIELDS[of]}
    return {**known, "title": title, "name": title}


_NAMES = {
    "series": _names("series", title="name"),
    "books": _names("books", title="title"),
}
_STATES: dict[str, tuple[str, str | bool]] = {
    "unread": ("read_status", "unread"),
    "reading": ("read_status", "in_progress"),
    "in-progress": ("read_status", "in_progress"),
    "in_progress": ("read_status", "in_progress"),
    "read": ("read_status", "read"),
    "errors": ("has_error", True),
}
_NULLS = {"none": "is_null", "any": "is_not_null"}
# By whether .. stands before and after a value.
_OPERATORS = {
    (False, False): "is",
    (True, True): "contains",
    (False, True): "begins_with",
    (True, False): "ends_with",
}
_OPPOSITES = {
    "is": "is_not",
    "contains": "does_not_contain",
    "is_null": "is_not_null",
}
_OPPOSITES |= {opposite: operator for operator, opposite in _OPPOSITES.items()}


@dataclass(frozen=True, slots=True)
class Query:
    """What a filter asks for: a condition, None for everything, and words, or ""."""

    condition: Condition | None
    text: str


def parse_query(text: str, *, of: Listed, find: Find) -> Query:
    """Return what a filter asks for; a blank one asks for everything.

    find(noun, name) returns the id of the library or series that somebody named; what
    it raises passes through. Raises InvalidError, which tells the column.
    """
    parser = _Parser(list(tokens_of(text)), of, find)
    condition = parser.whole()
    words = " ".join(token.text for token in parser.words).strip()
    if condition == AllOf(()):
        return Query(None, words)
    try:
        return Query(parse_condition(condition_json(condition), of=of), words)
    except InvalidError as error:
        raise InvalidError("filter", error.reason) from None


class _Parser:
    """Goes through tokens once; words are those to search for."""

    def __init__(self, tokens: list[Token], of: Listed, find: Find) -> None:
        self._tokens = tokens
        self._of: Listed = of
        self._find = find
        self._place = 0
        self.words: list[Token] = []

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self, kind: Kind) -> bool:
        is_there = self._next.kind == kind
        self._place += is_there
        return is_there

    def whole(self) -> Condition:
        if self._next.kind == "end":
            return AllOf(())
        condition = self._either(0)
        if self._next.kind == ")":
            raise refusal("a ) without its (", self._next.column)
        return condition

    def _either(self, depth: int) -> Condition:
        parts = [self._both(depth)]
        while self._take("or"):
            parts.append(self._both(depth))
        if len(parts) == 1:
            return parts[0]
        if self.words:
            raise _misplaced(self.words[0])
        return AnyOf(tuple(parts))

    def _both(self, depth: int) -> Condition:
        parts = self._term(depth)
        while self._next.kind not in ("end", ")", "or"):
            self._take("and")
            parts += self._term(depth)
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _term(self, depth: int) -> list[Condition]:
        """Return the condition of a term, or none for a word to search for."""
        token = self._next
        if token.kind in ("end", ")", "and", "or"):
            raise refusal("something is missing", token.column)
        self._place += 1
        condition = self._meaning(token, depth)
        if condition is None:
            if depth or token.is_negated:
                raise _misplaced(token)
            self.words.append(token)
            return []
        return [_negated(condition, token) if token.is_negated else condition]

    def _meaning(self, token: Token, depth: int) -> Condition | None:
        if token.kind == "(":
            return self._group(token, depth + 1)
        if token.kind == "test":
            tests = tuple(self._test(token, value) for value in token.values)
            return tests[0] if len(tests) == 1 else AnyOf(tests)
        if token.is_quoted or token.text.lower() not in _STATES:
            return None
        name, value = _STATES[token.text.lower()]
        if name not in FIELDS[self._of]:
            reason = "only books have errors (quote the word to search for it)"
            raise refusal(reason, token.column)
        return Test(name, "is", value)

    def _group(self, opened: Token, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise refusal(f"parentheses deeper than {MAX_DEPTH}", opened.column)
        condition = self._either(depth)
        if not self._take(")"):
            raise refusal("a ( that is not closed", opened.column)
        return condition

    def _test(self, token: Token, value: Value) -> Condition:
        name = _NAMES[self._of].get(token.text)
        if name is None:
            known = ", ".join(f"{name}:" for name in _NAMES[self._of])
            reason = f"{self._of} have no {token.text[:40]}: but {known}"
            raise refusal(f"{reason} (quote text that has a colon)", token.column)
        test = self._id_test(name, token, value) or _text_test(name, value)
        try:
            parse_condition(condition_json(test), of=self._of)
        except InvalidError as error:
            raise refusal(f"{token.text}: {error.reason}", value.column) from None
        return test

    def _id_test(self, name: str, token: Token, value: Value) -> Test | None:
        if token.text not in _IDS:
            return None
        if value.is_open_before or value.is_open_after:
            raise refusal(f"{token.text}: takes a whole name or id", value.column)
        return Test(name, "is", self._find(token.text, value.text))


def _misplaced(token: Token) -> InvalidError:
    reason = f"{token.text[:40]!r} is a word to search for: it cannot stand beside or,"
    advice = "after a minus or in parentheses (title:..word.. can)"
    return refusal(f"{reason} {advice}", token.column)


def _text_test(name: str, value: Value) -> Test:
    text = value.text
    operator = _OPERATORS[value.is_open_before, value.is_open_after]
    if not value.is_quoted:
        if operator == "is" and text.lower() in _NULLS:
            return Test(name, _NULLS[text.lower()])
        if "*" in text:
            reason = "* means nothing here; .. does, and quotes make a star a star"
            raise refusal(reason, value.column)
        if not text:
            raise refusal("a text is missing before or after ..", value.column)
    if name == "status" and text.lower() in STATUSES:
        text = text.lower()
    return Test(name, operator, text)


def _negated(condition: Condition, token: Token) -> Condition:
    """Return the opposite of a condition; token is what has the minus."""
    if isinstance(condition, AllOf):
        return AnyOf(tuple(_negated(child, token) for child in condition.children))
    if isinstance(condition, AnyOf):
        return AllOf(tuple(_negated(child, token) for child in condition.children))
    if isinstance(condition.value, bool):
        return Test(condition.field, "is", not condition.value)
    if condition.operator not in _OPPOSITES:
        reason = "a minus goes with text and ..text.., not with text.. and ..text"
        raise refusal(reason, token.column)
    return Test(condition.field, _OPPOSITES[condition.operator], condition.value)
