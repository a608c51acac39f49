"""An application over a real catalog file, and somebody to call it."""

from __future__ import annotations

from contextlib import closing

import pytest
from falcon import testing

from codex_lib import clock
from codex_lib.accounts.passwords import costs_of
from codex_lib.accounts.tokens import create_token, jwt_secret
from codex_lib.accounts.users import create_user
from codex_lib.api.app import add_route, create_app
from codex_lib.config.load import load_config
from codex_lib.db import open_catalog


@pytest.fixture
def make_config(tmp_path):
    """Return a function that makes settings, given as in a file: api.threads=1."""

    def make(**settings):
        environ = {
            "CODEX_AUTH_ARGON2_MEMORY_COST": "8192",
            "CODEX_AUTH_ARGON2_TIME_COST": "1",
        }
        for name, value in settings.items():
            environ[f"CODEX_{name.upper()}"] = str(value)
        data = tmp_path / "data"
        return load_config(config_file=None, data_dir=data, environ=environ, cwd=data)

    return make


@pytest.fixture
def config(make_config):
    return make_config()


@pytest.fixture
def db(config):
    """The catalog that the application serves."""
    with closing(open_catalog(config.catalog_path)) as db:
        yield db


@pytest.fixture
def make_client(make_config):
    """Return a function that makes a client of an application of its own.

    routes are further resources by path; settings go to the application.
    """

    def make(routes=(), **settings):
        app = create_app(make_config(**settings))
        for path, resource in dict(routes).items():
            add_route(app, path, resource)
        return testing.TestClient(app)

    return make


@pytest.fixture
def client(make_client):
    return make_client()


@pytest.fixture
def password():
    """What everybody that make_user makes signs in with."""
    return "Green.Apple7"


@pytest.fixture
def make_user(db, config, password):
    """Return a function that makes a user: make_user("ana", is_admin=True)."""

    def make(username="ana", *, is_admin=False, permissions=None, **fields):
        return create_user(
            db,
            username=username,
            email=f"{username}@example.com",
            password=password,
            costs=costs_of(config.auth),
            now=clock.now(),
            is_admin=is_admin,
            permissions=permissions,
            **fields,
        )

    return make


@pytest.fixture
def sign(db, config):
    """Return a function that makes the headers by which a user is known."""

    def headers(user, *, now=None):
        secret = jwt_secret(config.auth.jwt_secret, config.data_dir)
        now = now or clock.now()
        token = create_token(db, user, secret=secret, hours=24, now=now)
        return {"Authorization": f"Bearer {token.access_token}"}

    return headers
