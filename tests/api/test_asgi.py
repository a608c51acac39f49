import logging
import os
import runpy
import subprocess
import sys

import pytest
from falcon import testing

MODULE = "codex_lib.api.asgi"


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Return a function that loads the application path, under settings."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.raiseExceptions)

    def run(**environ):
        for name, value in {"CODEX_DATA_DIR": str(tmp_path), **environ}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        return runpy.run_module(MODULE)["app"]

    yield run
    root.level, root.handlers, logging.raiseExceptions = before


def test_the_application_path_gives_an_application(load):
    client = testing.TestClient(load(CODEX_LOGGING_CONSOLE="false"))

    assert client.simulate_get("/health").text == "OK"


def test_a_mistake_in_the_settings_ends_the_server(load, caplog):
    with pytest.raises(SystemExit, match=r"^4$"):
        load(CODEX_APPLICATION_PORT="many")
    assert "codex: application.port: must be a whole number" in caplog.text


def test_a_mistake_in_the_settings_is_one_line(tmp_path):
    environ = {
        "PATH": os.environ["PATH"],
        "CODEX_DATA_DIR": str(tmp_path),
        "CODEX_APPLICATION_PORT": "many",
    }

    done = subprocess.run(
        [sys.executable, "-c", f"import {MODULE}"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("codex: application.port: must be a whole number")
