"""The time, as the catalog stores it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return the current time in UTC, "2024-01-15T10:30:00.123456Z"."""
    return stored_time(datetime.now(UTC))


def stored_time(moment: datetime) -> str:
    """Return a time that knows its zone as the catalog stores it."""
    moment = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='microseconds')}Z"
