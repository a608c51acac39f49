"""Age ratings of ComicInfo and MetronInfo as years, the API's unit for a series."""

from __future__ import annotations

import re

_YEARS = {
    "everyone": 0,
    "g": 0,
    "all ages": 0,
    "early childhood": 3,
    "kids to adults": 6,
    "everyone 10+": 10,
    "pg": 8,
    "teen": 13,
    "teen plus": 15,
    "m": 15,
    "ma15+": 15,
    "mature": 17,
    "mature 17+": 17,
    "r18+": 18,
    "x18+": 18,
    "adults only 18+": 18,
    "adult": 18,
    "explicit": 18,
}
_PLUS = re.compile(r"(\d{1,2})\s*\+")


def age_rating_years(text: str | None) -> int | None:
    """Return the least age in years, or None for unknown, pending and no rating."""
    folded = (text or "").strip().lower()
    if folded in _YEARS:
        return _YEARS[folded]
    plus = _PLUS.search(folded)
    return int(plus[1]) if plus else None
