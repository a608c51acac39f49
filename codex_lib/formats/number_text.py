"""The number of a book as text ("001", "12.AU", "1½") and its value for sorting."""

from __future__ import annotations

import re
import unicodedata

FRACTIONS = "½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
MAXIMUM = 1e9
_LONGEST = 32

_VALUE = re.compile(
    rf"""
    [#№]?\s*
    (?P<sign>[-+\u2212]?)
    (?:
        (?P<top>\d+)\s*[/\u2044]\s*(?P<bottom>\d+)
        | (?=[\d{FRACTIONS}])
          (?P<whole>\d+(?:[.,]\d+)?)?\s*(?P<fraction>[{FRACTIONS}])?
    )
    (?:\.?\s?[A-Za-z]{{1,8}})?                  # the "A" of 1A, the "AU" of 12.AU
    (?:\s*[-\u2013~]\s*\d+(?:[.,]\d+)?)?        # the "-6" of 1-6
    """,
    re.VERBOSE,
)
_STARTS = re.compile(rf"[\d{FRACTIONS}]")
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")


def parse_number(text: str) -> float | None:
    """Return the value of a book's number, or None if it has none.

    "½" is 0.5, "1,5" is 1.5, "1,000" is 1000, "12.AU" is 12 and a range counts as its
    first number. Always finite, and never beyond a thousand million either way.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    match = _VALUE.fullmatch(text)
    value = _value(match) if match else None
    return value if value is not None and abs(value) <= MAXIMUM else None


def normal_number(text: str) -> str:
    """Return a number without its leading zeros, a comma in it made a point."""
    text = text.replace(",", ".")
    short = text.lstrip("0")
    return short if _STARTS.match(short) else "0" + short


def _value(match: re.Match[str]) -> float | None:
    if match["top"]:
        bottom = int(match["bottom"])
        value = int(match["top"]) / bottom if bottom else None
    else:
        value = _decimal(match["whole"] or "0")
        value += unicodedata.numeric(match["fraction"] or "0")
    return -value if value and match["sign"] in ("-", "\u2212") else value


def _decimal(text: str) -> float:
    comma = "" if _THOUSANDS.fullmatch(text) else "."
    return float(text.replace(",", comma))
