"""What a reader sees first: lists by what was added and read; and single things."""

# ruff: noqa: S608 - statements of this module alone

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from catalog_calls import BASE, FOUND, PAGE, Call, Shape

from codex_lib.catalog.adjacent import adjacent_books
from codex_lib.catalog.books import list_books
from codex_lib.catalog.full_metadata import get_series_metadata
from codex_lib.catalog.metadata import get_book_detail
from codex_lib.catalog.series import get_series, list_series
from codex_lib.db.paging import Paging
from codex_lib.reading.lists import (
    books_in_progress,
    books_on_deck,
    books_recently_read,
    series_in_progress,
)
from codex_lib.reading.progress import list_currently_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from catalog_samples import Samples

    from codex_lib.db import Database


_BOOK = """
    SELECT books.*, series.title, libraries.name, data.*, p.* FROM books
    JOIN series ON series.id = books.series_id
    JOIN libraries ON libraries.id = books.library_id
    LEFT JOIN book_metadata AS data ON data.book_id = books.id
    LEFT JOIN read_progress AS p ON p.book_id = books.id AND p.user_id = ?
"""
_SERIES_LIST = """
    SELECT series.*, libraries.name FROM series
    JOIN libraries ON libraries.id = series.library_id
"""
_SERIES = """
    SELECT series.*, libraries.name FROM series
    JOIN libraries ON libraries.id = series.library_id WHERE series.uuid = ?
"""
_GENRES = """
    SELECT name FROM genres JOIN series_genres ON genre_id = genres.id
    WHERE series_id = ?
"""
_UNREADABLE = f"""
    {_BOOK} WHERE analysis_error IS NOT NULL ORDER BY books.updated_at DESC LIMIT {PAGE}
"""
_NEXT = f"""
    {_BOOK} WHERE books.series_id = (SELECT series_id FROM books WHERE id = ?)
    ORDER BY number NULLS LAST, sort_key, books.id
"""


# How lists begin that are walked in the order of somebody's progress.
_READ = """
    SELECT books.*, series.title, libraries.name, p.* FROM read_progress AS p
    CROSS JOIN books ON books.id = p.book_id AND books.deleted_at IS NULL
    JOIN series ON series.id = books.series_id
    JOIN libraries ON libraries.id = books.library_id WHERE p.user_id = ?
"""
_LATEST = "ORDER BY p.updated_at DESC LIMIT"
_READ_COUNT = """
    SELECT count(*) FROM read_progress AS p JOIN books ON books.id = p.book_id
    WHERE p.user_id = ? AND books.deleted_at IS NULL AND p.status =
"""
_ON_DECK = """
    FROM series_progress AS p JOIN series ON series.id = p.series_id
    WHERE p.user_id = ? AND p.started_count = 0 AND p.read_count > 0
    AND p.read_count < series.book_count
"""
_DECK_PAGE = f"""
    SELECT (
        SELECT id FROM books WHERE books.series_id = series.id
        AND deleted_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM read_progress AS r WHERE r.user_id = p.user_id
            AND r.book_id = books.id AND r.status = 'read'
        ) ORDER BY number NULLS LAST, sort_key, id LIMIT 1
    ) {_ON_DECK} ORDER BY p.last_completed_at DESC LIMIT {PAGE}
"""
_STARTED = f"""
    {_SERIES_LIST} JOIN series_progress AS p ON p.series_id = series.id
    WHERE p.user_id = ? AND p.started_count > 0 ORDER BY series.sort_key, series.id
"""
_LIBRARY_BOOKS = "SELECT sum(book_count) FROM libraries"


class Home(NamedTuple):
    """A list of a first screen: how the library gives it, and where the server."""

    name: str
    library: Callable[..., object]
    path: str
    bare: Callable[[int], list[tuple[str, tuple]]]


def _recent_books(db: Database, paging: Paging, **options: object) -> object:
    return list_books(db, paging, sort="created_at,desc", **options)


def _recent_series(db: Database, paging: Paging, **options: object) -> object:
    return list_series(db, paging, sort="date_updated,desc", **options)


_HOMES = (
    Home(
        *("books in progress", books_in_progress, "books/in-progress"),
        lambda user: [
            (f"{_READ} AND p.status = 'in_progress' {_LATEST} {PAGE}", (user,)),
            (f"{_READ_COUNT} 'in_progress'", (user,)),
        ],
    ),
    Home(
        *("books on deck", books_on_deck, "books/on-deck"),
        lambda user: [
            (_DECK_PAGE, (user,)),
            (f"SELECT count(*) {_ON_DECK}", (user,)),
        ],
    ),
    Home(
        *("books recently added", _recent_books, "books/recently-added"),
        lambda user: [
            (f"{_BOOK} ORDER BY books.created_at DESC LIMIT {PAGE}", (user,)),
            (_LIBRARY_BOOKS, ()),
        ],
    ),
    Home(
        *("books recently read", books_recently_read, "books/recently-read"),
        lambda user: [(f"{_READ} AND p.status <> 'unread' {_LATEST} {FOUND}", (user,))],
    ),
    Home(
        *("series in progress", series_in_progress, "series/in-progress"),
        lambda user: [(f"{_STARTED} LIMIT {FOUND}", (user,))],
    ),
    Home(
        *("series recently updated", _recent_series, "series/recently-updated"),
        lambda _: [
            (f"{_SERIES_LIST} ORDER BY series.updated_at DESC LIMIT {FOUND}", ())
        ],
    ),
    Home(
        "progress being made",
        list_currently_reading,
        "progress/currently-reading",
        lambda user: [
            (f"{_READ} AND p.status = 'in_progress' {_LATEST} {FOUND}", (user,)),
            (f"{_READ_COUNT} 'in_progress'", (user,)),
        ],
    ),
)
_ARRAYS = ("recently-read", "series/in-progress", "recently-updated", "currently")


def home_shapes(samples: Samples) -> Iterator[Shape]:
    """Yield what the first screen of a client asks for."""
    for home in _HOMES:
        for user in ("heavy", "light"):
            is_array = any(part in home.path for part in _ARRAYS)
            paging = Paging(0, FOUND if is_array else PAGE)
            limit = f"?limit={FOUND}" if is_array else ""
            row_id, user_id = samples.users[user]
            call = Call(
                partial(_call, home.library, paging, user_id=user_id),
                *("GET", f"{BASE}/{home.path}{limit}", None, user),
                home.bare(row_id),
            )
            yield Shape(f"{home.name}, {user} reader", lambda _, call=call: call)
    for home in _HOMES[:4]:
        yield Shape(f"{home.name}, of a library", partial(_scoped, home, samples))


def _scoped(home: Home, samples: Samples, rng: Random) -> Call:
    """Return the call of a list within one library."""
    _, user_id = samples.users["heavy"]
    library_id, *_ = rng.choice(samples.libraries)
    options = {"user_id": user_id, "library_id": library_id}
    noun, _, name = home.path.partition("/")
    return Call(
        partial(_call, home.library, Paging(0, PAGE), **options),
        "GET",
        f"{BASE}/libraries/{library_id}/{noun}/{name}?page=0",
        *(None, "heavy"),
        [],
    )


def _call(
    function: Callable[..., object], paging: Paging, db: Database, **options: object
) -> object:
    return function(db, paging, **options)


def detail_shapes(samples: Samples) -> Iterator[Shape]:
    """Yield what a client asks for to show one book or series."""
    user, user_id = samples.users["heavy"]

    def book(rng: Random) -> Call:
        _, uuid = samples.one(rng, "books")
        return Call(
            lambda db: get_book_detail(db, uuid, user_id=user_id),
            *("GET", f"{BASE}/books/{uuid}", None, "heavy"),
            [(f"{_BOOK} WHERE books.uuid = ?", (user, uuid))],
        )

    def adjacent(rng: Random) -> Call:
        row_id, uuid = samples.one(rng, "books")
        return Call(
            lambda db: adjacent_books(db, uuid, user_id=user_id),
            *("GET", f"{BASE}/books/{uuid}/adjacent", None, "heavy"),
            [(_NEXT, (user, row_id))],
        )

    def series(rng: Random) -> Call:
        row_id, uuid = samples.one(rng, "series")
        return Call(
            lambda db: get_series(db, uuid, user_id=user_id),
            *("GET", f"{BASE}/series/{uuid}", None, "heavy"),
            [(_SERIES, (uuid,)), (_GENRES, (row_id,))],
        )

    def metadata(rng: Random) -> Call:
        row_id, uuid = samples.one(rng, "series")
        return Call(
            lambda db: get_series_metadata(db, uuid),
            *("GET", f"{BASE}/series/{uuid}/metadata/full", None, "heavy"),
            [(_SERIES, (uuid,)), (_GENRES, (row_id,))],
        )

    def books(rng: Random) -> Call:
        row_id, uuid = samples.one(rng, "series")
        by = "ORDER BY number NULLS LAST, sort_key, books.id"
        return Call(
            lambda db: list_books(db, Paging(0, PAGE), series_id=uuid, user_id=user_id),
            *("GET", f"{BASE}/books?series_id={uuid}", None, "heavy"),
            [
                (
                    f"{_BOOK} WHERE books.series_id = ? {by} LIMIT {PAGE}",
                    (user, row_id),
                ),
                ("SELECT book_count FROM series WHERE id = ?", (row_id,)),
            ],
        )

    def unreadable(_: Random) -> Call:
        return Call(
            lambda db: list_books(
                *(db, Paging(0, PAGE)),
                with_errors=True,
                sort="updated_at,desc",
                user_id=user_id,
            ),
            *("GET", f"{BASE}/books/with-errors", None, "heavy"),
            [(_UNREADABLE, (user,))],
        )

    yield Shape("the books of a series", books)
    yield Shape("books with errors", unreadable)
    yield Shape("one book", book)
    yield Shape("the books beside a book", adjacent)
    yield Shape("one series", series)
    yield Shape("a series with all metadata", metadata)
