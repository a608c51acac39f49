"""The overview, the manual pages and the completions, from the commands themselves.

Run as python -m codex_cli.reference in the project's folder after changing a command;
a test compares the committed files with what this makes.
"""

from __future__ import annotations

from pathlib import Path

import typer

from codex_cli.command_tree import command_tree
from codex_cli.completions import render_completions
from codex_cli.main import app
from codex_cli.manual import render_manual

ROOT = Path(__file__).parents[1]
WIDTH = 78  # of the overview: 80 columns with a margin, as Typer has it


def overview() -> str:
    """Return what codex --help prints."""
    command = typer.main.get_command(app)
    ctx = command.context_class(
        command, info_name="codex", terminal_width=WIDTH, **command.context_settings
    )
    return f"{command.get_help(ctx)}\n"


def render_all() -> dict[str, str]:
    """Return every generated file: its path in the project and its text."""
    tree = command_tree()
    return {
        "codex_cli/help.txt": overview(),
        **render_manual(tree),
        **render_completions(tree),
    }


def main() -> None:
    """Write every generated file."""
    for path, text in render_all().items():
        target = ROOT / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
