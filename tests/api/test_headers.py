import pytest

from codex_lib.api.endpoint import PUBLIC, endpoint

ORIGIN = {"Origin": "https://example.com"}
PREFLIGHT = {
    **ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "X-API-Key, Content-Type",
}


class Cover:
    @endpoint(PUBLIC, tag="Cover", reply=bytes, media=("image/jpeg",))
    async def on_get(self, req, resp):
        resp.content_type = "image/jpeg"
        resp.data = b"jpeg"
        resp.set_header("Cache-Control", "private, max-age=60")
        resp.set_header("Content-Security-Policy", "sandbox")

    @endpoint(PUBLIC, tag="Cover")
    async def on_post(self, req, resp):
        """Take another."""


def test_every_answer_has_the_security_headers_errors_too(client):
    for path in ("/api/v1/health", "/api/v1/nope"):
        headers = client.simulate_get(path).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Cache-Control"] == "no-store"
        assert len(headers["X-Request-Id"]) == 32


def test_a_resources_own_headers_stay(make_client):
    headers = make_client({"/cover": Cover()}).simulate_get("/cover").headers

    assert headers["Cache-Control"] == "private, max-age=60"
    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["X-Frame-Options"] == "DENY"


def test_every_request_has_an_id_of_its_own(client):
    first = client.simulate_get("/health").headers["X-Request-Id"]

    assert client.simulate_get("/health").headers["X-Request-Id"] != first


def test_every_origin_may_call_without_credentials_by_default(make_client):
    client = make_client({"/cover": Cover()})

    headers = client.simulate_get("/cover", headers=ORIGIN).headers
    preflight = client.simulate_options("/cover", headers=PREFLIGHT).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Retry-After" in headers["Access-Control-Expose-Headers"]
    assert preflight["Access-Control-Allow-Headers"] == "X-API-Key, Content-Type"
    assert "POST" in preflight["Access-Control-Allow-Methods"]


def test_an_error_can_be_read_from_another_origin_too(client):
    answer = client.simulate_get("/api/v1/nope", headers=ORIGIN)

    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("allowed", [True, False])
def test_named_origins_may_send_credentials_and_no_others(make_client, allowed):
    named = "https://example.com" if allowed else "https://other.example"
    client = make_client(api_cors_origins=f"{named},https://third.example")

    headers = client.simulate_get("/health", headers=ORIGIN).headers

    if allowed:
        assert headers["Access-Control-Allow-Origin"] == "https://example.com"
        assert headers["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in headers["Vary"]
    else:
        assert "Access-Control-Allow-Origin" not in headers


def test_no_origin_may_call_when_switched_off(make_client):
    client = make_client(api_cors_enabled="false")

    headers = client.simulate_get("/health", headers=ORIGIN).headers

    assert "Access-Control-Allow-Origin" not in headers
