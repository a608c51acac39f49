"""Which series a folder would make, before there is a library of it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codex_lib.catalog.libraries import file_formats, folder_path
from codex_lib.catalog.series_strategies import series_rule
from codex_lib.catalog.sort_keys import sort_key, title_sort_key
from codex_lib.errors import InvalidError
from codex_lib.scanning.records import place_key
from codex_lib.scanning.walk import Walk, WalkRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from codex_lib.catalog.series_strategies import SeriesPlace
    from codex_lib.scanning.walk import FileFact

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


@dataclass(slots=True)
class Preview:
    """The series that a folder would make, by name; contract section 13, preview-scan.

    is_complete is false when the folder held more than there was time or room for.
    """

    detected_series: list[PreviewSeries]
    total_files: int
    is_complete: bool


def preview_library(  # noqa: PLR0913 - all by keyword
    path: str | Path,
    *,
    series_strategy: str = "series_volume",
    series_config: Mapping[str, Any] | None = None,
    allowed_formats: list[str] | None = None,
    excluded_patterns: str | None = None,
    max_files: int | None = None,
    max_seconds: float | None = None,
) -> Preview:
    """Return the series that a scan of a folder would make.

    Only names are looked at, no file is opened: a strategy that takes the series from
    metadata shows what it would do without any. max_files and max_seconds end it a
    folder later. Raises InvalidError.
    """
    rule = series_rule(series_strategy, series_config)
    names = file_formats("allowed_formats", allowed_formats)
    formats = frozenset(name.lower() for name in names) if names else None
    rules = WalkRules(formats, excluded_patterns)
    until = math.inf if max_seconds is None else time.monotonic() + max_seconds
    found: dict[str, PreviewSeries] = {}
    preview = Preview([], 0, is_complete=True)
    for files in _walked(folder_path("path", path), rules):
        for file in files:
            _add(found, rule(file.path, None), file.path)
        preview.total_files += len(files)
        too_many = max_files is not None and preview.total_files > max_files
        if too_many or time.monotonic() > until:
            preview.is_complete = False
            break
    for series in found.values():
        series.sample_books = sorted(series.sample_books, key=sort_key)[:SAMPLE_BOOKS]
    preview.detected_series = sorted(found.values(), key=_by_name)
    return preview


def _walked(root: str, rules: WalkRules) -> Iterator[list[FileFact]]:
    try:
        yield from Walk().lists(root, rules)
    except OSError as error:
        reason = f"cannot be looked into: {(error.strerror or '').lower()}"
        raise InvalidError("path", reason) from error


def _add(found: dict[str, PreviewSeries], place: SeriesPlace, path: str) -> None:
    series = found.setdefault(place_key(place), PreviewSeries(place.name, place.path))
    series.book_count += 1
    series.sample_books.append(path.rpartition("/")[2])
    told = {"publisher": place.publisher, "author": place.author}
    series.metadata = {k: v for k, v in told.items() if v} or None


def _by_name(series: PreviewSeries) -> str:
    return title_sort_key(series.name)
