"""The codex command over a catalog of the test's own, and some books for it."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from codex_cli.main import app


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
