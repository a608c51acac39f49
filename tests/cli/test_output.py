from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from codex_cli import output
from codex_lib.db.paging import Listing
from codex_lib.errors import InvalidError


class Pair(NamedTuple):
    path: str
    reason: str


@dataclass(frozen=True)
class Thing:
    name: str
    pairs: list[Pair]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Ünïcödé 進撃", "Ünïcödé 進撃"),
        ("a\tb\nc\r\u2028", "a b c  "),
        ("\x1b]0;owned\x07", "␛]0;owned␇"),
        ("csi\x9b31m", "csi\ufffd31m"),
        ("name\udcff.cbz", "name\ufffd.cbz"),
        ("name\uf7ff.cbz", "name\ufffd.cbz"),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_printable_leaves_nothing_that_commands_a_terminal(text, shown):
    assert output.printable(text) == shown


def test_json_keeps_names_and_nests_named_tuples(capfdbinary):
    output.print_json(Thing("進撃", [Pair("a.cbz", "cut off")]))

    printed = json.loads(capfdbinary.readouterr().out)
    assert printed == {
        "name": "進撃",
        "pairs": [{"path": "a.cbz", "reason": "cut off"}],
    }


def test_json_gives_back_names_that_are_no_text(capfdbinary):
    """Python's json reads the same name back; others see a valid document."""
    output.print_json({"path": Path("odd\udcff.cbz")})

    printed = capfdbinary.readouterr().out
    assert json.loads(printed.decode("ascii"))["path"] == "odd\udcff.cbz"


def test_json_has_no_control_characters(capfdbinary):
    output.print_json({"title": "a\x1b[31m\x9b31m\x7f"})

    printed = capfdbinary.readouterr().out
    assert not set(printed) & {0x1B, 0x7F, 0x9B}
    assert json.loads(printed)["title"] == "a\x1b[31m\x9b31m\x7f"


def test_a_page_of_a_list_is_the_envelope_of_the_api(capfdbinary):
    output.print_envelope(Listing([1, 2], page=1, page_size=2, total=5))

    assert json.loads(capfdbinary.readouterr().out) == {
        "data": [1, 2],
        "page": 1,
        "page_size": 2,
        "total": 5,
        "total_pages": 3,
    }


def test_an_unpaged_list_is_an_envelope_of_one_page(capfdbinary):
    output.print_whole([])

    printed = json.loads(capfdbinary.readouterr().out)
    assert (printed["total"], printed["total_pages"]) == (0, 0)


def test_nobody_is_asked_without_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)

    with pytest.raises(InvalidError, match="--yes"):
        output.confirm("Forget it?")
