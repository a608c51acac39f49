"""Which rows a page of a list has: by an index of SQLite, or by the one in memory.

What an index of the catalog file gives at once is asked of it: lists without a filter,
the books of a series, files with errors. All else, and pages far from the start where
the process keeps the shelf index, is asked of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from codex_lib.catalog.shelf_index.kept import is_kept
from codex_lib.db import rows
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.catalog.conditions import Condition
    from codex_lib.db import Database
    from codex_lib.db.paging import Paging

# Sorts that are no column of the table itself.
SHELF = "shelf"  # of books: by series, then by number
LAST_READ = "last_read_at"  # of series: when the person who asks read in it
_NEAR = 1000  # rows that are quickly skipped in an index


class Sort(NamedTuple):
    """What a list is sorted by; nulls are last and the id breaks ties."""

    column: str
    descending: bool

    @property
    def sql(self) -> str:
        """Return what stands behind ORDER BY; of SHELF it is the order in a series."""
        direction = "DESC" if self.descending else "ASC"
        if self.column == SHELF:
            by_key = f"sort_key {direction}, id {direction}"
            return f"number {direction} NULLS LAST, {by_key}"
        return f"{self.column} {direction} NULLS LAST, id {direction}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is to hold. Ids are uuids.

    sort is None for the best matches of a text first. The last two are of books only.
    """

    of: Literal["series", "books"]
    library_id: str | None = None
    series_id: str | None = None
    condition: Condition | None = None
    text: str = ""
    sort: Sort | None = None
    user_id: str | None = None
    include_deleted: bool = False
    with_errors: bool = False


def sort_of(sorts: Mapping[str, str], sort: str, order: str) -> Sort:
    """Return a sort by its name in sorts, which has the column of each.

    sort may carry its direction after a comma, which wins over order (contract section
    1.7). Raises InvalidError naming what there is.
    """
    name, _, direction = sort.partition(",")
    direction = (direction or order).strip().lower()
    if direction not in ("asc", "desc"):
        raise InvalidError("order", f"{direction!r} is neither asc nor desc")
    column = sorts.get(name.strip().lower())
    if column is None:
        raise InvalidError("sort", f"{name!r} is none of {', '.join(sorts)}")
    return Sort(column, direction == "desc")


def list_ids(db: Database, paging: Paging, wanted: Wanted) -> tuple[list[int], int]:
    """Return the inner ids of one page, in order, and the total of the list."""
    if _is_simple(db, paging, wanted):
        return _by_index(db, paging, wanted)
    from codex_lib.catalog.shelf_index.lists import (  # noqa: PLC0415 - loads numpy
        list_by_memory,
    )

    return list_by_memory(db, paging, wanted)


def _is_simple(db: Database, paging: Paging, wanted: Wanted) -> bool:
    """Tell whether SQLite alone answers at once."""
    if wanted.condition is not None or wanted.text.strip():
        return False
    if wanted.series_id:
        return True
    if wanted.sort is None or wanted.sort.column in (SHELF, LAST_READ):
        return False
    if wanted.with_errors:
        return not is_kept(db.path)
    is_indexed = wanted.library_id is None or wanted.sort.column == "sort_key"
    return not is_kept(db.path) or (is_indexed and paging.offset <= _NEAR)


_LIBRARY = "library_id = (SELECT id FROM libraries WHERE uuid = :library_id)"
_SERIES = "series_id = (SELECT id FROM series WHERE uuid = :series_id)"


def _by_index(db: Database, paging: Paging, wanted: Wanted) -> tuple[list[int], int]:
    is_live = "book_count > 0" if wanted.of == "series" else "deleted_at IS NULL"
    conditions = [
        *([] if wanted.include_deleted else [is_live]),
        *([_LIBRARY] if wanted.library_id else []),
        *([_SERIES] if wanted.series_id else []),
        *(["analysis_error IS NOT NULL"] if wanted.with_errors else []),
    ]
    where = " AND ".join(conditions) or "true"
    table: str = wanted.of
    if wanted.with_errors and not wanted.series_id:
        table = "books INDEXED BY books_with_errors"  # SQLite 3.40 takes a large one
    assert wanted.sort is not None  # noqa: S101 - only a text goes without
    page = f"""
        SELECT id FROM {table} WHERE {where}
        ORDER BY {wanted.sort.sql} LIMIT :limit OFFSET :offset
    """  # noqa: S608 - texts of this module
    params: dict[str, Any] = {
        "library_id": wanted.library_id,
        "series_id": wanted.series_id,
        "limit": paging.page_size,
        "offset": paging.offset,
    }
    ids = [int(row["id"]) for row in rows(db, page, params)]
    if wanted.series_id or wanted.with_errors:
        total = f"SELECT count(*) AS total FROM {table} WHERE {where}"  # noqa: S608 - texts of this module
    else:
        total = _total(wanted)
    return ids, int(rows(db, total, params)[0]["total"])


def _total(wanted: Wanted) -> str:
    """Return the query for a total that libraries have counted."""
    counter = "series_count" if wanted.of == "series" else "book_count"
    one = " WHERE uuid = :library_id" if wanted.library_id else ""
    total = f"SELECT coalesce(sum({counter}), 0) FROM libraries{one}"  # noqa: S608 - texts of this module
    if not wanted.include_deleted:
        return f"SELECT ({total}) AS total"
    within = f" AND {_LIBRARY}" if wanted.library_id else ""
    deleted = f"SELECT count(*) FROM books WHERE deleted_at IS NOT NULL{within}"  # noqa: S608 - texts of this module
    return f"SELECT ({total}) + ({deleted}) AS total"
