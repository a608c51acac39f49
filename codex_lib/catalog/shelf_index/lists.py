"""One page of a list by the index in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codex_lib.catalog.conditions import Test
from codex_lib.catalog.listing import LAST_READ, SHELF
from codex_lib.catalog.search import CONSIDERED, best_matches, matching_ids
from codex_lib.catalog.shelf_index.index import ShelfIndex, opened
from codex_lib.catalog.shelf_index.orders import part
from codex_lib.catalog.shelf_index.selection import Selection
from codex_lib.db import one

if TYPE_CHECKING:
    from codex_lib.catalog.listing import Wanted
    from codex_lib.catalog.shelf_index.columns import Ids, Mask
    from codex_lib.db import Database
    from codex_lib.db.paging import Paging


def list_by_memory(
    db: Database, paging: Paging, wanted: Wanted
) -> tuple[list[int], int]:
    """Return the inner ids of one page, in order, and the total of the list."""
    user = None
    if wanted.user_id:
        row = one(db, "SELECT id FROM users WHERE uuid = ?", [wanted.user_id])
        user = int(row["id"]) if row else None
    with opened(db) as index:
        mask = _mask(db, index, wanted, user)
        total = int(np.count_nonzero(mask))
        if wanted.sort is None:
            return _best(db, index, wanted, mask, paging, total), total
        order = _order(db, index, wanted, user)
        return part(order, mask, paging.offset, paging.page_size), total


def _mask(db: Database, index: ShelfIndex, wanted: Wanted, user: int | None) -> Mask:
    """Return which rows the list has."""
    selection = Selection(db, index, of=wanted.of, user=user)
    if wanted.of == "series":
        masks = [index.series(db).live]
    else:
        books = index.books(db)
        masks = [books.known if wanted.include_deleted else books.live]
        if wanted.with_errors:
            masks.append(books.has_error)
    if wanted.library_id:
        masks.append(selection.mask(Test("library_id", "is", wanted.library_id)))
    if wanted.series_id:
        masks.append(selection.mask(Test("series_id", "is", wanted.series_id)))
    if wanted.condition is not None:
        masks.append(selection.mask(wanted.condition))
    if wanted.text.strip():
        found = np.zeros(len(masks[0]), np.bool_)
        sql, params = matching_ids(wanted.of, wanted.text)
        found[index.found(db, wanted.of, sql, params)] = True
        masks.append(found)
    fits: Mask = np.logical_and.reduce(masks)
    return fits


def _order(db: Database, index: ShelfIndex, wanted: Wanted, user: int | None) -> Ids:
    assert wanted.sort is not None  # noqa: S101 - for the type checker
    column, descending = wanted.sort
    if column == SHELF:
        return index.shelf_order(db, descending=descending)
    if column == LAST_READ:
        return _by_last_read(db, index, user, descending=descending)
    return index.order(db, wanted.of, column, descending=descending)


def _by_last_read(
    db: Database, index: ShelfIndex, user: int | None, *, descending: bool
) -> Ids:
    """Return all series as somebody read in them, those never opened last."""
    read = np.empty(0, np.int32)
    if user is not None:
        read = index.reader(db, user).series_by_time
    rest = np.flatnonzero(index.series(db).library > 0).astype(np.int32)
    rest = np.setdiff1d(rest, read, assume_unique=True)
    return np.concatenate([read[::-1], rest[::-1]] if descending else [read, rest])


def _best(  # noqa: PLR0913, PLR0917 - what a page of a search is made of
    db: Database,
    index: ShelfIndex,
    wanted: Wanted,
    mask: Mask,
    paging: Paging,
    total: int,
) -> list[int]:
    """Return a page of what a text found: the best matches, then all others by name."""
    among = np.flatnonzero(mask).tolist() if total <= CONSIDERED else None
    best = best_matches(db, wanted.of, wanted.text, among=among)
    ids = [i for i in best if i < len(mask) and mask[i]]
    end = paging.offset + paging.page_size
    page = ids[paging.offset : end]
    if len(page) == paging.page_size:
        return page
    others = mask.copy()
    others[ids] = False
    order = index.order(db, wanted.of, "sort_key")
    start = max(paging.offset - len(ids), 0)
    return page + part(order, others, start, paging.page_size - len(page))
