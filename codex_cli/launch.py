"""The codex command's first 10 ms: help and version without the rest.

Importing Typer and building the commands costs five times what Python needs to
start. The overview and the version are asked for most, so they come from a file that
codex_cli.reference renders from the same commands; a test compares the two.
"""

from __future__ import annotations

import sys

HELP = ("--help", "-h")
NO_ARGUMENTS = 2  # the exit code that Typer gives to a call without a command


def run() -> None:
    """Run the command line in sys.argv and exit with its code."""
    try:
        sys.exit(_quick(sys.argv[1:]) if _is_quick(sys.argv[1:]) else _full())
    except KeyboardInterrupt:
        sys.exit(_interrupted())


def _is_quick(args: list[str]) -> bool:
    return not args or (len(args) == 1 and args[0] in (*HELP, "--version"))


def _quick(args: list[str]) -> int:
    text = _version() if args == ["--version"] else _help()
    stream = sys.stdout if args else sys.stderr
    try:
        stream.write(text)
        stream.flush()
    except (AttributeError, OSError):
        pass  # closed by the caller, or nobody reads any more
    return 0 if args else NO_ARGUMENTS


def _help() -> str:
    path = f"{__file__.rpartition('launch.py')[0]}help.txt"
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 2 ms
        return file.read()


def _version() -> str:
    from codex_lib import __version__

    return f"codex {__version__}\n"


def _full() -> int:
    from codex_cli.main import run as run_command

    return run_command()


def _interrupted() -> int:
    from codex_cli.exit_codes import ExitCode

    sys.stderr.write("Interrupted\n")
    return ExitCode.INTERRUPTED
