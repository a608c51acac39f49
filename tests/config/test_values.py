"""The text of a setting to its value."""

from pathlib import Path

import pytest

from codex_lib.config.definitions import DEFINITIONS
from codex_lib.config.values import parse_value, render_value
from codex_lib.errors import ConfigError


def parse(key, text):
    return parse_value(DEFINITIONS[key], text, source="here", folder=Path("/data"))


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("scanner.page_sizes", "TRUE", True),
        ("scanner.page_sizes", " 0 ", False),
        ("scanner.page_sizes", "Off", False),
        ("application.port", " 80 ", 80),
        ("application.port", "0", 0),
        ("application.port", "65535", 65535),
        ("scanner.max_missing_percent", "+100", 100),
        ("database.db_type", "sqlite", "sqlite"),
        ("api.response_case", "both", "both"),
        ("api.cors_origins", "", ()),
        ("api.cors_origins", "http://a, ,https://b:1", ("http://a", "https://b:1")),
        ("logging.file", "log/x", Path("/data/log/x")),
        ("database.sqlite.path", "/abs.db", Path("/abs.db")),
        ("email.smtp_password", "0123 ü", "0123 ü"),
        ("encryption_key", "A" * 43 + "=", "A" * 43 + "="),
    ],
)
def test_good_text(key, text, value):
    parsed = parse(key, text)

    assert parsed == value
    assert isinstance(parsed, type(value))


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("scanner.page_sizes", "maybe", "must be true or false, not 'maybe'"),
        ("application.port", "65536", "a whole number from 0 to 65535, not '65536'"),
        ("application.port", "-1", "a whole number"),
        ("application.port", "1_0", "a whole number"),
        ("application.port", "٨", "a whole number"),
        ("application.port", "9" * 5000, "not '" + "9" * 60 + "…'"),
        ("scanner.reader_threads", "0", "from 1 to 64"),
        ("database.db_type", "postgres", "must be sqlite, not 'postgres'"),
        ("logging.level", "loud", "error or warn or info or debug or trace"),
        ("api.cors_origins", "*,ftp://x", "* or origins such as"),
        ("api.api_docs_path", "docs", "a path that begins with /"),
        ("application.host", "a b", "a host name or an IP address"),
        ("email.smtp_from_email", "nobody", "an e-mail address"),
        ("database.sqlite.path", "a\0b", "line ends or control characters"),
        ("email.smtp_from_name", "A\r\nBcc: b@c", "line ends or control characters"),
    ],
)
def test_bad_text_is_refused_with_a_reason(key, text, reason):
    with pytest.raises(ConfigError) as caught:
        parse(key, text)

    assert caught.value.key == key
    assert reason in caught.value.reason
    assert str(caught.value).endswith("(in here)")


@pytest.mark.parametrize("key", ["auth.jwt_secret", "encryption_key"])
def test_a_bad_secret_is_refused_without_showing_it(key):
    with pytest.raises(ConfigError, match=r": must be \S+") as caught:
        parse(key, "hunter2")

    assert "hunter2" not in str(caught.value)


def test_render_writes_what_parse_reads():
    assert render_value(parse("scanner.page_sizes", "1")) == "true"
    assert render_value(parse("api.cors_origins", "http://a,http://b")) == (
        "http://a,http://b"
    )
    assert render_value(None) == ""
