"""What a list is filtered by: a tree of tests on fields, strictly checked.

A node is {"allOf": [nodes]}, {"anyOf": [nodes]} or one test on a field,
{"genre": {"operator": "is", "value": "Action"}}: exactly one key each. Fields,
operators and combinators are known in camelCase and snake_case; inside they are
snake_case. An empty allOf is true of everything, an empty anyOf of nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias
from uuid import UUID

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Listed: TypeAlias = Literal["series", "books"]

MAX_DEPTH = 16
MAX_NODES = 500
MAX_TEXT = 500
READ_STATUSES = ("unread", "in_progress", "read")
NULL_TESTS = ("is_null", "is_not_null")
TEXT_OPERATORS = (
    *("is", "is_not", *NULL_TESTS, "contains", "does_not_contain"),
    *("begins_with", "ends_with"),
)
_EITHER = ("is", "is_not")
OPERATORS = {
    "library_id": _EITHER,
    "series_id": _EITHER,
    "genre": TEXT_OPERATORS,
    "tag": TEXT_OPERATORS,
    "status": TEXT_OPERATORS,
    "publisher": TEXT_OPERATORS,
    "language": TEXT_OPERATORS,
    "name": TEXT_OPERATORS,
    "title": TEXT_OPERATORS,
    "read_status": _EITHER,
    "has_error": ("is_true", "is_false", *_EITHER),
}
FIELDS: dict[Listed, tuple[str, ...]] = {
    "series": (
        *("library_id", "genre", "tag", "status", "publisher", "language", "name"),
        "read_status",
    ),
    "books": (
        *("library_id", "series_id", "genre", "tag", "title", "read_status"),
        "has_error",
    ),
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _spellings(names: Iterable[str]) -> dict[str, str]:
    """Return the names by themselves and by their camelCase."""
    return {spelling: name for name in names for spelling in (name, _camel(name))}


_SPELLINGS: dict[Listed, dict[str, str]] = {
    "series": _spellings(FIELDS["series"]) | {"title": "name"},
    "books": _spellings(FIELDS["books"]) | {"name": "title"},
}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SHOWN = 40  # characters of a caller's text in a message


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every child is; of everything without children."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where some child is; of nothing without children."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One test on a field. value is None for null tests, a bool for has_error.

    Of has_error the operator is always "is". An id is in lower case, a read status one
    of READ_STATUSES.
    """

    # Not a test of pytest's, which collects classes by their name.
    __test__ = False

    field: str
    operator: str
    value: str | bool | None = None


Condition: TypeAlias = AllOf | AnyOf | Test


def parse_condition(value: object, *, of: Listed) -> Condition | None:
    """Return the condition that a JSON value is; None, which is everything, for null.

    Raises InvalidError: its field is the path of what is wrong, as
    "condition.allOf[1].genre.operator", its reason says what is allowed there.
    """
    if value is None:
        return None
    return _Reader(of).node(value, "condition", 1)


def condition_json(condition: Condition) -> dict[str, Any]:
    """Return a condition as JSON in camelCase; parse_condition gives it back."""
    if isinstance(condition, Test):
        test: dict[str, object] = {"operator": _camel(condition.operator)}
        if condition.value is not None:
            test["value"] = condition.value
        return {_camel(condition.field): test}
    name = "allOf" if isinstance(condition, AllOf) else "anyOf"
    return {name: [condition_json(child) for child in condition.children]}


@dataclass(slots=True)
class _Reader:
    """Reads one tree and counts its nodes."""

    of: Listed
    nodes: int = 0

    def node(self, value: object, path: str, depth: int) -> Condition:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise InvalidError("condition", f"has more than {MAX_NODES} nodes")
        if depth > MAX_DEPTH:
            raise InvalidError(path, f"nests deeper than {MAX_DEPTH} levels")
        if not isinstance(value, dict) or len(value) != 1:
            self._refuse_node(path, "must be an object with exactly one key")
        ((key, inner),) = value.items()
        if key in ("allOf", "all_of"):
            return AllOf(self._children(inner, f"{path}.{key}", depth))
        if key in ("anyOf", "any_of"):
            return AnyOf(self._children(inner, f"{path}.{key}", depth))
        name = _SPELLINGS[self.of].get(key)
        if name is None:
            self._refuse_node(path, f"has the unknown key {_shown(key)}")
        return _test(name, inner, f"{path}.{key}")

    def _children(self, value: object, path: str, depth: int) -> tuple[Condition, ...]:
        if not isinstance(value, list):
            raise InvalidError(path, "must be a list of conditions")
        return tuple(
            self.node(child, f"{path}[{place}]", depth + 1)
            for place, child in enumerate(value)
        )

    def _refuse_node(self, path: str, reason: str) -> NoReturn:
        names = ", ".join(_camel(name) for name in FIELDS[self.of])
        raise InvalidError(path, f"{reason}; {self.of} have allOf, anyOf, {names}")


def _test(name: str, value: object, path: str) -> Test:
    if not isinstance(value, dict):
        raise InvalidError(path, 'must be an object, as {"operator": "is", "value": …}')
    for key in value:
        if key not in ("operator", "value"):
            reason = f"has the unknown key {_shown(key)}; a test has operator and value"
            raise InvalidError(path, reason)
    operator = _operator(name, value.get("operator"), f"{path}.operator")
    if operator in _WITHOUT_VALUE:
        if value.get("value") is not None:
            raise InvalidError(f"{path}.value", f"{_camel(operator)} takes no value")
        return _WITHOUT_VALUE[operator](name)
    if value.get("value") is None:
        raise InvalidError(f"{path}.value", f"{_camel(operator)} needs a value")
    checked = _VALUES.get(name, _text)(value["value"], f"{path}.value")
    if isinstance(checked, bool):
        return Test(name, "is", checked is (operator == "is"))
    return Test(name, operator, checked)


_WITHOUT_VALUE: dict[str, Callable[[str], Test]] = {
    "is_null": lambda name: Test(name, "is_null"),
    "is_not_null": lambda name: Test(name, "is_not_null"),
    "is_true": lambda name: Test(name, "is", value=True),
    "is_false": lambda name: Test(name, "is", value=False),
}


def _operator(name: str, value: object, path: str) -> str:
    known = _spellings(OPERATORS[name])
    if isinstance(value, str) and value in known:
        return known[value]
    allowed = ", ".join(_camel(operator) for operator in OPERATORS[name])
    said = (
        "is missing" if value is None else f"{_shown(value)} is none of its operators"
    )
    raise InvalidError(path, f"{said}; {_camel(name)} takes {allowed}")


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidError(path, "must be text")
    if len(value) > MAX_TEXT:
        raise InvalidError(path, f"is longer than {MAX_TEXT} characters")
    if _UNSTORABLE.search(value):
        raise InvalidError(path, "holds characters that no text has (NUL, surrogates)")
    return value


def _id(value: object, path: str) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        example = "0190a5c4-7e1f-7cc3-98c4-dc0c0c07398f"
        raise InvalidError(path, f"must be an id, as {example}")
    return str(UUID(value))


def _read_status(value: object, path: str) -> str:
    status = value.lower() if isinstance(value, str) else None
    if status not in READ_STATUSES:
        allowed = ", ".join(READ_STATUSES)
        raise InvalidError(path, f"{_shown(value)} is none of {allowed}")
    return status


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidError(path, "must be true or false")
    return value


_VALUES: dict[str, Callable[[object, str], str | bool]] = {
    "library_id": _id,
    "series_id": _id,
    "read_status": _read_status,
    "has_error": _flag,
}


def _shown(value: object) -> str:
    """Return a caller's value for a message: quoted, short, without control codes."""
    text = value if isinstance(value, str) else type(value).__name__
    shown = repr(text[:_SHOWN])
    return f"{shown[:-1]}…{shown[-1]}" if len(text) > _SHOWN else shown
