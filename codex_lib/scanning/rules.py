"""What a library's settings mean for a scan, compiled once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.catalog.book_strategies import depends_on_series, title_rule
from codex_lib.catalog.number_strategies import number_rule, uses_position
from codex_lib.catalog.scanning_config import stored_scanning_config
from codex_lib.catalog.series_strategies import series_rule, wants_sidecar
from codex_lib.db import one
from codex_lib.errors import LibraryNotFoundError
from codex_lib.scanning.walk import WalkRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.catalog.book_strategies import BookName
    from codex_lib.catalog.series_strategies import SeriesPlace
    from codex_lib.db import Database
    from codex_lib.formats.book import Metadata


@dataclass(frozen=True, slots=True)
class LibraryRules:
    """A library as a scan sees it; id is the inner key, path the stored root.

    needs_all: every file is to be read again, because a strategy changed. late_titles
    and late_numbers: these need the whole series and are set when it is complete.
    by_path: numbers by position go by path and not by file name. purges: deleted books
    are forgotten after a scan.
    """

    id: int
    uuid: str
    name: str
    path: str
    book_count: int
    updated_at: str
    needs_all: bool
    walk: WalkRules
    series: Callable[[str, Metadata | None], SeriesPlace]
    title: Callable[[BookName], str]
    number: Callable[[str, str | None, int | None], float | None]
    late_titles: bool
    late_numbers: bool
    by_path: bool
    purges: bool


_SELECT = """
    SELECT id, uuid, name, path, book_count, updated_at, rules_changed,
        series_strategy, series_config, book_strategy, book_config, number_strategy,
        allowed_formats, excluded_patterns, scanning_config
    FROM libraries WHERE uuid = :id
"""


def library_rules(db: Database, library_id: str) -> LibraryRules:
    """Return the rules of a library by its public id. Raises LibraryNotFoundError."""
    row = one(db, _SELECT, {"id": library_id})
    if row is None:
        raise LibraryNotFoundError(library_id)
    strategy, config = row["series_strategy"], _json(row["series_config"])
    titles = (row["book_strategy"], _json(row["book_config"]))
    formats = json.loads(row["allowed_formats"] or "null")
    scanning = stored_scanning_config(row["scanning_config"])
    return LibraryRules(
        id=row["id"],
        uuid=row["uuid"],
        name=row["name"],
        path=row["path"],
        book_count=row["book_count"],
        updated_at=row["updated_at"],
        needs_all=bool(row["rules_changed"]),
        walk=WalkRules(
            frozenset(name.lower() for name in formats) if formats else None,
            row["excluded_patterns"],
            wants_sidecar(strategy, config),
        ),
        series=series_rule(strategy, config),
        title=title_rule(*titles),
        number=number_rule(row["number_strategy"]),
        late_titles=depends_on_series(*titles),
        late_numbers=uses_position(row["number_strategy"]),
        by_path=strategy == "series_volume_chapter",
        purges=scanning is not None and scanning.purge_deleted_on_scan,
    )


def _json(text: str | None) -> dict[str, object] | None:
    return json.loads(text) if text else None
