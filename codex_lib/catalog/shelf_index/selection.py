"""A condition as masks: which series, or which books, fulfil it."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from codex_lib.catalog.conditions import AllOf, Test
from codex_lib.catalog.shelf_index.index import ANY, ShelfIndex
from codex_lib.catalog.terms import term_row_id
from codex_lib.catalog.titles_like import ids_of_titles
from codex_lib.db import one, rows
from codex_lib.db.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codex_lib.catalog.conditions import Condition
    from codex_lib.catalog.shelf_index.columns import Mask
    from codex_lib.db import Database

_TEXTS = ("status", "publisher", "language", "year")
_NEGATIONS = {
    "is_not": "is",
    "is_not_null": "is_null",
    "does_not_contain": "contains",
    "is_false": "is_true",
}


class Found(NamedTuple):
    """A mask over series, or over books."""

    mask: Mask
    is_of_books: bool = False


class Selection:
    """Answers conditions for one person, within one view of the catalog.

    user is an inner id; None has read nothing. What is true of a series is worked out
    over series and spread over their books once, at the end.
    """

    def __init__(
        self, db: Database, index: ShelfIndex, *, of: str, user: int | None
    ) -> None:
        self._db, self._index, self._user = db, index, user
        self._is_of_books = of == "books"

    def mask(self, condition: Condition) -> Mask:
        """Return what fulfils a condition, deleted books and empty series as well."""
        found = self._found(condition)
        return self._spread(found) if self._is_of_books else found.mask

    def _found(self, condition: Condition) -> Found:
        if isinstance(condition, Test):
            return self._tested(condition)
        found = [self._found(child) for child in condition.children]
        combine = np.logical_and if isinstance(condition, AllOf) else np.logical_or
        if not found:
            return Found(self._constant(value=isinstance(condition, AllOf)))
        series = [part.mask for part in found if not part.is_of_books]
        books = [part.mask for part in found if part.is_of_books]
        if not books:
            return Found(reduce(combine, series))
        if series:
            books.append(self._spread(Found(reduce(combine, series))))
        return Found(reduce(combine, books), is_of_books=True)

    def _spread(self, found: Found) -> Mask:
        if found.is_of_books:
            return found.mask
        return self._index.book_mask(self._db, found.mask)

    def _constant(self, *, value: bool) -> Mask:
        return np.full(self._series_size, value)

    @property
    def _series_size(self) -> int:
        return len(self._index.series(self._db).library)

    @property
    def _books_size(self) -> int:
        return len(self._index.books(self._db).series)

    def _tested(self, test: Test) -> Found:
        positive = _NEGATIONS.get(test.operator)
        if positive:
            found = self._tested(Test(test.field, positive, test.value))
            return Found(~found.mask, found.is_of_books)
        return self._tests[test.field](self, test)

    def _library(self, test: Test) -> Found:
        library = self._inner_id("libraries", test)
        return Found(self._index.series(self._db).library == library)

    def _one_series(self, test: Test) -> Found:
        mask = self._constant(value=False)
        series = self._inner_id("series", test)
        mask[series if series > 0 else []] = True
        return Found(mask)

    def _inner_id(self, table: str, test: Test) -> int:
        sql = f"SELECT id FROM {table} WHERE uuid = ?"  # noqa: S608 - a closed list
        row = one(self._db, sql, [test.value])
        return int(row["id"]) if row else -1

    def _term(self, test: Test) -> Found:
        if test.operator == "is_null":
            mask = self._having(test.field, [ANY])
            return Found(~mask)
        if test.operator == "is":
            named = term_row_id(self._db, test.field, str(test.value))
            return Found(self._having(test.field, [named] if named else []))
        names = rows(self._db, f"SELECT id, name_key FROM {test.field}s")  # noqa: S608 - a closed list
        fits, value = _COMPARISONS[test.operator], fold(str(test.value))
        terms = [row["id"] for row in names if fits(row["name_key"], value)]
        return Found(self._having(test.field, terms))

    def _having(self, noun: str, terms: Iterable[int]) -> Mask:
        mask = self._constant(value=False)
        for term in terms:
            mask[self._index.series_of_term(self._db, noun, term)] = True
        return mask

    def _text(self, test: Test) -> Found:
        column = self._index.text(self._db, test.field)
        if test.operator == "is_null":
            fitting = [0]
        elif test.operator == "is":
            fitting = [i for i, v in enumerate(column.values) if v == test.value]
        else:
            fits, value = _COMPARISONS[test.operator], fold(str(test.value))
            fitting = [
                i
                for i, known in enumerate(column.values)
                if known is not None and fits(fold(known), value)
            ]
        return Found(column.mask(fitting, self._series_size))

    def _title(self, test: Test) -> Found:
        table = "books" if self._is_of_books else "series"
        size = self._books_size if self._is_of_books else self._series_size
        sql, params = ids_of_titles(table, test.operator, str(test.value))
        mask = np.zeros(size, np.bool_)
        mask[self._index.found(self._db, table, sql, params)] = True
        return Found(mask, self._is_of_books)

    def _read_status(self, test: Test) -> Found:
        size = self._books_size if self._is_of_books else self._series_size
        status = str(test.value)
        if self._user is None:
            return Found(np.full(size, status == "unread"), self._is_of_books)
        reader = self._index.reader(self._db, self._user)
        if self._is_of_books:
            return Found(reader.books(status, size), is_of_books=True)
        live_books = self._index.series(self._db).books
        return Found(reader.series(status, live_books))

    def _has_error(self, test: Test) -> Found:
        has_error = self._index.books(self._db).has_error
        return Found(has_error if test.value else ~has_error, is_of_books=True)

    _tests: dict[str, Callable[[Selection, Test], Found]] = {  # noqa: RUF012 - constant
        "library_id": _library,
        "series_id": _one_series,
        "genre": _term,
        "tag": _term,
        **dict.fromkeys(_TEXTS, _text),
        "name": _title,
        "title": _title,
        "read_status": _read_status,
        "has_error": _has_error,
    }


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "is": str.__eq__,
    "contains": str.__contains__,
    "begins_with": str.startswith,
    "ends_with": str.endswith,
}
