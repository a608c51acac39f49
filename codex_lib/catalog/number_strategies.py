"""The number of a book in its series: four strategies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codex_lib.errors import InvalidError
from codex_lib.formats.filenames import parse_filename
from codex_lib.formats.number_text import FRACTIONS, parse_number

if TYPE_CHECKING:
    from collections.abc import Callable

    NumberRule = Callable[[str, str | None, int | None], float | None]

_SIGNED = re.compile(rf"#\s*(-?\d*(?:\.\d+)?[{FRACTIONS}]?)")
# The word's first letter says which it is; lower case only. "c2c" is a kind of scan.
_MARKED = re.compile(
    r"([vcpe])(?<![a-z].)"
    r"(?:(?<=v)(?:ol(?:ume)?)?|(?<=c)(?:h(?:apter)?)?|(?<=p)art|(?<=e)p(?:isode)?)"
    r"\.?\s*(\d+(?:\.\d+)?)(?!c(?![a-z\d]))"
)
_IN_PARENTHESES = re.compile(r"\((\d+(?:\.\d+)?)\)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_GROUP = re.compile(r"[(\[][^()\[\]]*[)\]]")
_SEPARATORS = ("", " ", "_", "-", ".")


def number_rule(strategy: str) -> NumberRule:
    """Return the function that numbers a book: stem, metadata's number, position.

    The stem is the file's name without its suffix; the position counts from 1 among
    the files of the series. Raises InvalidError for an unknown strategy.
    """
    rule = _RULES.get(strategy)
    if rule is None:
        known = ", ".join(NUMBER_STRATEGIES)
        raise InvalidError("number_strategy", f"{strategy} is none of {known}")
    return rule


def uses_position(strategy: str) -> bool:
    """Tell whether numbers change when files come to the series or go."""
    return strategy in ("file_order", "smart")


def number_in_stem(stem: str) -> float | None:
    """Return the number that a file's name gives.

    In this order: "#n"; "v", "vol" or "volume n"; "c", "ch" or "chapter n"; "part n";
    "ep" or "episode n"; "(n)"; a number at the end, groups in brackets aside; what
    parse_filename finds; a year in parentheses.

    Source: contract of the API, number strategy "filename"; but a year counts last, and
    a letter inside a word does not count.
    """
    if stem.isascii() and not _DIGIT.search(stem):
        return None
    signed = _SIGNED.search(stem) if "#" in stem else None
    number = parse_number(signed[1]) if signed else None
    if number is None:
        number = _marked(stem.lower())
    return _unmarked(stem) if number is None else number


def _marked(stem: str) -> float | None:
    found = dict(reversed(_MARKED.findall(stem)))
    for letter in "vcpe":
        if letter in found:
            return parse_number(found[letter])
    return None


def _unmarked(stem: str) -> float | None:
    in_parentheses = _IN_PARENTHESES.findall(stem) if "(" in stem else []
    for text in in_parentheses:
        if not _YEAR.fullmatch(text):
            return parse_number(text)
    number = parse_number(_trailing(_GROUP.sub("", stem).rstrip()))
    if number is None:
        number = parse_number(parse_filename(stem).number)
    if number is None and in_parentheses:
        return parse_number(in_parentheses[0])
    return number


def _trailing(text: str) -> str:
    head = text.rstrip("0123456789.")
    return text[len(head) :].lstrip(".") if head[-1:] in _SEPARATORS else ""


def _by_position(_stem: str, _number: str | None, position: int | None) -> float | None:
    return None if position is None else float(position)


def _by_metadata(_stem: str, number: str | None, _position: int | None) -> float | None:
    return parse_number(number) if number else None


def _by_filename(stem: str, _number: str | None, _position: int | None) -> float | None:
    return number_in_stem(stem)


def _smart(stem: str, number: str | None, position: int | None) -> float | None:
    value = parse_number(number) if number else None
    if value is None:
        value = number_in_stem(stem)
    return _by_position(stem, number, position) if value is None else value


_RULES: dict[str, NumberRule] = {
    "file_order": _by_position,
    "metadata": _by_metadata,
    "filename": _by_filename,
    "smart": _smart,
}
NUMBER_STRATEGIES = tuple(_RULES)
