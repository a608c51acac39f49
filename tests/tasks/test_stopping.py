from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from codex_lib.tasks.stopping import STOP_SIGNALS, Stop


@pytest.fixture
def handlers():
    """Put the signal handlers back that a test has replaced."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_wish_to_stop_ends_the_pause():
    stop = Stop()
    assert not stop.is_wanted

    stop.request()
    began = time.monotonic()
    stop.pause(10)

    assert stop.is_wanted
    assert time.monotonic() - began < 5


def test_a_pause_ends_by_itself():
    stop = Stop()

    stop.pause(0.01)

    assert not stop.is_wanted


def test_without_its_parent_there_is_no_point_in_going_on():
    assert not Stop(parent=os.getppid()).is_wanted
    assert Stop(parent=1_000_000_000).is_wanted


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_signal_asks_to_stop(handlers, number):
    stop = Stop()
    stop.take_signals()

    signal.raise_signal(number)

    assert stop.is_wanted


def test_a_second_signal_waits_for_nobody():
    code = """
import signal
from codex_lib.tasks.stopping import Stop
stop = Stop()
stop.take_signals()
signal.raise_signal(signal.SIGINT)
print("asked", flush=True)
signal.raise_signal(signal.SIGTERM)
print("never", flush=True)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (128 + signal.SIGTERM, "asked\n")
