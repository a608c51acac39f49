"""Where the server's log goes, and what a line of it looks like.

One line a record: time in UTC, level, logger, message. A control character that came
from outside is written as its escape, so that nobody can forge a line.
"""

from __future__ import annotations

import logging
import re
import time
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING

from codex_lib.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from codex_lib.config.definitions import Logging

TRACE = 5
LEVELS = {
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": TRACE,
}
NAMES = {number: name for name, number in LEVELS.items()}
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class LineFormatter(logging.Formatter):
    """Writes "2024-01-15T10:30:00.123Z info codex.api: message"."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line; a traceback follows it, indented."""
        level = NAMES.get(record.levelno) or record.levelname.lower()
        message = UNSAFE.sub(_escaped, record.getMessage())
        line = f"{stamp(record.created)} {level} {record.name}: {message}"
        if record.exc_info:
            line += indented(self.formatException(record.exc_info))
        return line


def stamp(seconds: float) -> str:
    """Return a time as UTC text with milliseconds."""
    whole, thousandths = divmod(int(seconds * 1000), 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + (
        f".{thousandths:03}Z"
    )


def indented(text: str) -> str:
    """Return the lines of a text, each on a new line that cannot pass for a record."""
    return "".join(f"\n    {UNSAFE.sub(_escaped, line)}" for line in text.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def set_up_logging(settings: Logging) -> None:
    """Send every record to where the settings say, in place of what was set up before.

    A file may be renamed by logrotate: the next record makes a new one.
    Raises ConfigError when the file cannot be written.
    """
    handlers: list[logging.Handler] = []
    if settings.console:
        handlers.append(logging.StreamHandler())
    if settings.file:
        handlers.append(_file_handler(settings.file))
    # force would remove handlers of others too, those of a test runner for example.
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler.formatter, LineFormatter):
            root.removeHandler(handler)
            handler.close()
    for handler in handlers or [logging.NullHandler()]:
        handler.setFormatter(LineFormatter())
        root.addHandler(handler)
    root.setLevel(LEVELS[settings.level])
    # A full disk or a closed terminal must not end in a traceback for each record.
    logging.raiseExceptions = False


def _file_handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return WatchedFileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        reason = f"{path} cannot be written: {error.strerror}"
        raise ConfigError("logging.file", reason) from error
