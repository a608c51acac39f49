"""The commands of codex genres and of codex tags, which differ in nothing but the noun.

A command knows which of both it is by the group through which it was called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.options import AsJson, SeriesArg, Yes
from codex_cli.output import confirm, print_json, print_whole, printable, say
from codex_cli.tables import Column, print_table
from codex_cli.wording import count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codex_lib.catalog.taxonomy import Term

COLUMNS = (
    Column("NAME", flexible=True, least=20),
    Column("SERIES", right=True),
    Column("ALIASES", flexible=True, optional=2),
    Column("ID", optional=1),
)

TermArg = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="Its name, an alias, its id or the id's start."
    ),
]
TermArgs = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Names, aliases, ids or starts of ids."),
]
NamesArg = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="New ones are made.")
]


def term_group(noun: str, about: str) -> typer.Typer:
    """Make the commands of genres (noun "genre") or tags ("tag")."""
    app = command_group(about)
    commands: dict[str, tuple[Callable[..., None], str]] = {
        "list": (list_, f"List the {noun}s by name, and in how many series they are."),
        "add": (add, f"Give a series more {noun}s; scans keep them."),
        "remove": (
            remove,
            f"Take {noun}s from a series; scans do not bring them back.",
        ),
        "rename": (
            rename,
            f"Rename a {noun} everywhere; files may go on saying the old.",
        ),
        "merge": (merge, f"Make one {noun} of several, also for what scans find."),
        "unmerge": (
            unmerge,
            f"Let names that were merged be {noun}s of their own again.",
        ),
        "delete": (delete, f"Take a {noun} from all series."),
        "cleanup": (cleanup, f"Delete the {noun}s that no series has."),
    }
    for name, (function, text) in commands.items():
        app.command(name, help=text)(function)
    return app


def _noun(ctx: typer.Context) -> str:
    """Return genre or tag: "codex genres list" is of genres."""
    return ctx.command_path.split()[-2].removesuffix("s")


def list_(
    ctx: typer.Context,
    search: Annotated[
        str, typer.Option(metavar="TEXT", help="Only names that hold this.")
    ] = "",
    series: Annotated[
        str | None, typer.Option(metavar="SERIES", help="Only those of this series.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List genres or tags."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.series_terms import get_series_terms
    from codex_lib.catalog.taxonomy import list_terms

    noun = _noun(ctx)
    with catalog(ctx) as db:
        terms = list_terms(db, noun, search=search)
        if series is not None:
            within = get_series_terms(db, noun, find_series(db, series).id)
            terms = [term for term in terms if term in within]
    if as_json:
        print_whole(terms)
    elif terms:
        _print_terms(terms)
    else:
        say(f"No {noun}s found.")


def _print_terms(terms: Sequence[Term]) -> None:
    rows = [
        (
            term.name,
            f"{term.series_count:,}",
            ", ".join(term.aliases),
            shown_id(term.id),
        )
        for term in terms
    ]
    print_table(COLUMNS, rows)


def add(
    ctx: typer.Context, series: SeriesArg, name: NamesArg, as_json: AsJson = False
) -> None:
    """Give a series more genres or tags."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.series_terms import add_series_term, get_series_terms
    from codex_lib.clock import now
    from codex_lib.db import write

    with catalog(ctx) as db:
        found = find_series(db, series)
        with write(db):
            for text in name:
                add_series_term(db, _noun(ctx), found.id, text, now=now())
        terms = get_series_terms(db, _noun(ctx), found.id)
    _tell_series(ctx, found.title, terms, as_json=as_json)


def remove(
    ctx: typer.Context, series: SeriesArg, name: TermArgs, as_json: AsJson = False
) -> None:
    """Take genres or tags from a series."""
    from codex_lib.catalog.names import find_series
    from codex_lib.catalog.series_terms import get_series_terms, remove_series_term
    from codex_lib.catalog.taxonomy import find_term
    from codex_lib.clock import now
    from codex_lib.db import write

    noun = _noun(ctx)
    with catalog(ctx) as db:
        found = find_series(db, series)
        with write(db):
            for text in name:
                term = find_term(db, noun, text)
                remove_series_term(db, noun, found.id, term.id, now=now())
        terms = get_series_terms(db, noun, found.id)
    _tell_series(ctx, found.title, terms, as_json=as_json)


def _tell_series(
    ctx: typer.Context, title: str, terms: Sequence[Term], *, as_json: bool
) -> None:
    if as_json:
        print_whole(terms)
        return
    names = ", ".join(term.name for term in terms)
    say(printable(f"{title}: {names or f'no {_noun(ctx)}s'}"))


def rename(
    ctx: typer.Context,
    name: TermArg,
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is called now.")],
    as_json: AsJson = False,
) -> None:
    """Rename a genre or tag."""
    from codex_lib.catalog.taxonomy import find_term, rename_term
    from codex_lib.clock import now

    noun = _noun(ctx)
    with catalog(ctx) as db:
        old = find_term(db, noun, name)
        term = rename_term(db, noun, old.id, new, now=now())
    _tell(term, f"{old.name} is called {term.name} now", as_json=as_json)


def _tell(term: Term, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(term)
    else:
        say(printable(f"{what}, in {count(term.series_count, 'series', 'series')}."))


def merge(
    ctx: typer.Context,
    name: TermArgs,
    into: Annotated[
        str, typer.Option("--into", metavar="NAME", help="What they all become.")
    ],
    as_json: AsJson = False,
) -> None:
    """Make one genre or tag of several."""
    from codex_lib.catalog.taxonomy import find_term, merge_terms
    from codex_lib.clock import now

    noun = _noun(ctx)
    with catalog(ctx) as db:
        target = find_term(db, noun, into)
        others = [find_term(db, noun, text) for text in name]
        ids = [other.id for other in others]
        term = merge_terms(db, noun, ids, target.id, now=now())
    names = ", ".join(other.name for other in others)
    _tell(term, f"Merged {names} into {term.name}", as_json=as_json)


def unmerge(
    ctx: typer.Context,
    alias: Annotated[
        list[str], typer.Argument(metavar="ALIAS...", help="Of one and the same.")
    ],
    as_json: AsJson = False,
) -> None:
    """Let aliases be names of their own again."""
    from codex_lib.catalog.taxonomy import named_term, unmerge_term

    noun = _noun(ctx)
    with catalog(ctx) as db:
        found = named_term(db, noun, alias[0])
        term = unmerge_term(db, noun, found.id, alias)
    if as_json:
        print_json(term)
        return
    names = ", ".join(alias)
    say(printable(f"{names}: no {term.name} any more, from the next scan on."))


def delete(
    ctx: typer.Context, name: TermArg, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Delete a genre or tag."""
    from codex_lib.catalog.taxonomy import delete_term, find_term
    from codex_lib.clock import now

    noun = _noun(ctx)
    with catalog(ctx) as db:
        term = find_term(db, noun, name)
        if not yes:
            having = count(term.series_count, "series", "series")
            confirm(f"Take the {noun} {term.name} from {having}?")
        delete_term(db, noun, term.id, now=now())
    if as_json:
        print_json({"id": term.id, "name": term.name, "deleted": True})
    else:
        say(printable(f"Deleted the {noun} {term.name}."))


def cleanup(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Delete unused genres or tags."""
    from codex_lib.catalog.taxonomy import cleanup_terms

    noun = _noun(ctx)
    with catalog(ctx) as db:
        names = cleanup_terms(db, noun)
    if as_json:
        print_json({"deleted_count": len(names), "deleted_names": names})
    elif names:
        say(printable(f"Deleted {count(len(names), noun)}: {', '.join(names)}"))
    else:
        say(f"Every {noun} is in use.")
