"""What POST lists take: a filter, a text to look for, a page and an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from msgspec import Meta

from codex_lib.api.lists import Sorted
from codex_lib.catalog.conditions import AllOf, Test, parse_condition

if TYPE_CHECKING:
    from codex_lib.catalog.conditions import Condition

Tree = Annotated[
    dict[str, Any],
    Meta(
        description='A test as {"genre": {"operator": "is", "value": "Action"}}, or '
        'tests joined by {"allOf": [...]} and {"anyOf": [...]}; null is everything.',
        examples=[{"allOf": [{"genre": {"operator": "is", "value": "Action"}}]}],
    ),
]
Text = Annotated[
    str, Meta(description="Words of titles and names; the best matches come first.")
]
Names = Annotated[list[str], Meta(description="Names, joined by commas; all have to.")]


class ListBody(Sorted, kw_only=True):
    """Which rows, which page of them, and their order."""

    ALIASES: ClassVar[dict[str, str]] = {"search": "full_text_search"}

    condition: Tree | None = None
    full_text_search: Text | None = None


class BookListBody(ListBody, kw_only=True):
    """Which books, which page of them, and their order."""

    include_deleted: bool = False


def condition_of(body: ListBody, of: Literal["series", "books"]) -> Condition | None:
    """Return the checked filter of a body. Raises InvalidError naming the bad node."""
    return parse_condition(body.condition, of=of)


def all_of(**wanted: list[str] | str | None) -> Condition | None:
    """Return the filter that wants these values of fields, all of them."""
    tests = [
        Test(field, "is", value)
        for field, values in wanted.items()
        for value in ([values] if isinstance(values, str) else values or [])
    ]
    return AllOf(tuple(tests)) if tests else None
