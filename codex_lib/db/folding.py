"""Text without case and accents, as searching and sorting compare it."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
# Voicing marks of kana: another letter, not an accent.
_KEPT = "\u3099\u309a"


def fold(text: str) -> str:
    """Return a text without case and accents, its spaces single."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold())
        text = text.casefold().translate(_LETTERS)  # a sign may become a capital
        marks = unicodedata.combining
        text = "".join([c for c in text if c in _KEPT or not marks(c)])
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.lower().split())


def other_keys(title_key: str, *names: str) -> str:
    """Return what something is found by besides its folded title, one key a line.

    A name that says no more than the title, its suffix aside, is left out: the file
    name of most books. The last line is the pieces of unspaced script, if there is any.
    """
    keys = dict.fromkeys(fold(name) for name in names)
    known = (title_key, "")
    told = [
        key for key in keys if key not in known and key.rpartition(".")[0] != title_key
    ]
    pieces = [piece for key in (title_key, *told) for piece in _pieces(key)]
    return "\n".join([*told, " ".join(dict.fromkeys(pieces))] if pieces else told)


# Scripts that are written without spaces: kana, Han, Hangul.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+")


def _pieces(key: str) -> list[str]:
    """Return all pairs of signs of unspaced runs, as words to search for.

    To a word index such a run is one word, and a trigram index finds nothing shorter
    than three signs; people look for two.
    """
    if key.isascii():
        return []
    return [run[i : i + 2] for run in _UNSPACED.findall(key) for i in range(len(run))]
