"""The launcher and Typer must give the same answers."""

from __future__ import annotations

import subprocess
import sys

import pytest

LAUNCH = [sys.executable, "-c", "from codex_cli.launch import run; run()"]
TYPER = [sys.executable, "-c", "from codex_cli.main import run; run()"]
WIDE = {"PATH": "/usr/bin:/bin", "COLUMNS": "80"}


def outcome(command, *args):
    done = subprocess.run(
        [*command, *args], capture_output=True, text=True, env=WIDE, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["--version"], []], ids=str)
def test_the_quick_answer_is_the_one_of_typer(args):
    assert outcome(LAUNCH, *args) == outcome(TYPER, *args)


def test_no_command_is_wrong_usage():
    code, out, err = outcome(LAUNCH)

    assert (code, out) == (2, "")
    assert "Usage: codex" in err


def test_the_quick_answer_imports_next_to_nothing():
    code = (
        "import atexit, sys; before = set(sys.modules);"
        "atexit.register(lambda: print(*set(sys.modules) - before, file=sys.stderr));"
        "from codex_cli.launch import run; sys.argv = ['codex', '--help']; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert set(done.stderr.split()) <= {"codex_cli", "codex_cli.launch", "__future__"}


@pytest.mark.parametrize(
    ("args", "code"),
    [(["--help"], 0), (["books", "--help"], 141), (["config", "show"], 141)],
    ids=str,
)
def test_a_reader_that_goes_away_is_no_error_message(args, code):
    """codex ... | head -1 must not end in a traceback."""
    with subprocess.Popen(
        [*LAUNCH, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        errors = process.stderr.read()

    assert (errors, process.returncode) == (b"", code)


@pytest.mark.parametrize("args", [["--help"], ["config", "show"]])
def test_a_closed_stdout_is_no_error_message(args):
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *LAUNCH, *args],
        capture_output=True,
        check=False,
    )

    assert done.stderr == b""


def test_a_full_disk_is_told_in_one_line():
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [*LAUNCH, "config", "show"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    message = "codex: No space left on device: standard output\n"
    assert (done.returncode, done.stderr) == (1, message)
