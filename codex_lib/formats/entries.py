"""Which entries of an archive are pages, and in which order."""

from __future__ import annotations

import re
from os.path import commonprefix
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

IMAGE_SUFFIXES = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp"),
        *(".tif", ".tiff", ".avif", ".jxl"),
    )
)
_DIGITS = re.compile(r"([0-9]+)")
_MOST_DIGITS = 1000  # Python refuses to make numbers of more than 4,300
_HIDDEN = re.compile(r"(?:^|/)\.(?!\.?/)|__MACOSX/")

T = TypeVar("T", bound=tuple[Any, ...])


def natural_key(text: str) -> tuple[str | int, ...]:
    """Sort key under which "page 9" comes before "page 10", case ignored.

    Text and numbers alternate and the first is always text, so any two keys compare.
    Equal but for case or leading zeros: the caller breaks the tie by the text itself.
    """
    parts: list[str | int] = list(_DIGITS.split(text.casefold()))
    for i in range(1, len(parts), 2):
        parts[i] = int(str(parts[i])[:_MOST_DIGITS])
    return tuple(parts)


def is_page_name(name: str) -> bool:
    """Tell whether an entry's name is that of a page: an image, not hidden, no junk.

    Folders are separated by "/". Hidden: any part of the path that starts with a dot,
    and the resource forks that macOS writes under __MACOSX.
    """
    return name[name.rfind(".") :].lower() in IMAGE_SUFFIXES and not is_hidden(name)


def is_hidden(name: str) -> bool:
    """Tell whether an entry is hidden or a resource fork; see is_page_name."""
    if name[0] == "." or "/." in name:
        return _HIDDEN.search(name) is not None
    return "__MACOSX/" in name


def sorted_pages(entries: list[T]) -> list[T]:
    """Return entries (tuples that begin with a name) in the natural order of names.

    Names of one length that differ only in digits at one place, as zero-padded ones
    do, sort the same plainly and naturally: 5 µs for 20 names against 17.
    """
    ordered = sorted(entries)
    if is_padded([entry[0] for entry in ordered]):
        return ordered
    return sorted(ordered, key=lambda entry: (natural_key(entry[0]), entry))


def is_padded(names: list[str]) -> bool:
    """Tell whether names, sorted, differ only in as many digits at the same place."""
    if not names:
        return True
    first, last = names[0], names[-1]
    prefix = commonprefix((first, last))  # noqa: RUF071 - characters are meant
    start, length = len(prefix), len(first)
    tail = start
    while tail < length and "0" <= first[tail] <= "9":
        tail += 1
    if {name[tail:] for name in names} != {first[tail:]}:
        return False
    digits = "".join([name[start:tail] for name in names])
    return first == last or (
        len(digits) == len(names) * (tail - start)
        and digits.isdigit()
        and digits.isascii()
    )


def page_order(names: Iterable[str]) -> list[str]:
    """Return the names that are pages, in reading order."""
    return [name for (name,) in sorted_pages([(n,) for n in names if is_page_name(n)])]
