"""The configuration of a strategy: known keys, right types, patterns that end.

Keys are accepted in snake_case and in camelCase; null means the default. Whatever is
wrong is an InvalidError that names the key.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

PATTERN_CHARS = 500
# Longer names and paths match no pattern of a user's.
INPUT_CHARS = 1024
_WILDCARDS = 3

_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
_PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?|\{\d*,\d*\}|\{\d+\}|.", re.DOTALL
)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")


@dataclass(frozen=True, slots=True)
class StrategyConfig:
    """The values of one strategy; field is what an InvalidError names."""

    field: str
    values: Mapping[str, object]

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a boolean."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, "has to be true or false")
        return value

    def integer(self, key: str, *, default: int, maximum: int) -> int:
        """Return an integer between 0 and maximum."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, "has to be an integer")
        if not 0 <= value <= maximum:
            self.refuse(key, f"has to be between 0 and {maximum}")
        return value

    def text(self, key: str, *, default: str = "") -> str:
        """Return a text."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.refuse(key, "has to be a text")
        if len(value) > PATTERN_CHARS:
            self.refuse(key, f"is longer than {PATTERN_CHARS} characters")
        return value

    def choice(self, key: str, choices: Sequence[str], *, default: str) -> str:
        """Return a text that is one of the choices."""
        value = self.text(key, default=default)
        if value not in choices:
            self.refuse(key, f"has to be one of {', '.join(choices)}")
        return value

    def patterns(self, key: str, *, default: Sequence[str]) -> list[re.Pattern[str]]:
        """Return the compiled patterns of a list; see pattern()."""
        values = self.values.get(key, default)
        if isinstance(values, str) or not isinstance(values, list | tuple):
            self.refuse(key, "has to be a list of patterns")
        return [self._compile(key, value) for value in values]

    def pattern(self, key: str) -> re.Pattern[str]:
        """Return the compiled pattern of a key that has to be there.

        Refused are patterns of more than 500 characters and such as can take for ever
        on a hostile name: a repeated group that holds a repeat, an option or an
        alternative, and more than three of ".*". Others take polynomial time at worst,
        on at most 1,024 characters.
        """
        if not self.values.get(key):
            self.refuse(key, "is missing")
        return self._compile(key, self.values[key])

    def template(
        self, key: str, names: Collection[str], *, default: str
    ) -> Callable[[Mapping[str, str]], str]:
        """Return a function that fills in a template such as "{series} {volume}".

        Brackets that stay empty are dropped, runs of spaces made one.
        """
        template = self.text(key, default=default)
        for name in self._fields(key, template):
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                self.refuse(key, f"names an unknown field {{{name}}} (known: {known})")
        return lambda values: _spaced(template.format_map(values))

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Raise the InvalidError of a key."""
        raise InvalidError(self.field, f"{key} {reason}")

    def _compile(self, key: str, pattern: object) -> re.Pattern[str]:
        if not isinstance(pattern, str):
            self.refuse(key, "has to be a pattern")
        if len(pattern) > PATTERN_CHARS:
            self.refuse(key, f"is longer than {PATTERN_CHARS} characters")
        try:
            compiled = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            self.refuse(key, f"is no regular expression: {error}")
        if _is_explosive(pattern):
            self.refuse(key, "could take for ever: it repeats what repeats")
        return compiled

    def _fields(self, key: str, template: str) -> list[str]:
        try:
            parsed = list(string.Formatter().parse(template))
        except ValueError as error:
            self.refuse(key, f"is no template: {error}")
        if any(spec or conversion for _, _, spec, conversion in parsed):
            self.refuse(key, "may hold names in braces only, without : or !")
        return [name for _, name, _, _ in parsed if name is not None]


def read_config(
    field: str,
    config: Mapping[str, object] | None,
    keys: Collection[str],
    aliases: Mapping[str, str] | None = None,
) -> StrategyConfig:
    """Return a configuration with its keys in snake_case.

    field is the name for InvalidError; aliases are other spellings of keys. Raises
    InvalidError for a key that there is none of, and for one with two values.
    """
    values: dict[str, object] = {}
    for given, value in (config or {}).items():
        key = snake_case(str(given))
        key = (aliases or {}).get(key, key)
        if key not in keys:
            known = ", ".join(sorted(keys)) or "none"
            raise InvalidError(field, f"{given} is unknown (known: {known})")
        if values.get(key, value) != value:
            raise InvalidError(field, f"{key} is given twice")
        values[key] = value
    present = {key: value for key, value in values.items() if value is not None}
    return StrategyConfig(field, present)


def snake_case(key: str) -> str:
    """Return a key as it is stored: skip_depth for skipDepth."""
    return _CAPITAL.sub(lambda capital: "_" + capital[0], key).lower()


def search(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Search a text with a user's pattern; too long a text does not match."""
    return pattern.search(text) if len(text) <= INPUT_CHARS else None


def _spaced(text: str) -> str:
    return " ".join(_EMPTY_BRACKETS.sub("", text).split())


def _is_explosive(pattern: str) -> bool:
    """Tell whether a pattern repeats a group that can match a text in many ways."""
    # One flag for each open group: does it hold a repeat, an option, an alternative?
    open_groups = [False]
    before, closed, wildcards = "", False, 0
    for piece in _PIECE.findall(pattern):
        repeat = piece in ("*", "+") or (piece[0] == "{" and len(piece) > 1)
        if repeat and before == ")" and closed:
            return True
        if piece in ("(", "(?"):
            open_groups.append(False)
        elif piece == ")" and len(open_groups) > 1:
            closed = open_groups.pop()
            open_groups[-1] |= closed
        else:
            open_groups[-1] |= piece in ("*", "+", "?", "|") or "," in piece[1:]
            wildcards += repeat and before == "."
        before = piece
    return wildcards > _WILDCARDS
