"""Which series a file belongs to, by its place in the library: six strategies.

A strategy and its configuration are compiled once into a function that is called for
every file. Nothing is read from disk; metadata is what the file said about itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from codex_lib.catalog.strategy_config import StrategyConfig, read_config, search
from codex_lib.errors import InvalidError
from codex_lib.formats.filenames import parse_filename
from codex_lib.formats.name_words import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codex_lib.formats.book import Metadata

    SeriesRule = Callable[[str, Metadata | None], "SeriesPlace"]

UNSORTED = "Unsorted"
UNKNOWN = "Unknown"

_ALIASES = {"default": "series_volume"}
_FLAT_PATTERNS = (r"\[([^\]]+)\]", r"^([^-]+) -", r"^([^_]+)_")
_LEADING_WORDS = re.compile(r"[^\d#\[(]+")
_CALIBRE_ID = re.compile(r" \(\d+\)$")
_CALIBRE_MODES = ("standalone", "by_author", "from_metadata")
_SKIP_MAXIMUM = 20
_VOLUME_DIGITS = 6


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """The series of one file.

    path is the folder of the series, relative to the library's; None if the series is
    not one folder, so that its name alone identifies it.
    """

    name: str
    path: str | None = None
    publisher: str | None = None
    author: str | None = None
    volume: int | None = None
    chapter: str | None = None


def series_rule(strategy: str, config: Mapping[str, object] | None) -> SeriesRule:
    """Return the function that places a file: path in the library, metadata -> series.

    The path is relative to the library's folder, with "/" between its parts. Raises
    InvalidError for a strategy or a configuration that cannot be used.
    """
    build = _BUILDERS.get(_ALIASES.get(strategy, strategy))
    if build is None:
        known = ", ".join(SERIES_STRATEGIES)
        raise InvalidError("series_strategy", f"{strategy} is none of {known}")
    return build(config)


def wants_sidecar(strategy: str, config: Mapping[str, object] | None) -> bool:
    """Tell whether the metadata.opf beside a file is to be read."""
    if strategy != "calibre":
        return False
    return _calibre_config(config).flag("read_opf_metadata", default=True)


def _read(config: Mapping[str, object] | None, *keys: str) -> StrategyConfig:
    return read_config("series_config", config, keys)


def _series_volume(config: Mapping[str, object] | None) -> SeriesRule:
    _read(config)
    return _place_by_first_folder


def _place_by_first_folder(path: str, _metadata: Metadata | None) -> SeriesPlace:
    first, slash, _ = path.partition("/")
    return SeriesPlace(first, first) if slash else SeriesPlace(UNSORTED)


def _series_volume_chapter(config: Mapping[str, object] | None) -> SeriesRule:
    _read(config)
    return _place_by_volume_folder


def _place_by_volume_folder(path: str, _metadata: Metadata | None) -> SeriesPlace:
    *folders, file = path.split("/")
    name = parse_filename(file)
    chapter = name.chapter or name.number or None
    if not folders:
        return SeriesPlace(UNSORTED, volume=name.volume, chapter=chapter)
    volume = _folder_volume(folders[1]) if len(folders) > 1 else name.volume
    return SeriesPlace(folders[0], folders[0], volume=volume, chapter=chapter)


@lru_cache(maxsize=1024)
def _folder_volume(folder: str) -> int | None:
    name = parse_filename(folder)
    return name.volume if name.volume is not None else _volume(name.number)


def _volume(text: str | None) -> int | None:
    """Return a volume's number from its text, None if it is no plain number."""
    if text and text.isdecimal() and len(text) <= _VOLUME_DIGITS:
        return int(text)
    return None


def _flat(config: Mapping[str, object] | None) -> SeriesRule:
    read = _read(config, "filename_patterns", "require_metadata")
    require_metadata = read.flag("require_metadata", default=False)
    patterns = read.patterns("filename_patterns", default=_FLAT_PATTERNS)
    for pattern in patterns:
        if not pattern.groups:
            read.refuse("filename_patterns", f"needs a group in {pattern.pattern}")

    def place(path: str, metadata: Metadata | None) -> SeriesPlace:
        if require_metadata:
            return SeriesPlace((metadata or {}).get("series") or UNKNOWN)
        return SeriesPlace(_name_in_stem(_stem(path), patterns))

    return place


def _name_in_stem(stem: str, patterns: list[re.Pattern[str]]) -> str:
    for pattern in patterns:
        match = search(pattern, stem)
        name = (match[1] or "").strip() if match else ""
        if name:
            return name
    leading = _LEADING_WORDS.match(stem)
    return (leading[0].strip(" -_.") if leading else "") or stem


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    return stem if stem and suffix.lower() in SUFFIXES else name


def _publisher_hierarchy(config: Mapping[str, object] | None) -> SeriesRule:
    read = _read(config, "skip_depth", "store_skipped_as")
    skip = read.integer("skip_depth", default=1, maximum=_SKIP_MAXIMUM)
    store_as = read.text("store_skipped_as", default="publisher")

    def place(path: str, _metadata: Metadata | None) -> SeriesPlace:
        folders = path.split("/")[:-1]
        if len(folders) <= skip:
            return SeriesPlace(UNSORTED)
        skipped = "/".join(folders[:skip]) or None
        return SeriesPlace(
            folders[skip],
            "/".join(folders[: skip + 1]),
            publisher=skipped if store_as == "publisher" else None,
            author=skipped if store_as == "author" else None,
        )

    return place


def _calibre_config(config: Mapping[str, object] | None) -> StrategyConfig:
    keys = ("strip_id_suffix", "series_mode", "read_opf_metadata", "author_from_folder")
    return _read(config, *keys)


def _calibre(config: Mapping[str, object] | None) -> SeriesRule:
    read = _calibre_config(config)
    strip_id = read.flag("strip_id_suffix", default=True)
    with_author = read.flag("author_from_folder", default=True)
    mode = read.choice("series_mode", _CALIBRE_MODES, default="standalone")
    read.flag("read_opf_metadata", default=True)

    def place(path: str, metadata: Metadata | None) -> SeriesPlace:
        # A library of calibre's: Author/Title (id)/file.
        folders = path.split("/")[:-1][:2]
        author = folders[0] if with_author and len(folders) > 1 else None
        if mode == "from_metadata" and metadata and metadata.get("series"):
            return SeriesPlace(metadata["series"], author=author)
        if mode == "by_author":
            folders = folders[:1]
            author = folders[0] if with_author and folders else None
        if not folders:
            return SeriesPlace(UNSORTED)
        name = folders[-1]
        short = _CALIBRE_ID.sub("", name) if strip_id else name
        return SeriesPlace(short or name, "/".join(folders), author=author)

    return place


def _custom(config: Mapping[str, object] | None) -> SeriesRule:
    read = _read(config, "pattern", "series_name_template")
    pattern = read.pattern("pattern")
    names = set(pattern.groupindex)
    template = read.template("series_name_template", names, default="{series}")

    def place(path: str, _metadata: Metadata | None) -> SeriesPlace:
        match = search(pattern, path)
        if match is None:
            folder = path.rpartition("/")[0]
            return SeriesPlace(folder.rpartition("/")[2] or UNSORTED, folder or None)
        groups = match.groupdict("")
        name = template(groups) or UNSORTED
        return SeriesPlace(
            name,
            _matched_folder(path, match, name),
            publisher=groups.get("publisher") or None,
            volume=_volume(groups.get("volume")),
        )

    return place


def _matched_folder(path: str, match: re.Match[str], name: str) -> str | None:
    """Return the series' folder if the name is that of one whole folder.

    Otherwise several folders may make up one series ("X-Men (1991)", "X-Men (2010)"),
    or one folder several.
    """
    if "series" not in match.re.groupindex:
        return None
    start, end = match.span("series")
    whole = path[end : end + 1] == "/" and path[:start][-1:] in ("", "/")
    return path[:end] if whole and path[start:end] == name else None


_BUILDERS: dict[str, Callable[[Mapping[str, object] | None], SeriesRule]] = {
    "series_volume": _series_volume,
    "series_volume_chapter": _series_volume_chapter,
    "flat": _flat,
    "publisher_hierarchy": _publisher_hierarchy,
    "calibre": _calibre,
    "custom": _custom,
}
SERIES_STRATEGIES = tuple(_BUILDERS)
