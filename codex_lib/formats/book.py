"""What a reader finds in one file: its pages, its metadata, its identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict


class Page(NamedTuple):
    """One page of a book, as the container's directory describes it.

    name is the entry's name in the container ("" never; PDF: "page 1").
    format is what the bytes are, not what the suffix says: jpeg, png, webp, gif,
    bmp, tiff, avif, jxl; "pdf" or "xhtml" for a page that has to be rendered; ""
    when the first bytes are those of no known image.
    file_size is in bytes, uncompressed. width and height are in pixels as shown
    (EXIF orientation applied), 0 when not known yet.
    crc is the CRC-32 of the uncompressed bytes, 0 when the container has none.
    offset, compressed_size and method are the container's own: for ZIP the offset of
    the local header, the stored size and the compression method; else an index or 0.
    """

    name: str
    format: str = ""
    file_size: int = 0
    width: int = 0
    height: int = 0
    crc: int = 0
    offset: int = 0
    compressed_size: int = 0
    method: int = 0


class Metadata(TypedDict, total=False):
    """What a file says about itself; a key is present only if it has a value.

    The one shape into which ComicInfo, MetronInfo, OPF and PDF info are read.
    people are lists of names in the order given; number is text as written ("1.5",
    "½", "Annual 1"); volume, count, year, month, day, page_count are integers;
    language_iso is BCP 47; manga is "Yes", "No", "YesAndRightToLeft"; age_rating is
    the text of the source; reading_direction is ltr, rtl, ttb or webtoon; status is
    ongoing, ended, hiatus, abandoned; isbns are digits (and X) only; source says
    which reader filled it: comicinfo, metroninfo, opf, pdf.
    """

    source: str
    title: str
    title_sort: str
    series: str
    series_sort: str
    number: str
    count: int
    volume: int
    alternate_series: str
    alternate_number: str
    alternate_count: int
    summary: str
    notes: str
    year: int
    month: int
    day: int
    writers: list[str]
    pencillers: list[str]
    inkers: list[str]
    colorists: list[str]
    letterers: list[str]
    cover_artists: list[str]
    editors: list[str]
    translators: list[str]
    publisher: str
    imprint: str
    genres: list[str]
    tags: list[str]
    web: list[str]
    page_count: int
    language_iso: str
    format_detail: str
    black_and_white: bool
    manga: str
    reading_direction: str
    characters: list[str]
    teams: list[str]
    locations: list[str]
    main_character_or_team: str
    scan_information: str
    story_arc: str
    story_arc_number: str
    series_group: str
    age_rating: str
    status: str
    community_rating: float
    review: str
    isbns: list[str]
    cover_page_index: int


@dataclass(slots=True)
class BookFacts:
    """Everything one opening of a file yields.

    file_format is by content: cbz, cbr, cb7, cbt, epub, pdf or folder. pages are in
    reading order. identity is the 16-byte content identity (formats/identity.py).
    cover is an entry to use instead of page 1, or None. warnings are one line each:
    what is wrong without making the book unreadable.
    """

    file_format: str
    pages: list[Page]
    identity: bytes
    metadata: Metadata = field(default_factory=Metadata)
    cover: Page | None = None
    warnings: list[str] = field(default_factory=list)
