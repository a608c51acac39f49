"""What a person types into a search, as FTS5 and LIKE understand it."""

from __future__ import annotations

import re
from unicodedata import normalize

from codex_lib.catalog.paths import stored_path

_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"\w+")
_MAX_WORDS = 20
_MAX_CHARS = 500


def match_query(query: str) -> tuple[str, str]:
    """Return the FTS5 and the LIKE form of a query; both "" for a blank one.

    FTS5: every word from its beginning, each quoted so that nothing in it is syntax.
    LIKE: the query as a whole anywhere in the text, with "!" as the escape.
    """
    text = normalize("NFC", stored_path(" ".join(query[:_MAX_CHARS].split())))
    text = _SURROGATE.sub("", text)
    words = _WORD.findall(text)[:_MAX_WORDS]
    match = " ".join(f'"{word}"*' for word in words)
    escaped = re.sub(r"([!%_])", r"!\1", text)
    return match, f"%{escaped}%" if text else ""
