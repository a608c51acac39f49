"""The child of isolation.py: reads requests from stdin, answers on stdout.

A request is one line of JSON: task, path, params, seconds. An answer is one line of
JSON (facts, unreadable, size), followed by size raw bytes. The end of stdin is the end
of the child, so it goes with its parent.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from codex_lib.errors import UnreadableBookError

if TYPE_CHECKING:
    from collections.abc import Callable

    Task = Callable[..., tuple[dict[str, Any], bytes]]

# A task is called as task(path, **params). Its module is imported on first use.
TASKS = {
    "cb7.check": "codex_lib.formats.seven_check:check_task",
    "cb7.facts": "codex_lib.formats.cb7:facts_task",
    "cb7.page": "codex_lib.formats.cb7:page_task",
    "cb7.run": "codex_lib.formats.cb7:run_task",
    "cbr.check": "codex_lib.formats.rar_check:check_task",
    "cbr.facts": "codex_lib.formats.cbr:facts_task",
    "cbr.page": "codex_lib.formats.cbr:page_task",
    "cbr.run": "codex_lib.formats.cbr:run_task",
    "cbt.check": "codex_lib.formats.tar_check:check_task",
    "cbt.facts": "codex_lib.formats.cbt:facts_task",
    "cbt.page": "codex_lib.formats.cbt:page_task",
    "epub.page": "codex_lib.formats.epub_render:page_task",
    "pdf.check": "codex_lib.formats.pdf_check:check_task",
    "pdf.facts": "codex_lib.formats.pdf_tasks:facts_task",
    "pdf.page": "codex_lib.formats.pdf_tasks:page_task",
}
MEMORY_BYTES = 2 * 2**30
GRACE_SECONDS = 5  # after the parent's limit; only a child whose parent died gets there


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more.

    Any exception but UnreadableBookError and MemoryError is a bug in a task and ends
    the child, which the parent reports as a crash.
    """
    while line := requests.readline():
        request = json.loads(line)
        # Ends a task that hangs in C code when no parent is left to kill it.
        signal.alarm(int(request["seconds"]) + GRACE_SECONDS)
        facts, unreadable, body = _run(request)
        signal.alarm(0)
        header = {"facts": facts, "unreadable": unreadable, "size": len(body)}
        answers.write(json.dumps(header).encode() + b"\n")
        answers.write(body)
        answers.flush()


def find_task(name: str) -> Task:
    """Import the module of a task and return its function."""
    module, _, function = TASKS[name].partition(":")
    task: Task = getattr(importlib.import_module(module), function)
    return task


def limit_process(
    memory_bytes: int = MEMORY_BYTES,
) -> None:  # pragma: no cover - tested in a process of its own, as it cannot be undone
    """Give up what a reader has no need of: memory, core dumps, writing files.

    Not every system knows every limit; one that it refuses is left out.
    """
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(OSError, ValueError, OverflowError):
            resource.setrlimit(kind, (most, most))


def take_pipes() -> tuple[BinaryIO, BinaryIO]:  # pragma: no cover - same
    """Return stdin and stdout, out of reach of libraries that print or prompt."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    return requests, answers


def main() -> None:  # pragma: no cover - same
    """Serve the parent process until it closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = take_pipes()
    limit_process()
    serve(requests, answers)


def _run(request: dict[str, Any]) -> tuple[dict[str, Any], str, bytes]:
    try:
        facts, body = find_task(request["task"])(request["path"], **request["params"])
    except UnreadableBookError as error:
        return {}, error.reason, b""
    except MemoryError:
        return {}, "needs too much memory", b""
    return facts, "", body


if __name__ == "__main__":  # pragma: no cover - runs in the child only
    main()
