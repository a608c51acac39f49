"""The codex command over a catalog of the test's own, and some books for it."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from codex_cli.main import app

PASSWORD = "correct horse"
CODEX = [sys.executable, "-c", "from codex_cli.launch import run; run()"]


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str
    data: bytes

    @property
    def json(self):
        return json.loads(self.data)


@pytest.fixture
def codex(tmp_path, monkeypatch):
    """Run a codex command in this process, with a data folder of the test's own."""
    monkeypatch.setenv("CODEX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.chdir(tmp_path)

    def run(*args, answer=None):
        done = CliRunner().invoke(app, [str(arg) for arg in args], input=answer)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ended(done.exit_code, done.stdout, done.stderr, done.stdout_bytes)

    return run


class Spoken(NamedTuple):
    """How a command ended that asked questions: what the terminal showed, and stdout.

    listed is what other processes could read of it while it waited for answers.
    """

    code: int
    shown: str
    out: str
    listed: bytes


@pytest.fixture
def asked(codex):
    """Return a function that runs codex at a terminal and answers its questions.

    Stdin and stderr are the terminal, stdout is a pipe. Each question is waited for.
    """

    def run(*args, answers):
        inside, outside = pty.openpty()
        started = subprocess.Popen(
            [*CODEX, *args],
            stdin=outside,
            stdout=subprocess.PIPE,
            stderr=outside,
            start_new_session=True,  # without it getpass would ask at our own terminal
        )
        os.close(outside)
        shown, listed = b"", b""
        # The terminal closes first: a question without an answer ends then.
        with started, os.fdopen(inside, "r+b", buffering=0) as terminal:
            for question, reply in answers:
                shown += shown_until(terminal, question.encode())
                listed += read_of_process(started.pid)
                terminal.write(os.fsencode(f"{reply}\n"))
            shown += shown_until(terminal, None)
            out = started.stdout.read().decode()
        return Spoken(started.returncode, shown.decode(), out, listed)

    return run


def shown_until(terminal, question):
    """Read a terminal until a question, or until its other side has closed."""
    shown = b""
    while question is None or question not in shown:
        assert select.select([terminal], [], [], 30)[0], f"{question} after {shown}"
        try:
            shown += terminal.read(65536)
        except OSError:  # Linux's way of saying that the other side has closed
            assert question is None, f"{question} was not asked: {shown}"
            return shown
    return shown


def read_of_process(pid):
    """Read the arguments and the environment of a process, where Linux shows them."""
    files = [Path(f"/proc/{pid}/{name}") for name in ("cmdline", "environ")]
    return b"".join(file.read_bytes() for file in files if file.exists())


@pytest.fixture
def make_user(codex):
    """Return a function that makes a user by command and returns it as JSON has it."""

    def make(name="ana", *options, password=PASSWORD):
        ended = codex(
            *("users", "create", name, "--email", f"{name}@example.com", "--json"),
            *("--password-stdin", *options),
            answer=f"{password}\n",
        )
        assert ended.code == 0, ended.err
        return ended.json

    return make


@pytest.fixture
def comics(root, make_cbz):
    """A folder with two series: Bone (two books, one with ComicInfo) and Akira."""
    make_cbz("Bone/Bone 01.cbz", seed=1)
    make_cbz(
        "Bone/Bone 02.cbz",
        seed=2,
        pages=4,
        Title="Moby Dick",
        Writer="Ana Silva",
        Publisher="Aster Press",
        Genre="Drama",
        Year="1996",
    )
    make_cbz("Akira/Akira 1.cbz", seed=3, pages=5)
    return root


@pytest.fixture
def shelves(codex, comics):
    """The folder comics, scanned into the catalog of the command codex."""
    assert codex("scan", comics).code == 0
    return comics


@pytest.fixture
def damaged(comics):
    """A file in comics that cannot be read."""
    path = comics / "Bone" / "Bone 03.cbz"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    return path
