"""codex serve: the REST API, until it is told to stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codex_cli.context import settings
from codex_cli.exit_codes import ExitCode
from codex_cli.groups import command_group
from codex_cli.options import AsJson, given
from codex_cli.output import print_json, printable, say
from codex_cli.wording import count

if TYPE_CHECKING:
    from codex_lib.api.server import Started
    from codex_lib.config.definitions import Config

app = command_group("Serve the REST API to browsers, apps and scripts.")


@app.command()
def serve(
    ctx: typer.Context,
    *,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen on (application.host); 0.0.0.0 is every one.",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            metavar="N",
            help="Port to listen on (application.port); 0 takes a free one.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, metavar="N", help="Web processes; one a core, at most two."
        ),
    ] = None,
    no_tasks: Annotated[
        bool,
        typer.Option(
            "--no-tasks",
            help="Leave background tasks to codex worker (disable_workers).",
        ),
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The file of settings (CODEX_CONFIG)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Serve the REST API to browsers, apps and scripts.

    One more process works on background tasks. Ctrl-C or SIGTERM ends it when the
    requests that run are answered, a second one at once; tasks that run go on at the
    next start. SIGHUP replaces the processes one after the other. --json prints the
    address as JSON, the log goes to stderr or where the settings say. Exit code 5 if
    another program listens on the port.
    """
    from codex_lib.api.server import default_workers, run_server

    if config is not None:
        ctx.obj = ctx.obj._replace(config=config)
    chosen = with_options(
        settings(ctx), host=host, port=port, allow_network=ctx.obj.allow_network_db
    )
    greet = print_json if as_json else print_greeting
    failed = run_server(
        chosen,
        workers=workers or default_workers(),
        on_ready=greet,
        with_tasks=not (no_tasks or chosen.disable_workers),
    )
    if failed:
        raise typer.Exit(ExitCode.ERROR)


def with_options(
    config: Config, *, host: str | None, port: int | None, allow_network: bool
) -> Config:
    """Return the settings with those that were given as options in their place."""
    chosen = given(host=host, port=port)
    sources = {f"application.{name}": f"option --{name}" for name in chosen}
    allowed = config.database.allow_network or allow_network
    return config._replace(
        application=config.application._replace(**chosen),
        database=config.database._replace(allow_network=allowed),
        sources={**config.sources, **sources},
    )


def print_greeting(started: Started) -> None:
    """Tell where the server listens, and what is missing before one can sign in."""
    processes = count(started.workers, "web process", "web processes")
    say(f"Codex listens on {printable(started.url)} ({processes}). Ctrl-C stops it.")
    if started.needs_user:
        say("There is no user yet. Make the first one, who may do everything:")
        say("  codex users create --admin NAME")
        say(f"or POST {printable(started.url)}/api/v1/setup/initialize")
