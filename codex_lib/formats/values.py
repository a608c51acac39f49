"""What a text in somebody's metadata is worth: trimmed, split, counted, or nothing.

None always stands for "no value": missing, empty, a default such as -1, or nonsense.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codex_lib.formats import limits

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE_DIGITS = 9
_RATING_MAX = 5.0
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,4}")
_COMMON_LANGUAGES = {"en", "ja", "fr", "de", "es", "it", "ko", "zh", "pt", "nl"}
_NO_LANGUAGES = {"und", "zxx", "mul", "mis"}
_REGION_LETTERS, _SCRIPT_LETTERS = 2, 4
_ISBN10, _ISBN13 = re.compile(r"\d{9}[\dX]", re.ASCII), re.compile(r"97[89]\d{10}")
_DATE = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?(?![\d])", re.ASCII)


def line(text: str | None) -> str | None:
    """Return a text of one line: titles, names, numbers."""
    text = text and text.strip()[: limits.TEXT_CHARS]
    if text and ("\n" in text or "\t" in text):
        return " ".join(text.split())
    return text or None


def paragraphs(text: str | None) -> str | None:
    """Return a text that may have several lines: summaries, notes."""
    return (text and text.strip()[: limits.TEXT_CHARS]) or None


def unique(texts: Iterable[str]) -> list[str] | None:
    """Return the texts trimmed, without empty and repeated ones, in their order."""
    found = dict.fromkeys(map(str.strip, texts))
    found.pop("", None)
    return list(found)[: limits.LIST_ITEMS] or None


def names(text: str | None) -> list[str] | None:
    """Return the names in a list with commas."""
    if text and "," in text:
        return unique(text[: limits.TEXT_CHARS].split(","))
    name = text and text.strip()[: limits.TEXT_CHARS]
    return [name] if name else None


def labels(text: str | None) -> list[str] | None:
    """Return genres or tags: a list with commas, or with semicolons if it has none."""
    if text and ";" in text and "," not in text:
        return unique(text[: limits.TEXT_CHARS].split(";"))
    return names(text)


def urls(text: str | None) -> list[str] | None:
    """Return the web addresses in a text, which white space or commas separate.

    Only http and https: the addresses become links in somebody's browser.
    """
    if not text:
        return None
    parts = (part.strip(",;") for part in text[: limits.TEXT_CHARS].split())
    return unique(
        part for part in parts if part[:8].lower().startswith(("http://", "https://"))
    )


def whole(text: str | None, low: int, high: int) -> int | None:
    """Return an integer from low to high; "3.0" counts as 3."""
    if text and not text.isdecimal():
        text, _, fraction = text.strip().partition(".")
        if fraction.strip("0"):
            return None
    if not text or not text.isdecimal() or len(text) > _WHOLE_DIGITS:
        return None
    number = int(text)
    return number if low <= number <= high else None


def count(text: str | None) -> int | None:
    """Return how many there are: of issues, of pages; 0 is no value."""
    return whole(text, 1, limits.ENTRIES)


def volume(text: str | None) -> int | None:
    """Return a volume, which may be 0 or a year."""
    return whole(text, 0, limits.ENTRIES)


def year(text: str | None) -> int | None:
    """Return a year of four digits."""
    return whole(text, _FIRST_YEAR, _LAST_YEAR)


def month(text: str | None) -> int | None:
    """Return a month from 1 to 12."""
    return whole(text, 1, 12)


def day(text: str | None) -> int | None:
    """Return a day from 1 to 31."""
    return whole(text, 1, 31)


def date(text: str | None) -> dict[str, int]:
    """Return year, month and day of "2011-10-01", "2011-10" or "2011", as far as given.

    A time after the date is ignored. Empty without a year that makes sense.
    """
    match = _DATE.match((text or "").strip())
    if match is None:
        return {}
    parts = year(match[1]), month(match[2]), day(match[3])
    found: dict[str, int] = {}
    for key, value in zip(("year", "month", "day"), parts, strict=True):
        if value is None:
            break
        found[key] = value
    return found


def rating(text: str | None) -> float | None:
    """Return a rating above 0 (which means unrated) up to 5."""
    try:
        number = float((text or "").strip().replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number <= _RATING_MAX else None


def language(text: str | None) -> str | None:
    """Return a language tag in the spelling of BCP 47: "pt-BR" for "PT_br"."""
    text = (text and text.strip()) or ""
    if text in _COMMON_LANGUAGES:
        return text
    if not _LANGUAGE.fullmatch(text) or text.lower() in _NO_LANGUAGES:
        return None
    first, *rest = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *map(_subtag, rest)])


def _subtag(text: str) -> str:
    if len(text) == _REGION_LETTERS:
        return text.upper()
    return text.title() if len(text) == _SCRIPT_LETTERS else text.lower()


def isbn(text: str | None) -> str | None:
    """Return the digits (and X) of an ISBN-10 or ISBN-13 whose check digit is right."""
    code = (text or "")[:64].upper().removeprefix("URN:ISBN:").removeprefix("ISBN")
    code = code.translate({ord(mark): None for mark in " -:\N{EN DASH}"})
    if _ISBN13.fullmatch(code):
        total = sum(map(int, code[::2])) + 3 * sum(map(int, code[1::2]))
        return code if total % 10 == 0 else None
    if not _ISBN10.fullmatch(code):
        return None
    digits = [10 if digit == "X" else int(digit) for digit in code]
    total = sum(weight * digit for weight, digit in enumerate(reversed(digits), 1))
    return code if total % 11 == 0 else None


def isbns(text: str | None) -> list[str] | None:
    """Return a list of the one ISBN that a text is."""
    found = isbn(text)
    return [found] if found else None
