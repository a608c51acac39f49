"""What a book's file says of itself, as the API shows it."""

from __future__ import annotations

from msgspec import Struct


class BookMetadata(Struct, kw_only=True):
    """What a book's file says of itself, or people say instead.

    source is the reader that filled it: comicinfo, metroninfo, opf or pdf. number is as
    written, language_iso is BCP 47, title and number are the file's, not the book's.
    """

    book_id: str
    source: str | None
    title: str | None
    title_sort: str | None
    series: str | None
    series_sort: str | None
    series_group: str | None
    number: str | None
    count: int | None
    volume: int | None
    alternate_series: str | None
    alternate_number: str | None
    alternate_count: int | None
    story_arc: str | None
    story_arc_number: str | None
    summary: str | None
    notes: str | None
    review: str | None
    year: int | None
    month: int | None
    day: int | None
    writers: list[str]
    pencillers: list[str]
    inkers: list[str]
    colorists: list[str]
    letterers: list[str]
    cover_artists: list[str]
    editors: list[str]
    translators: list[str]
    publisher: str | None
    imprint: str | None
    genres: list[str]
    tags: list[str]
    characters: list[str]
    teams: list[str]
    locations: list[str]
    main_character_or_team: str | None
    language_iso: str | None
    reading_direction: str | None
    manga: str | None
    black_and_white: bool | None
    format_detail: str | None
    age_rating: str | None
    community_rating: float | None
    status: str | None
    scan_information: str | None
    web: list[str]
    isbns: list[str]
    page_count: int | None
    cover_page_index: int | None
