"""/tags and /series/{id}/tags: whatever people want to find a series by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.api import terms
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.catalog.series_terms import (
    add_series_term,
    get_series_terms,
    remove_series_term,
    set_series_terms,
)
from codex_lib.catalog.taxonomy import Term

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Tags"
NOUN = "tag"


class TagList(Struct):
    """Tags by name."""

    tags: list[Term]


class TagNames(Struct):
    """All tags that a series shall have."""

    tags: terms.Names


class Tags:
    """/tags."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        query=terms.TermSearch,
        reply=TagList,
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: terms.TermSearch
    ) -> TagList:
        """List the tags by name.

        aliases are other names that mean the tag in files, as those merged into it.
        """
        return TagList(await terms.listed(req, NOUN, query))


class TagCleanup:
    """/tags/cleanup."""

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, reply=terms.DeletedTerms, twins=True)
    async def on_post(self, req: Request, resp: Response) -> terms.DeletedTerms:
        """Delete the tags that no series has and to which no alias leads."""
        return await terms.cleaned_up(req, NOUN)


class OneTag:
    """/tags/{id}."""

    @endpoint(
        Permission.SYSTEM_ADMIN,
        tag=TAG,
        body=terms.NewName,
        reply=Term,
        errors=(404, 409),
        twins=True,
    )
    async def on_patch(
        self, req: Request, resp: Response, tag_id: str, body: terms.NewName
    ) -> Term:
        """Rename a tag in all series.

        The old name becomes an alias, so that files that say it mean this tag. 409 if
        the new name leads to another tag: merge them.
        """
        return await terms.renamed(req, NOUN, tag_id, body)

    on_put = on_patch

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, tag_id: str) -> None:
        """Take a tag from all series, and forget its aliases.

        It comes back when a scan fills a series whose files say it, unless the tags
        of that series are locked.
        """
        await terms.deleted(req, NOUN, tag_id)


class MergeTags:
    """/tags/{id}/merge."""

    @endpoint(
        Permission.SYSTEM_ADMIN,
        tag=TAG,
        body=terms.MergedTerms,
        reply=Term,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, tag_id: str, body: terms.MergedTerms
    ) -> Term:
        """Merge other tags into this one, for good.

        Their series have this one instead, and their names become aliases: files that
        say them mean this tag from now on.
        """
        return await terms.merged(req, NOUN, tag_id, body)


class UnmergeTag:
    """/tags/{id}/unmerge."""

    @endpoint(
        Permission.SYSTEM_ADMIN,
        tag=TAG,
        body=terms.UnmergedTerms,
        reply=Term,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, tag_id: str, body: terms.UnmergedTerms
    ) -> Term:
        """Let aliases of a tag be names of their own again.

        The next scan gives them back to the series whose files say them, unless the
        tags of that series are locked.
        """
        return await terms.unmerged(req, NOUN, tag_id, body)


class TagsOfSeries:
    """/series/{id}/tags."""

    @endpoint(Permission.SERIES_READ, tag=TAG, reply=TagList, errors=(404,), twins=True)
    async def on_get(self, req: Request, resp: Response, series_id: str) -> TagList:
        """List the tags of a series by name."""
        return TagList(await call(req, get_series_terms, NOUN, series_id))

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=TagNames,
        reply=TagList,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, series_id: str, body: TagNames
    ) -> TagList:
        """Replace the tags of a series and lock them, so that scans keep them.

        New ones are made. An alias gives the tag that it leads to.
        """
        names, now = body.tags, clock.now()
        found = await call(req, set_series_terms, NOUN, series_id, names, now=now)
        return TagList(found)

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=terms.NewName,
        reply=Term,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, series_id: str, body: terms.NewName
    ) -> Term:
        """Give a series one more tag and lock its tags.

        A new one is made. An alias gives the tag that it leads to.
        """
        now = clock.now()
        return await call(req, add_series_term, NOUN, series_id, body.name, now=now)


class TagOfSeries:
    """/series/{id}/tags/{tag_id}."""

    @endpoint(Permission.SERIES_WRITE, tag=TAG, errors=(404,))
    async def on_delete(
        self, req: Request, resp: Response, series_id: str, tag_id: str
    ) -> None:
        """Take a tag from a series and lock its tags.

        404 also if the series has it not.
        """
        now = clock.now()
        await call(req, remove_series_term, NOUN, series_id, tag_id, now=now)
