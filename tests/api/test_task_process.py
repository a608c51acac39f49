"""The process beside the web workers, forked from the test's own."""

from __future__ import annotations

import os
import signal
import time

import pytest

from codex_lib.api import task_process
from codex_lib.api.task_process import TaskProcess
from codex_lib.tasks import worker

PATIENCE = 20


@pytest.fixture
def made(config, db):
    """A process that is not started yet; ended behind the test."""
    made = TaskProcess(config)
    yield made
    made.kill(signal.SIGKILL)
    made.end(time.monotonic() + PATIENCE)


def nothing():
    """Prepare nothing."""


def until_over(made):
    end = time.monotonic() + PATIENCE
    while made.pid:
        assert time.monotonic() < end
        time.sleep(0.01)
        made.reap()


def test_a_process_is_started_once(made):
    made.manage(nothing)
    pid = made.pid
    made.manage(nothing)

    assert made.pid == pid
    os.kill(pid, 0)


def test_a_process_that_is_told_to_stop_is_followed_by_another(made, caplog):
    made.manage(nothing)
    first = made.pid
    time.sleep(0.3)  # it works by then, and is not only starting
    made.kill(signal.SIGTERM)
    until_over(made)
    made.manage(nothing)

    assert made.pid not in (0, first)
    assert caplog.text == ""


def test_a_process_that_dies_young_is_restarted_after_a_pause(made, caplog):
    for _ in range(2):
        made._start_at = 0.0
        made.manage(nothing)
        made.kill(signal.SIGKILL)
        until_over(made)
    before = time.monotonic()
    made.manage(nothing)

    assert made.pid == 0
    assert 1 < made._start_at - before <= 2
    assert "ended by SIGKILL; it is restarted" in caplog.text


def test_a_process_that_dies_old_is_restarted_at_once(made, monkeypatch):
    monkeypatch.setattr(task_process, "LONG_LIFE_SECONDS", 0)
    made.manage(nothing)
    made.kill(signal.SIGKILL)
    until_over(made)
    made.manage(nothing)

    assert made.pid


def test_no_pause_is_longer_than_a_minute(made):
    made.pid, made._failures, made._began = -1, 20, time.monotonic()

    made._note_end(1)

    assert made._start_at - time.monotonic() <= 60


def test_an_end_that_the_supervisor_saw_first_is_noted(made, caplog):
    made.manage(nothing)
    made.kill(signal.SIGKILL)
    os.waitpid(made.pid, 0)
    made.reap()

    assert made.pid == 0
    assert "ended with code 1" in caplog.text


def test_there_may_be_no_process(made):
    made.reap()
    made.kill(signal.SIGTERM)
    made.end(time.monotonic() + PATIENCE)

    assert made.pid == 0


def test_a_process_that_is_gone_cannot_be_signaled(made):
    made.manage(nothing)
    pid = made.pid
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    made.kill(signal.SIGTERM)
    made.end(time.monotonic() + PATIENCE)

    assert made.pid == 0


def test_a_process_that_does_not_end_in_time_is_killed(made):
    made.manage(lambda: time.sleep(PATIENCE))
    pid = made.pid

    made.end(time.monotonic() + 0.1)

    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    made.pid = 0


@pytest.fixture
def unforked(monkeypatch):
    """Let the process's work be done here; the signals are put back."""
    before = {number: signal.getsignal(number) for number in task_process.STOP_SIGNALS}
    yield lambda function: monkeypatch.setattr(worker, "run_worker", function)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_first_process_queues_the_scans_that_are_wanted_at_start(made, unforked):
    called = []
    unforked(lambda _config, **options: called.append(options["with_scans"]))

    assert made._work(os.getpid(), nothing) == 0
    made._starts = 1
    assert made._work(os.getpid(), nothing) == 0

    assert called == [True, False]


def test_a_process_that_cannot_work_says_why(made, unforked, caplog):
    def fail(_config, **_options):
        raise task_process.CodexError("the disk is full")

    unforked(fail)
    assert made._work(os.getpid(), nothing) == 1
    unforked(lambda _config, **_options: 1 / 0)
    assert made._work(os.getpid(), nothing) == 1

    assert "No tasks are worked on: the disk is full" in caplog.text
    assert "ZeroDivisionError" in caplog.text
