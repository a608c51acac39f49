"""Which series a folder would make, before there is a library of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codex_lib.catalog.paths import stored_path
from codex_lib.catalog.series_strategies import series_rule
from codex_lib.catalog.sort_keys import sort_key, title_sort_key
from codex_lib.errors import InvalidError
from codex_lib.scanning.records import place_key
from codex_lib.scanning.walk import Walk, WalkRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

SAMPLE_BOOKS = 5


@dataclass(slots=True)
class PreviewSeries:
    """A series that a scan would make; contract section 13, preview-scan.

    path is its folder relative to the one previewed, None without one. sample_books
    are up to five file names. metadata holds publisher and author where folders tell.
    """

    name: str
    path: str | None
    book_count: int = 0
    sample_books: list[str] = field(default_factory=list)
    metadata: dict[str, str] | None = None


def preview_library(
    path: Path,
    *,
    series_strategy: str = "series_volume",
    series_config: Mapping[str, Any] | None = None,
    allowed_formats: list[str] | None = None,
    excluded_patterns: str | None = None,
) -> list[PreviewSeries]:
    """Return the series that a scan of a folder would make, by name.

    Only names are looked at, no file is opened: a strategy that takes the series from
    metadata shows what it would do without any. Raises InvalidError.
    """
    if not path.is_dir():
        raise InvalidError("path", f"{path} is not a folder on this machine")
    rule = series_rule(series_strategy, series_config)
    formats = frozenset(name.lower() for name in allowed_formats or ()) or None
    root = stored_path(str(path.resolve()))
    found: dict[str, PreviewSeries] = {}
    for file in Walk().files(root, WalkRules(formats, excluded_patterns)):
        place = rule(file.path, None)
        series = found.setdefault(
            place_key(place), PreviewSeries(place.name, place.path)
        )
        series.book_count += 1
        series.sample_books.append(file.path.rpartition("/")[2])
        told = {"publisher": place.publisher, "author": place.author}
        series.metadata = {k: v for k, v in told.items() if v} or None
    for series in found.values():
        series.sample_books = sorted(series.sample_books, key=sort_key)[:SAMPLE_BOOKS]
    return sorted(found.values(), key=lambda series: title_sort_key(series.name))
