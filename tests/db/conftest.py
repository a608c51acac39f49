import pytest

from codex_lib.db import rows


@pytest.fixture
def genre():
    """Return a function that stores a genre: the smallest row there is."""

    def store(db, name):
        sql = """
            INSERT INTO genres (uuid, name, name_key, created_at) VALUES (?, ?, ?, '')
        """
        rows(db, sql, [f"uuid of {name}", name, name])

    return store


@pytest.fixture
def genres():
    """Return a function that counts the genres stored."""
    return lambda db: rows(db, "SELECT count(*) AS count FROM genres")[0]["count"]
