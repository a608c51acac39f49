"""How fast and since when, as people write it: 50MB, 30d."""

from __future__ import annotations

import re

from codex_lib.accounts.times import later, parse_time
from codex_lib.errors import InvalidError

RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([kmg]?)b?(?:/s)?", re.IGNORECASE)
BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
AGO = re.compile(r"([0-9]{1,5}) ?([hdw])")
SECONDS = {"h": 3600, "d": 86_400, "w": 604_800}


def parse_rate(text: str | None) -> int | None:
    """Return bytes a second of "50MB" or "50MB/s"; None for None.

    Raises InvalidError.
    """
    if text is None:
        return None
    found = RATE.fullmatch(text.strip())
    rate = int(float(found[1]) * BYTES[found[2].lower()]) if found else 0
    if rate < 1:
        raise InvalidError("--rate", "must be an amount a second, as 50MB")
    return rate


def parse_since(text: str | None, *, now: str) -> str | None:
    """Return the time of "30d", "12h", "2w" ago, or of a date; None for None.

    Raises InvalidError.
    """
    if text is None:
        return None
    ago = AGO.fullmatch(text.strip())
    if ago:
        return later(now, -int(ago[1]) * SECONDS[ago[2]])
    try:
        return parse_time("--since", text)
    except InvalidError as error:
        form = "must be a time ago, as 30d or 12h, or a time as 2024-01-31T12:00:00Z"
        raise InvalidError("--since", form) from error
