import pytest

from codex_lib import __version__


def test_health_is_told_without_signing_in(client):
    answer = client.simulate_get("/api/v1/health")

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "version": __version__, "database": True}


def test_health_is_told_as_text_at_the_root(client):
    answer = client.simulate_get("/health")

    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.fixture
def broken(client, config):
    """A client of a server whose catalog is none."""
    config.catalog_path.parent.mkdir(parents=True, exist_ok=True)
    config.catalog_path.write_bytes(b"this was a catalog once" * 100)
    return client


def test_a_catalog_that_cannot_be_read_is_503(broken):
    report = broken.simulate_get("/api/v1/health")
    words = broken.simulate_get("/health")

    assert report.status_code == 503
    assert report.json == {
        "status": "unavailable",
        "version": __version__,
        "database": False,
    }
    assert (words.status_code, words.text) == (503, "Service Unavailable")


def test_health_takes_no_other_verb(client):
    assert client.simulate_post("/api/v1/health").status_code == 405
