"""codex books and series export and apply: many of them edited by a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import catalog
from codex_cli.exit_codes import ExitCode
from codex_cli.options import (
    AsJson,
    AsUser,
    ConditionJson,
    Filter,
    InLibrary,
    InSeries,
    Words,
)
from codex_cli.output import (
    note,
    print_json,
    print_json_lines,
    print_whole,
    printable,
    say,
)
from codex_cli.shelf import library_id, series_id
from codex_cli.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

    from codex_lib.catalog.bulk_edit import BulkEdit

LinesArg = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="Lines as export prints them, edited; - is stdin."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
]


def export_books(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    series: InSeries = None,
    filter_: Filter = None,
    condition_json: ConditionJson = None,
    words: Words = None,
    user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Print books as lines of JSON with all that can be edited, for apply.

    Change what you like with an editor, jq or a script, and leave the ids alone.
    """
    from codex_cli.filters import asking_user, parsed_filter
    from codex_lib.catalog import bulk_edit

    with catalog(ctx) as db:
        within = library_id(db, library)
        query = parsed_filter(
            db,
            of="books",
            text=filter_,
            condition=condition_json,
            words=words,
            within=within,
        )
        records = bulk_edit.export_books(
            db,
            library_id=within,
            series_id=series_id(db, series, within),
            condition=query.condition,
            text=query.text,
            user_id=asking_user(ctx, db, user, condition=query.condition),
        )
        _print_records(records, as_json=as_json)


def export_series(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    filter_: Filter = None,
    condition_json: ConditionJson = None,
    words: Words = None,
    user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Print series as lines of JSON with all that can be edited, for apply.

    Change what you like with an editor, jq or a script, and leave the ids alone.
    """
    from codex_cli.filters import asking_user, parsed_filter
    from codex_lib.catalog import bulk_edit

    with catalog(ctx) as db:
        query = parsed_filter(
            db, of="series", text=filter_, condition=condition_json, words=words
        )
        records = bulk_edit.export_series(
            db,
            library_id=library_id(db, library),
            condition=query.condition,
            text=query.text,
            user_id=asking_user(ctx, db, user, condition=query.condition),
        )
        _print_records(records, as_json=as_json)


def _print_records(records: Iterable[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_whole(list(records))
    else:
        print_json_lines(records)


def apply_books(
    ctx: typer.Context, file: LinesArg, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Change books as edited lines of export say; scans keep what was changed.

    Only what differs is changed, and no file of yours. null gives a field back to
    scans. One mistake anywhere, told by its line, and nothing is changed.
    """
    from codex_lib.catalog import bulk_edit
    from codex_lib.clock import now

    with catalog(ctx) as db, _lines(file) as lines:
        found = bulk_edit.apply_books(db, lines, now=now(), dry_run=dry_run)
    _report(found, dry_run=dry_run, as_json=as_json, noun="book")


def apply_series(
    ctx: typer.Context, file: LinesArg, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Change series as edited lines of export say; scans keep what was changed.

    Only what differs is changed. null gives a field back to scans. One mistake
    anywhere, told by its line, and nothing is changed.
    """
    from codex_lib.catalog import bulk_edit
    from codex_lib.clock import now

    with catalog(ctx) as db, _lines(file) as lines:
        found = bulk_edit.apply_series(db, lines, now=now(), dry_run=dry_run)
    _report(found, dry_run=dry_run, as_json=as_json, noun="series", plural="series")


@contextmanager
def _lines(file: str) -> Iterator[Iterator[bytes]]:
    """Open the lines of a file, or of stdin; none is read beyond the longest."""
    if file == "-":
        yield _bounded(sys.stdin.buffer)
        return
    with Path(file).expanduser().open("rb") as opened:
        yield _bounded(opened)


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    from codex_lib.catalog.bulk_edit import MAX_LINE

    while line := file.readline(MAX_LINE + 1):
        yield line
        if len(line) > MAX_LINE:
            return


def _report(
    found: BulkEdit, *, dry_run: bool, as_json: bool, noun: str, plural: str = ""
) -> None:
    if as_json:
        print_json(found)
    elif found.errors:
        for error in found.errors:
            note(f"line {error.line}: {error.reason}")
        note(f"{count(len(found.errors), 'mistake')}; nothing was changed")
    else:
        if dry_run:
            _print_edits(found)
        say(_summary(found, noun, plural, dry_run=dry_run))
    if found.errors:
        raise typer.Exit(ExitCode.USAGE)


def _print_edits(found: BulkEdit) -> None:
    for edit in found.edits:
        say(printable(f"{edit.title}  (line {edit.line})"))
        for change in edit.changes:
            old, new = _shown(change.old), _shown(change.new)
            say(printable(f"  {change.field}: {old} -> {new}"))


def _shown(value: object) -> str:
    if value is None or value == []:
        return "nothing"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _summary(found: BulkEdit, noun: str, plural: str, *, dry_run: bool) -> str:
    same = found.line_count - len(found.edits)
    if not found.edits:
        return f"Nothing to change: {count(same, 'line')} as the catalog has it."
    things = count(len(found.edits), noun, plural)
    fields = count(sum(len(edit.changes) for edit in found.edits), "field")
    verb = "Would change" if dry_run else "Changed"
    rest = f"; {count(same, 'line')} as before" if same else ""
    return f"{verb} {fields} of {things}{rest}."
