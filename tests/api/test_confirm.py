import re

import pytest

from codex_lib.api.headers import hash_of

PAGE = "/auth/verify-email"


def test_the_mailed_link_shows_a_page_that_asks_before_it_confirms(client):
    answer = client.simulate_get(f"{PAGE}?token=abc")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<button" in answer.text
    assert "abc" not in answer.text


def test_the_page_runs_its_own_script_and_nothing_else(client):
    answer = client.simulate_get(PAGE)

    script = re.search("<script>(.*)</script>", answer.text, re.DOTALL)[1]
    policy = answer.headers["Content-Security-Policy"]
    assert f"script-src {hash_of(script)}" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(("mount", "shown"), [("/codex", "/codex"), ("", "")])
def test_the_page_knows_where_a_proxy_shows_the_server(make_client, mount, shown):
    client = make_client(api_trusted_proxies="127.0.0.1")

    answer = client.simulate_get(
        PAGE, headers={"X-Forwarded-Prefix": mount}, remote_addr="127.0.0.1"
    )

    assert f'data-mount="{shown}"' in answer.text


def test_the_page_takes_no_other_verb(client):
    assert client.simulate_post(PAGE).status_code == 405
