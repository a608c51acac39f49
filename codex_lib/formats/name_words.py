"""Words that people write into file names, in the languages books come in."""

from __future__ import annotations

import string

HASH = "#"
ISSUE = "issue"
CHAPTER = "chapter"
VOLUME = "volume"
PART = "part"

_SPELLINGS = {
    ISSUE: (
        "issue issues iss no nr num numero número numéro núm n prog heft ausgabe hs"
        " выпуск zeszyt"
    ),
    CHAPTER: (
        "chapter chapters chap ch c chapitre chp capitulo capítulo cap capitolo kapitel"
        " kap kapittel episode episodes épisode episodio ep e folge глава rozdział"
    ),
    VOLUME: (
        "volume volumes vols vol v volumen tome tomes tom t tomo band bände bd deel"
        " bind libro livre book books buch album season saison staffel s том"
    ),
    PART: "part parts pt partie parte teil",
}

# The word before a number -> what the number is. Words of one letter count only when
# they touch it ("v03", "c.12").
MARKERS = {word: kind for kind, words in _SPELLINGS.items() for word in words.split()}

# Words that come glued to their number only; apart they are somebody's name or a noun.
GLUED_ONLY = {word for word in MARKERS if len(word) == 1} | {"hs"}

MARKER_LETTERS = string.ascii_letters + "".join(
    sorted({letter for word in MARKERS for letter in word + word.upper()})
)

# The sign after a number -> what the number is.
COUNTERS = dict.fromkeys("巻卷권集冊册", VOLUME) | dict.fromkeys("話话화回章", CHAPTER)

# Full-width brackets, digits and signs -> the plain ones. NFKC would do more harm than
# good here: it takes "½" apart.
PLAIN_SIGNS = str.maketrans(
    "\uff08\uff09\uff3b\uff3d\uff5b\uff5d【】\uff03\uff0d\uff0e\uff3f\u3000",
    "()[]{}[]#-._ ",
) | {0xFF10 + digit: str(digit) for digit in range(10)}

# The parts of a set in two or three -> their order.
SET_PARTS = {"上": "1", "中": "2", "下": "3"}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Ends of file names that say what the file is, not what it is called.
EBOOK_SUFFIXES = _words("epub mobi azw azw3 fb2")
SUFFIXES = EBOOK_SUFFIXES | _words("cbz cbr cb7 cbt cba zip rar 7z tar pdf djvu")

# What scanners write about the scan, lower case.
SCAN_WORDS = _words(
    "digital web webrip web-dl c2c noads no-ads scan scans hd uhd hybrid repaired fixed"
    " fix repost hires hi-res lowres retail scanlation scanlated color colored colour"
    " english eng fr french german spanish italian jp raw raws f f2 f3 f4 covers"
)

# Word in the name -> the kind of book it makes it.
KINDS = {
    "annual": "annual",
    "annuals": "annual",
    "special": "special",
    "hors-série": "special",
    "hors-serie": "special",
    "hs": "special",
    "sonderband": "special",
    "one-shot": "one-shot",
    "oneshot": "one-shot",
    "omnibus": "omnibus",
    "tpb": "collection",
    "fcbd": "free comic book day",
    "preview": "preview",
    "previews": "preview",
    "omake": "extra",
}

# Words before a year that make it a date.
DATE_WORDS = _words(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april"
    " june july august september october november december annual"
)
