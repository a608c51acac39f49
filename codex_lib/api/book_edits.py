"""/books/{id}/metadata: what people say of a book, and what scans may change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api.book_metadata import BookMetadata
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.reading import changes
from codex_lib.catalog.metadata import (
    EDITABLE,
    INTEGER_COLUMNS,
    LIST_COLUMNS,
    METADATA_COLUMNS,
    get_book_locks,
    replace_book_metadata,
    set_book_locks,
    update_book,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.catalog.books import Book, BookDetail

TAG = "Books"

# Lists that some clients know by another name, as one text with commas.
SINGULAR = {
    "writers": "writer",
    "pencillers": "penciller",
    "inkers": "inker",
    "colorists": "colorist",
    "letterers": "letterer",
    "cover_artists": "cover_artist",
    "editors": "editor",
    "genres": "genre",
}
LOCKS = {name: f"{SINGULAR.get(name, name)}_lock" for name in EDITABLE}

Names = Annotated[
    list[str] | str,
    Meta(description="All of them: they replace what is. Or a text with commas."),
]
Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]
TYPES: dict[str, Any] = (
    dict.fromkeys(LIST_COLUMNS, Names)
    | dict.fromkeys(INTEGER_COLUMNS, Number)
    | {"black_and_white": bool, "manga": bool | str, "community_rating": float}
)
_OF_THE_BOOK = ("title", "sort_title", "number")


class BookChanges(Struct):
    """What is to change about a book; what is absent stays as it is."""

    title: str | UnsetType | None = UNSET
    sort_title: str | UnsetType | None = UNSET
    number: float | UnsetType | None = UNSET


class ChangedBook(Struct):
    """What may be changed about a book itself."""

    id: str
    title: str
    sort_title: str | None
    number: float | None
    updated_at: str


BookMetadataChanges = defstruct(
    "BookMetadataChanges",
    [
        (name, TYPES.get(name, str) | UnsetType | None, UNSET)
        for name in EDITABLE
        if name not in _OF_THE_BOOK
    ],
    namespace={
        "__doc__": "What is to be known of a book; null empties a field.\n\n"
        "writer, penciller and so on are other names of the lists.",
        "ALIASES": {other: name for name, other in SINGULAR.items()},
    },
)
ChangedMetadata = defstruct(
    "ChangedMetadata",
    [*((name, str | None) for name in SINGULAR.values()), ("updated_at", str)],
    bases=(BookMetadata,),
    namespace={"__doc__": "A book's metadata, lists also as one text with commas."},
    kw_only=True,
)
BookLocks = defstruct(
    "BookLocks",
    [(name, bool) for name in LOCKS.values()],
    namespace={"__doc__": "Of each field of a book whether scans leave it alone."},
)
BookLockChanges = defstruct(
    "BookLockChanges",
    [(name, bool | UnsetType, UNSET) for name in LOCKS.values()],
    namespace={
        "__doc__": "The locks to change; what is absent stays as it is.",
        "ALIASES": {f"{name}_lock": other for name, other in LOCKS.items()},
    },
)


class MetadataOfBook:
    """/books/{id}/metadata."""

    @endpoint(
        Permission.BOOKS_WRITE,
        tag=TAG,
        body=BookMetadataChanges,
        reply=ChangedMetadata,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, book_id: str, body: Struct
    ) -> Struct:
        """Replace the metadata of a book: what is absent is emptied.

        What is given is locked, so that no scan takes it back; what is emptied is not,
        and the next scan reads it from the file. Fields that only Codex has, from
        translators to tags, stay when they are absent.
        """
        given = changes(body)
        now = clock.now()
        return changed(await call(req, replace_book_metadata, book_id, given, now=now))

    @endpoint(
        Permission.BOOKS_WRITE,
        tag=TAG,
        body=BookMetadataChanges,
        reply=ChangedMetadata,
        errors=(404,),
        twins=True,
    )
    async def on_patch(
        self, req: Request, resp: Response, book_id: str, body: Struct
    ) -> Struct:
        """Change the metadata of a book: what is absent stays as it is.

        What is given is locked, so that no scan takes it back. null empties a field and
        unlocks it, and the next scan reads it from the file.
        """
        given = changes(body)
        return changed(await call(req, update_book, book_id, given, now=clock.now()))


class LocksOfBook:
    """/books/{id}/metadata/locks."""

    @endpoint(
        Permission.BOOKS_READ, tag=TAG, reply=BookLocks, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, book_id: str) -> Struct:
        """Show which fields of a book scans leave alone."""
        return shown_locks(await call(req, get_book_locks, book_id))

    @endpoint(
        Permission.BOOKS_WRITE,
        tag=TAG,
        body=BookLockChanges,
        reply=BookLocks,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, book_id: str, body: Struct
    ) -> Struct:
        """Lock and unlock fields of a book.

        No value changes. The next scan reads what is unlocked from the file.
        """
        given = changes(body)
        wanted = {name: given[lock] for name, lock in LOCKS.items() if lock in given}
        now = clock.now()
        return shown_locks(await call(req, set_book_locks, book_id, wanted, now=now))

    on_patch = on_put


def changed_book(book: Book) -> ChangedBook:
    """Return what PATCH of a book answers."""
    return ChangedBook(
        book.id, book.title, book.sort_title, book.number, book.updated_at
    )


def changed(detail: BookDetail) -> Struct:
    """Return a book's metadata under all names that clients know."""
    none: dict[str, Any] = dict.fromkeys(METADATA_COLUMNS)
    told = detail.metadata or none | {name: [] for name in LIST_COLUMNS}
    texts = {one: ", ".join(told[many]) or None for many, one in SINGULAR.items()}
    book = detail.book
    return ChangedMetadata(book_id=book.id, updated_at=book.updated_at, **told, **texts)


def shown_locks(locks: Mapping[str, bool]) -> Struct:
    """Return locks under the names of the API."""
    return BookLocks(**{LOCKS[name]: locked for name, locked in locks.items()})
