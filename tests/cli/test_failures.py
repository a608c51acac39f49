from __future__ import annotations

import json
import subprocess
import sys

import pytest
import typer

from codex_cli.failures import KINDS, reported_failures
from codex_lib import errors


def all_kinds(kind=errors.CodexError):
    yield kind
    for child in kind.__subclasses__():
        yield from all_kinds(child)


CASES = [
    (errors.ConfigError("api.port", "must be a number"), 2, "BadRequest"),
    (errors.InvalidError("sort", "unknown"), 2, "BadRequest"),
    (errors.AmbiguousNameError("book", "Bone", ["1", "2"]), 2, "BadRequest"),
    (errors.LossRefusedError("Comics", ["it is empty"]), 3, "Conflict"),
    (errors.BookNotFoundError("Bone"), 4, "NotFound"),
    (errors.ScanRunningError("Comics"), 5, "Conflict"),
    (errors.LastAdminError("ana"), 5, "Conflict"),
    (errors.UnauthorizedError(), 3, "Unauthorized"),
    (errors.ForbiddenError("needs BooksWrite"), 3, "Forbidden"),
    (errors.TooManyAttemptsError(30), 3, "TooManyRequests"),
    (errors.UnreadableBookError("a.cbz", "cut off"), 1, "InternalServerError"),
    (PermissionError(13, "Permission denied", "/x"), 1, "InternalServerError"),
]


@pytest.mark.parametrize(("error", "code", "_word"), CASES)
def test_an_expected_error_is_one_line_and_an_exit_code(error, code, _word, capsys):
    with pytest.raises(typer.Exit) as ended, reported_failures(as_json=False):
        raise error

    printed = capsys.readouterr()
    assert ended.value.exit_code == code
    assert printed.out == ""
    assert printed.err.startswith("codex: ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(("error", "code", "word"), CASES)
def test_an_expected_error_is_an_object_with_json(error, code, word, capsys):
    with pytest.raises(typer.Exit) as ended, reported_failures(as_json=True):
        raise error

    body = json.loads(capsys.readouterr().err)
    assert ended.value.exit_code == code
    assert (body["error"], body["details"]) == (word, None)


def test_the_message_cannot_command_the_terminal(capsys):
    with pytest.raises(typer.Exit), reported_failures(as_json=False):
        raise errors.BookNotFoundError("\x1b[2J\udcff")

    assert capsys.readouterr().err == "codex: Book not found: ␛[2J\ufffd\n"


def test_ctrl_c_is_a_word_and_130(capsys):
    with pytest.raises(typer.Exit) as ended, reported_failures(as_json=False):
        raise KeyboardInterrupt

    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "Interrupted\n"


@pytest.mark.parametrize("kind", [*all_kinds()], ids=lambda kind: kind.__name__)
def test_every_error_has_an_exit_code(kind):
    assert any(base in KINDS for base in kind.__mro__)


@pytest.mark.parametrize(("debug", "is_shown"), [("", False), ("1", True)])
def test_a_fault_is_one_line_unless_debugging(debug, is_shown):
    code = (
        "import sys; from codex_cli.failures import report_crash;"
        "sys.excepthook = report_crash; 1 / 0"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"CODEX_DEBUG": debug},
        check=False,
    )

    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert ("Traceback" in done.stderr) is is_shown
