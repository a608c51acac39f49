"""Sort keys: text by which SQLite's plain comparison gives the order people expect.

Stored beside the text and computed once, because a list by a stored, indexed key takes
0.06 ms at a million books and one that sorts takes 220 ms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from codex_lib.db.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = re.compile("[0-9]+")
_ARTICLE = re.compile(
    r"(?:the|an|a|le|la|les|un|une|der|die|das|el|los|las|il|lo|gli) +(?=\S)"
    r"|(?:l|d)['\u2019](?=\w)"
)
_DIGITS = 10
_MAXIMUM = 240


def sort_key(text: str) -> str:
    """Return the key of a text in natural order: "Page 9" before "page 10".

    Numbers are padded to ten digits; the key is made of the first 240 characters.
    """
    return _NUMBER.sub(_padded, fold(text)[:_MAXIMUM])


def title_sort_key(title: str) -> str:
    """Return the sort key of a title, its leading article dropped ("The Sandman")."""
    folded = fold(title)
    article = _ARTICLE.match(folded)
    start = article.end() if article else 0
    return _NUMBER.sub(_padded, folded[start : start + _MAXIMUM])


def book_sort_key(
    title: str,
    title_sort: str | None,
    *,
    given_title: str | None,
    given_title_sort: str | None,
) -> str:
    """Return the sort key of a book.

    By the sort title that somebody gave it, else by its title; the file's own sort
    title stands for the title as long as that is the file's too.
    """
    if title_sort is None and title == given_title:
        title_sort = given_title_sort
    return title_sort_key(title_sort or title)


def release_date(metadata: Mapping[str, Any]) -> int | None:
    """Return a date as a number that sorts, 20240300 for March 2024; None without one.

    metadata has year, month and day as far as they are known.
    """
    year = metadata.get("year")
    if year is None:
        return None
    month, day = metadata.get("month") or 0, metadata.get("day") or 0
    return int(year) * 10_000 + int(month) * 100 + int(day)


def _padded(number: re.Match[str]) -> str:
    return number[0].lstrip("0").zfill(_DIGITS)
