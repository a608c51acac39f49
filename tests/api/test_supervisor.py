from __future__ import annotations

import gc
import logging
import queue
import signal
import subprocess
import sys
import tempfile

import pytest
from gunicorn.arbiter import Arbiter

from codex_lib.api import supervisor
from codex_lib.api.supervisor import Application, Supervisor, gunicorn_settings
from codex_lib.api.worker import STOP_SIGNALS


async def app(scope, receive, send):
    """Never called."""


@pytest.fixture
def make(monkeypatch):
    """Return a function that makes a supervisor with two workers to be."""
    monkeypatch.setenv("SERVER_SOFTWARE", "")
    monkeypatch.setattr(Arbiter, "WORKERS", {})

    def build(on_ready=lambda: None):
        settings = gunicorn_settings(descriptor=9, workers=2, on_ready=on_ready)
        return Supervisor(Application(app, settings))

    return build


@pytest.fixture
def asleep():
    """A process that would run for ever."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as (
        process
    ):
        yield process
        process.kill()


def lives_on(process):
    """Whether a process is still there when a signal would have had its effect."""
    try:
        process.wait(0.3)
    except subprocess.TimeoutExpired:
        return True
    return False


def test_gunicorn_serves_the_app_on_the_socket_it_is_given(make):
    made = make()

    assert made.app.wsgi() is app
    assert (made.address, made.num_workers) == ([9], 2)
    assert made.cfg.worker_class.__name__ == "Worker"
    assert made.cfg.control_socket_disable


def test_no_variable_of_gunicorn_changes_it(make, monkeypatch):
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--workers=9 --bind=0.0.0.0:1")

    assert (make().address, make().num_workers) == ([9], 2)


def test_a_worker_shows_its_life_in_memory_where_there_is_such_a_place(
    tmp_path, monkeypatch
):
    def folder(memory):
        monkeypatch.setattr(supervisor, "SHARED_MEMORY", memory)
        settings = gunicorn_settings(descriptor=9, workers=1, on_ready=print)
        return settings["worker_tmp_dir"]

    assert folder(tmp_path) == str(tmp_path)
    assert folder(tmp_path / "none") is None
    assert tempfile.gettempdir()


def test_being_ready_is_told_once_it_listens(make):
    told = []
    made = make(on_ready=lambda: told.append(gc.get_freeze_count()))
    try:
        made.cfg.when_ready(made)

        assert told == [0]
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_what_gunicorn_does_every_day_is_no_news(make, caplog):
    caplog.set_level(5, "codex.server")
    log = make().log
    caplog.clear()

    log.info("Booting worker")
    log.debug("Current configuration")
    log.error("Worker was killed")

    assert [record.levelno for record in caplog.records] == [10, 5, logging.ERROR]


def test_gunicorn_has_no_handlers_of_its_own(make):
    log = make().log

    assert log.error_log.handlers == log.access_log.handlers == []
    assert log.error_log.propagate


@pytest.fixture
def spawned(monkeypatch):
    """The signals that were held back while a worker was forked."""
    held = []

    def spawn(_self):
        held.extend(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        return 1

    monkeypatch.setattr(Arbiter, "spawn_worker", spawn)
    return held


def test_no_signal_to_stop_is_lost_while_a_worker_starts(make, spawned):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())

    assert make().spawn_worker() == 1

    assert set(STOP_SIGNALS) <= set(spawned)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


def test_ctrl_c_stops_as_gently_as_sigterm(make):
    made = make()

    with pytest.raises(StopIteration):
        made.handle_int()

    assert not made.is_stopping


def test_the_first_signal_to_stop_kills_no_worker(make, asleep):
    made = make()
    made.WORKERS[asleep.pid] = None

    made.signal(signal.SIGTERM, None)

    assert lives_on(asleep)
    assert made.SIG_QUEUE.get_nowait() == signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_the_second_signal_to_stop_waits_for_nobody(make, asleep, number):
    made = make()
    made.stop()
    made.WORKERS[asleep.pid] = None

    made.signal(number, None)

    assert asleep.wait(5) == -signal.SIGKILL


def test_another_signal_while_stopping_kills_nobody(make, asleep):
    made = make()
    made.stop()
    made.WORKERS[asleep.pid] = None

    made.signal(signal.SIGHUP, None)

    assert lives_on(asleep)


def test_no_second_server_is_started_beside_the_first(make, caplog):
    made = make()

    made.handle_usr2()

    assert made.reexec_pid == 0
    assert "SIGHUP restarts" in caplog.text


def test_an_application_ends_with_its_supervisor(make, monkeypatch):
    monkeypatch.setattr(Arbiter, "run", lambda _self: sys.exit(7))
    settings = gunicorn_settings(descriptor=9, workers=1, on_ready=print)

    with pytest.raises(SystemExit) as ended:
        Application(app, settings).run()

    assert ended.value.code == 7
    assert isinstance(make().SIG_QUEUE, queue.SimpleQueue)


class Tasks:
    """Notes what is asked of the process that works on tasks."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        return lambda *args: self.asked.append((name, *args))


@pytest.fixture
def with_tasks(monkeypatch):
    """A supervisor that has a process for tasks beside no workers."""
    monkeypatch.setenv("SERVER_SOFTWARE", "")
    monkeypatch.setattr(Arbiter, "WORKERS", {})
    monkeypatch.setattr(Arbiter, "reload", lambda _self: None)
    settings = gunicorn_settings(descriptor=9, workers=0, on_ready=print)
    return Supervisor(Application(app, settings), Tasks())


def test_the_process_for_tasks_is_watched_like_the_workers(with_tasks):
    with_tasks.num_workers = 0
    with_tasks.manage_workers()
    with_tasks.reap_workers()
    with_tasks.handle_hup()

    assert [asked[0] for asked in with_tasks.tasks.asked] == ["manage", "reap", "kill"]
    assert with_tasks.tasks.asked[-1] == ("kill", signal.SIGTERM)


def test_the_process_for_tasks_is_stopped_with_the_workers(with_tasks):
    with_tasks.stop()
    with_tasks.signal(signal.SIGINT, None)

    names = [asked[:2] for asked in with_tasks.tasks.asked if asked[0] != "reap"]
    assert names[0] == ("kill", signal.SIGTERM)
    assert names[1][0] == "end"
    assert names[2] == ("kill", signal.SIGKILL)


def test_without_such_a_process_nothing_is_asked_of_it(make, monkeypatch):
    monkeypatch.setattr(Arbiter, "reload", lambda _self: None)
    made = make()
    made.num_workers = 0

    made.manage_workers()
    made.reap_workers()
    made.handle_hup()

    assert made.tasks is None


def test_the_process_for_tasks_keeps_nothing_of_the_web_workers(with_tasks):
    closed = []

    class Open:
        def __init__(self):
            self.tmp = self

        def close(self):
            closed.append(self)

    before = {
        number: signal.getsignal(number)
        for number in (*with_tasks.SIGNALS, signal.SIGCHLD)
    }
    listener, web = Open(), Open()
    with_tasks.LISTENERS, with_tasks.WORKERS = [listener], {1: web}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with_tasks._close_for_tasks()

        assert closed == [listener, web]
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL
    finally:
        with_tasks.WORKERS = {}
        for number, handler in before.items():
            signal.signal(number, handler)
