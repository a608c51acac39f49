"""The time, as the catalog stores it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return the current time in UTC, "2024-01-15T10:30:00.123456Z"."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='microseconds')}Z"
