"""What a person is asked for at the terminal, and passwords from there or stdin.

A password is never an argument: every process could read it in the list of processes.
"""

from __future__ import annotations

import sys

import typer

from codex_cli.output import is_terminal, note
from codex_lib.accounts.passwords import check_password_rules
from codex_lib.errors import InvalidError

NOBODY = "nobody can be asked here, so it is needed"
LONGEST = 8192  # bytes of stdin; a password has far less


def asked(label: str, given: str | None, option: str) -> str:
    """Return what was given as an option, or else what a person types."""
    if given is not None:
        return given
    if not is_terminal(sys.stdin):
        raise InvalidError(option, NOBODY)
    # Not input(): it prompts on stdout, which belongs to the result.
    print(f"{label}: ", end="", file=sys.stderr, flush=True)  # noqa: T201 - stderr
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.strip()


def new_password(*, from_stdin: bool) -> str:
    """Return a new password, asked for twice and not shown, or from stdin.

    Raises InvalidError if it is not good enough or the two differ.
    """
    if from_stdin:
        return check_password_rules(_piped())
    if not is_terminal(sys.stdin):
        raise InvalidError("--password-stdin", NOBODY)
    password = check_password_rules(_typed("Password"))
    if _typed("Again") != password:
        raise InvalidError("password", "the two are not the same; nothing was changed")
    return password


def _piped() -> str:
    """Return the one line of stdin."""
    if is_terminal(sys.stdin):
        raise InvalidError("--password-stdin", "is for pipes; leave it out to be asked")
    data = sys.stdin.buffer.read(LONGEST) if sys.stdin else b""
    line = data.removesuffix(b"\n").removesuffix(b"\r")
    if not line or b"\n" in line:
        raise InvalidError("--password-stdin", "wants one line with the password")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise InvalidError("password", "is not UTF-8") from None


def _typed(label: str) -> str:
    from getpass import getpass

    try:
        return getpass(f"{label}: ")
    except EOFError:
        note("")
        raise typer.Abort from None
    except UnicodeDecodeError:
        raise InvalidError("password", "is not UTF-8") from None
