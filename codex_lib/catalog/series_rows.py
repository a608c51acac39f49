"""The row of a series, for what hangs on it: titles, links, ratings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from codex_lib.catalog.announce import tell_series
from codex_lib.db import one, rows
from codex_lib.errors import SeriesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection

    from codex_lib.db import Database


def series_row_id(db: Database, series_id: str) -> int:
    """Return the inner id of a series. Raises SeriesNotFoundError."""
    row = one(db, "SELECT id FROM series WHERE uuid = ?", [series_id])
    if row is None:
        raise SeriesNotFoundError(series_id)
    return int(row["id"])


def touch_series(db: Database, ids: Collection[int], field: str, *, now: str) -> None:
    """Note, and tell listeners, that a field of series has changed; by inner ids."""
    sql = """
        UPDATE series SET updated_at = ? WHERE id IN (SELECT value FROM json_each(?))
    """
    rows(db, sql, [now, json.dumps(list(ids))])
    tell_series(db, "series_updated", ids, now=now, fields=[field])
