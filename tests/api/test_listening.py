import errno
import socket

import pytest

from codex_lib.api.listening import listen, url_of, why_not
from codex_lib.errors import ConfigError, ConflictError


@pytest.fixture
def at(make_config):
    """Return a function that makes settings for an address."""

    def make(host, port=0):
        return make_config(application_host=host, application_port=port)

    return make


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])  # noqa: S104 - for a moment
def test_port_0_takes_a_free_one_that_can_be_reached(at, host):
    with listen(at(host)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass

        assert url_of(listener).endswith(f":{port}")


def test_an_ipv6_address_is_written_in_brackets(at):
    if not socket.has_ipv6:
        pytest.skip("this Python was built without IPv6")
    try:
        listener = listen(at("::1"))
    except ConfigError:
        pytest.skip("this machine has no IPv6 address")
    with listener:
        assert url_of(listener).startswith("http://[::1]:")


def test_a_name_with_addresses_of_both_kinds_is_its_ipv4_address(at, monkeypatch):
    both = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    with listen(at("localhost")) as listener:
        assert listener.family == socket.AF_INET


def test_a_server_that_is_started_again_gets_its_port_back(at):
    """The system keeps the ends of old connections for a minute."""
    with listen(at("127.0.0.1")) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            listener.accept()[0].close()
            client.recv(1)

    listen(at("127.0.0.1", port)).close()


def test_a_port_in_use_is_a_conflict_that_names_it(at):
    with listen(at("127.0.0.1")) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(ConflictError, match=rf"listens on 127.0.0.1:{port} alread"):
            listen(at("127.0.0.1", port))


def test_an_address_of_another_machine_is_a_bad_setting(at):
    match = r"application.host: '192.0.2.1' is no address of this machine \(in env COD"
    with pytest.raises(ConfigError, match=match):
        listen(at("192.0.2.1"))


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 64, "a..b"])
def test_a_name_that_is_no_address_is_a_bad_setting(at, host):
    with pytest.raises(ConfigError, match=r"application.host: .* is no address"):
        listen(at(host))


def test_a_reserved_port_is_a_bad_setting(at):
    error = why_not(OSError(errno.EACCES, "Permission denied"), at("127.0.0.1", 80))

    assert isinstance(error, ConfigError)
    assert str(error).startswith("application.port: port 80 is reserved")


def test_another_failure_is_told_as_the_system_tells_it(make_config):
    error = why_not(OSError(errno.ENOBUFS, "No buffer space"), make_config())

    assert str(error) == (
        "application.host: 127.0.0.1:8080 cannot be listened on: No buffer space"
    )
