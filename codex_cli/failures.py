"""Errors to one line on stderr and an exit code; the API has the same table."""

from __future__ import annotations

import json
import os
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from codex_cli.exit_codes import ExitCode
from codex_cli.output import mute_output, printable
from codex_lib import errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

# The word is the API's: contract of {"error": ..., "message": ..., "details": null}.
KINDS: dict[type[BaseException], tuple[ExitCode, str]] = {
    errors.ConfigError: (ExitCode.USAGE, "BadRequest"),
    errors.InvalidError: (ExitCode.USAGE, "BadRequest"),
    errors.NotFoundError: (ExitCode.NOT_FOUND, "NotFound"),
    errors.ConflictError: (ExitCode.CONFLICT, "Conflict"),
    errors.RefusedError: (ExitCode.REFUSED, "Conflict"),
    errors.UnauthorizedError: (ExitCode.REFUSED, "Unauthorized"),
    errors.ForbiddenError: (ExitCode.REFUSED, "Forbidden"),
    errors.TooManyAttemptsError: (ExitCode.REFUSED, "TooManyRequests"),
    errors.CodexError: (ExitCode.ERROR, "InternalServerError"),
    OSError: (ExitCode.ERROR, "InternalServerError"),
}


@contextmanager
def reported_failures(*, as_json: bool) -> Iterator[None]:
    """Turn what a person can act upon into one line on stderr and an exit code.

    With as_json the line is the API's error object and stdout stays empty. Wrong
    usage in words is left to Typer, which adds the usage line.
    """
    try:
        yield
    except KeyboardInterrupt:
        _complain("Interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        mute_output()
        raise typer.Exit(ExitCode.PIPE_CLOSED) from None
    except (errors.CodexError, OSError) as error:
        raise typer.Exit(report_failure(error, as_json=as_json)) from error
    except typer.TyperException as error:
        if not as_json:
            raise
        _report("BadRequest", error.format_message(), as_json=True)
        raise typer.Exit(error.exit_code) from error


def report_failure(error: Exception, *, as_json: bool) -> ExitCode:
    """Say what went wrong in one line on stderr; return the exit code for it."""
    code, word = _kind(error)
    _report(word, _sentence(error), as_json=as_json)
    return code


def report_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say one line about a fault of Codex itself; CODEX_DEBUG=1 adds the traceback.

    Installed as sys.excepthook, so that Python still chooses exit code 1.
    """
    if os.environ.get("CODEX_DEBUG"):
        traceback.print_exception(kind, error, trace)
        return
    _complain(f"codex: unexpected {kind.__name__}: {error}")
    _complain("This is a fault in Codex. CODEX_DEBUG=1 shows where it happened.")


def _kind(error: BaseException) -> tuple[ExitCode, str]:
    return next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS)


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename is not None else ""
        return f"{error.strerror}{where}"
    return str(error)


def _report(word: str, message: str, *, as_json: bool) -> None:
    if as_json:
        body = {"error": word, "message": message, "details": None}
        _complain(json.dumps(body))
    else:
        _complain(f"codex: {message}")


def _complain(line: str) -> None:
    if sys.stderr is not None:
        print(printable(line), file=sys.stderr)  # noqa: T201 - the terminal's own
