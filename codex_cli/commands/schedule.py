"""codex schedule: what is done by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from codex_cli.context import catalog
from codex_cli.groups import command_group
from codex_cli.options import AsJson
from codex_cli.output import print_whole
from codex_cli.tables import Column, print_table
from codex_cli.wording import local_time

if TYPE_CHECKING:
    from codex_lib.tasks.schedules import ScheduleState

app = command_group("What is done by the clock, and when next.")
COLUMNS = (
    Column("WHAT"),
    Column("LIBRARY", flexible=True),
    Column("SCHEDULE"),
    Column("TIME ZONE", optional=3),
    Column("NEXT"),
    Column("LAST", optional=1),
    Column("ALSO", optional=2),
)


@app.callback()
def schedule() -> None:
    """Tell what is done by the clock."""


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List what is done by the clock, with the next time and the last.

    A worker does it, that of "codex serve" or "codex worker". Times are this machine's.
    """
    from codex_lib.clock import now
    from codex_lib.tasks.schedules import list_schedules

    with catalog(ctx) as db:
        found = list_schedules(db, now())
    if as_json:
        print_whole(found)
    else:
        print_table(COLUMNS, [_cells(state) for state in found])


def _cells(state: ScheduleState) -> tuple[str, ...]:
    off = "" if state.enabled else " (off)"
    also = {"at start": state.at_start, "on changes": state.is_watched}
    return (
        state.task_type,
        state.library_name or "",
        f"{state.cron_schedule or 'never'}{off}",
        state.time_zone if state.cron_schedule else "",
        local_time(state.next_run_at),
        local_time(state.last_run_at),
        ", ".join(word for word, is_so in also.items() if is_so),
    )
