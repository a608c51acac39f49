"""Looking at files, and reading them again, on the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from codex_cli import analyzing
from codex_cli.amounts import parse_rate, parse_since
from codex_lib.errors import InvalidError

CODEX = [sys.executable, "-c", "from codex_cli.launch import run; run()"]
NOW = "2024-01-31T12:00:00.000000Z"


@pytest.fixture
def rotten(codex, shelves):
    """A book of shelves of which one bit has changed since it was verified."""
    assert codex("books", "verify").code == 0
    path = shelves / "Bone" / "Bone 01.cbz"
    before, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return path


@pytest.mark.usefixtures("shelves")
def test_sound_books_are_one_line_and_no_error(codex):
    done = codex("books", "verify")

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("3 books: 3 sound; read ")


def test_a_damaged_book_is_a_line_and_code_6(codex, rotten):
    done = codex("books", "verify", "--rate", "50MB")

    first, second, summary = done.out.splitlines()
    assert done.code == 6
    assert first.startswith(f"bit rot   {rotten}: other bytes than on 20")
    assert second == f"bit rot   {rotten}: '002.jpg' is damaged (its checksum is wrong)"
    assert summary.startswith("3 books: 2 sound, 1 bit rot; read ")


def test_recent_looks_are_skipped_but_what_they_found_counts(codex, rotten):
    assert codex("books", "verify").code == 6

    done = codex("books", "verify", "--since", "1d")

    assert done.code == 6
    assert str(rotten) in done.out
    summary = done.out.splitlines()[-1]
    assert summary.startswith("3 books: 3 skipped, 1 known not to be whole; read 0 ")


def test_json_has_the_counts_and_the_books(codex, rotten):
    done = codex("libraries", "verify", "Comics", "--json", "--depth", "images")

    (book,) = done.json["books"]
    assert done.code == 6
    assert (done.json["sound"], done.json["bit_rot"]) == (2, 1)
    assert (book["status"], book["path"]) == ("bit_rot", str(rotten))


def test_some_books_a_series_or_a_library_are_enough(codex, rotten):
    def total(*words):
        return codex(*words, "--json").json["total"]

    assert total("books", "verify", "Bone 02", "Akira 1") == 2
    assert total("books", "verify", "--series", "Bone") == 2
    assert total("books", "verify", "--library", "Comics") == 3
    assert total("libraries", "verify", "Comics", "--depth", "directory") == 3
    assert codex("books", "verify", "Nothing").code == 4


@pytest.mark.parametrize("text", ["fast", "0", "-1MB", "0.0001k", ""])
def test_a_rate_that_is_none_is_wrong_usage(codex, text):
    assert codex("books", "verify", "--rate", text).code == 2


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        *(("50MB", 50_000_000), ("50mb/s", 50_000_000), ("1.5 k", 1500), ("7", 7)),
        *(("2GB", 2 * 10**9), (None, None)),
    ],
)
def test_a_rate_is_read_as_people_write_it(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("30d", "2024-01-01T12:00:00.000000Z"),
        ("12h", "2024-01-31T00:00:00.000000Z"),
        ("2w", "2024-01-17T12:00:00.000000Z"),
        ("2024-01-03T00:00:00+01:00", "2024-01-02T23:00:00.000000Z"),
        (None, None),
    ],
)
def test_a_time_is_read_as_people_write_it(text, since):
    assert parse_since(text, now=NOW) == since


@pytest.mark.parametrize("text", ["soon", "5y", "", "2024-13-01"])
def test_a_time_that_is_none_is_wrong_usage(text):
    with pytest.raises(InvalidError, match="--since"):
        parse_since(text, now=NOW)


@pytest.mark.usefixtures("shelves")
def test_ctrl_c_ends_it_in_order_and_since_goes_on(codex, tmp_path):
    environment = {**os.environ, "CODEX_DATA_DIR": str(tmp_path / "data")}
    command = [*CODEX, "books", "verify", "--rate", "3k"]

    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(2.5)  # longer than any start takes
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert b"stopped before the end, --since goes on" in out
    assert b"Stopping after the current" in err
    rest = codex("books", "verify", "--since", "1h", "--json").json
    assert rest["checked"] + rest["skipped"] == 3
    assert rest["checked"] > 0


@pytest.mark.usefixtures("shelves")
def test_books_are_read_again(codex):
    assert codex("books", "analyze", "Bone 02").out == "Read 1 book again.\n"
    assert codex("series", "analyze", "Bone").out == "Read 2 books again.\n"
    done = codex("libraries", "analyze", "Comics", "--json").json
    assert (done["total_books"], done["books_analyzed"], done["errors"]) == (3, 3, 0)
    unanalyzed = codex("libraries", "analyze", "Comics", "--unanalyzed")
    assert unanalyzed.out == "Read 0 books again.\n"


def test_a_book_that_stays_unreadable_is_code_6(codex, comics, damaged):
    codex("scan", comics)

    done = codex("series", "analyze", "Bone")

    assert done.code == 6
    assert done.out == "Read 2 books again; 1 book cannot be read.\n"


@pytest.mark.usefixtures("shelves")
def test_reading_again_can_be_left_to_a_worker(codex):
    queued = codex("series", "analyze", "Bone", "--enqueue")
    same = codex("series", "analyze", "Bone", "--enqueue", "--json").json

    assert queued.out == f"Task {same['task_id']} waits for a worker.\n"
    assert codex("worker", "--once").code == 0
    task = codex("tasks", "show", same["task_id"], "--json").json
    assert task["result"]["books_analyzed"] == 2
    assert codex("books", "analyze", "Bone 02", "--unanalyzed", "--enqueue").code == 2


@pytest.mark.usefixtures("shelves")
def test_ctrl_c_ends_reading_again_in_order(codex, monkeypatch):
    @contextmanager
    def pressed():
        yield lambda: True

    monkeypatch.setattr(analyzing, "stop_on_interrupt", pressed)

    done = codex("series", "analyze", "Bone")

    assert (done.code, done.out) == (130, "Read 0 books again.\n")
