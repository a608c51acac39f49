"""What people type to name a row: an id in any case, its beginning, or a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codex_lib.db import rows
from codex_lib.errors import AmbiguousNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.db import Database, Row

_ID = re.compile(r"[0-9a-f]{4,8}(?:-[0-9a-f-]{0,27})?\Z", re.IGNORECASE)
_SHOWN = 8  # candidates named in an error
MOST = _SHOWN + 1  # rows that are worth reading


def rows_of_id(db: Database, sql: str, text: str, **values: object) -> list[Row]:
    """Return the rows whose id is a text or begins with it; none if it is no id.

    sql selects uuid and label, and ends in uuid >= :start AND uuid < :end; values are
    what else it asks for.
    """
    if not _ID.match(text):
        return []
    start = text.lower()
    return rows(
        db, f"{sql} LIMIT {MOST}", {"start": start, "end": f"{start}g", **values}
    )


def only_id(noun: str, text: str, found: Sequence[Row]) -> str:
    """Return the id of the one row that a text named, of at least one.

    Raises AmbiguousNameError, which tells candidates by uuid, label and, if there is
    one, detail.
    """
    if len(found) == 1:
        return str(found[0]["uuid"])
    shown = [_candidate(row) for row in found[:_SHOWN]]
    if len(found) > _SHOWN:
        shown.append("and more")
    raise AmbiguousNameError(noun, text, shown)


def _candidate(row: Row) -> str:
    detail = f" in {row['detail']}" if "detail" in row.keys() else ""  # noqa: SIM118 - a Row's "in" looks at values
    return f"{row['uuid']} ({row['label']}{detail})"
