"""Dangerous readers run in a child process: a hang or a crash costs one book.

RAR, 7z, tar and PDF files are parsed by a few persistent children, each with limits on
memory, files and time (isolation_child.py). What crosses the pipes is JSON and raw
bytes, never a pickle: a child that a hostile file has taken over can answer nonsense,
but it cannot make this process run anything.

Starting a child takes 50 ms and a call to a running one 70 µs, so they are started on
first use and kept. Two are enough: the scan's threads mostly wait for the disk.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import select
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits

if TYPE_CHECKING:
    from collections.abc import Mapping

CHILDREN = 2
SECONDS = 60.0
HEADER_BYTES = 32 * 2**20  # the JSON of 50,000 pages with long names is below 20 MiB
_CRASHED = "the reader crashed on this file"
_PASSED_ON = ("PYTHON", "LC_", "LANG", "LD_", "PATH", "TMPDIR")

Child = subprocess.Popen[bytes]
# A slot is a running child or None for one to be started. Last in, first out: one
# thread alone starts one child only.
_slots: queue.LifoQueue[Child | None] = queue.LifoQueue()


class Answer(NamedTuple):
    """What a child answered: facts or the reason why there are none, and bytes."""

    facts: dict[str, Any]
    unreadable: str
    body: bytes


class _ChildError(Exception):
    """The child cannot be used any more; str() is the reason for people."""


def isolated(
    task: str, path: str, *, seconds: float = SECONDS, **params: object
) -> tuple[dict[str, Any], bytes]:
    """Run a task of isolation_child.TASKS on a file and return its facts and bytes.

    seconds is wall-clock time, without the wait for a free child. params must be JSON.
    The facts come from a process that the file may have taken over: check their types.
    Raises UnreadableBookError with the task's own reason, or when the child crashed,
    ran out of memory or took too long; the next call then gets a fresh child.
    """
    request = {"task": task, "path": path, "params": params, "seconds": seconds}
    slot = _slots.get()
    child = kept = None
    try:
        child = _living_child(slot)
        answer = _ask(child, request, time.monotonic() + seconds)
        kept = child
    except _ChildError as error:
        reason = str(error) or f"took longer than {seconds:g} seconds"
        raise UnreadableBookError(path, reason) from error
    finally:
        if kept is None and child is not None:
            _end_child(child)
        _slots.put(kept)
    if answer.unreadable:
        raise UnreadableBookError(path, answer.unreadable)
    return answer.facts, answer.body


def close_children() -> None:
    """End the children that are idle; the next call starts new ones."""
    idle = []
    with suppress(queue.Empty):
        while True:
            idle.append(_slots.get_nowait())
    for child in idle:
        if child is not None:
            _end_child(child)
        _slots.put(None)


def child_environment(
    environment: Mapping[str, str], search_path: list[str]
) -> dict[str, str]:
    """Return the environment of a child: enough to run Python, and no secrets.

    search_path is this process's sys.path, so that the child imports the same Codex
    wherever it lives: a virtual environment, an editable install, a source tree.
    """
    kept = {
        key: value for key, value in environment.items() if key.startswith(_PASSED_ON)
    }
    folders = [os.path.abspath(entry) for entry in search_path]  # noqa: PTH100 - "" is the current folder and stays text
    kept["PYTHONPATH"] = os.pathsep.join(folders)
    return kept


def parse_answer(line: bytes) -> tuple[dict[str, Any], str, int]:
    """Return the facts, the reason for having none, and the size of the body.

    Raises ValueError for anything that no honest child says.
    """
    header = json.loads(line)
    facts, reason, size = header["facts"], header["unreadable"], header["size"]
    if not (isinstance(facts, dict) and isinstance(reason, str)):
        raise ValueError("not an answer")  # noqa: TRY004 - nonsense of any type
    if type(size) is not int or not 0 <= size <= limits.ENTRY_BYTES:
        raise ValueError("not a size")
    return facts, reason[:200], size


def _living_child(slot: Child | None) -> Child:
    """Return the child in a slot, or a new one if there is none or it has died."""
    if slot is not None:
        if slot.poll() is None:
            return slot
        _end_child(slot)
    return _start_child()


def _start_child() -> Child:
    """Start a child in a session of its own, so that Ctrl-C does not reach it."""
    command = [sys.executable, "-P", "-B", "-m", "codex_lib.formats.isolation_child"]
    return subprocess.Popen(  # noqa: S603 - our own module, no shell
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(os.environ, sys.path),
        start_new_session=True,
    )


def _end_child(child: Child) -> None:
    """Kill a child and wait for it; its pipes are closed."""
    child.kill()
    with child:  # closes the pipes, then waits
        pass


def _ask(child: Child, request: dict[str, object], deadline: float) -> Answer:
    """Send one request and read the answer; any trouble is a _ChildError."""
    if child.stdin is None or child.stdout is None:  # pragma: no cover - for the types
        raise _ChildError(_CRASHED)
    try:
        child.stdin.write(json.dumps(request).encode() + b"\n")
        line, rest = _read_line(child.stdout.fileno(), deadline)
        facts, reason, size = parse_answer(line)
        body = _read_rest(child.stdout.fileno(), rest, size, deadline)
    except (BrokenPipeError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _ChildError(_CRASHED) from error
    return Answer(facts, reason, body)


def _read_line(source: int, deadline: float) -> tuple[bytes, bytes]:
    """Return the header line and what was read of the body along with it."""
    data = bytearray()
    end = -1
    while end < 0:
        start = len(data)
        data += _read_some(source, 2**16, deadline)
        end = data.find(b"\n", start)
        if len(data) > HEADER_BYTES:
            raise _ChildError("the list of its pages is too long")
    return bytes(data[:end]), bytes(data[end + 1 :])


def _read_rest(source: int, begun: bytes, size: int, deadline: float) -> bytes:
    data = bytearray(begun)
    while len(data) < size:
        data += _read_some(source, min(size - len(data), 2**20), deadline)
    if len(data) > size:
        raise _ChildError(_CRASHED)
    return bytes(data)


def _read_some(source: int, most: int, deadline: float) -> bytes:
    """Return the next bytes of a pipe; its end and the deadline are _ChildErrors."""
    left = deadline - time.monotonic()
    poll = select.poll()
    poll.register(source, select.POLLIN)
    if left <= 0 or not poll.poll(left * 1000):
        raise _ChildError
    data = os.read(source, most)
    if not data:
        raise _ChildError(_CRASHED)
    return data


def _forget_children() -> None:
    """Leave the children to the process that started them (after a fork)."""
    global _slots  # noqa: PLW0603 - the old queue's lock may be held by a lost thread
    _slots = queue.LifoQueue()
    for _ in range(CHILDREN):
        _slots.put(None)


_forget_children()
os.register_at_fork(after_in_child=_forget_children)
atexit.register(close_children)
