"""codex doctor: what works on this computer, what is missing, what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from codex_cli.context import settings
from codex_cli.exit_codes import ExitCode
from codex_cli.groups import command_group
from codex_cli.options import AsJson
from codex_cli.output import has_colors, print_whole, printable, say

if TYPE_CHECKING:
    from codex_cli.checkup import Finding

app = command_group("Tell what works on this computer and what is missing.")
COLORS = {"ok": "32", "warn": "33", "fail": "31"}


@app.command()
def doctor(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Tell what works on this computer and what is missing.

    Every reader proves itself on a tiny book. Exit code 1 if something fails.
    """
    from codex_cli.checkup import examine

    findings = examine(settings(ctx))
    if as_json:
        print_whole([finding._asdict() for finding in findings])
    else:
        _print_findings(findings)
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(ExitCode.ERROR)


def _print_findings(findings: list[Finding]) -> None:
    widest = max(len(finding.subject) for finding in findings)
    for finding in findings:
        say(f"{_mark(finding.state)}  {finding.subject:<{widest}}  {_text(finding)}")
        if finding.remedy:
            say(f"{'':<6}{'':<{widest}}  mend it: {finding.remedy}")


def _mark(state: str) -> str:
    import sys

    word = f"{state:<4}"
    return f"\x1b[{COLORS[state]}m{word}\x1b[0m" if has_colors(sys.stdout) else word


def _text(finding: Finding) -> str:
    return printable(finding.detail)
