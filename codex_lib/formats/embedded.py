"""The metadata file inside a comic archive: which entry it is, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.formats.comicinfo import read_comicinfo
from codex_lib.formats.metroninfo import read_metroninfo
from codex_lib.formats.xml import XmlError
from codex_lib.formats.xml_repair import parse_lenient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_lib.formats.book import Metadata

_COMICINFO, _METRONINFO = "comicinfo.xml", "metroninfo.xml"
_SUFFIXES = (_COMICINFO, _METRONINFO)
_LONGEST = len(_METRONINFO)
_REASON_CHARS = 160


def metadata_name(names: Iterable[str]) -> str | None:
    """Return which entry of an archive holds its metadata, None if there is none.

    ComicInfo.xml before MetronInfo.xml, in any case; of several the one nearest the
    root. Names have "/" between their parts.
    """
    candidates = [
        name for name in names if name[-_LONGEST:].lower().endswith(_SUFFIXES)
    ]
    return min(filter(_is_metadata, candidates), key=_preference, default=None)


def parse_embedded(name: str, data: bytes) -> tuple[Metadata, str | None]:
    """Return the metadata in an entry, and a warning of one line if it is damaged.

    Never raises: a book whose metadata is nonsense is still a book.
    """
    base = name.rpartition("/")[2]
    read = read_comicinfo if base.lower() == _COMICINFO else read_metroninfo
    try:
        root, damage = parse_lenient(data)
        metadata = read(root, damage)
    except XmlError as error:
        return {}, f"{base}: {_reason(str(error))}"
    if damage:
        return metadata, f"{base}: damaged, read as far as possible: {_reason(damage)}"
    return metadata, None


def _reason(text: str) -> str:
    """Return a reason without the parser's "(<string>, line 1)" at its end."""
    return text.partition(" (<string>")[0][:_REASON_CHARS]


def _is_metadata(name: str) -> bool:
    folders, _, base = name.lower().rpartition("/")
    return base in _SUFFIXES and "__macosx" not in folders.split("/")


def _preference(name: str) -> tuple[bool, int, str]:
    return name.lower().endswith(_METRONINFO), name.count("/"), name
