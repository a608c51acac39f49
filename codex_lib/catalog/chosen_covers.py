"""Covers that people choose: an image of their own, or the cover of a certain book.

A series keeps all that it was given and shows the selected one; a book has at most one.
Without any the first page is the cover: catalog/covers.py shows what is chosen here.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.announce import tell_cover
from codex_lib.catalog.covers import get_book_cover
from codex_lib.db import one, rows, write
from codex_lib.db.ids import new_id
from codex_lib.db.naming import only_id, rows_of_id
from codex_lib.errors import (
    BookNotFoundError,
    CoverNotFoundError,
    InvalidError,
    SeriesNotFoundError,
    UnreadableBookError,
)
from codex_lib.formats.image_headers import image_header
from codex_lib.formats.limits import COVER_BYTES

if TYPE_CHECKING:
    from codex_lib.db import Database
    from codex_lib.formats.images import RenderedImage

MAX_COVERS = 50  # of one series
DEFAULT, CUSTOM, OF_BOOK = "default", "custom", "book:"


@dataclass(frozen=True, slots=True)
class Cover:
    """One cover that a series was given.

    source is "custom" for an image of somebody's own, or "book:" and the id of the book
    whose cover it is; that has no format and no size of its own.
    """

    id: str
    series_id: str
    source: str
    is_selected: bool
    format: str | None
    width: int | None
    height: int | None
    created_at: str
    updated_at: str


_SELECT = """
    SELECT covers.uuid AS id,
        (SELECT uuid FROM series WHERE series.id = covers.series_id) AS series_id,
        CASE source WHEN 'custom' THEN 'custom' ELSE 'book:' || (
            SELECT uuid FROM books WHERE books.id = covers.source_book_id
        ) END AS source,
        is_selected, format, width, height, created_at, updated_at
    FROM covers
"""


def list_covers(db: Database, series_id: str) -> list[Cover]:
    """Return the covers of a series, the oldest first. Raises SeriesNotFoundError."""
    sql = f"{_SELECT} WHERE series_id = ? ORDER BY covers.id"
    found = rows(db, sql, [_series(db, series_id)])
    return [Cover(**{**row, "is_selected": bool(row["is_selected"])}) for row in found]


def get_cover_image(db: Database, series_id: str, cover_id: str) -> RenderedImage:
    """Return the image of a cover of a series, as it was uploaded.

    That of a book as catalog/covers.py shows it. Raises SeriesNotFoundError,
    CoverNotFoundError, and what get_book_cover raises.
    """
    from codex_lib.formats.images import RenderedImage  # noqa: PLC0415 - loads Pillow

    cover = get_cover(db, series_id, cover_id)
    if cover.format is None:
        return get_book_cover(db, cover.source.removeprefix(OF_BOOK))
    sql = """
        SELECT data FROM cover_images
        WHERE cover_id = (SELECT id FROM covers WHERE uuid = ?)
    """
    data = rows(db, sql, [cover_id])[0]["data"]
    return RenderedImage(data, cover.format, cover.width or 0, cover.height or 0)


def get_cover(db: Database, series_id: str, cover_id: str) -> Cover:
    """Return one cover of a series. Raises SeriesNotFoundError, CoverNotFoundError."""
    found = [cover for cover in list_covers(db, series_id) if cover.id == cover_id]
    if not found:
        raise CoverNotFoundError(cover_id)
    return found[0]


_NAMED = """
    SELECT uuid, source AS label FROM covers
    WHERE series_id = :owner AND uuid >= :start AND uuid < :end
"""


def find_cover(db: Database, series_id: str, text: str) -> Cover:
    """Return the cover of a series that an id, or the beginning of one, names.

    Raises SeriesNotFoundError, CoverNotFoundError, AmbiguousNameError.
    """
    found = rows_of_id(db, _NAMED, text, owner=_series(db, series_id))
    if not found:
        raise CoverNotFoundError(text)
    return get_cover(db, series_id, only_id("cover", text, found))


def add_series_cover(db: Database, series_id: str, data: bytes, *, now: str) -> Cover:
    """Give a series an image as its cover, from now on the one that is shown.

    Raises SeriesNotFoundError, and InvalidError for what is no image, an image that it
    has already, and a 51st cover.
    """
    image = _checked_image(data)
    with write(db):
        owner = Owner("series", _series(db, series_id))
        if len(list_covers(db, series_id)) >= MAX_COVERS:
            raise InvalidError("cover", f"a series has at most {MAX_COVERS}")
        cover_id = _store(db, owner, image, now=now)
    return get_cover(db, series_id, cover_id)


def add_book_cover(db: Database, book_id: str, data: bytes, *, now: str) -> None:
    """Give a book an image as its cover, in place of one that it was given before.

    Raises BookNotFoundError, and InvalidError for what is no image and for the image
    that it has already.
    """
    image = _checked_image(data)
    with write(db):
        owner = Owner("book", _book(db, book_id))
        new = _store(db, owner, image, now=now)
        sql = "DELETE FROM covers WHERE book_id = ? AND uuid <> ?"
        rows(db, sql, [owner.id, new])


def delete_book_cover(db: Database, book_id: str, *, now: str) -> None:
    """Give a book its own cover back. Raises BookNotFoundError."""
    with write(db):
        owner = Owner("book", _book(db, book_id))
        rows(db, "DELETE FROM covers WHERE book_id = ?", [owner.id])
        _touch(db, owner, now)


def select_cover(db: Database, series_id: str, cover_id: str, *, now: str) -> Cover:
    """Show one of its covers for a series.

    Raises SeriesNotFoundError, CoverNotFoundError.
    """
    with write(db):
        get_cover(db, series_id, cover_id)
        _select(db, Owner("series", _series(db, series_id)), cover_id, now=now)
    return get_cover(db, series_id, cover_id)


def reset_series_cover(db: Database, series_id: str, *, now: str) -> None:
    """Show the cover of its first book for a series; what it was given stays.

    Raises SeriesNotFoundError.
    """
    with write(db):
        _select(db, Owner("series", _series(db, series_id)), None, now=now)


def set_cover_source(db: Database, series_id: str, source: str, *, now: str) -> None:
    """Say where the cover of a series comes from.

    source is "default" (its first book), "custom" (the image that it was given last) or
    "book:" and the id of one of its books. Raises SeriesNotFoundError, InvalidError.
    """
    with write(db):
        owner = Owner("series", _series(db, series_id))
        if source == DEFAULT:
            cover_id = None
        elif source == CUSTOM:
            cover_id = _last_custom(db, owner)
        elif source.startswith(OF_BOOK):
            cover_id = _of_book(db, owner, source.removeprefix(OF_BOOK), now=now)
        else:
            raise InvalidError("source", 'is none of "default", "custom", "book:ID"')
        _select(db, owner, cover_id, now=now)


def delete_cover(db: Database, series_id: str, cover_id: str, *, now: str) -> None:
    """Delete an image that a series was given.

    Raises SeriesNotFoundError, CoverNotFoundError, InvalidError for a book's cover.
    """
    with write(db):
        if get_cover(db, series_id, cover_id).source != CUSTOM:
            raise InvalidError("cover_id", "a book's own cover cannot be deleted")
        rows(db, "DELETE FROM covers WHERE uuid = ?", [cover_id])
        _touch(db, Owner("series", _series(db, series_id)), now)


class Owner(NamedTuple):
    """What a cover belongs to: "series" or "book", and its inner id."""

    noun: str
    id: int


_TABLES = {"series": "series", "book": "books"}


def _series(db: Database, series_id: str) -> int:
    row = one(db, "SELECT id FROM series WHERE uuid = ?", [series_id])
    if row is None:
        raise SeriesNotFoundError(series_id)
    return int(row["id"])


def _book(db: Database, book_id: str) -> int:
    row = one(db, "SELECT id FROM books WHERE uuid = ?", [book_id])
    if row is None:
        raise BookNotFoundError(book_id)
    return int(row["id"])


def _checked_image(data: bytes) -> RenderedImage:
    """Return the image as it is, once it has proved to be one. Raises InvalidError."""
    from codex_lib.formats.images import (  # noqa: PLC0415 - loads Pillow
        RenderedImage,
        render_cover,
    )

    if len(data) > COVER_BYTES:
        limit = COVER_BYTES // 2**20
        raise InvalidError("cover", f"larger than {limit} MiB")
    try:
        render_cover(data)
    except UnreadableBookError as error:
        raise InvalidError("cover", error.reason) from error
    return RenderedImage(data, *image_header(data))


_INSERT = """
    INSERT INTO covers (
        uuid, {noun}_id, source, is_selected, format, width, height, digest,
        created_at, updated_at
    ) VALUES (?, ?, 'custom', 0, ?, ?, ?, ?, ?, ?) RETURNING id
"""


def _store(db: Database, owner: Owner, image: RenderedImage, *, now: str) -> str:
    """Store and select an image; return its id. Raises InvalidError if it is known."""
    digest = sha256(image.data).digest()
    sql = f"SELECT id FROM covers WHERE {owner.noun}_id = ? AND digest = ?"  # noqa: S608 - a closed list
    if rows(db, sql, [owner.id, digest]):
        raise InvalidError("cover", "the same image is there already")
    cover_id = new_id()
    size = (image.width or None, image.height or None)
    values = [cover_id, owner.id, image.format, *size, digest, now, now]
    inner_id = rows(db, _INSERT.format(noun=owner.noun), values)[0]["id"]
    sql = "INSERT INTO cover_images (cover_id, data) VALUES (?, ?)"
    rows(db, sql, [inner_id, image.data])
    _select(db, owner, cover_id, now=now)
    return cover_id


def _last_custom(db: Database, owner: Owner) -> str:
    sql = """
        SELECT uuid FROM covers WHERE series_id = ? AND source = 'custom'
        ORDER BY id DESC LIMIT 1
    """
    row = one(db, sql, [owner.id])
    if row is None:
        raise InvalidError("source", "the series was given no image so far")
    return str(row["uuid"])


_BOOK = """
    SELECT id FROM books WHERE uuid = ? AND series_id = ?
    AND deleted_at IS NULL AND page_count > 0
"""
_OF_BOOK = "SELECT uuid FROM covers WHERE series_id = ? AND source_book_id = ?"
_INSERT_OF_BOOK = """
    INSERT INTO covers (
        uuid, series_id, source, source_book_id, is_selected, created_at, updated_at
    ) VALUES (?, ?, 'book', ?, 0, ?, ?) RETURNING uuid
"""


def _of_book(db: Database, owner: Owner, book_id: str, *, now: str) -> str:
    book = one(db, _BOOK, [book_id, owner.id])
    if book is None:
        raise InvalidError("source", "no book of this series that has pages")
    row = one(db, _OF_BOOK, [owner.id, book["id"]])
    if row is None:
        values = [new_id(), owner.id, book["id"], now, now]
        row = rows(db, _INSERT_OF_BOOK, values)[0]
    return str(row["uuid"])


def _select(db: Database, owner: Owner, cover_id: str | None, *, now: str) -> None:
    sql = f"""
        UPDATE covers SET is_selected = uuid IS :cover, updated_at = :now
        WHERE {owner.noun}_id = :owner AND is_selected <> (uuid IS :cover)
    """  # noqa: S608 - a closed list
    rows(db, sql, {"cover": cover_id, "now": now, "owner": owner.id})
    _touch(db, owner, now)


def _touch(db: Database, owner: Owner, now: str) -> None:
    """Let the change be seen: lists are sorted by it, clients ask for images by it."""
    table = _TABLES[owner.noun]
    rows(db, f"UPDATE {table} SET updated_at = ? WHERE id = ?", [now, owner.id])  # noqa: S608 - a closed list
    tell_cover(db, owner.noun, owner.id, now=now)
