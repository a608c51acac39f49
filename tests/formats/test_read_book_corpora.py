"""Hostile files: each gets one of the verdicts that are right for it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import read_book, read_page
from codex_lib.scanning.walk import Walk, WalkRules

_FOLDER = Path(os.environ.get("CODEX_CORPORA") or "/nonexistent") / "evil"
_EXPECT = _FOLDER / "EXPECT.json"
_CASES = json.loads(_EXPECT.read_text()) if _EXPECT.is_file() else {}
_NONE = [pytest.param("", marks=pytest.mark.skip(reason="CODEX_CORPORA is not set"))]
_SECRETS = (b"root:", b"evil_")


def _read(path):
    try:
        return read_book(path), None
    except UnreadableBookError as error:
        return None, error.reason


def _pages(path, facts):
    """Return how many pages cannot be read; none may give what lies outside."""
    bad = 0
    for page in facts.pages:
        try:
            data = read_page(path, facts.file_format, page)
        except UnreadableBookError:
            bad += 1
        else:
            assert not any(secret in data[:1000] for secret in _SECRETS)
    return bad


@pytest.mark.parametrize("name", sorted(_CASES) or _NONE)
def test_a_hostile_file_gets_a_verdict_that_is_right_for_it(name):
    path, expected = str(_FOLDER / name), _CASES[name]
    verdict = expected["verdict"]
    allowed = {verdict} if not isinstance(verdict, list) else set(verdict)
    if verdict is None:
        listed = {fact.path for fact in Walk().files(str(_FOLDER), WalkRules())}
        assert name not in listed
        return

    facts, reason = _read(path)

    if facts is None:
        assert reason.strip() == reason != ""
        assert "\n" not in reason
        assert allowed & {"error", "limit", "encrypted"}
        assert "encrypted" in reason or allowed != {"encrypted"}
        return
    bad = _pages(path, facts)
    assert facts.pages
    count = expected["pages"]
    assert len(facts.pages) in ([count] if isinstance(count, int) else count)
    damaged = bad or facts.warnings
    assert allowed & ({"partial"} if damaged else set()) | allowed & (
        set() if bad else {"ok"}
    )


def test_all_hostile_files_that_look_like_books_are_listed(corpora):
    listed = {fact.path for fact in Walk().files(str(corpora / "evil"), WalkRules())}

    assert {name for name, case in _CASES.items() if case["verdict"]} == listed
