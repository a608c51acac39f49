"""The rules about files that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from codex_lib import __version__

ROOT = Path(__file__).parents[1]
MODULES = sorted([*ROOT.glob("codex_lib/**/*.py"), *ROOT.glob("codex_cli/**/*.py")])
VAGUE = {"utils", "util", "helpers", "common", "misc", "base", "manager", "service"}
# A package's own file holds a docstring; these two are the entry points of theirs.
ENTRY_POINTS = {ROOT / "codex_lib" / name / "__init__.py" for name in ("db", "formats")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_short_and_named_after_what_it_holds(path):
    assert len(path.read_text().splitlines()) <= 400
    assert path.stem not in VAGUE
    assert path.parent.name not in VAGUE


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.name == "__init__.py"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_packages_own_file_says_what_the_package_is(path):
    tree = ast.parse(path.read_text())

    assert ast.get_docstring(tree)
    if path not in ENTRY_POINTS | {ROOT / "codex_lib" / "__init__.py"}:
        assert len(tree.body) == 1


def test_every_suppression_names_its_rule_and_its_reason():
    bare = re.compile(
        r"# noqa(?!: [A-Z0-9, ]+ - \S)|# type: ignore(?!\[)|pragma: no cover(?! - )"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert not found


def test_the_changelog_knows_this_version_or_what_comes_next():
    changelog = (ROOT / "CHANGELOG.md").read_text()

    assert "## Unreleased" in changelog or f"## {__version__}" in changelog
