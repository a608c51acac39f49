import json
import os
from pathlib import Path

import pytest

from codex_lib.formats.filenames import parse_filename

CORPORA = os.environ.get("CODEX_CORPORA", "")

pytestmark = pytest.mark.skipif(not CORPORA, reason="CODEX_CORPORA is not set")

# Two names count from "52 Monster" and "#52"; two are cut where a subtitle begins,
# which no rule tells from a series with a dash; one number is "0.0.1".
AGREEING_SERIES = 0.92
AGREEING_NUMBERS = 0.98


@pytest.fixture
def names():
    path = Path(CORPORA, "filenames", "comictagger.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("field", "share"), [("series", AGREEING_SERIES), ("number", AGREEING_NUMBERS)]
)
def test_known_names_agree(names, field, share):
    agreeing = [
        getattr(parse_filename(name["filename"]), field) == name[field]
        for name in names
    ]

    assert sum(agreeing) / len(agreeing) >= share


def test_known_years_and_counts_agree(names):
    wrong = [
        name["filename"]
        for name in names
        if str(parse_filename(name["filename"]).year or "") != name["year"]
    ]

    assert wrong == []
