from __future__ import annotations

import gc
import logging
import os
import resource
import sys

import pytest
from gunicorn.arbiter import Arbiter

from codex_lib.api.server import (
    check_writable,
    default_workers,
    exit_code,
    prepare_catalog,
    raise_file_limit,
    run_server,
)
from codex_lib.db import filesystems
from codex_lib.errors import CatalogError, ConflictError, NetworkCatalogError


@pytest.fixture
def no_gunicorn(monkeypatch):
    """Let gunicorn get ready and end at once, with a code."""
    monkeypatch.setenv("SERVER_SOFTWARE", "")
    code = [0]

    def run(self):
        os.close(self.address[0])
        self.cfg.when_ready(self)
        sys.exit(code[0])

    monkeypatch.setattr(Arbiter, "run", run)
    yield code
    gc.unfreeze()


@pytest.fixture
def quiet(make_config):
    """Settings of a server that logs nothing and takes a free port."""
    level, shown = logging.getLogger().level, logging.raiseExceptions
    yield make_config(logging_console="false", application_port=0)
    logging.getLogger().setLevel(level)
    logging.raiseExceptions = shown


def test_a_server_tells_where_it_listens_and_that_it_lacks_a_user(quiet, no_gunicorn):
    told = []

    assert run_server(quiet, workers=2, on_ready=told.append) == 0

    assert told[0].url.startswith("http://127.0.0.1:")
    assert not told[0].url.endswith(":0")
    assert (told[0].pid, told[0].workers) == (os.getpid(), 2)
    assert told[0].needs_user
    assert quiet.catalog_path.is_file()


def test_a_server_with_a_user_needs_none(quiet, no_gunicorn, make_user):
    make_user()
    told = []

    run_server(quiet, workers=1, on_ready=told.append)

    assert not told[0].needs_user


def test_workers_that_cannot_run_are_a_failure(quiet, no_gunicorn):
    no_gunicorn[0] = 3

    assert run_server(quiet, workers=1, on_ready=lambda _started: None) == 1


def test_a_server_that_cannot_open_the_catalog_gives_the_port_back(
    quiet, no_gunicorn, make_config
):
    quiet.catalog_path.parent.mkdir()
    quiet.catalog_path.write_bytes(b"no catalog" * 100)

    for _ in range(2):
        with pytest.raises(CatalogError):
            run_server(quiet, workers=1, on_ready=print)


def test_a_taken_port_is_found_out_before_the_catalog_is_touched(quiet, make_config):
    from codex_lib.api.listening import listen  # noqa: PLC0415 - beside its use

    with listen(quiet) as listener:
        taken = make_config(
            logging_console="false", application_port=listener.getsockname()[1]
        )
        with pytest.raises(ConflictError):
            run_server(taken, workers=1, on_ready=print)

    assert not quiet.catalog_path.exists()


def test_a_file_in_place_of_the_data_folder_is_named(config):
    config.data_dir.touch()

    with pytest.raises(CatalogError, match=r"data folder .*/data is not a folder"):
        check_writable(config)


def test_a_data_folder_that_cannot_be_made_is_named(config):
    config.data_dir.parent.joinpath("file").touch()
    config = config._replace(data_dir=config.data_dir.parent / "file" / "data")

    with pytest.raises(CatalogError, match=r"cannot be made: Not a directory"):
        check_writable(config)


def test_a_folder_that_may_not_be_written_is_named(config, monkeypatch):
    """As root everything may be written, so the system's answer is made up."""
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(CatalogError, match=r"/data cannot be written to by this user"):
        check_writable(config)


def test_a_catalog_on_a_network_file_system_is_refused_unless_allowed(
    config, tmp_path, monkeypatch
):
    mounts = tmp_path / "mountinfo"
    mounts.write_text("40 22 0:35 / / rw - nfs4 nas:/ rw\n")
    monkeypatch.setattr(filesystems, "MOUNTS", mounts)

    with pytest.raises(NetworkCatalogError):
        prepare_catalog(config)
    allowed = config.database._replace(allow_network=True)
    assert prepare_catalog(config._replace(database=allowed))


def test_a_new_catalog_has_no_user(config):
    assert prepare_catalog(config)


def test_a_server_may_open_as_many_files_as_the_system_allows(quiet, no_gunicorn):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard // 2, hard))
    try:
        run_server(quiet, workers=1, on_ready=lambda _started: None)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)

        raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_at_most_two_workers_are_started_unasked(monkeypatch):
    for cores, workers in ((1, 1), (2, 2), (16, 2)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid, n=cores: range(n))

        assert default_workers() == workers


def test_a_run_that_just_returns_is_no_failure():
    assert exit_code(lambda: None) == 0


def test_a_worker_ends_its_process_with_its_own_code(monkeypatch):
    pids = iter([1, 2])
    monkeypatch.setattr(os, "getpid", lambda: next(pids))

    with pytest.raises(SystemExit) as ended:
        exit_code(lambda: sys.exit(3))

    assert ended.value.code == 3
