"""What a person at a terminal sees and a program on a pipe does not."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from codex_cli.tables import text_width

CODEX = [sys.executable, "-c", "from codex_cli.launch import run; run()"]
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def at_terminal(*args, columns=80, **environment):
    """Return what appears when a command has a terminal for stdout and stderr."""
    inside, outside = pty.openpty()
    fcntl.ioctl(outside, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    variables = {**os.environ, "TERM": "xterm-256color", **environment}
    variables.pop("COLUMNS", None)
    with subprocess.Popen(
        [*CODEX, *map(str, args)],
        stdin=outside,
        stdout=outside,
        stderr=outside,
        env=variables,
    ):
        os.close(outside)
        shown = b"".join(iter(lambda: chunk_of(inside), b""))
    os.close(inside)
    return shown.decode()


def chunk_of(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way of saying that the other side has closed
        return b""


def test_a_scan_draws_a_bar_and_leaves_only_its_summary(codex, comics):
    shown = at_terminal("scan", comics)

    assert "━" in shown
    left = ESCAPES.sub("", shown).splitlines()
    assert left[-2].startswith("Comics: 3 added; 3 files in ")


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_table_fits_the_terminal(codex, shelves, columns):
    shown = ESCAPES.sub("", at_terminal("books", "list", columns=columns))

    assert max(map(text_width, shown.splitlines())) <= columns


def test_no_color_means_no_escape_sequence(codex, shelves):
    assert "\x1b[1m" in at_terminal("books", "list")
    assert "\x1b" not in at_terminal("books", "list", NO_COLOR="1")


def test_a_cover_is_drawn_in_colors(codex, shelves):
    shown = at_terminal("covers", "show", "Akira", COLORTERM="truecolor")

    assert "\x1b[38;2;" in shown
    assert "▀" in shown


def test_a_title_cannot_command_the_terminal(codex, shelves):
    codex("books", "update", "Akira 1", "--title", "\x1b]0;owned\x07A")

    shown = at_terminal("books", "list")

    assert "\x1b]0;" not in shown
    assert "␛]0;owned␇A" in shown


def test_a_page_is_not_thrown_at_the_terminal(codex, shelves):
    assert "--output" in at_terminal("pages", "get", "Akira 1", "1")


def test_a_question_is_answered_by_no_at_the_end_of_input(codex, shelves):
    """Return at the prompt keeps the library."""
    inside, outside = pty.openpty()
    os.write(inside, b"\n")
    done = subprocess.run(
        [*CODEX, "libraries", "delete", "Comics"],
        stdin=outside,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(inside)
    os.close(outside)

    assert done.returncode == 1
    assert "Forget Comics and its 3 books?" in done.stderr
    assert codex("libraries", "show", "Comics").code == 0
