"""The exit codes of every command: stable, so that scripts may rely on them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script learns from the end of a command."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    CONFLICT = 5
    UNREADABLE = 6
    INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
    PIPE_CLOSED = 141  # 128 + SIGPIPE


MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.ERROR: "error",
    ExitCode.USAGE: "wrong usage or a bad setting",
    ExitCode.REFUSED: "refused, to protect data or accounts",
    ExitCode.NOT_FOUND: "not found",
    ExitCode.CONFLICT: "conflict, or locked by another process",
    ExitCode.UNREADABLE: "done, but some files are unreadable",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.PIPE_CLOSED: "the reader of the output went away",
}
