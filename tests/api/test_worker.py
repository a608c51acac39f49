from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket

import pytest
from gunicorn.config import Config

from codex_lib.api.supervisor import SupervisorLog
from codex_lib.api.worker import UVICORN_LOGS, Worker, leave, share_root_handlers


async def app(scope, receive, send):
    """Start and end with the server."""
    for word in ("startup", "shutdown"):
        assert (await receive())["type"] == f"lifespan.{word}"
        await send({"type": f"lifespan.{word}.complete"})


async def broken_app(scope, receive, send):
    """Cannot start."""
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no"})


@pytest.fixture(autouse=True)
def uvicorn_logs_as_before():
    logs = [logging.getLogger(name) for name in (*UVICORN_LOGS, "uvicorn.access")]
    before = [(log.handlers, log.propagate, log.level) for log in logs]
    yield
    for log, (handlers, propagate, level) in zip(logs, before, strict=True):
        log.handlers, log.propagate = handlers, propagate
        log.setLevel(level)


@pytest.fixture
def make_worker():
    """Return a function that makes a worker of an app, as gunicorn does."""
    made = []

    def make(served, *, parent=0, **settings):
        config = Config()
        for name, value in settings.items():
            config.set(name, value)
        listener = socket.create_server(("127.0.0.1", 0))
        log = SupervisorLog(config)
        worker = Worker(1, parent, [listener], None, 1, config, log)
        worker.wsgi = served
        made.append(worker)
        return worker

    yield make
    for worker in made:
        worker.tmp.close()
        worker.sockets[0].close()


def test_a_worker_ends_when_its_parent_is_gone(make_worker):
    worker = make_worker(app, parent=-1)

    asyncio.run(asyncio.wait_for(worker._serve(), 5))


def test_a_worker_whose_parent_lives_goes_on(make_worker):
    worker = make_worker(app, parent=os.getppid())

    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(worker._serve(), 0.5))


def test_an_app_that_cannot_start_ends_the_worker_for_good(make_worker):
    worker = make_worker(broken_app)

    with pytest.raises(SystemExit) as ended:
        asyncio.run(worker._serve())

    assert ended.value.code == 3


@pytest.mark.parametrize(("patience", "given"), [(30, 25), (3, 1)])
def test_requests_have_time_to_end_before_gunicorn_kills(make_worker, patience, given):
    worker = make_worker(app, graceful_timeout=patience)

    assert worker.config.timeout_graceful_shutdown == given


def test_no_header_of_a_proxy_is_believed(make_worker):
    worker = make_worker(app)
    worker.config.app = app
    worker.config.load()

    assert worker.config.loaded_app is app
    assert worker.config.encoded_headers == []


def test_every_signal_to_stop_ends_in_good_order(make_worker, monkeypatch):
    set_to = {}
    monkeypatch.setattr(signal, "signal", lambda *pair: set_to.update([pair]))
    monkeypatch.setattr(signal, "siginterrupt", lambda *_: None)

    make_worker(app).init_signals()

    assert {set_to[number] for number in (2, 3, 15)} == {leave}
    with pytest.raises(SystemExit) as ended:
        leave(15, None)
    assert ended.value.code == 0


def test_uvicorn_logs_where_codex_does_and_only_what_matters(make_worker, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    logging.getLogger().manager._clear_cache()
    make_worker(app)
    log = logging.getLogger("uvicorn.error")

    assert (log.handlers, log.propagate, log.level) == ([], True, logging.WARNING)


def test_uvicorn_never_traces_whole_requests(make_worker, monkeypatch):
    """Its trace level writes every header, Authorization among them."""
    monkeypatch.setattr(logging.getLogger(), "level", 5)
    logging.getLogger().manager._clear_cache()
    make_worker(app)

    assert logging.getLogger("uvicorn.error").level == logging.DEBUG
    assert not logging.getLogger("uvicorn.asgi").isEnabledFor(5)


def test_the_handlers_of_plain_gunicorn_stay():
    log = logging.getLogger("uvicorn.asgi")  # any that has one
    log.handlers = [logging.NullHandler()]

    share_root_handlers(log)

    assert len(log.handlers) == 1
