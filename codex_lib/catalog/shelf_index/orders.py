"""The rows of a table in the order of one sort: an array of inner ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codex_lib.catalog.shelf_index.columns import Ids, Mask, as_json, id_column
from codex_lib.db import rows

if TYPE_CHECKING:
    from codex_lib.db import Database

REPAIRABLE = 2000  # changed rows; more, and the whole order is read again
_CHUNK = 1 << 16


class Order:
    """All rows of a table by a column: nulls last, equal ones by id."""

    def __init__(self, db: Database, table: str, column: str) -> None:
        self._table, self._column = table, column
        self.stale: set[int] = set()
        self.load(db)

    def load(self, db: Database) -> None:
        """Read the order from the column's index."""
        self.ids = id_column(
            db,
            f"SELECT id FROM {self._table} ORDER BY {self._column} NULLS LAST, id",  # noqa: S608 - a closed list
        )
        self._count_nulls(db)
        self.stale.clear()

    def _count_nulls(self, db: Database) -> None:
        sql = f"SELECT count(*) AS n FROM {self._table} WHERE {self._column} IS NULL"  # noqa: S608 - a closed list
        self._nulls = int(rows(db, sql)[0]["n"])

    def repair(self, db: Database) -> None:
        """Bring rows that have changed to their places."""
        if len(self.stale) > REPAIRABLE:
            self.load(db)
        elif self.stale:
            self._move(db)
            self._count_nulls(db)
            self.stale.clear()

    def _move(self, db: Database) -> None:
        size = max(int(self.ids.max(initial=0)), *self.stale) + 1
        is_stale = np.zeros(size, np.bool_)
        is_stale[list(self.stale)] = True
        kept = self.ids[~is_stale[self.ids]]
        place = np.zeros(size, np.int64)
        place[kept] = np.arange(1, len(kept) + 1)  # how many stand up to a row
        sql = f"""
            SELECT id, {self._column} AS key FROM {self._table}
            WHERE id IN (SELECT value FROM json_each(?))
            ORDER BY {self._column} NULLS LAST, id
        """  # noqa: S608 - a closed list
        moved = rows(db, sql, as_json(self.stale))
        for row in moved:  # in order, so that a stale row before has its place
            place[row["id"]] = place[self._before(db, row["id"], row["key"])]
        ids = [row["id"] for row in moved]
        self.ids = np.insert(kept, place[ids], ids).astype(np.int32)

    def _before(self, db: Database, row_id: int, key: object) -> int:
        """Return the row that stands before another; 0 if none does."""
        column, start = self._column, f"SELECT id FROM {self._table} WHERE"  # noqa: S608 - a closed list
        by_key = f"ORDER BY {column} DESC, id DESC LIMIT 1"
        if key is None:
            found = rows(
                db,
                f"{start} {column} IS NULL AND id < ? ORDER BY id DESC LIMIT 1",
                [row_id],
            ) or rows(db, f"{start} {column} IS NOT NULL {by_key}")
        else:
            found = rows(db, f"{start} ({column}, id) < (?, ?) {by_key}", [key, row_id])
        return int(found[0]["id"]) if found else 0

    def directed(self, *, descending: bool) -> Ids:
        """Return the ids in one direction; nulls are last in both."""
        if not descending:
            return self.ids
        nulls = len(self.ids) - self._nulls
        return np.concatenate([self.ids[:nulls][::-1], self.ids[nulls:][::-1]])


def part(order: Ids, mask: Mask, offset: int, limit: int) -> list[int]:
    """Return the ids of a mask in an order, so many after so many.

    The order is gone through in pieces, because most pages end in the first.
    """
    taken: list[int] = []
    for start in range(0, len(order), _CHUNK):
        ids = order[start : start + _CHUNK]
        found = ids[mask[ids]]
        if offset >= len(found):
            offset -= len(found)
            continue
        taken += found[offset : offset + limit - len(taken)].tolist()
        offset = 0
        if len(taken) == limit:
            break
    return taken
