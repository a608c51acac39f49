from __future__ import annotations

import re
import sqlite3
from contextlib import closing

SECRET = "s3cret-s3cret"
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info codex\.access: "
    r"127\.0\.0\.1 GET /api/v1/auth/me (\d{3}) \d+B \d+\.\dms (\S+)"
)


def test_a_request_is_one_line_with_the_name_of_the_user(serve, admin):
    server = serve()
    headers = admin(server)
    server.request("/api/v1/auth/me", headers=headers)
    server.request("/api/v1/auth/me")
    server.stop()

    lines = [
        found.groups() for found in map(LINE.fullmatch, server.log.split("\n")) if found
    ]

    assert lines == [("200", "ana"), ("401", "-")]


def test_no_secret_is_logged_however_it_is_sent(serve, admin):
    server = serve(CODEX_LOGGING_LEVEL="trace")
    headers = admin(server)
    for sent in (
        headers,
        {"Authorization": f"Bearer {SECRET}"},
        {"Authorization": f"Basic {SECRET}"},
        {"X-API-Key": f"codex_{SECRET}"},
        {"Cookie": f"auth_token={SECRET}"},
    ):
        server.request(f"/api/v1/auth/me?access_token={SECRET}", headers=sent)
    login = {"username": "ana", "password": SECRET}
    server.request("/api/v1/auth/login", method="POST", body=login)
    server.stop()

    assert "GET /api/v1/auth/me 401" in server.log
    assert SECRET not in server.log
    assert headers["Authorization"].partition(" ")[2] not in server.log
    assert "Green-Apple-7" not in server.log


def test_health_checks_are_no_news(serve):
    server = serve()
    server.request("/health")
    server.stop()

    assert server.log == ""


def test_the_settings_choose_the_place_and_the_level(serve, tmp_path):
    file = tmp_path / "codex.log"
    server = serve(CODEX_LOGGING_CONSOLE="false", CODEX_LOGGING_FILE=str(file))
    server.request("/nowhere")
    server.stop()

    assert server.log == ""
    assert "GET /nowhere 404" in file.read_text()


def test_the_cause_of_an_unexpected_error_is_in_the_log_only(serve, admin, data_dir):
    server = serve()
    headers = admin(server)
    with closing(sqlite3.connect(data_dir / "codex.db")) as catalog:
        catalog.execute("DROP TABLE users")

    reply = server.request("/api/v1/auth/me", headers=headers)
    server.stop()

    assert reply.status == 500
    assert b"users" not in reply.body
    reference = reply.json["details"]["reference"]
    assert f"/api/v1/auth/me failed, reference {reference}" in server.log
    assert "no such table" in server.log
