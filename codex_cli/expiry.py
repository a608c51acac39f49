"""When an API key ends, as people write it: a date, a number of days, never."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from codex_lib.accounts.times import later, parse_time
from codex_lib.errors import InvalidError

NEVER = "never"
DAYS = re.compile(r"([0-9]{1,5})d")
DAY_SECONDS = 86_400
FORMS = 'must be a date as 2030-01-31, a number of days as 90d, or "never"'


def parse_expiry(text: str, *, now: str) -> str | None:
    """Return the time that a text stands for; None for never.

    A date is that day's last second here, a time is taken as it is. Raises
    InvalidError.
    """
    if text == NEVER:
        return None
    days = DAYS.fullmatch(text)
    if days:
        return later(now, int(days[1]) * DAY_SECONDS)
    try:
        return parse_time("--expires", _end_of_day(text) or text)
    except InvalidError as error:
        raise InvalidError("--expires", FORMS) from error


def _end_of_day(text: str) -> str | None:
    """Return the last second of a day in this place's time; None if it is no date."""
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day, time(23, 59, 59)).astimezone().isoformat()
    except (ValueError, OverflowError):
        return None
