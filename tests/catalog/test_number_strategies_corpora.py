import json
import os
from pathlib import Path

import pytest

from codex_lib.catalog.number_strategies import number_in_stem

CORPORA = os.environ.get("CODEX_CORPORA", "")

pytestmark = pytest.mark.skipif(not CORPORA, reason="CODEX_CORPORA is not set")


def test_filename_numbers_agree_with_the_table():
    path = Path(CORPORA, "filenames", "upstream-number-rule.jsonl")
    names = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    wrong = {
        name["filename"]: number
        for name in names
        if (number := number_in_stem(Path(name["filename"]).stem))
        != (float(name["number"]) if name["number"] else None)
    }

    assert names
    assert wrong == {}
