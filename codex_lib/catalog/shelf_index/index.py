"""One catalog's index: what of it is loaded, and how it follows the catalog."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from codex_lib.catalog.shelf_index.columns import (
    BookColumns,
    Ids,
    Mask,
    SeriesColumns,
    TextColumn,
    id_column,
)
from codex_lib.catalog.shelf_index.kept import is_kept
from codex_lib.catalog.shelf_index.orders import Order
from codex_lib.catalog.shelf_index.readers import Reader
from codex_lib.db import read, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from codex_lib.db import Database, Row

K = TypeVar("K")
T = TypeVar("T")
ANY = 0  # in place of a genre or tag
FOLLOWED = 20_000  # changes; after more it is quicker to begin again
_READERS = 32  # people whose progress is held
_FOUND = 32  # searches of titles that are held
_TERMS = 4096  # genres and tags of which the series are held
# Apart: asked for at once, both would be found by reading the whole table.
_ENDS = """
    SELECT (SELECT min(id) FROM changes) AS first, (SELECT max(id) FROM changes) AS last
"""
_CHANGES = "SELECT what, row_id, user_id FROM changes WHERE id > ?"


class Recent(Generic[K, T]):
    """What was used last, at most so many things: the oldest makes room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, T] = OrderedDict()

    def get(self, key: K, load: Callable[[], T]) -> T:
        """Return what is kept for a key, loaded if it is not."""
        if key not in self._kept:
            self._kept[key] = load()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def find(self, key: K) -> T | None:
        """Return what is kept for a key, if it is."""
        return self._kept.get(key)

    def drop(self, key: K) -> None:
        """Forget what is kept for a key."""
        self._kept.pop(key, None)


class ShelfIndex:
    """The columns, orders, terms and readers of one catalog that were asked for.

    Everything is used inside opened(), by one thread at a time.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._forget(0)

    def _forget(self, seen: int) -> None:
        self._seen = seen  # the newest row of changes that is in here
        self._books: BookColumns | None = None
        self._series: SeriesColumns | None = None
        self._texts: dict[str, TextColumn] = {}
        self._orders: dict[tuple[str, str], Order] = {}
        self._terms: Recent[tuple[str, int], Ids] = Recent(_TERMS)
        self._readers: Recent[int, Reader] = Recent(_READERS)
        self._shelf_orders: dict[bool, Ids] = {}  # by whether descending
        self._found: dict[str, Recent[tuple[str, ...], Ids]] = {
            table: Recent(_FOUND) for table in ("books", "series")
        }

    def follow(self, db: Database) -> None:
        """Take over what has changed since the last time."""
        ends = rows(db, _ENDS)[0]
        first, last = ends["first"] or 0, ends["last"] or 0
        if last == self._seen:
            return
        if not first <= self._seen + 1 <= last or last - self._seen > FOLLOWED:
            self._forget(last)
            return
        self._take_over(db, rows(db, _CHANGES, [self._seen]))
        self._seen = last

    def _take_over(self, db: Database, changes: list[Row]) -> None:
        ids: dict[str, set[int]] = defaultdict(set)
        read: dict[int, set[int]] = defaultdict(set)
        for row in changes:
            if row["what"] == "progress":
                read[row["user_id"]].add(row["row_id"])
            elif row["what"] == "series_progress":
                self._stale_reader(row["user_id"])
            else:
                ids[row["what"]].add(row["row_id"])
        self._take_over_rows(db, ids)
        for noun in ("genre", "tag"):
            for term in {*ids[noun], ANY} if ids[noun] else ():
                self._terms.drop((noun, term))
        for user, books in read.items():
            if reader := self._readers.find(user):
                reader.update(db, books)

    def _take_over_rows(self, db: Database, ids: dict[str, set[int]]) -> None:
        books, series = ids["book"], ids["series"]
        if books and self._books:
            self._books.update(db, books)
        if series and self._series:
            self._series.update(db, series)
        if series:
            for text in self._texts.values():
                text.update(db, series)
        for (table, _), order in self._orders.items():
            order.stale |= books if table == "books" else series
        if books or series:
            self._shelf_orders.clear()
        self._found |= {
            table: Recent(_FOUND)
            for table, changed in (("books", books), ("series", series))
            if changed
        }

    def _stale_reader(self, user: int) -> None:
        if reader := self._readers.find(user):
            reader.is_stale = True

    def books(self, db: Database) -> BookColumns:
        """Return the columns of books."""
        if self._books is None:
            self._books = BookColumns(db)
        return self._books

    def series(self, db: Database) -> SeriesColumns:
        """Return the columns of series."""
        if self._series is None:
            self._series = SeriesColumns(db)
        return self._series

    def text(self, db: Database, name: str) -> TextColumn:
        """Return a text column of series: status, publisher, language or year."""
        if name not in self._texts:
            self._texts[name] = TextColumn(db, name)
        return self._texts[name]

    def order(
        self, db: Database, table: str, column: str, *, descending: bool = False
    ) -> Ids:
        """Return all rows of books or series by a column."""
        order = self._orders.get((table, column))
        if order is None:
            order = self._orders[table, column] = Order(db, table, column)
        order.repair(db)
        return order.directed(descending=descending)

    def shelf_order(self, db: Database, *, descending: bool = False) -> Ids:
        """Return all books in reading order: by series, then by number, nulls last."""
        if descending not in self._shelf_orders:
            series = self.order(db, "series", "sort_key", descending=descending)
            rank = np.zeros(int(series.max(initial=0)) + 1, np.int32)
            rank[series] = np.arange(len(series))
            inside = id_column(db, _INSIDE_SERIES[descending])
            ranks = rank[self.books(db).series[inside]]
            order = inside[np.argsort(ranks, kind="stable")]
            self._shelf_orders[descending] = order
        return self._shelf_orders[descending]

    def found(self, db: Database, table: str, sql: str, params: list[str]) -> Ids:
        """Return what a search of titles finds, as page after page asks for it."""
        key = (sql, *params)
        return self._found[table].get(key, lambda: id_column(db, sql, params))

    def series_of_term(self, db: Database, noun: str, term: int) -> Ids:
        """Return the series that have a genre or tag, or ANY of them."""
        sql = f"SELECT series_id AS id FROM series_{noun}s"  # noqa: S608 - a closed list
        one, params = (f" WHERE {noun}_id = ?", [term]) if term != ANY else ("", [])
        return self._terms.get(
            (noun, term), lambda: id_column(db, f"{sql}{one}", params)
        )

    def reader(self, db: Database, user: int) -> Reader:
        """Return the progress of a person."""
        found = self._readers.get(user, lambda: Reader(db, user))
        found.refresh(db)
        return found

    def book_mask(self, db: Database, series: Mask) -> Mask:
        """Return which books belong to a mask's series."""
        return series[self.books(db).series]


_INSIDE_SERIES = {
    False: "SELECT id FROM books ORDER BY series_id, number NULLS LAST, sort_key, id",
    True: """
        SELECT id FROM books
        ORDER BY series_id DESC, number DESC NULLS LAST, sort_key DESC, id DESC
    """,
}


_INDEXES: dict[Path, ShelfIndex] = {}
_LOCK = threading.Lock()


@contextmanager
def opened(db: Database) -> Iterator[ShelfIndex]:
    """Hold a catalog's index, in step with it, in one view of the catalog.

    Without keep_index() it is made for this use alone. So it is inside a transaction
    that has begun: what that wrote may be rolled back.
    """
    with _LOCK:
        if is_kept(db.path) and not db.in_transaction:
            index = _INDEXES.setdefault(db.path, ShelfIndex())
        else:
            index = ShelfIndex()
    with index.lock, read(db):
        index.follow(db)
        yield index
