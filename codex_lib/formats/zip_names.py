"""Names of ZIP entries: bytes in one of several encodings, to labels for people."""

from __future__ import annotations

import re

_KANA = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def label(name: str) -> str:
    """Return a name as Codex shows it; names are labels, never paths on disk."""
    return name.replace("\\", "/").partition("\0")[0]


def decode_name(raw: bytes, flags: int) -> str:
    """Return an entry's name: UTF-8 by flag or luck, Shift-JIS, else code page 437."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        if flags & 0x800:
            return raw.decode(errors="replace")
    try:
        name = raw.decode("cp932")
    except UnicodeDecodeError:
        return raw.decode("cp437")
    return name if _KANA.search(name) else raw.decode("cp437")
