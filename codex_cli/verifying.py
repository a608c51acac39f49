"""codex books and libraries verify: the work, the bar above it, what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from codex_cli.amounts import parse_rate, parse_since
from codex_cli.context import catalog
from codex_cli.exit_codes import ExitCode
from codex_cli.options import AsJson, InLibrary, InSeries, LibraryArg
from codex_cli.output import print_json, printable, say
from codex_cli.progress import count_bar, stop_on_interrupt
from codex_cli.shelf import library_id, series_id
from codex_cli.wording import count, duration, file_size
from codex_lib.clock import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database
    from codex_lib.scanning.verify import VerifyProgress, VerifyResult

Depth = Annotated[
    Literal["directory", "checksums", "images"],
    typer.Option(
        help="Believe the archive, read all of it, or decode every page as well."
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Skip what was verified since, as 30d, 12h or a time."
    ),
]
Rate = Annotated[
    str | None,
    typer.Option(metavar="AMOUNT", help="Read no more a second, as 50MB."),
]
Books = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[BOOK]...",
        help="Titles, ids or ids' starts; all books when none is named.",
        show_default=False,
    ),
]
COUNTED = ("sound", "damaged", "bit_rot", "edited", "missing", "skipped")


def verify_books(
    ctx: typer.Context,
    *,
    books: Books = None,
    library: InLibrary = None,
    series: InSeries = None,
    depth: Depth = "checksums",
    since: Since = None,
    rate: Rate = None,
    as_json: AsJson = False,
) -> None:
    """Look whether the files of books are whole, and change nothing.

    A file with other bytes than when it was sound, but the same size and time, was
    changed by its disk (bit rot). After an interruption --since goes on. Exit codes: 6
    some files are damaged; 130 stopped by Ctrl-C.
    """
    from codex_lib.catalog.names import find_book

    with catalog(ctx) as db:
        within = library_id(db, library)
        chosen = {
            "library_id": within,
            "series_id": series_id(db, series, within),
            "book_ids": [find_book(db, book).id for book in books] if books else None,
        }
        result = _verify(db, chosen, depth, since, rate)
    _tell(result, as_json=as_json)


def verify_library(
    ctx: typer.Context,
    *,
    library: LibraryArg,
    depth: Depth = "checksums",
    since: Since = None,
    rate: Rate = None,
    as_json: AsJson = False,
) -> None:
    """Look whether the files of a library's books are whole; see books verify.

    Exit codes: 6 some files are damaged; 130 stopped by Ctrl-C.
    """
    with catalog(ctx) as db:
        chosen = {"library_id": library_id(db, library)}
        result = _verify(db, chosen, depth, since, rate)
    _tell(result, as_json=as_json)


def _verify(
    db: Database,
    chosen: Mapping[str, object],
    depth: str,
    since: str | None,
    rate: str | None,
) -> VerifyResult:
    from codex_lib.scanning import verify

    moment = now()
    with stop_on_interrupt() as should_stop, count_bar("Verifying", "books") as show:

        def tell(progress: VerifyProgress) -> None:
            if show:
                show(*progress)

        return verify.verify_books(
            db,
            **chosen,  # type: ignore[arg-type]  # ids by their names
            depth=depth,
            since=parse_since(since, now=moment),
            rate=parse_rate(rate),
            on_progress=tell,
            should_stop=should_stop,
            now=moment,
        )


def _tell(result: VerifyResult, *, as_json: bool) -> None:
    """Print what was found; the exit code says whether all is well."""
    if as_json:
        print_json(result)
    else:
        for book in result.books:
            for problem in book.problems:
                kind = book.status.replace("_", " ")
                say(printable(f"{kind:<8}  {book.path}: {problem}"))
        say(_summary(result))
    if result.cancelled:
        raise typer.Exit(ExitCode.INTERRUPTED)
    if result.books:
        raise typer.Exit(ExitCode.UNREADABLE)


def _summary(result: VerifyResult) -> str:
    counts = [
        f"{getattr(result, name):,} {name.replace('_', ' ')}"
        for name in COUNTED
        if getattr(result, name)
    ]
    known = len(result.books) - result.damaged - result.bit_rot
    counts += [f"{known:,} known not to be whole"] if known else []
    end = "; stopped before the end, --since goes on" if result.cancelled else ""
    amount = f"{file_size(result.bytes_read)} in {duration(result.seconds)}"
    return f"{count(result.total, 'book')}: {', '.join(counts)}; read {amount}{end}"
