"""codex worker: background tasks, until it is told to stop."""

from __future__ import annotations

from typing import Annotated

import typer

from codex_cli.context import settings
from codex_cli.groups import command_group
from codex_cli.options import AsJson
from codex_cli.output import note, print_json

app = command_group("Work on background tasks, without serving.")

Once = Annotated[bool, typer.Option("--once", help="End when no task is due any more.")]


@app.command()
def worker(ctx: typer.Context, once: Once = False, as_json: AsJson = False) -> None:
    """Work on background tasks, without serving.

    codex serve does the same beside its web processes; this is for a server that runs
    with --no-tasks, and for more hands. Any number may run at the same time. Ctrl-C or
    SIGTERM stops it: tasks that run go on at the next start.
    """
    from codex_lib.api.logs import set_up_logging
    from codex_lib.tasks.stopping import Stop
    from codex_lib.tasks.worker import run_worker

    config = settings(ctx)
    allowed = config.database.allow_network or ctx.obj.allow_network_db
    config = config._replace(database=config.database._replace(allow_network=allowed))
    set_up_logging(config.logging)
    stop = Stop()
    stop.take_signals()
    if as_json:
        print_json({"data_dir": str(config.data_dir), "once": once})
    elif not once:
        note("Working on tasks. Ctrl-C stops it.")
    run_worker(config, once=once, with_scans=not once, stop=stop)
