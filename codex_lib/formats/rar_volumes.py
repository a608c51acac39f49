"""Names of multi-volume RAR archives: which part comes first, which one next."""

from __future__ import annotations

import re

# "Bone.part2.rar", as RAR names volumes since 3.0.
_NEW = re.compile(r"(.*\.part)([0-9]+)(\.(?:rar|cbr))", re.IGNORECASE | re.DOTALL)
# "Bone.rar", "Bone.r00" … "Bone.r99", "Bone.s00" …, as before.
_OLD = re.compile(r"(.*\.)([r-z])([0-9]{2})", re.IGNORECASE | re.DOTALL)


def first_volume(name: str) -> str | None:
    """Return the name of the first part when name is that of a later part.

    None for a first part and for an archive in one piece. By name only: "X.part2.cbr"
    can be a book of its own, so look whether the first part lies beside it.
    """
    new = _NEW.fullmatch(name)
    if new:
        number = int(new[2])
        return f"{new[1]}{1:0{len(new[2])}}{new[3]}" if number > 1 else None
    old = _OLD.fullmatch(name)
    return f"{old[1]}{'RAR' if old[2].isupper() else 'rar'}" if old else None


def next_volumes(name: str) -> list[str]:
    """Return the names that the following part can have, the likeliest first."""
    names = []
    new, old = _NEW.fullmatch(name), _OLD.fullmatch(name)
    if new:
        names.append(f"{new[1]}{int(new[2]) + 1:0{len(new[2])}}{new[3]}")
    if old:
        letter, number = old[2], int(old[3]) + 1
        if number == 100:  # noqa: PLR2004 - two digits
            letter, number = chr(ord(letter) + 1), 0
        return [f"{old[1]}{letter}{number:02}"]
    stem, _, suffix = name.rpartition(".")
    return [*names, f"{stem}.{'R' if suffix.isupper() else 'r'}00"]
