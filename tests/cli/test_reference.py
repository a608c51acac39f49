"""The manual, the completions and the quick help cannot fall behind the commands."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import typer

from codex_cli.command_tree import command_tree
from codex_cli.groups import COMMANDS
from codex_cli.main import app
from codex_cli.reference import ROOT, render_all

TREE = command_tree()


def pages(page=TREE):
    yield page
    for child in page.commands:
        yield from pages(child)


@pytest.mark.parametrize("path", render_all())
def test_generated_file_is_fresh(path):
    again = "run: python -m codex_cli.reference"
    assert (ROOT / path).read_text(encoding="utf-8") == render_all()[path], again


@pytest.mark.parametrize("path", render_all())
def test_generated_file_is_plain_ascii(path):
    """Help has to appear on a terminal of any encoding."""
    assert render_all()[path].isascii()


def test_no_page_of_a_command_that_is_gone_is_left():
    kept = {f"{path.parent.name}/{path.name}" for path in ROOT.glob("man/*.1")}

    assert kept == {path for path in render_all() if path.startswith("man/")}


@pytest.mark.parametrize("page", [*pages()], ids=lambda page: page.name)
def test_every_command_and_parameter_has_help(page):
    assert page.about
    assert all(option.about for option in page.options)
    assert all(argument.about for argument in page.arguments)


@pytest.mark.parametrize("page", TREE.commands, ids=lambda page: page.name)
def test_the_overview_says_what_the_command_says(page):
    assert COMMANDS[page.path[0]] == f"{page.brief}."


@pytest.mark.parametrize(
    "page", [page for page in pages() if not page.commands], ids=lambda page: page.name
)
def test_every_command_speaks_json(page):
    assert any("--json" in option.names for option in page.options)


def test_building_the_app_imports_no_command():
    command = typer.main.get_command(app)

    assert list(command.commands) == list(COMMANDS)


def bash_completes(line):
    words = " ".join(f"'{word}'" for word in line.split(" "))
    script = (
        f"source {ROOT}/completions/codex.bash; COMP_WORDS=({words});"
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _codex; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run(
        [shutil.which("bash"), "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("codex lib", ["libraries"]),
        ("codex config ", ["show", "path"]),
        ("codex --data-dir x books sh", ["show"]),
        ("codex scan --de", ["--deep"]),
        ("codex libraries create --series-strategy f", ["flat"]),
        ("codex --data-dir libraries lib", ["libraries"]),
        ("codex books list --library list --so", ["--sort"]),
    ],
)
def test_bash_completes(line, words):
    assert bash_completes(line) == words


def test_bash_completes_files(tmp_path, monkeypatch):
    (tmp_path / "Comics").mkdir()
    monkeypatch.chdir(tmp_path)

    assert bash_completes("codex scan Co") == ["Comics"]
