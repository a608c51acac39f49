"""Builders of accounts; hashing as cheap as argon2 lets it be."""

import subprocess
import sys
import textwrap
from contextlib import contextmanager

import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.accounts.verification import create_verification

MONDAY = "2024-01-15T10:30:00.000000Z"
CHEAP = Costs(memory_kib=8, passes=1, lanes=1)
PASSWORD = "correct horse"


@pytest.fixture
def make_user(db):
    """Return a function that makes a user; the name alone is enough."""

    def make(username="ana", **fields):
        fields = {"email": f"{username}@example.com", "password": PASSWORD, **fields}
        return create_user(db, username=username, costs=CHEAP, now=MONDAY, **fields)

    return make


@pytest.fixture
def make_pending(db, make_user):
    """Return a function that makes a user who still has to confirm the address."""

    def make(username="ana", now=MONDAY, hours=24):
        user = make_user(username, is_active=False, email_verified=False)
        return user, create_verification(db, user, hours=hours, now=now)

    return make


BEGIN = """
import sys
from codex_lib.accounts.passwords import Costs
from codex_lib.db import open_catalog
from codex_lib.errors import CodexError
db = open_catalog(sys.argv[1])
now, costs = "2024-01-15T10:30:00.000000Z", Costs(8, 1, 1)
"""
END = """
print("ready", flush=True)
sys.stdin.readline()
try:
    print(race())
except CodexError as error:
    print(type(error).__name__)
"""


@pytest.fixture
def race(db):
    """Return a function that runs race() of some source in processes at once.

    One process for each argument, sys.argv[2]; returns what they printed.
    """

    def run(source, *arguments):
        script = BEGIN + textwrap.dedent(source) + END
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        started = [
            subprocess.Popen(
                [sys.executable, "-c", script, str(db.path), argument],
                **pipes,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for argument in arguments
        ]
        assert [process.stdout.readline() for process in started] == ["ready\n"] * len(
            arguments
        )
        for process in started:
            process.stdin.write("now\n")
            process.stdin.flush()
        return [process.communicate(timeout=60)[0].strip() for process in started]

    return run


@contextmanager
def calls_of(name):
    """Yield a list that fills with the local variables of every call of a function.

    Measures what is really run, through the interpreter's own profiler.
    """
    seen = []

    def note(frame, event, _argument):
        if event == "call" and frame.f_code.co_name == name:
            seen.append(dict(frame.f_locals))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(before)


@pytest.fixture
def verifications():
    """Return a context manager that lists the hashes which argon2 compares with."""

    @contextmanager
    def listed():
        hashes = []
        with calls_of("verify_secret") as seen:
            yield hashes
        hashes.extend(call["hash"].decode() for call in seen)

    return listed


@pytest.fixture
def hashings():
    """Return a context manager that counts what argon2 hashes."""
    return lambda: calls_of("hash_secret")
