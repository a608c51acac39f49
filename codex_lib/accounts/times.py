"""Arithmetic with times as the catalog stores them: "2024-01-15T10:30:00.123456Z"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from codex_lib.errors import InvalidError


def parse_time(field: str, text: object) -> str:
    """Return a time of any RFC 3339 form as the catalog stores it.

    Raises InvalidError; field is the name to blame.
    """
    try:
        moment = datetime.fromisoformat(text if isinstance(text, str) else "")
        if moment.tzinfo is None:
            raise InvalidError(field, "needs a time zone, as in 2030-01-31T12:00:00Z")
        return _text(moment.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise InvalidError(field, "must be a time, as 2030-01-31T12:00:00Z") from error


def later(moment: str, seconds: float) -> str:
    """Return the time so many seconds after another; before it, if negative."""
    return _text(datetime.fromisoformat(moment) + timedelta(seconds=seconds))


def unix_time(moment: str) -> int:
    """Return a time as whole seconds since 1970."""
    return int(datetime.fromisoformat(moment).timestamp())


def seconds_between(start: str, end: str) -> float:
    """Return how many seconds it takes from one time to another."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _text(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
