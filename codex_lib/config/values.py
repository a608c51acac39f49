"""The text of a setting to its value, and back. Pure, except for ~ in a path."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_lib.config.definitions import Secret
from codex_lib.errors import ConfigError

if TYPE_CHECKING:
    from codex_lib.config.definitions import Definition

BOOLEANS = {"true": True, "1": True, "yes": True, "on": True}
BOOLEANS |= {"false": False, "0": False, "no": False, "off": False}
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
MASK = "********"
LONGEST_ECHO = 60


def parse_value(
    definition: Definition, text: str, *, source: str, folder: Path
) -> object:
    """Turn the text of a setting into its value, checked.

    folder is what a relative path is relative to; ~ is the user's home folder.
    Raises ConfigError, which never shows the text of a secret.
    """
    reason = problem(definition, text)
    if reason:
        raise ConfigError(definition.key, reason, source=source)
    if definition.kind is bool:
        return BOOLEANS[text.strip().lower()]
    if definition.kind is int:
        return int(text)
    if definition.kind in (Path, Path | None):
        return absolute_path(definition.key, text, source=source, folder=folder)
    if definition.kind == tuple[str, ...]:
        return tuple(split_list(text))
    return definition.kind(text)


def problem(definition: Definition, text: str) -> str:
    """Say what is wrong with the text of a setting; "" if nothing is."""
    if any(character < " " or character == "\x7f" for character in text):
        return "must not hold line ends or control characters"
    demand = unmet_demand(definition, text)
    if not demand:
        return ""
    if definition.is_secret:
        return f"must be {demand}"
    shown = text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"
    return f"must be {demand}, not {shown!r}"


def unmet_demand(definition: Definition, text: str) -> str:
    """Return what the text should have been, in words; "" if it is that."""
    rule = definition.rule
    if definition.kind is bool:
        return "" if text.strip().lower() in BOOLEANS else "true or false"
    if definition.kind is int:
        return unmet_range(rule.minimum, rule.maximum, text.strip())
    if rule.choices:
        return "" if text in rule.choices else " or ".join(rule.choices)
    parts = split_list(text) if definition.kind == tuple[str, ...] else [text]
    is_met = all(re.fullmatch(rule.pattern, part) for part in parts)
    return "" if is_met or not rule.pattern else rule.form


def unmet_range(minimum: int, maximum: int, text: str) -> str:
    """Return which numbers are allowed, in words; "" if the text is one of them."""
    is_met = WHOLE_NUMBER.fullmatch(text) and minimum <= int(text) <= maximum
    return "" if is_met else f"a whole number from {minimum} to {maximum}"


def split_list(text: str) -> list[str]:
    """Split a list at its commas; an empty item is left out."""
    return [part.strip() for part in text.split(",") if part.strip()]


def absolute_path(key: str, text: str, *, source: str, folder: Path) -> Path:
    """Return a path made absolute, ~ replaced and ".." left as it is."""
    try:
        return folder / Path(text).expanduser()
    except RuntimeError:
        reason = f"no home folder is known for {text!r}"
        raise ConfigError(key, reason, source=source) from None


def render_value(value: Any) -> str:  # noqa: ANN401 - the value of any setting
    """Write a value as it could stand in an environment variable, secrets masked."""
    if isinstance(value, Secret):
        return MASK if value else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)
