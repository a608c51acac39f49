"""The groups in brackets of a file name: "(1996) (digital) [Group]"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from codex_lib.formats.name_numbers import BARE, DATE, YEAR, NameNumber, name_numbers
from codex_lib.formats.name_words import KINDS, SCAN_WORDS

_YEAR = re.compile(r"(?<![\w.])(?:18[89]|19\d|20[0-3])\d(?!\w)")
_BARE = re.compile(r"#?\d{1,3}(?:\.\d)?")
_DIGIT = re.compile(r"\d")
_UNMARKED = (BARE, YEAR, DATE)


@dataclass(slots=True)
class NameGroups:
    """What the groups of one name hold.

    years are (index of the group, year). numbers are marked ones, "(v02)", and stand
    nowhere: start and end are -1. bare is the first lone number, "(05)". tags are the
    groups that are none of these, as written.
    """

    years: list[tuple[int, int]] = field(default_factory=list)
    numbers: list[NameNumber] = field(default_factory=list)
    bare: str = ""
    kind: str = ""
    group: str = ""
    tags: list[str] = field(default_factory=list)


def read_groups(texts: list[str], *, leading: bool) -> NameGroups:
    """Sort groups, given with their brackets, by what they hold.

    leading says that the name begins with the first group: who made it, by custom.
    """
    groups = NameGroups()
    for index, text in enumerate(texts):
        inner = text[1:].rstrip(")]}").strip()
        if _DIGIT.search(inner) and _read_digits(groups, index, inner):
            continue
        lower = inner.lower()
        if lower in KINDS:
            groups.kind = KINDS[lower]
        elif inner:
            groups.tags.append(inner)
            if text[0] == "(" and lower not in SCAN_WORDS:
                groups.group = inner
    if leading and texts and texts[0][0] == "[" and groups.tags:
        groups.group = groups.tags[0]
    return groups


def _read_digits(groups: NameGroups, index: int, inner: str) -> bool:
    """Take a group with digits for what it is; False if it is a mere tag."""
    year = _YEAR.search(inner)
    if year:
        groups.years.append((index, int(year[0])))
        return True
    if _BARE.fullmatch(inner):
        groups.bare = groups.bare or inner.lstrip("#")
        return True
    numbers = name_numbers(inner)
    if not numbers or numbers[0].start or numbers[-1].end != len(inner):
        return False
    marked = [number for number in numbers if number.kind not in _UNMARKED]
    groups.numbers += [number._replace(start=-1, end=-1) for number in marked]
    return bool(marked)
