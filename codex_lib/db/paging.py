"""A page of a list: which one is wanted, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from codex_lib.errors import InvalidError

T = TypeVar("T")
MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is wanted; page counts from 0.

    A page_size of 0 means 20, one above maximum is cut to it (contract section 1.6).
    Raises InvalidError for a negative number.
    """

    page: int = 0
    page_size: int = DEFAULT_PAGE_SIZE
    maximum: int = MAX_PAGE_SIZE

    def __post_init__(self) -> None:
        for name in ("page", "page_size"):
            if getattr(self, name) < 0:
                raise InvalidError(name, "must not be negative")
        size = min(self.page_size or DEFAULT_PAGE_SIZE, self.maximum)
        object.__setattr__(self, "page_size", size)

    @property
    def offset(self) -> int:
        """Return how many rows stand before the page."""
        return self.page * self.page_size


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list, with the total over all pages."""

    data: list[T]
    page: int
    page_size: int
    total: int

    @property
    def total_pages(self) -> int:
        """Return how many pages there are; 0 when the list is empty."""
        return -(-self.total // self.page_size)
