from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing

import pytest


@pytest.fixture
def one_line(codex):
    """Return a function that runs codex serve and expects it to fail in one line."""

    def run(*args, **more):
        done = codex("serve", "--port", 0, *args, **more)
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.startswith("codex: ")
        return done.returncode, done.stderr

    return run


def test_a_server_answers_as_soon_as_it_told_its_address(serve):
    reply = serve().request("/health")

    assert (reply.status, reply.body) == (200, b"OK")


def test_a_person_is_told_the_address_once_and_how_to_make_a_user(start):
    command = (sys.executable, "-m", "codex_cli", "serve", "--no-tasks", "--port", "0")
    server = start(*command)
    lines = [server.process.stdout.readline() for _ in range(4)]
    assert server.stop() == 0

    assert lines[0].startswith("Codex listens on http://127.0.0.1:")
    assert lines[0].endswith(" web processes). Ctrl-C stops it.\n")
    assert lines[2] == "  codex users create --admin NAME\n"
    assert lines[3].endswith("/api/v1/setup/initialize\n")
    assert server.process.stdout.read() == ""
    assert server.log == ""


def test_as_many_web_processes_are_started_as_asked_for(serve, until):
    server = serve("--workers", "3")

    until(lambda: len(server.workers) == 3)


def test_options_win_over_the_environment(serve):
    server = serve("--host", "127.0.0.2", CODEX_APPLICATION_HOST="192.0.2.1")

    assert server.url.startswith("http://127.0.0.2:")


def test_the_file_of_settings_can_be_named_after_the_command(serve, tmp_path):
    (tmp_path / "mine.yaml").write_text("application:\n  host: 127.0.0.3\n")

    assert serve("--config", "mine.yaml").url.startswith("http://127.0.0.3:")


def test_two_servers_share_one_catalog(serve, admin):
    first, second = serve(), serve()

    assert second.request("/api/v1/auth/me", headers=admin(first)).status == 200


def test_a_port_in_use_is_one_line_and_a_code_of_its_own(serve, one_line, codex):
    server = serve()

    code, line = one_line("--port", server.port)
    with_json = codex("serve", "--json", "--port", server.port)

    assert code == with_json.returncode == 5
    assert f"listens on 127.0.0.1:{server.port} already" in line
    assert json.loads(with_json.stderr)["error"] == "Conflict"
    assert server.request("/health").status == 200


def test_a_newer_catalog_is_one_line(one_line, codex, data_dir):
    codex("db", "info")
    with closing(sqlite3.connect(data_dir / "codex.db")) as catalog:
        catalog.execute("PRAGMA user_version = 999")

    code, line = one_line()

    assert code == 1
    assert "made by a newer Codex" in line


def test_a_data_folder_that_cannot_be_written_is_one_line(one_line, data_dir):
    data_dir.touch()

    code, line = one_line()

    assert code == 1
    assert f"The data folder {data_dir} is not a folder" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CODEX_APPLICATION_PORT", "many"),
        ("CODEX_APPLICATION_HOST", "192.0.2.1"),
        ("CODEX_LOGGING_FILE", "/proc/codex.log"),
    ],
)
def test_a_bad_setting_is_one_line_that_names_it(codex, name, value):
    done = codex("serve", **{name: value})

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert name.removeprefix("CODEX_").lower().replace("_", ".") in done.stderr
