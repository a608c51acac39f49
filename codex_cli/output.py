"""What commands print: lines for people, JSON for programs, bytes for pipes.

Everything that came from a file or a catalog goes through printable or JSON, so that
a title with escape sequences cannot command the terminal.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TextIO

import typer

from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codex_lib.db.paging import Listing

UNPRINTABLE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1 controls
    "\u2028\u2029\u202a-\u202e\u2066-\u2069"  # line ends, marks that reorder the line
    "\ud800-\udfff\uf780-\uf7ff"  # bytes that are no UTF-8: the system's, the catalog's
    "]"
)
C1_CONTROLS = re.compile("[\x7f-\x9f]")
SYMBOLS_FOR_CONTROLS = 0x2400  # U+241B is a visible "ESC"
LAST_C0 = 0x1F
LINES = 256  # written at a time


def printable(text: str) -> str:
    """Return text as one line that a terminal can only show.

    Tabs and newlines become spaces, other controls a visible sign, bytes that are no
    text a replacement character; marks of direction disappear.
    """
    return text if text.isprintable() else UNPRINTABLE.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    char = found[0]
    if char in "\t\n\r\u2028\u2029":
        return " "
    if ord(char) <= LAST_C0:
        return chr(SYMBOLS_FOR_CONTROLS + ord(char))
    return "" if "\u202a" <= char <= "\u2069" else "\ufffd"


def say(line: str = "") -> None:
    """Print one line to stdout; line must be printable already or be our own."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    write_bytes(f"{line}\n".encode(encoding, "replace"))


def note(line: str) -> None:
    """Print one line about the work to stderr, out of the way of pipes."""
    if sys.stderr is not None:
        print(printable(line), file=sys.stderr, flush=True)  # noqa: T201 - stderr


def print_json(value: object) -> None:
    r"""Print value as one JSON document in UTF-8, whatever the locale.

    Dataclasses and named tuples become objects. Bytes of a file name that are no
    UTF-8 appear as \udcXX, which Python's json reads back as the same name.
    """
    write_bytes(json_bytes(value, indent=2))


def print_json_lines(records: Iterable[object]) -> None:
    """Print each record as one line of JSON, as they come; some at a time."""
    left = iter(records)
    while lines := b"".join(json_bytes(record) for record in islice(left, LINES)):
        write_bytes(lines)


def json_bytes(value: object, *, indent: int | None = None) -> bytes:
    """Return value as JSON of one line, or indented; without control characters."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=indent)
    text = C1_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def plain(value: object) -> object:
    """Return value built of nothing but what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name)) for field in fields(value)
        }
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, PurePath):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def print_envelope(listing: Listing[Any]) -> None:
    """Print one page of a list as the API does."""
    print_json(
        {
            "data": listing.data,
            "page": listing.page,
            "page_size": listing.page_size,
            "total": listing.total,
            "total_pages": listing.total_pages,
        }
    )


def print_whole(rows: Sequence[object]) -> None:
    """Print a list that is never paged as an envelope with one page."""
    print_json(
        {
            "data": rows,
            "page": 0,
            "page_size": len(rows),
            "total": len(rows),
            "total_pages": 1 if rows else 0,
        }
    )


def write_bytes(data: bytes) -> None:
    """Write to stdout now. Raises BrokenPipeError when nobody reads any more."""
    if sys.stdout is None:  # closed by the caller: codex ... >&-
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        mute_output()
        raise OSError(error.errno, error.strerror, "standard output") from error


def mute_output() -> None:
    """Send what is still to be written to nowhere: its reader is gone."""
    # Python flushes stdout once more at exit and would complain about it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a person is looking at stdout or stderr."""
    return stream is not None and stream.isatty()


def has_colors(stream: TextIO | None) -> bool:
    """Tell whether colors are welcome: a terminal that is not dumb, no NO_COLOR."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal(stream) and not plain


def confirm(question: str) -> None:
    """Ask on the terminal; no is the default and ends the command with an error.

    Without a terminal there is nobody to ask: the caller has to pass --yes.
    """
    if not is_terminal(sys.stdin):
        raise InvalidError("--yes", "nobody can be asked here, so it is needed")
    typer.confirm(printable(question), abort=True, err=True)
