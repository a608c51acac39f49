"""The codex command: global options, and the way in from codex_cli.launch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from codex_cli.context import Globals
from codex_cli.exit_codes import MEANINGS
from codex_cli.failures import report_crash
from codex_cli.groups import LazyGroup
from codex_cli.output import say
from codex_lib import __version__

ABOUT = """Comics, manga and ebooks: scan your folders, browse them, read them.

Begin with "codex scan FOLDER", or with "codex demo" to see it at work.
"""
# \\b keeps Typer from joining the lines.
EPILOG = "\b\nExit codes:\n" + "\n".join(
    f"{code.value:>5}  {meaning}" for code, meaning in MEANINGS.items()
)

app = typer.Typer(
    cls=LazyGroup,
    name="codex",
    help=ABOUT,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"codex {__version__}")
        raise typer.Exit


@app.callback()
def codex(
    ctx: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where the catalog is kept (CODEX_DATA_DIR)."
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The file of settings (CODEX_CONFIG)."),
    ] = None,
    allow_network_db: Annotated[
        bool,
        typer.Option(
            "--allow-network-db",
            help="Open a catalog on a network file system all the same.",
        ),
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Tell the version.",
        ),
    ] = False,
) -> None:
    """Remember the global options for the command."""
    ctx.obj = Globals(data_dir, config, allow_network_db)


def run() -> int:
    """Run the command line in sys.argv; ends by SystemExit with the exit code."""
    sys.excepthook = report_crash
    command = typer.main.get_command(app)
    command.main(prog_name="codex")
    return 0
