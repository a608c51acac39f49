"""/genres and /series/{id}/genres: what kind of stories a series tells."""

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

TAG = "Genres"
NOUN = "genre"


class GenreList(Struct):
    """Genres by name."""

    genres: list[Term]


class GenreNames(Struct):
    """All genres that a series shall have."""

    genres: terms.Names


class Genres:
    """/genres."""

    @endpoint(
        Permission.SERIES_READ,
        tag=TAG,
        query=terms.TermSearch,
        reply=GenreList,
        twins=True,
    )
    async def on_get(
        self, req: Request, resp: Response, query: terms.TermSearch
    ) -> GenreList:
        """List the genres by name.

        aliases are other names that mean the genre in files, as those merged into it.
        """
        return GenreList(await terms.listed(req, NOUN, query))


class GenreCleanup:
    """/genres/cleanup."""

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, reply=terms.DeletedTerms, twins=True)
    async def on_post(self, req: Request, resp: Response) -> terms.DeletedTerms:
        """Delete the genres that no series has and to which no alias leads."""
        return await terms.cleaned_up(req, NOUN)


class OneGenre:
    """/genres/{id}."""

    @endpoint(
        Permission.SYSTEM_ADMIN,
        tag=TAG,
        body=terms.NewName,
        reply=Term,
        errors=(404, 409),
        twins=True,
    )
    async def on_patch(
        self, req: Request, resp: Response, genre_id: str, body: terms.NewName
    ) -> Term:
        """Rename a genre in all series.

        The old name becomes an alias, so that files that say it mean this genre. 409 if
        the new name leads to another genre: merge them.
        """
        return await terms.renamed(req, NOUN, genre_id, body)

    on_put = on_patch

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, errors=(404,))
    async def on_delete(self, req: Request, resp: Response, genre_id: str) -> None:
        """Take a genre from all series, and forget its aliases.

        It comes back when a scan fills a series whose files say it, unless the genres
        of that series are locked.
        """
        await terms.deleted(req, NOUN, genre_id)


class MergeGenres:
    """/genres/{id}/merge."""

    @endpoint(
        Permission.SYSTEM_ADMIN,
        tag=TAG,
        body=terms.MergedTerms,
        reply=Term,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, genre_id: str, body: terms.MergedTerms
    ) -> Term:
        """Merge other genres into this one, for good.

        Their series have this one instead, and their names become aliases: files that
        say them mean this genre from now on.
        """
        return await terms.merged(req, NOUN, genre_id, body)


class UnmergeGenre:
    """/genres/{id}/unmerge."""

    @endpoint(
        Permission.SYSTEM_ADMIN,
        tag=TAG,
        body=terms.UnmergedTerms,
        reply=Term,
        errors=(404,),
        twins=True,
    )
    async def on_post(
        self, req: Request, resp: Response, genre_id: str, body: terms.UnmergedTerms
    ) -> Term:
        """Let aliases of a genre be names of their own again.

        The next scan gives them back to the series whose files say them, unless the
        genres of that series are locked.
        """
        return await terms.unmerged(req, NOUN, genre_id, body)


class GenresOfSeries:
    """/series/{id}/genres."""

    @endpoint(
        Permission.SERIES_READ, tag=TAG, reply=GenreList, errors=(404,), twins=True
    )
    async def on_get(self, req: Request, resp: Response, series_id: str) -> GenreList:
        """List the genres of a series by name."""
        return GenreList(await call(req, get_series_terms, NOUN, series_id))

    @endpoint(
        Permission.SERIES_WRITE,
        tag=TAG,
        body=GenreNames,
        reply=GenreList,
        errors=(404,),
        twins=True,
    )
    async def on_put(
        self, req: Request, resp: Response, series_id: str, body: GenreNames
    ) -> GenreList:
        """Replace the genres of a series and lock them, so that scans keep them.

        New ones are made. An alias gives the genre that it leads to.
        """
        names, now = body.genres, clock.now()
        found = await call(req, set_series_terms, NOUN, series_id, names, now=now)
        return GenreList(found)

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
        """Give a series one more genre and lock its genres.

        A new one is made. An alias gives the genre that it leads to.
        """
        now = clock.now()
        return await call(req, add_series_term, NOUN, series_id, body.name, now=now)


class GenreOfSeries:
    """/series/{id}/genres/{genre_id}."""

    @endpoint(Permission.SERIES_WRITE, tag=TAG, errors=(404,))
    async def on_delete(
        self, req: Request, resp: Response, series_id: str, genre_id: str
    ) -> None:
        """Take a genre from a series and lock its genres.

        404 also if the series has it not.
        """
        now = clock.now()
        await call(req, remove_series_term, NOUN, series_id, genre_id, now=now)
