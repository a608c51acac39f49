"""codex tasks: what waits, runs and has ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codex_cli.context import catalog
from codex_cli.details import print_details
from codex_cli.groups import command_group
from codex_cli.ids import shown_id
from codex_cli.lists import print_listing
from codex_cli.options import DEFAULT_LIMIT, AsJson, Limit, PageIndex, Yes, json_object
from codex_cli.output import (
    confirm,
    json_bytes,
    note,
    print_json,
    printable,
    say,
    write_bytes,
)
from codex_cli.tables import Column, print_table
from codex_cli.wording import count, local_time
from codex_lib.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_cli.following import Interruption
    from codex_lib.db import Database
    from codex_lib.tasks.tasks import Task, TaskCounts, TaskStats

app = command_group("Work in the background: what waits, runs and has ended.")
COLUMNS = (
    Column("TYPE"),
    Column("STATUS"),
    Column("PROGRESS", flexible=True, optional=1),
    Column("CREATED", optional=3),
    Column("ENDED", optional=2),
    Column("ID"),
)
STATS = ("pending", "processing", "completed", "failed", "cancelled", "stale", "total")

TaskArg = Annotated[
    str, typer.Argument(metavar="TASK", help="Its id or the id's start.")
]
Status = Annotated[
    str | None,
    typer.Option(
        "--status", "-s", metavar="STATUS", help="As pending, running or failed."
    ),
]
Type = Annotated[
    str | None, typer.Option("--type", "-t", metavar="TYPE", help="As scan_library.")
]


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    status: Status = None,
    task_type: Type = None,
    limit: Limit = DEFAULT_LIMIT,
    page: PageIndex = 0,
    as_json: AsJson = False,
) -> None:
    """List tasks, newest first."""
    from codex_lib.db.paging import Paging
    from codex_lib.tasks.tasks import list_tasks

    paging = Paging(page, limit, maximum=limit)
    with catalog(ctx) as db:
        found = list_tasks(db, paging, status=status, task_type=task_type)
    print_listing(found, _print_tasks, as_json=as_json)


def _print_tasks(tasks: list[Task]) -> None:
    rows = [
        (
            task.task_type,
            _state(task),
            _progress(task) or task.last_error,
            local_time(task.created_at),
            local_time(task.completed_at),
            shown_id(task.id),
        )
        for task in tasks
    ]
    print_table(COLUMNS, rows)


def _state(task: Task) -> str:
    is_stopping = task.status == "processing" and task.is_cancel_wanted
    return "stopping" if is_stopping else task.shown_status


def _progress(task: Task) -> str:
    if task.progress is None:
        return ""
    figures = f"{task.progress.current:,}"
    if task.progress.total:
        figures += f"/{task.progress.total:,}"
    return task.progress.message or figures


@app.command()
def show(ctx: typer.Context, task: TaskArg, as_json: AsJson = False) -> None:
    """Show one task."""
    from codex_lib.tasks.tasks import find_task

    with catalog(ctx) as db:
        found = find_task(db, task)
    _print_task(found, as_json=as_json)


def _print_task(task: Task, *, as_json: bool) -> None:
    if as_json:
        print_json(task)
        return
    print_details(
        [
            ("Type", task.task_type),
            ("Status", _state(task)),
            ("Progress", _progress(task)),
            ("Error", task.last_error),
            ("Result", task.result and str(task.result)),
            ("Parameters", task.params and str(task.params)),
            ("Library", task.library_id),
            ("Series", task.series_id),
            ("Book", task.book_id),
            ("Attempts", f"{task.attempts} of {task.max_attempts}"),
            ("Worker", task.locked_by),
            ("Not before", local_time(task.scheduled_for)),
            ("Created", local_time(task.created_at)),
            ("Started", local_time(task.started_at)),
            ("Ended", local_time(task.completed_at)),
            ("Id", task.id),
        ]
    )


@app.command()
def add(
    ctx: typer.Context,
    *,
    task_type: Annotated[
        str, typer.Argument(metavar="TYPE", help="What to do, as purge_deleted.")
    ],
    library: Annotated[
        str | None, typer.Option(metavar="LIBRARY", help="Do it to this library.")
    ] = None,
    series: Annotated[
        str | None, typer.Option(metavar="SERIES", help="Do it to this series.")
    ] = None,
    book: Annotated[
        str | None, typer.Option(metavar="BOOK", help="Do it to this book.")
    ] = None,
    params: Annotated[
        dict[str, Any] | None,
        typer.Option(parser=json_object, metavar="JSON", help="What the type takes."),
    ] = None,
    priority: Annotated[
        int | None, typer.Option(metavar="N", help="More goes first; 0 is usual.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Queue a task; if the same one waits or runs already, that one is shown."""
    from codex_lib.tasks.queue import enqueue
    from codex_lib.tasks.tasks import get_task

    with catalog(ctx) as db:
        task_id = enqueue(
            db,
            task_type,
            **_entity(db, library, series, book),
            params=params,
            priority=priority,
            now=now(),
        )
        task = get_task(db, task_id)
    if as_json:
        print_json(task)
    else:
        say(f"{task.task_type} is {task.shown_status}: {shown_id(task.id)}")


def _entity(
    db: Database, library: str | None, series: str | None, book: str | None
) -> dict[str, str | None]:
    from codex_lib.catalog.names import find_book, find_library, find_series

    return {
        "library_id": library and find_library(db, library).id,
        "series_id": series and find_series(db, series).id,
        "book_id": book and find_book(db, book).id,
    }


@app.command()
def cancel(ctx: typer.Context, task: TaskArg, as_json: AsJson = False) -> None:
    """Cancel a task; one that runs stops soon, what it has done stays."""
    from codex_lib.tasks.queue import cancel_task
    from codex_lib.tasks.tasks import find_task

    with catalog(ctx) as db:
        ended = cancel_task(db, find_task(db, task).id, now=now())
    word = "is being cancelled" if ended.completed_at is None else "is cancelled"
    _told(ended, word, as_json=as_json)


@app.command()
def retry(ctx: typer.Context, task: TaskArg, as_json: AsJson = False) -> None:
    """Let a task that failed run again, with all its attempts."""
    from codex_lib.tasks.queue import retry_task
    from codex_lib.tasks.tasks import find_task

    with catalog(ctx) as db:
        again = retry_task(db, find_task(db, task).id, now=now())
    _told(again, "waits for a worker", as_json=as_json)


@app.command()
def unlock(ctx: typer.Context, task: TaskArg, as_json: AsJson = False) -> None:
    """Take a task from a worker that hangs, and let it run again."""
    from codex_lib.tasks.queue import unlock_task
    from codex_lib.tasks.tasks import find_task

    with catalog(ctx) as db:
        again = unlock_task(db, find_task(db, task).id, now=now())
    _told(again, "waits for a worker", as_json=as_json)


def _told(task: Task, word: str, *, as_json: bool) -> None:
    if as_json:
        print_json(task)
    else:
        say(f"{task.task_type} {word}.")


@app.command()
def stats(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Count the tasks, by type."""
    from codex_lib.tasks.tasks import task_stats

    with catalog(ctx) as db:
        found = task_stats(db, now=now())
    if as_json:
        print_json(found)
    elif found.total:
        _print_stats(found)
    else:
        say("No tasks.")


def _print_stats(found: TaskStats) -> None:
    def cells(name: str, counts: TaskCounts | TaskStats) -> tuple[str, ...]:
        return (name, *(f"{getattr(counts, of):,}" for of in STATS))

    columns = [Column("TYPE"), *(Column(of.upper(), right=True) for of in STATS)]
    rows = [cells(name, counts) for name, counts in found.by_type.items()]
    print_table(columns, [*rows, cells("all", found)])


@app.command()
def purge(
    ctx: typer.Context,
    days: Annotated[
        int, typer.Option("--days", "-d", min=0, metavar="N", help="Ended before.")
    ] = 30,
    as_json: AsJson = False,
) -> None:
    """Forget the tasks that ended some days ago."""
    from codex_lib.tasks.queue import purge_tasks

    with catalog(ctx) as db:
        deleted = purge_tasks(db, days=days, now=now())
    _print_deleted(deleted, as_json=as_json)


@app.command()
def nuke(ctx: typer.Context, yes: Yes = False, as_json: AsJson = False) -> None:
    """Forget all tasks, those that wait and run as well."""
    from codex_lib.tasks.queue import nuke_tasks

    with catalog(ctx) as db:
        if not yes:
            confirm("Forget all tasks, those that wait and run as well?")
        deleted = nuke_tasks(db, now=now())
    _print_deleted(deleted, as_json=as_json)


def _print_deleted(deleted: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"deleted": deleted})
    else:
        say(f"Forgot {count(deleted, 'task')}.")


@app.command()
def watch(
    ctx: typer.Context,
    number: Annotated[
        int | None,
        typer.Option("--number", "-n", min=1, metavar="N", help="End after so many."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each as a line of JSON.")
    ] = False,
) -> None:
    """Follow the tasks of all processes, those that run first; Ctrl-C ends it."""
    from codex_cli.following import show_until_interrupted

    def show_frame(frame: dict[str, Any]) -> None:
        if as_json:
            write_bytes(json_bytes(frame))
        else:
            say(_line(frame))

    with catalog(ctx) as db:
        show_until_interrupted(partial(_frames, db), show_frame, number)


def _frames(db: Database, until: Interruption) -> Iterator[dict[str, Any]]:
    """Yield how the tasks that run are, then what changes."""
    from codex_cli.following import FOLLOWING, follow
    from codex_lib.events.outbox import TASKS, event_data, newest_event
    from codex_lib.tasks.changes import task_frame
    from codex_lib.tasks.tasks import running_tasks

    after = newest_event(db)
    note(FOLLOWING)
    yield from map(task_frame, running_tasks(db))
    yield from map(event_data, follow(db, [TASKS], after, until))


def _line(frame: dict[str, Any]) -> str:
    progress = frame.get("progress") or {}
    done = f"{progress.get('current')}/{progress.get('total')}" if progress else ""
    words = progress.get("message") or done
    told = frame.get("error") or (words if frame["status"] == "running" else "")
    start = f"{shown_id(frame['task_id'])}  {frame['task_type']}  {frame['status']}"
    return printable(f"{start}  {told}".rstrip())
