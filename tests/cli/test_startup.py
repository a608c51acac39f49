"""What a small command must not load; each costs more than the command itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codex_cli.groups import COMMANDS

HEAVY = {
    *("pydantic", "falcon", "gunicorn", "pymupdf", "sqlite_utils", "PIL", "lxml"),
    *("rich", "py7zr", "rars", "rarfile", "asyncio", "argon2", "jwt", "msgspec"),
}
REPORT = (
    "import atexit, sys; "
    "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    "from codex_cli.launch import run; run()"
)


def loaded_by(*args):
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *args],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "args",
    [
        ["libraries", "list"],
        ["series", "list"],
        ["books", "list", "--json"],
        ["books", "show", "Bone 01"],
        ["books", "search", "bone"],
        ["pages", "list", "Bone 01"],
        ["config", "path"],
        ["users", "list"],
        ["users", "create", "--help"],
        ["api-keys", "list"],
    ],
    ids=" ".join,
)
def test_a_small_command_loads_nothing_heavy(shelves, args):
    assert loaded_by(*args) & HEAVY == set()


def test_a_scan_on_a_pipe_needs_no_bar(shelves):
    assert loaded_by("scan") & {"rich", "pydantic", "pymupdf", "rars"} == set()


def test_a_command_loads_no_other_command(shelves):
    modules = {name.replace("-", "_") for name in COMMANDS if name != "libraries"}
    others = {f"codex_cli.commands.{name}" for name in modules}

    assert not loaded_by("libraries", "list") & others
