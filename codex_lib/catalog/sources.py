"""Names of other catalogs, as anilist: what links and ratings come from."""

from __future__ import annotations

import re

from codex_lib.errors import InvalidError

MAX_SOURCE = 100  # characters
MAX_SOURCES = 100  # links, or ratings, of one series
# No slash, so that it fits into an address; two dots alone would go up in one.
_SOURCE = re.compile(r"\w[\w .:&+'!-]*")


def checked_source(text: str) -> str:
    """Return the name of a source in lower case with single spaces.

    Raises InvalidError.
    """
    name = " ".join(text.lower().split())
    if not _SOURCE.fullmatch(name):
        reason = (
            "must be a name: letters, digits and spaces, . : & + ' ! - after the first"
        )
        raise InvalidError("source_name", reason)
    if len(name) > MAX_SOURCE:
        reason = f"must not be longer than {MAX_SOURCE} characters"
        raise InvalidError("source_name", reason)
    return name
