"""The numbers in a name, each with what it is: "v03" a volume, "c012" a chapter."""

from __future__ import annotations

import re
from typing import NamedTuple

from codex_lib.formats.name_words import (
    COUNTERS,
    DATE_WORDS,
    GLUED_ONLY,
    HASH,
    MARKER_LETTERS,
    MARKERS,
    SCAN_WORDS,
)
from codex_lib.formats.number_text import FRACTIONS, normal_number, parse_number

BARE = "bare"
# A year that may as well be part of the title ("Blade Runner 2049"), and one that is
# surely a date ("2021-08-04", "Oct 1951").
YEAR = "year"
DATE = "date"

# What stands for a part of the name that was taken out: a group in brackets.
CUT = "\x1f"

_NUMBER = re.compile(
    rf"""
    ([\d{FRACTIONS}]\d*(?:[.,]\d+)*[{FRACTIONS}]?)      # 12  12.5  1½  2021.08.04
    (?:[-\u2013~]([vct\#]?\d+(?:\.\d+)?)(?:-(\d+))?)?   # -14  -v03  -08-04
    (v\d(?!\d))?                                        # the second version: 012v2
    (\.?[A-Za-z]++(?!\d))?                              # .AU  A  th
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GAP = " .:#-\u2013№°º"
_SIGNS = frozenset("#№°º")
_COUNT = re.compile(r" ?(?:[oO][fF]|de|sur|von|di|van) +(\d{1,4})\b")
_SCAN_WORD = re.compile(
    rf" +(?:{'|'.join(sorted(SCAN_WORDS, reverse=True))})(?![\w-])", re.IGNORECASE
)
_OPENERS = frozenset(" ,.-+" + CUT)
_CLOSERS = frozenset(" ,.:;-+!?)]" + CUT)
_MARKS = frozenset(",.:;-\u2013+!?)]" + CUT)
_YEAR = re.compile(r"(?:19|20)\d\d")
# 2021-08-04, 2021-08, 2016-2018; 04-08-2021, 08-2021.
_DATE = re.compile(
    r"((?:19\d|20[0-3])\d)(?:[-.\u2013](?:0?[1-9]|[12]\d|3[01])){1,2}(?!\d)"
    r"|((?:19\d|20[0-3])\d)[-\u2013](?:19\d|20[0-3])\d(?!\d)"
    r"|(?:(?:0?[1-9]|[12]\d|3[01])[-.]){1,2}((?:19\d|20[0-3])\d)(?!\d)"
)
_DATE_POINTS = 2
_LONGEST = 6
_SUFFIX_LETTERS = 4
_WORD_LETTERS = 3


class NameNumber(NamedTuple):
    """One number of a name: what it is, its text, and where it stands.

    start is that of the word or sign before it, which belongs to it, as does out_of
    after it ("of 12"). last is the end of a range ("14" in "Ch. 12-14") or "".
    """

    kind: str
    text: str
    start: int
    end: int
    last: str = ""
    out_of: int | None = None


class _Place(NamedTuple):
    """What stands before a number: the text, the signs between, the last word."""

    head: str
    gap: str
    word: str


def name_numbers(body: str) -> list[NameNumber]:
    """Return the numbers that may number a book, and the years, in their order."""
    found = []
    match = _NUMBER.search(body)
    while match:
        number, end = _number(body, match), match.end(1)
        if number is not None:
            count = _COUNT.match(body, number.end)
            if count:
                number = number._replace(end=count.end(), out_of=int(count[1]))
            found.append(number)
            end = number.end
        match = _NUMBER.search(body, end)
    return found


def _number(body: str, match: re.Match[str]) -> NameNumber | None:
    start = match.start()
    head = body[:start].rstrip(_GAP)
    word = head[len(head.rstrip(MARKER_LETTERS)) :].lower()
    place = _Place(head, body[len(head) : start], word)
    kind = MARKERS.get(word)
    if kind and _belongs(place):
        return _marked(match, kind, len(head) - len(word))
    if not _SIGNS.isdisjoint(place.gap):
        return _marked(match, HASH, len(head), "-" if place.gap[-1] == "-" else "")
    if word and not place.gap and head[-len(word) - 1 : -len(word)] == "#":
        return _marked(match, HASH, len(head) - len(word) - 1, head[-len(word) :])
    return (
        _counted(body, match, head)
        or _date(body, match, place)
        or _bare(body, match, place)
    )


def _belongs(place: _Place) -> bool:
    """Tell whether a marker word is close enough to mark the number."""
    if place.word not in GLUED_ONLY:
        return place.gap == "-" or not place.gap.strip(" .:#№°º")
    # "R.E.B.E.L.S. 010" has no season.
    if place.head[: -len(place.word)].endswith("."):
        return False
    return place.gap in ("", ".", ". ") or place.gap.strip() in ("#", "№", "°", "º")


def _marked(
    match: re.Match[str], kind: str, start: int, prefix: str = ""
) -> NameNumber | None:
    suffix = _suffix(match, any_letters=kind == HASH)
    if suffix is None and kind != HASH:
        return None
    if len(match[1]) > _LONGEST:
        return None
    last = _range_end(match)
    text = prefix + normal_number(match[1]) + (suffix or "")
    return NameNumber(kind, text, start, _end(match, last) + len(suffix or ""), last)


def _suffix(match: re.Match[str], *, any_letters: bool = False) -> str | None:
    """Return the letters that belong to the number; None if they make it a word."""
    suffix = match[5]
    if not suffix:
        return ""
    if suffix[0] == ".":
        return suffix if suffix.isupper() and len(suffix) <= _SUFFIX_LETTERS + 1 else ""
    if any_letters and len(suffix) <= _SUFFIX_LETTERS:
        return suffix
    decimal = match[1][0] == "0" or "." in match[1]
    if decimal and suffix.isupper() and len(suffix) <= _SUFFIX_LETTERS:
        return suffix
    return suffix if suffix in "aAbBC" else None


def _range_end(match: re.Match[str]) -> str:
    text = (match[2] or "").lstrip("vVcCtT#")
    # "v2-003" is volume 2, number 3.
    padded = text[:1] == "0" and text.find(".") == match[1].find(".") == -1
    if not text or (padded and len(text) != len(match[1])):
        return ""
    last, first = parse_number(text), parse_number(match[1])
    if first is None or last is None or last <= first:
        return ""
    return normal_number(text)


def _end(match: re.Match[str], last: str) -> int:
    """Return where a number ends; without its range if that was none."""
    if match[2] and not last:
        return match.end(1)
    return match.start() + len(match[0]) - len(match[5] or "")


def _counted(body: str, match: re.Match[str], head: str) -> NameNumber | None:
    """Return a number that a Japanese, Chinese or Korean counter follows."""
    if body.isascii() or len(match[1]) > _LONGEST:
        return None
    last = _range_end(match)
    end = _end(match, last)
    while body[end : end + 1] == " ":
        end += 1
    kind = COUNTERS.get(body[end : end + 1])
    if kind is None:
        return None
    start = len(head) - 1 if head[-1:] in ("第", "제") else match.start()
    return NameNumber(kind, normal_number(match[1]), start, end + 1, last)


def _date(body: str, match: re.Match[str], place: _Place) -> NameNumber | None:
    if not match[2] and match[1].count(".") != _DATE_POINTS:
        if not _YEAR.fullmatch(match[1]) or match[5]:
            return None
        if not _apart(body, match.start(), place):
            return None
        kind = DATE if place.word in DATE_WORDS else YEAR
        return NameNumber(kind, match[1], match.start(), match.end(1))
    date = _DATE.match(body, match.start())
    return date and NameNumber(
        DATE, date[date.lastindex or 0], date.start(), date.end()
    )


def _bare(body: str, match: re.Match[str], place: _Place) -> NameNumber | None:
    start = match.start()
    suffix = _suffix(match)
    if suffix is None or len(match[1]) > _LONGEST or not _apart(body, start, place):
        return None
    last = _range_end(match)
    end = _end(match, last) + len(suffix)
    padded = match[1][0] == "0" and len(match[1]) > 1
    if not _ends(body, end, padded=padded):
        return None
    minus = "-" if match[1] == "1" and place.gap == " -" else ""
    text = minus + normal_number(match[1]) + suffix
    return NameNumber(BARE, text, start - len(minus), end, last)


def _apart(body: str, start: int, place: _Place) -> bool:
    """Tell whether a number without a marker stands apart from the word before it."""
    before = body[start - 1 : start]
    if start and before not in _OPENERS:
        return False
    if place.gap != "-" or not place.word:
        return True
    # "X-23" and "IG-88" are names, "Batman-012" and "one-piece-12" are not.
    padded = body[start] == "0"
    return padded or (" " not in body and len(place.word) >= _WORD_LETTERS)


def _ends(body: str, end: int, *, padded: bool) -> bool:
    """Tell whether the name, or a part of it, may end after a number."""
    after = body[end : end + 4]
    if not after:
        return True
    if after[0] not in _CLOSERS or (after[0] == "-" and after[1:2].isalpha()):
        return False
    rest = after.lstrip(" ")
    if padded or not rest or rest[0] in _MARKS:
        return True
    return bool(_COUNT.match(body, end) or _SCAN_WORD.match(body, end))
