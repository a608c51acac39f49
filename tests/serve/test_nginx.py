"""Behind nginx, under a path of its own: the README's example."""

from __future__ import annotations

import os
import shutil
import socket

import pytest

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
LOCATION = """
location /codex/ {{
    proxy_pass http://127.0.0.1:{port}/;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Prefix /codex;
    proxy_buffering off;
    client_max_body_size 0;
}}
"""
SERVER = """
daemon off; error_log stderr error; pid {folder}/nginx.pid; worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2;
    fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4;
    scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{listen}; {location} }}
}}
"""


@pytest.fixture
def codex_server(serve):
    """A server that believes nginx."""
    return serve(
        CODEX_API_TRUSTED_PROXIES="127.0.0.1", CODEX_API_ENABLE_API_DOCS="true"
    )


@pytest.fixture
def nginx(codex_server, start, tmp_path, until):
    """nginx in front of the server."""
    if NGINX is None:
        pytest.skip("nginx is not installed; sh tests/install-debian.sh installs it")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    location = LOCATION.format(port=codex_server.port)
    text = SERVER.format(folder=tmp_path, listen=port, location=location)
    (tmp_path / "nginx.conf").write_text(text)
    proxy = start(NGINX, "-e", "stderr", "-c", str(tmp_path / "nginx.conf"))
    proxy.url = f"http://127.0.0.1:{port}"

    def is_up():
        assert proxy.process.poll() is None, proxy.log
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", port)) == 0

    until(is_up)
    return proxy


def test_every_credential_passes(nginx, codex_server, admin):
    headers = admin(codex_server)

    reply = nginx.request("/codex/api/v1/auth/me", headers=headers)

    assert (reply.status, reply.json["username"]) == (200, "ana")
    assert nginx.request("/codex/api/v1/auth/me").status == 401
    assert nginx.request("/api/v1/auth/me", headers=headers).status == 404


def test_the_log_has_the_address_of_the_client(nginx, codex_server):
    nginx.request("/codex/nowhere", source="127.0.0.9")
    codex_server.stop()

    assert "127.0.0.9 GET /nowhere 404 " in codex_server.log


def test_pages_find_their_way_back_under_the_path(nginx):
    page = nginx.request("/codex/docs")

    assert page.status == 200
    assert b'"/codex"' in page.body
