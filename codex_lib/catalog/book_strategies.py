"""The title of a book: five strategies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.strategy_config import StrategyConfig, read_config, search
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    TitleRule = Callable[["BookName"], str]

_GENERIC = re.compile(
    r"(?:(?:Vol(?:ume|\.)?|Chapter|Issue|Part|Ep(?:isode|\.)?) ?)?#?\d+(?:\.\d+)?"
)
_TEMPLATE_FIELDS = ("series", "volume", "chapter", "title", "filename")
_SMART_ALIASES = {"generic_patterns": "additional_generic_patterns"}
_HUNDRED, _THOUSAND = 100, 1000


@dataclass(frozen=True, slots=True)
class BookName:
    """What a title can be made of.

    stem is the file's name without its suffix, title what the metadata says, book_count
    the number of books in the series.
    """

    stem: str
    title: str | None = None
    series: str = ""
    volume: int | None = None
    chapter: str | None = None
    number: float | None = None
    book_count: int = 0


def title_rule(strategy: str, config: Mapping[str, object] | None) -> TitleRule:
    """Return the function that gives a book its title; never an empty one.

    Raises InvalidError for a strategy or a configuration that cannot be used.
    """
    build = _BUILDERS.get(strategy)
    if build is None:
        known = ", ".join(BOOK_STRATEGIES)
        raise InvalidError("book_strategy", f"{strategy} is none of {known}")
    return build(config)


def depends_on_series(strategy: str, config: Mapping[str, object] | None) -> bool:
    """Tell whether titles change with the series: its name, its books' numbers."""
    if strategy != "custom":
        return strategy == "series_name"
    read = _custom_config(config)
    template = read.text("title_template")
    return "{series}" in template or read.text("fallback") == "series_name"


def _read(config: Mapping[str, object] | None, *keys: str) -> StrategyConfig:
    return read_config("book_config", config, keys)


def _filename(config: Mapping[str, object] | None) -> TitleRule:
    _read(config)
    return _stem_title


def _stem_title(name: BookName) -> str:
    return name.stem


def _metadata_first(config: Mapping[str, object] | None) -> TitleRule:
    _read(config)
    return _metadata_title


def _metadata_title(name: BookName) -> str:
    return (name.title or "").strip() or name.stem


def _smart(config: Mapping[str, object] | None) -> TitleRule:
    keys = tuple(_SMART_ALIASES.values())
    read = read_config("book_config", config, keys, _SMART_ALIASES)
    generic = [_GENERIC, *read.patterns(keys[0], default=())]

    def title(name: BookName) -> str:
        given = (name.title or "").strip()
        if not given or any(pattern.fullmatch(given) for pattern in generic):
            return name.stem
        return given

    return title


def _series_name(config: Mapping[str, object] | None) -> TitleRule:
    _read(config)
    return _numbered_title


def _numbered_title(name: BookName) -> str:
    """Return "Naruto v.03", "Naruto v.03 c.012", or the stem without a number."""
    if name.volume is not None and name.chapter:
        width = 3 if name.book_count < _THOUSAND else 4
        chapter = _padded(name.chapter, width)
        return f"{name.series} v.{name.volume:02} c.{chapter}"
    if name.number is None:
        return name.stem
    width = 2 + (name.book_count >= _HUNDRED) + (name.book_count >= _THOUSAND)
    return f"{name.series} v.{_padded(_plain(name.number), width)}"


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() else str(number)


def _padded(text: str, width: int) -> str:
    """Pad the whole part of a number with zeros: 1.5 -> 01.5."""
    whole, point, rest = text.partition(".")
    return whole.zfill(width) + point + rest


def _custom_config(config: Mapping[str, object] | None) -> StrategyConfig:
    return _read(config, "pattern", "title_template", "fallback")


def _custom(config: Mapping[str, object] | None) -> TitleRule:
    read = _custom_config(config)
    pattern = read.pattern("pattern")
    names = {*_TEMPLATE_FIELDS, *pattern.groupindex}
    # Without a template the title is that of the group of that name, if any.
    template = read.template("title_template", names, default="")
    has_template = bool(read.text("title_template"))
    choices = [known for known in BOOK_STRATEGIES if known != "custom"]
    fallback = title_rule(read.choice("fallback", choices, default="filename"), None)

    def title(name: BookName) -> str:
        match = search(pattern, name.stem)
        if match is None:
            return fallback(name)
        groups = match.groupdict("")
        if has_template:
            return template(_fields(name, groups)) or fallback(name)
        return groups.get("title", "").strip() or fallback(name)

    return title


def _fields(name: BookName, groups: dict[str, str]) -> dict[str, str]:
    """Return what a template may name: the pattern's groups before what is known."""
    known = {
        "series": name.series,
        "volume": "" if name.volume is None else str(name.volume),
        "chapter": name.chapter or "",
        "title": name.title or "",
        "filename": name.stem,
    }
    return groups | {key: groups.get(key) or text for key, text in known.items()}


_BUILDERS: dict[str, Callable[[Mapping[str, object] | None], TitleRule]] = {
    "filename": _filename,
    "metadata_first": _metadata_first,
    "smart": _smart,
    "series_name": _series_name,
    "custom": _custom,
}
BOOK_STRATEGIES = tuple(_BUILDERS)
