from __future__ import annotations

import os
import time

import pytest

from codex_lib.scanning import pacing
from codex_lib.scanning.pacing import Pace, read_pieces


def test_a_file_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(pacing, "PIECE_BYTES", 10)
    path = tmp_path / "file"
    path.write_bytes(b"a" * 25)
    pace = Pace()

    assert [len(piece) for piece in read_pieces(str(path), pace)] == [10, 10, 5]
    assert pace.bytes_read == 25


def test_what_is_no_plain_file_neither_blocks_nor_reads(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    for name in ("pipe", "", "nothing"):
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            list(read_pieces(str(tmp_path / name), Pace()))


def test_a_pace_lets_so_many_bytes_pass_a_second():
    pace, began = Pace(1000), time.monotonic()

    for _ in range(3):
        pace.spend(100)

    assert 0.3 <= time.monotonic() - began < 2


def test_a_stop_ends_the_wait_at_once_and_stays():
    answers = iter([True])
    pace, began = Pace(1, lambda: next(answers)), time.monotonic()

    pace.spend(100)

    assert pace.is_stopped()
    assert time.monotonic() - began < 1
