"""Paths of books as the catalog stores them.

A file name on Linux is any bytes; the catalog stores text. Bytes that are no UTF-8 are
stored as the private characters U+F780 to U+F7FF, one for each byte from 0x80 to 0xFF
(the manner of WSL and Samba). The way back is exact, because a name that really holds
such a character has its own three bytes stored that way.
"""

from __future__ import annotations

import os
import re

_PRIVATE = re.compile("[\uf780-\uf7ff]")
_SURROGATE = re.compile("[\udc80-\udcff]")
_SURROGATE_BASE, _PRIVATE_BASE = 0xDC00, 0xF700


def stored_path(path: str) -> str:
    """Return a path as os functions give it in the form the catalog stores."""
    if path.isascii():
        return path
    if _PRIVATE.search(path) is None:
        try:
            path.encode()
        except UnicodeEncodeError:
            pass
        else:
            return path
    text = _PRIVATE.sub(_escaped, path)
    return _SURROGATE.sub(_private, text)


def _private(character: re.Match[str]) -> str:
    return chr(ord(character[0]) - _SURROGATE_BASE + _PRIVATE_BASE)


def _escaped(character: re.Match[str]) -> str:
    return "".join(chr(_PRIVATE_BASE + byte) for byte in character[0].encode())


def disk_path(root: str, path: str) -> str:
    """Return the path on disk of a stored path below a stored root folder."""
    return _disk(os.path.join(root, path) if path else root)  # noqa: PTH118 - hot


def _disk(path: str) -> str:
    if path.isascii() or _PRIVATE.search(path) is None:
        return path
    raw = b"".join(
        bytes([ord(c) - _PRIVATE_BASE]) if "\uf780" <= c <= "\uf7ff" else c.encode()
        for c in path
    )
    return os.fsdecode(raw)
