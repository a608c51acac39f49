"""Time zones of schedules: one that is named, or this machine's own."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

LOCAL_FILE = Path("/etc/localtime")


def time_zone(name: str | None) -> tzinfo:
    """Return the zone of a name, this machine's for none; UTC if it has gone."""
    return (_named(name) or UTC) if name else local_zone()


def local_zone(name: str | None = None, file: Path = LOCAL_FILE) -> tzinfo:
    """Return this machine's zone, with the rules of its daylight saving time.

    name is that of the environment variable TZ unless given. What is no zone of the
    database ("CET-1CEST") keeps the offset of the moment.
    """
    name = (os.environ.get("TZ", "") if name is None else name).removeprefix(":")
    if not name:
        return _of_file(file) or UTC
    found = _of_file(Path(name)) if name.startswith("/") else _named(name)
    return found or datetime.now(UTC).astimezone().tzinfo or UTC


def _named(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _of_file(path: Path) -> tzinfo | None:
    try:
        with path.open("rb") as file:
            return ZoneInfo.from_file(file, key=_key(path))
    except (ValueError, OSError):
        return None


def _key(path: Path) -> str | None:
    """Return the name of a zone from where its file lies in the database."""
    _, slash, key = str(path.resolve()).partition("/zoneinfo/")
    return key if slash else None
