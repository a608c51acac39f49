"""The outbox: events written in the transaction of what they tell, read by their id.

A stream reads on from the last id that it has sent, so nothing is lost or told twice,
whichever process wrote it, and a client that comes back says where it was.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.db import many, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from codex_lib.db import Database

CATALOG, TASKS, SCANS = "events", "tasks", "scans"
STREAMS = (CATALOG, TASKS, SCANS)
# Kept for clients that come back: about a day of a busy server, 20 MB.
KEPT_EVENTS = 100_000
_INSERT = "INSERT INTO events (stream, type, data, created_at) VALUES (?, ?, ?, ?)"


class Event(NamedTuple):
    """One event: its number, which rises, and its data as one line of JSON."""

    id: int
    stream: str
    type: str
    data: str


def emit(db: Database, name: str, *, now: str, **keys: object) -> None:
    """Write an event of the catalog; inside the write block that it tells of.

    name is its type of contract section 6.2, keys are its ids and what else it has.
    """
    emit_all(db, name, [keys], now=now)


def emit_all(
    db: Database, name: str, found: Iterable[Mapping[str, object]], *, now: str
) -> None:
    """Write one event of the same type for each set of keys."""
    lines = (_line({"type": name, **keys, "timestamp": now}) for keys in found)
    many(db, _INSERT, [(CATALOG, name, line, now) for line in lines])


def emit_frame(
    db: Database, stream: str, name: str, data: Mapping[str, object], *, now: str
) -> None:
    """Write a frame of the tasks or scans stream; inside a write block."""
    many(db, _INSERT, [(stream, name, _line(data), now)])


def _line(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def newest_event(db: Database) -> int:
    """Return the number of the newest event, 0 before the first."""
    return int(rows(db, "SELECT coalesce(max(id), 0) AS id FROM events")[0]["id"])


def oldest_event(db: Database) -> int:
    """Return the number of the oldest event that is kept, 0 if there is none."""
    return int(rows(db, "SELECT coalesce(min(id), 0) AS id FROM events")[0]["id"])


def read_events(
    db: Database,
    after: int,
    *,
    streams: Sequence[str] = STREAMS,
    limit: int = 1000,
) -> list[Event]:
    """Return the events behind a number, oldest first."""
    marks = ", ".join("?" * len(streams))
    sql = f"""
        SELECT id, stream, type, data FROM events WHERE id > ? AND stream IN ({marks})
        ORDER BY id LIMIT ?
    """  # noqa: S608 - question marks
    return [Event(*row) for row in rows(db, sql, [after, *streams, limit])]


def trim_events(db: Database, *, kept: int = KEPT_EVENTS) -> int:
    """Drop all but the newest events; return how many were dropped."""
    sql = "DELETE FROM events WHERE id <= ? RETURNING id"
    return len(rows(db, sql, [newest_event(db) - kept]))


def event_data(event: Event) -> dict[str, Any]:
    """Return an event's data."""
    data: dict[str, Any] = json.loads(event.data)
    return data
