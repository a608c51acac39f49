"""Command groups whose modules are imported only when they are called.

Importing every group costs more than most commands take. The overview needs nothing
but a name and a line of help for each, so these stand in a table; a test compares
the table with the modules.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from codex_cli.failures import reported_failures

if TYPE_CHECKING:
    # Typer carries its own Click and does not export these names.
    from typer._click.core import Command, Context
    from typer._click.formatting import HelpFormatter

COMMANDS = {
    "scan": "Make the catalog match what is in your folders.",
    "demo": "Draw a small library, scan it and show it.",
    "serve": "Serve the REST API to browsers, apps and scripts.",
    "libraries": "Folders of series and books.",
    "series": "The series of your libraries.",
    "books": "Single comics, manga and ebooks.",
    "progress": "How far you are in your books.",
    "pages": "The pages of a book.",
    "covers": "The covers of books and series.",
    "thumbnails": "The covers and pages that are kept ready as images.",
    "genres": "The genres of your series.",
    "tags": "The tags of your series.",
    "titles": "What else your series are called.",
    "ratings": "What you give your series, from 1 to 100.",
    "links": "Where other catalogs have your series.",
    "external-ratings": "What other catalogs give your series.",
    "duplicates": "Books whose files are equal.",
    "tasks": "Work in the background: what waits, runs and has ended.",
    "schedule": "What is done by the clock, and when next.",
    "worker": "Work on background tasks, without serving.",
    "users": "The people who may sign in.",
    "api-keys": "What programs sign in with, in place of a user.",
    "events": "What happens in your libraries, live.",
    "doctor": "Tell what works on this computer and what is missing.",
    "config": "The settings and where each comes from.",
    "db": "The catalog file: check, back up, restore.",
    "openapi": "The description of the REST API, for tools that read one.",
}
AS_JSON = "codex.json"  # key of Context.meta: was --json among the arguments?


def command_group(about: str) -> typer.Typer:
    """Make the app of one module in codex_cli.commands."""
    return typer.Typer(
        help=about, no_args_is_help=True, add_completion=False, rich_markup_mode=None
    )


class LazyGroup(TyperGroup):
    """The codex command itself: finds its commands in COMMANDS."""

    def __init__(self, **attrs: Any) -> None:  # noqa: ANN401 - Typer's
        super().__init__(**attrs)
        for name, about in COMMANDS.items():
            # Stands in for the command in lists and in "Did you mean".
            self.add_command(TyperCommand(name, help=about))

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 - Typer's
        """Import the module of one command; None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"codex_cli.commands.{cmd_name.replace('-', '_')}")
        return typer.main.get_command(module.app)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002 - Typer's
        """Write the overview without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse, and note whether errors are wanted as JSON."""
        ctx.meta[AS_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> object:
        """Run the command; an expected error ends it with its exit code."""
        with reported_failures(as_json=ctx.meta[AS_JSON]):
            return super().invoke(ctx)
