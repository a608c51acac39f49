"""What the addresses of genres and of tags share.

api/genres.py and api/tags.py declare them, word for word alike but for the noun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.api.calls import call
from codex_lib.catalog.taxonomy import (
    Term,
    cleanup_terms,
    delete_term,
    list_terms,
    merge_terms,
    rename_term,
    unmerge_term,
)
from codex_lib.catalog.terms import MAX_NAME, MAX_TERMS

if TYPE_CHECKING:
    from codex_lib.api.requests import Request

MOST_MERGED = 1_000  # in one call

Name = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_NAME})]
Names = Annotated[list[Name], Meta(extra_json_schema={"maxItems": MAX_TERMS})]


class TermSearch(Struct, kw_only=True):
    """Which names to list."""

    search: Annotated[
        str, Meta(description="Only those that hold this, case and accents aside.")
    ] = ""


class NewName(Struct):
    """A name; case and accents make no other one."""

    name: Name


class MergedTerms(Struct):
    """What to merge into one."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_MERGED)]


class UnmergedTerms(Struct):
    """Which aliases shall be names of their own again."""

    names: Annotated[list[str], Meta(min_length=1, max_length=MOST_MERGED)]


class DeletedTerms(Struct):
    """What a cleanup deleted."""

    deleted_count: int
    deleted_names: list[str]


async def listed(req: Request, noun: str, query: TermSearch) -> list[Term]:
    """Return the genres or tags that a client asked for."""
    return await call(req, list_terms, noun, search=query.search)


async def renamed(req: Request, noun: str, term_id: str, body: NewName) -> Term:
    """Rename a genre or tag and return it."""
    return await call(req, rename_term, noun, term_id, body.name, now=clock.now())


async def merged(req: Request, noun: str, term_id: str, body: MergedTerms) -> Term:
    """Merge others into a genre or tag and return it."""
    others = [str(other) for other in body.ids]
    return await call(req, merge_terms, noun, others, term_id, now=clock.now())


async def unmerged(req: Request, noun: str, term_id: str, body: UnmergedTerms) -> Term:
    """Take aliases from a genre or tag and return it."""
    return await call(req, unmerge_term, noun, term_id, body.names)


async def deleted(req: Request, noun: str, term_id: str) -> None:
    """Delete a genre or tag."""
    await call(req, delete_term, noun, term_id, now=clock.now())


async def cleaned_up(req: Request, noun: str) -> DeletedTerms:
    """Delete the genres or tags that no series has."""
    names = await call(req, cleanup_terms, noun)
    return DeletedTerms(len(names), names)
