from ipaddress import ip_network

import pytest

from codex_lib.api.access_log import CLIENT
from codex_lib.api.app import create_app
from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.requests import client_address, mount_path
from codex_lib.errors import ConfigError

PEER = "127.0.0.1"
PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


class Mirror:
    @endpoint(PUBLIC, tag="Mirror", reply=list[str])
    async def on_get(self, req, resp):
        known = req.scope["state"][CLIENT]
        return [req.client_address, known, req.mount, req.query_string]


@pytest.fixture
def mirror(make_client):
    return make_client(
        {"/api/v1/mirror": Mirror()}, api_trusted_proxies="127.0.0.1,::1,10.0.0.0/8"
    )


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "1.2.3.4", "1.2.3.4"),
        ("10.1.1.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.1.1.1", "1.2.3.4, 10.2.2.2", "1.2.3.4"),
        ("10.1.1.1", "1.2.3.4, unknown", "10.1.1.1"),
        ("10.1.1.1", "1.2.3.4,", "1.2.3.4"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.1.1.1", "1.2.3.4", "1.2.3.4"),
        ("5.5.5.5", "1.2.3.4", "5.5.5.5"),
        ("", "1.2.3.4", ""),
    ],
)
def test_only_what_a_trusted_proxy_says_counts(peer, forwarded, caller):
    assert client_address(peer, forwarded, PROXIES) == caller


@pytest.mark.parametrize(
    ("forwarded", "root_path", "path"),
    [
        ("", "", ""),
        ("/codex", "", "/codex"),
        ("/my/codex/", "/other", "/my/codex"),
        ("", "/codex", "/codex"),
        ("javascript:alert(1)", "", ""),
        ("//evil.example", "", ""),
        ("/a b", "/codex", "/codex"),
    ],
)
def test_the_path_in_front_of_the_server_is_a_plain_path(forwarded, root_path, path):
    assert mount_path(forwarded, root_path) == path


@pytest.mark.parametrize("path", ["/api/v1/mirror", "/codex/api/v1/mirror"])
def test_a_proxy_may_keep_its_prefix_or_take_it_off(mirror, path):
    headers = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Prefix": "/codex"}

    answer = mirror.simulate_get(path, headers=headers, remote_addr=PEER)

    assert answer.json == ["1.2.3.4", "1.2.3.4", "/codex", ""]


def test_the_servers_own_root_path_is_taken_off(mirror):
    answer = mirror.simulate_get("/codex/api/v1/mirror", root_path="/codex")

    assert answer.json[2] == "/codex"


def test_without_trusted_proxies_nothing_forwarded_is_believed(make_client):
    client = make_client({"/api/v1/mirror": Mirror()})
    headers = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Prefix": "/codex"}

    answer = client.simulate_get("/api/v1/mirror", headers=headers, remote_addr=PEER)

    assert answer.json == ["127.0.0.1", "127.0.0.1", "", ""]


def test_a_server_on_a_socket_file_knows_no_address(mirror):
    answer = mirror.simulate_get("/api/v1/mirror", extras={"client": None})

    assert answer.json[0] == ""


def test_a_raw_byte_in_the_query_is_no_mistake_of_the_server(mirror):
    extras = {"query_string": b"name=\xff%20&page=1"}

    answer = mirror.simulate_get("/api/v1/mirror", extras=extras)

    assert answer.json[3] == "name=%FF%20&page=1"


def test_a_trusted_proxy_that_is_no_network_is_a_mistake_in_the_settings(make_config):
    with pytest.raises(ConfigError, match=r"api\.trusted_proxies"):
        create_app(make_config(api_trusted_proxies="300.1.1.1"))
