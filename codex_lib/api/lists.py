"""Pages of lists: the query parameters, the envelope, the array without one.

A list's query is a Struct that inherits Paged, or Sorted where it can be sorted:

    class BookQuery(Sorted, kw_only=True):
        library_id: str | None = None

    listing = await call(req, list_books, paging(req, query), order=query.order)
    return envelope(listing)

Lists that some clients expect as a bare array (contract section 1.6) inherit Limited,
and answer `page_or_array(query, listing)` with `Page[X] | list[X]` as their reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

from msgspec import Meta, Struct

from codex_lib.db.paging import DEFAULT_PAGE_SIZE, Listing, Paging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codex_lib.api.requests import Request

T = TypeVar("T")
# Far beyond any list, and page times page_size still fits the catalog's integers.
LAST_PAGE = 2**31 - 1

Number = Annotated[int, Meta(ge=0, le=LAST_PAGE)]
PageNumber = Annotated[Number, Meta(description="Page of the list, from 0.")]
PageSize = Annotated[
    Number,
    Meta(description="Items in a page; 0 is 20, more than the maximum is cut to it."),
]


class Paged(Struct, kw_only=True):
    """Which page of a list."""

    page: PageNumber | None = None
    page_size: PageSize | None = None


class Limited(Paged, kw_only=True):
    """How much of an array, or which page of a list."""

    limit: (
        Annotated[Number, Meta(description="Most items of the array, without a page.")]
        | None
    ) = None


class Sorted(Paged, kw_only=True):
    """Which page of a list, and its order: sort=name,desc, or sort=name&order=desc."""

    sort: (
        Annotated[str, Meta(description="Field, or field and direction: `name,desc`.")]
        | None
    ) = None
    order: Annotated[
        str, Meta(description="asc or desc; a direction in sort wins.")
    ] = "asc"


class Page(Struct, Generic[T]):
    """One page of a list, with the total over all pages."""

    data: list[T]
    page: int
    page_size: int
    total: int
    total_pages: int


def paging(req: Request, query: Paged) -> Paging:
    """Return which page is wanted, no larger than api.max_page_size."""
    size = query.page_size or DEFAULT_PAGE_SIZE
    return Paging(query.page or 0, size, req.config.api.max_page_size)


def limited(req: Request, query: Limited, *, default: int) -> Paging:
    """Return what is wanted of a list that is an array unless a page is asked for."""
    if is_page_wanted(query):
        return paging(req, query)
    size = default if query.limit is None else query.limit
    return Paging(0, size or default, req.config.api.max_page_size)


def is_page_wanted(query: Paged) -> bool:
    """Return whether the client named a page or a page size."""
    return query.page is not None or query.page_size is not None


def envelope(listing: Listing[T]) -> Page[T]:
    """Return a page as it is sent."""
    return Page(
        listing.data,
        listing.page,
        listing.page_size,
        listing.total,
        listing.total_pages,
    )


def page_or_array(query: Paged, listing: Listing[T]) -> Page[T] | list[T]:
    """Return the envelope if the client asked for a page, else the bare array."""
    return envelope(listing) if is_page_wanted(query) else listing.data


def part_of(req: Request, query: Limited, items: Sequence[T]) -> Page[T] | list[T]:
    """Return the wanted part of a list that is complete: a page, or an array.

    For lists too short to be paged in the catalog (libraries, users, keys).
    """
    if not is_page_wanted(query):
        return list(items if query.limit is None else items[: query.limit])
    wanted = paging(req, query)
    data = list(items[wanted.offset : wanted.offset + wanted.page_size])
    return envelope(Listing(data, wanted.page, wanted.page_size, len(items)))
