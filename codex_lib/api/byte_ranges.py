"""Parts of a file: the Range header and its conditions (RFC 9110, section 14)."""

from __future__ import annotations

import re

RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


class UnsatisfiableRangeError(ValueError):
    """The range lies behind the end of the file."""


def wanted_part(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte that is wanted and the one behind the last.

    None is the whole file: no header, one that is not understood, or several ranges,
    which a server may ignore. Raises UnsatisfiableRangeError.
    """
    found = RANGE.fullmatch(header.strip()) if header else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start = int(found[1])
        last = int(found[2]) if found[2] else size - 1
        if found[2] and last < start:
            return None
        end = min(last + 1, size)
    if start >= size:
        raise UnsatisfiableRangeError
    return start, end


def is_same_file(condition: str | None, etag: str, modified: str) -> bool:
    """Return whether If-Range holds, so that a part may be sent; True without it.

    etag is in quotes. A weak tag never holds, a date only if it is the very same.
    """
    return condition is None or condition.strip() in (etag, modified)
