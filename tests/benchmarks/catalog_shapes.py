"""What is asked of a catalog: each shape as a call of the library, as a request, and as
the SQL that a person would write for it.
"""

# ruff: noqa: S608 - statements of this module alone

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import catalog_filters as filters
from catalog_calls import BASE, FOUND, PAGE, Call, Shape
from catalog_homes import detail_shapes, home_shapes

from codex_lib.catalog.books import list_books, search_books
from codex_lib.catalog.conditions import parse_condition
from codex_lib.catalog.series import list_series, search_series
from codex_lib.db.paging import Paging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from catalog_filters import Filter
    from catalog_samples import Samples

    from codex_lib.db import Database

SERIES_SORTS = {
    "name": "sort_key",
    "date_added": "created_at",
    "date_updated": "updated_at",
    "release_date": "year",
    "book_count": "book_count",
    "page_count": "page_count",
    "file_size": "file_size",
    "filename": "path",
}
BOOK_SORTS = {
    "title": "sort_key",
    "number": "number",
    "filename": "file_key",
    "file_size": "file_size",
    "page_count": "page_count",
    "release_date": "release_date",
    "modified_at": "mtime_ns",
    "created_at": "created_at",
    "updated_at": "updated_at",
}
_LIVE = {"series": "series.book_count > 0", "books": "books.deleted_at IS NULL"}


class Wanted(NamedTuple):
    """What a list is asked for; where is SQL for what no Filter says."""

    noun: str
    sort: str
    order: str = "asc"
    page: int = 0
    library: tuple[str, int, int] | None = None
    condition: Filter | None = None
    text: str = ""
    user: str = "heavy"


def shapes(samples: Samples) -> list[Shape]:
    """Return all shapes, in the order of the table."""
    return [
        *_sorted_lists(samples),
        *_pages(samples),
        *_filtered(samples),
        *_texts(samples),
        *home_shapes(samples),
        *detail_shapes(samples),
    ]


def _sorted_lists(samples: Samples) -> Iterator[Shape]:
    for noun, sorts in (("series", SERIES_SORTS), ("books", BOOK_SORTS)):
        for sort in sorts:
            for order in ("asc", "desc"):
                wanted = Wanted(noun, sort, order)
                yield Shape(f"{noun} by {sort} {order}", _listing(samples, wanted))
    for sort in ("date_read",):
        wanted = Wanted("series", sort, "desc")
        yield Shape(f"series by {sort} desc", _listing(samples, wanted))
    yield Shape("books by series", _listing(samples, Wanted("books", "series")))


def _pages(samples: Samples) -> Iterator[Shape]:
    """Yield lists of one library, and pages far from the start."""
    for noun, sort in (("series", "name"), ("books", "title"), ("books", "created_at")):
        yield Shape(
            f"{noun} of a library by {sort}",
            lambda rng, noun=noun, sort=sort: _listing(
                samples, Wanted(noun, sort, library=rng.choice(samples.libraries))
            )(rng),
        )
    for noun, sorts in (
        ("series", ("name", "date_added")),
        ("books", ("title", "file_size", "series")),
    ):
        total = samples.series if noun == "series" else samples.books
        for sort in sorts:
            for depth in (50, 99):

                def draw(rng, noun=noun, sort=sort, depth=depth, total=total):
                    page = int(total / PAGE * (depth - rng.random()) / 100)
                    return _listing(samples, Wanted(noun, sort, page=page))(rng)

                yield Shape(f"{noun} by {sort}, page at {depth} %", draw)


def _filtered(samples: Samples) -> Iterator[Shape]:
    for noun in ("series", "books"):
        sort = "name" if noun == "series" else "title"
        names = filters.of_terms(noun, samples, _FIRST)
        for name in names:

            def draw(rng, noun=noun, sort=sort, name=name):
                condition = filters.of_terms(noun, samples, rng)[name]
                return _listing(samples, Wanted(noun, sort, condition=condition))(rng)

            yield Shape(f"{noun}: {name}", draw)
        for user in ("heavy", "light"):
            for status in ("unread", "in_progress", "read"):
                row_id = samples.users[user][0]
                condition = filters.read_status(noun, status, row_id)
                wanted = Wanted(noun, sort, condition=condition, user=user)
                yield Shape(
                    f"{noun}: {status}, {user} reader", _listing(samples, wanted)
                )
        for name, make in _MORE[noun].items():

            def draw(rng, make=make):
                return _listing(samples, make(samples, rng))(rng)

            yield Shape(f"{noun}: {name}", draw)


def _status_and_publisher(samples: Samples, rng: Random) -> Wanted:
    condition = filters.all_of(
        filters.column("status", rng.choice(("ongoing", "ended"))),
        filters.column("publisher", rng.choice(samples.publishers[:50])),
    )
    return Wanted("series", "name", condition=condition)


def _title(
    noun: str, operator: str, samples: Samples, rng: Random, *, rare: bool = False
) -> Wanted:
    word = samples.word(rng, rare=rare)
    sort = "name" if noun == "series" else "title"
    condition = filters.title(noun, word, operator)
    return Wanted(noun, sort, condition=condition)


def _has_error(_: Samples, __: Random) -> Wanted:
    return Wanted("books", "title", condition=filters.has_error())


def _genre_and_text(noun: str, samples: Samples, rng: Random) -> Wanted:
    condition = filters.of_terms(noun, samples, rng)["common genre"]
    sort = "name" if noun == "series" else "title"
    return Wanted(noun, sort, condition=condition, text=samples.word(rng))


def _genre_by_size(noun: str, samples: Samples, rng: Random) -> Wanted:
    genre = samples.terms["genre"][rng.randrange(3)]
    total = samples.series if noun == "series" else samples.books
    page = int(total * rng.uniform(0.05, 0.09) / PAGE)
    condition = filters.term(noun, "genre", genre)
    return Wanted(noun, "file_size", "desc", page, condition=condition)


_MORE: dict[str, dict[str, Callable[[Samples, Random], Wanted]]] = {
    "series": {
        "status and publisher": _status_and_publisher,
        "name contains a rare word": partial(_title, "series", "contains", rare=True),
        "name contains a common word": partial(_title, "series", "contains"),
        "name begins with a word": partial(_title, "series", "beginsWith"),
        "genre and fullTextSearch": partial(_genre_and_text, "series"),
        "genre by size, deep page": partial(_genre_by_size, "series"),
    },
    "books": {
        "title contains a rare word": partial(_title, "books", "contains", rare=True),
        "title contains a common word": partial(_title, "books", "contains"),
        "title begins with a word": partial(_title, "books", "beginsWith"),
        "unreadable": _has_error,
        "genre and fullTextSearch": partial(_genre_and_text, "books"),
        "genre by size, deep page": partial(_genre_by_size, "books"),
    },
}


def _texts(samples: Samples) -> Iterator[Shape]:
    """Yield searches: what people type."""
    kinds: dict[str, Callable[[Random], str]] = {
        "a common word": samples.word,
        "a rare word": lambda rng: samples.word(rng, rare=True),
        "three letters": lambda rng: samples.word(rng, rare=True)[:3],
        "two letters": lambda rng: samples.word(rng, rare=True)[:2],
        "two words": lambda rng: f"{samples.word(rng)} {samples.word(rng, rare=True)}",
        "two common words": lambda rng: f"{samples.word(rng)} {samples.word(rng)}",
        "inside a word": lambda rng: samples.word(rng, rare=True)[1:5],
        "two CJK characters": lambda rng: rng.choice(samples.characters),
        "a typing mistake": lambda rng: f"{samples.word(rng, rare=True)[:4]}xq",
    }
    for noun in ("series", "books"):
        for name, text in kinds.items():

            def draw(rng, noun=noun, text=text):
                return _search(samples, noun, text(rng))

            yield Shape(f"search {noun}: {name}", draw)


def _search(samples: Samples, noun: str, text: str) -> Call:
    """Return the call of a search; books are searched by their list."""
    search = search_series if noun == "series" else search_books
    user = samples.users["heavy"][1]
    path, body = f"{BASE}/series/search", {"query": text}
    if noun == "books":
        path, body = f"{BASE}/books/list", {"fullTextSearch": text, "pageSize": FOUND}
    return Call(
        lambda db: search(db, text, limit=FOUND, user_id=user),
        *("POST", path, body, "heavy"),
        [_bare_search(noun, text)],
    )


def _bare_search(noun: str, text: str) -> tuple[str, tuple]:
    index = f"{noun}_search"
    words = " AND ".join(f'"{word}"*' for word in text.split())
    sql = f"""
        SELECT {noun}.*, libraries.name FROM {index}
        JOIN {noun} ON {noun}.id = {index}.rowid
        JOIN libraries ON libraries.id = library_id
        WHERE {index} MATCH ? AND {_LIVE[noun]} ORDER BY rank LIMIT {FOUND}
    """
    return sql, (words,)


class _First:
    """A generator of numbers that always gives the first."""

    def choice(self, items: list) -> Any:
        return items[0]


_FIRST: Any = _First()


def _listing(samples: Samples, wanted: Wanted) -> Callable[[Random], Call]:
    call = Call(
        _library_call(samples, wanted),
        *_request(wanted),
        wanted.user,
        _bare_list(samples, wanted),
    )
    return lambda _: call


def _library_call(samples: Samples, wanted: Wanted) -> Callable[[Database], object]:
    function = list_series if wanted.noun == "series" else list_books
    options = {
        "library_id": wanted.library[0] if wanted.library else None,
        "text": wanted.text,
        "sort": wanted.sort,
        "order": wanted.order,
        "user_id": samples.users[wanted.user][1],
    }
    json, paging = wanted.condition and wanted.condition.json, Paging(wanted.page)

    def call(db: Database) -> object:
        condition = parse_condition(json, of=wanted.noun)
        return function(db, paging, condition=condition, **options)

    return call


def _request(wanted: Wanted) -> tuple[str, str, object]:
    sort = f"{wanted.sort},{wanted.order}"
    path = f"{BASE}/{wanted.noun}"
    if wanted.condition is None:
        query = {"sort": sort, "page": wanted.page, "page_size": PAGE}
        if wanted.library:
            query["library_id"] = wanted.library[0]
        return "GET", f"{path}?{urlencode(query)}", None
    body = {"condition": wanted.condition.json, "sort": sort}
    body |= {"page": wanted.page, "pageSize": PAGE}
    if wanted.text:
        body["fullTextSearch"] = wanted.text
    return "POST", f"{path}/list", body


def _bare_list(samples: Samples, wanted: Wanted) -> list[tuple[str, tuple]]:
    """Return the query of the page, and of the total unless a counter has it."""
    noun, direction = wanted.noun, wanted.order
    where, params = _bare_where(wanted)
    joins = ""
    if wanted.sort == "date_read":
        user = samples.users[wanted.user][0]
        joins = f"""
            LEFT JOIN series_progress AS p
            ON p.series_id = series.id AND p.user_id = {user}
        """
        by = f"p.last_read_at {direction} NULLS LAST, series.id {direction}"
    elif wanted.sort == "series":
        joins = "JOIN series ON series.id = books.series_id"
        by = "series.sort_key, series.id, books.number NULLS LAST, books.sort_key"
    else:
        sorts = SERIES_SORTS if noun == "series" else BOOK_SORTS
        by = (
            f"{noun}.{sorts[wanted.sort]} {direction} NULLS LAST, {noun}.id {direction}"
        )
    ids = f"""
        SELECT {noun}.id FROM {noun} {joins} WHERE {where}
        ORDER BY {by} LIMIT {PAGE} OFFSET {wanted.page * PAGE}
    """
    page = f"""
        SELECT {noun}.*, libraries.name FROM {noun}
        JOIN libraries ON libraries.id = {noun}.library_id {joins}
        WHERE {noun}.id IN ({ids}) ORDER BY {by}
    """
    if wanted.condition is None:
        counter = f"SELECT sum({'book' if noun == 'books' else 'series'}_count)"
        return [(page, params), (f"{counter} FROM libraries", ())]
    count = f"SELECT count(*) FROM {noun} WHERE {where}"
    return [(page, params), (count, params)]


def _bare_where(wanted: Wanted) -> tuple[str, tuple]:
    parts, params = [_LIVE[wanted.noun]], ()
    if wanted.library:
        one = "(SELECT id FROM libraries WHERE uuid = ?)"
        parts.append(f"{wanted.noun}.library_id = {one}")
        params += (wanted.library[0],)
    if wanted.condition:
        parts.append(f"({wanted.condition.sql})")
        params += wanted.condition.params
    if wanted.text:
        index = f"{wanted.noun}_trigrams"
        found = f"SELECT rowid FROM {index} WHERE {index} MATCH ?"
        parts.append(f"{wanted.noun}.id IN ({found})")
        params += (f'"{wanted.text}"',)
    return " AND ".join(parts), params
