"""From what opening a file gave to the columns of its rows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.book_strategies import BookName
from codex_lib.catalog.sort_keys import book_sort_key, release_date, sort_key
from codex_lib.db.folding import fold, other_keys
from codex_lib.formats import BOOK_SUFFIXES

if TYPE_CHECKING:
    from codex_lib.catalog.series_strategies import SeriesPlace
    from codex_lib.formats.book import Metadata
    from codex_lib.scanning.analyze import Analyzed
    from codex_lib.scanning.rules import LibraryRules
    from codex_lib.scanning.walk import FileFact


class BookRecord(NamedTuple):
    """The columns of a book that a scan sets, in the order of its INSERT."""

    path: str
    file_name: str
    file_key: str
    file_format: str
    file_size: int
    mtime_ns: int
    sidecar_mtime_ns: int | None
    identity: bytes | None
    page_count: int
    title: str
    sort_key: str
    title_key: str
    other_keys: str
    number: float | None
    release_date: int | None
    volume: int | None
    chapter: str | None
    analysis_error: str | None
    analysis_warnings: str | None
    analyzed_at: str | None


def series_place(rules: LibraryRules, found: Analyzed) -> SeriesPlace:
    """Return the series that a file belongs to."""
    return rules.series(found.file.path, found.facts.metadata if found.facts else None)


def place_key(place: SeriesPlace) -> str:
    """Return the text by which a series is one and the same in its library."""
    return f"={fold(place.name)}" if place.path is None else f"/{place.path}"


def book_record(
    rules: LibraryRules, found: Analyzed, place: SeriesPlace, *, now: str
) -> BookRecord:
    """Return the columns of a book; title and number may follow with its series."""
    file, facts = found.file, found.facts
    name = file.path.rpartition("/")[2]
    metadata: Metadata = facts.metadata if facts else {}
    stem, expected = stem_and_format(file)
    number_text, volume = metadata.get("number"), place.volume
    number = None if rules.late_numbers else rules.number(stem, number_text, None)
    title = stem
    if not rules.late_titles:
        book_name = BookName(
            stem=stem,
            title=metadata.get("title"),
            series=place.name,
            volume=metadata.get("volume") if volume is None else volume,
            chapter=place.chapter,
            number=number,
            book_count=0,
        )
        title = rules.title(book_name)
    title_key = fold(title)
    title_sort = book_sort_key(
        title,
        None,
        given_title=metadata.get("title"),
        given_title_sort=metadata.get("title_sort"),
    )
    warnings = facts.warnings if facts else None
    return BookRecord(
        file.path,
        name,
        sort_key(name),
        facts.file_format if facts else expected,
        file.file_size,
        file.mtime_ns,
        file.sidecar_mtime_ns,
        facts.identity if facts else None,
        found.page_count,
        title,
        title_sort,
        title_key,
        other_keys(title_key, name),
        number,
        release_date(metadata),
        volume,
        place.chapter,
        found.error,
        "\n".join(warnings) if warnings else None,
        now if facts else None,
    )


def stem_and_format(file: FileFact) -> tuple[str, str]:
    """Return a file's name without its suffix, and the format the suffix promises."""
    name = file.path.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    kind = BOOK_SUFFIXES.get(suffix.lower())
    return (stem, kind) if stem and kind else (name, "folder")
