"""codex scan: what is in the folders, into the catalog."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codex_cli.context import opened, settings
from codex_cli.cover_making import add_covers
from codex_cli.failures import report_failure
from codex_cli.groups import command_group
from codex_cli.options import AsJson
from codex_cli.output import print_whole
from codex_cli.progress import scan_bar, stop_on_interrupt
from codex_cli.queued_scans import ScanQueue, cancel_scans, print_statuses
from codex_cli.scan_report import Outcome, plan_body, print_plan, print_results
from codex_lib.errors import CodexError, InvalidError

if TYPE_CHECKING:
    from codex_lib.catalog.libraries import Library
    from codex_lib.config.definitions import Config
    from codex_lib.db import Database
    from codex_lib.scanning.targets import Target

app = command_group("Make the catalog match what is in your folders.")

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH|LIBRARY]...",
        help="Folders or libraries; all libraries when none is named.",
        show_default=False,
    ),
]


@app.command()
def scan(
    ctx: typer.Context,
    *,
    targets: Targets = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every file again, changed or not.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Tell what a scan would do, and do nothing.")
    ] = False,
    allow_missing: Annotated[
        bool,
        typer.Option(
            "--allow-missing", help="Believe it when a great many files are gone."
        ),
    ] = False,
    enqueue: Annotated[
        bool, typer.Option("--enqueue", help="Let a worker do it, do not wait.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Let a worker do it, and wait for the end.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Tell how the newest scan does, or did.")
    ] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Stop the scan that waits or runs.")
    ] = False,
    covers: Annotated[
        bool, typer.Option("--covers", help="Make the new covers afterwards.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing unless something fails.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the catalog match what is in your folders.

    A folder that is no library yet becomes one, named after the folder. Exit codes:
    3 too much is missing to be believed, nothing was changed; 6 scanned, but some
    files are unreadable; 130 stopped by Ctrl-C, what was read is kept. Others see how
    it does with --status, and may stop it with --cancel.
    """
    _check_one(plan, enqueue or wait, status, cancel)
    config = settings(ctx)
    options = {"deep": deep, "allow_missing": allow_missing}
    with opened(ctx, config) as db:
        if status or cancel:
            told = print_statuses if status else cancel_scans
            told(db, _libraries(db, targets), bool(targets), as_json=as_json)
            return
        chosen = _chosen(db, targets)
        if plan:
            _show_plans(db, chosen, _rules(config, deep=deep), as_json=as_json)
            return
        if enqueue or wait:
            queue = ScanQueue(db, quiet=quiet, as_json=as_json)
            queue.put(chosen, **options)
            outcome = queue.wait() if wait else queue.print_queued()
        else:
            options |= _rules(config, deep=deep)
            options["page_sizes"] = config.scanner.page_sizes
            outcome = _scan_each(db, chosen, options, quiet=quiet, as_json=as_json)
        if covers and not enqueue:
            add_covers(db, config, chosen, outcome, quiet=quiet)
    if not enqueue or wait:
        _print_outcome(outcome, quiet=quiet, as_json=as_json)
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)


def _check_one(*flags: bool) -> None:
    if sum(flags) > 1:
        flagged = "--plan, --enqueue or --wait, --status and --cancel"
        raise typer.BadParameter(f"only one of {flagged}")


def _rules(config: Config, *, deep: bool) -> dict[str, Any]:
    return {
        "deep": deep,
        "max_missing_percent": config.scanner.max_missing_percent,
        "threads": config.scanner.reader_threads,
    }


def _print_outcome(outcome: Outcome, *, quiet: bool, as_json: bool) -> None:
    if as_json:
        print_whole(outcome.results)
    else:
        print_results(outcome, quiet=quiet)


def _libraries(db: Database, targets: list[str] | None) -> list[Library]:
    """Return libraries by name or folder; unlike _chosen it makes none."""
    from codex_lib.catalog.libraries import list_libraries
    from codex_lib.catalog.names import find_library

    libraries = list_libraries(db)
    if not targets:
        return libraries
    by_path = {library.path: library for library in libraries}
    paths = [str(Path(text).expanduser().resolve()) for text in targets]
    return [
        by_path.get(path) or find_library(db, text)
        for path, text in zip(paths, targets, strict=True)
    ]


def _chosen(db: Database, targets: list[str] | None) -> list[Target]:
    from codex_lib.catalog.libraries import list_libraries
    from codex_lib.clock import now
    from codex_lib.scanning.targets import Target, resolve_target

    if targets:
        return [resolve_target(db, text, now=now()) for text in targets]
    active = [library for library in list_libraries(db) if library.is_active]
    if not active:
        raise InvalidError("PATH", "there is no library yet; name a folder to scan")
    return [Target(library, "", is_new=False) for library in active]


def _show_plans(
    db: Database, chosen: list[Target], options: dict[str, Any], *, as_json: bool
) -> None:
    from codex_lib.scanning.scan import plan_library

    plans = [
        (target, plan_library(db, target.library.id, under=target.under, **options))
        for target in chosen
    ]
    if as_json:
        print_whole([plan_body(target.library, plan) for target, plan in plans])
        return
    for target, plan in plans:
        print_plan(target.library, plan)


def _scan_each(
    db: Database,
    chosen: list[Target],
    options: dict[str, Any],
    *,
    quiet: bool,
    as_json: bool,
) -> Outcome:
    """Scan one library after the other; one that fails does not stop the next.

    A disk that is not mounted must not keep the libraries on other disks from their
    nightly scan.
    """
    from codex_lib.tasks.direct_scan import scan_now

    # Facts of books live for one batch and have no cycles: looking for those every 700
    # objects, as Python does by default, takes 3 % of a scan.
    gc.set_threshold(50_000)
    outcome = Outcome()
    with stop_on_interrupt() as should_stop:
        for target in chosen:
            name, library_id = target.library.name, target.library.id
            options |= {"under": target.under, "should_stop": should_stop}
            try:
                with scan_bar(name, quiet=quiet) as show:
                    result = scan_now(db, library_id, on_progress=show, **options)
            except CodexError as error:
                outcome.failures.append(report_failure(error, as_json=as_json))
            else:
                outcome.results.append(result)
            if should_stop():
                break
    return outcome
