"""Rows of libraries, series and books, with the skew that real shelves have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from made_titles import Vocabulary, shares

from codex_lib.catalog.sort_keys import release_date, sort_key, title_sort_key
from codex_lib.db.folding import fold, other_keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

LIBRARIES = ("Comics", "Manga", "Europe", "Indie", "Zines")
_SHARES = (0.70, 0.15, 0.10, 0.0495, 0.0005)
GENRES, TAGS, PUBLISHERS = 200, 2000, 500
MOST_BOOKS = 2000  # of a series
_SIZE_POWER = 0.95
_GENRES = """
    Action Adventure Comedy Drama Fantasy Romance Science-Fiction Horror Mystery
    Superhero Slice-of-Life Thriller Crime Historical Sports Western War Musical
"""
_STATUSES = (
    *("ongoing", "ended", None, "unknown", "hiatus", "abandoned"),
    (0.38, 0.72, 0.92, 0.96, 0.99, 1.0),
)
_LANGUAGES = (
    *("en", "ja", None, "fr", "de", "es", "ko", "it", "pt-BR", "zh"),
    (0.55, 0.67, 0.79, 0.86, 0.90, 0.93, 0.96, 0.98, 0.99, 1.0),
)
_SUMMARY = "In which somebody finds a map, and loses it, and is not sorry for it. "
_DAYS = [
    f"{year}-{month:02}-{day:02}"
    for year in range(2015, 2025)
    for month in range(1, 13)
    for day in range(1, 29)
]
_ERRORS = ("not a ZIP archive", "encrypted: needs a password", "cut off: no end")
_FIRST_MS = 1_420_070_400_000

SERIES_COLUMNS = (
    *("id", "uuid", "library_id", "place", "path", "title", "title_sort", "sort_key"),
    *("summary", "publisher", "status", "age_rating", "language", "reading_direction"),
    *("year", "total_book_count", "created_at", "updated_at"),
    *("title_key", "other_keys"),
)
BOOK_COLUMNS = (
    *("id", "uuid", "library_id", "series_id", "path", "file_name", "file_key"),
    *("file_format", "file_size", "mtime_ns", "identity", "page_count", "title"),
    *("sort_key", "number", "volume", "analysis_error", "analyzed_at", "created_at"),
    *("updated_at", "deleted_at", "title_key", "other_keys", "release_date"),
)
METADATA_COLUMNS = (
    *("book_id", "source", "title", "series", "number", "summary", "year", "month"),
    *("day", "writers", "pencillers", "publisher", "language_iso"),
)


class MadeSeries(NamedTuple):
    """A series' row, and what its books take from it."""

    row: tuple
    id: int
    library: int
    path: str | None
    title: str
    size: int
    year: int | None
    day: int  # on which its first book came
    publisher: str | None
    language: str | None
    is_deleted: bool  # with all its books


class _Run(NamedTuple):
    """What the books of a series have in common."""

    titles: str  # made of the file name, of words of their own, of the series' title
    suffix: str
    pages: int
    people: tuple[str, str]  # writers, one a line, and who draws


class Shelf:
    """Makes rows; every call draws on, so they come in one order only."""

    def __init__(self, rng: Random, books: int) -> None:
        self._rng = rng
        self._words = Vocabulary(rng)
        self._sizes = series_sizes(rng, books)
        self._publishers = self._words.names(PUBLISHERS)
        self._publisher_shares = shares(PUBLISHERS, 1.0)
        common = _GENRES.split()
        self._names = {
            "genre": [*common, *self._words.names(GENRES - len(common))],
            "tag": self._words.names(TAGS),
        }
        self._term_shares = {
            noun: shares(len(names), 1.0) for noun, names in self._names.items()
        }
        self._people = self._words.names(3000)
        self._next_book = 0
        self._places: set[tuple[int, str]] = set()
        self._ids = 0
        self.genre_links: list[tuple[int, int]] = []
        self.tag_links: list[tuple[int, int]] = []
        self.alternate_titles: list[tuple] = []

    library_columns = (
        *("id", "uuid", "name", "path", "series_strategy", "book_strategy"),
        *("number_strategy", "default_reading_direction", "created_at", "updated_at"),
    )

    def libraries(self) -> Iterator[tuple]:
        """Yield one huge library, some smaller ones and a tiny one."""
        for i, name in enumerate(LIBRARIES, 1):
            strategies = ("series_volume", "filename", "file_order")
            direction = "rtl" if name == "Manga" else "ltr"
            moment = self._moment(0)
            row = (i, self._uuid(), name, f"/shelf/{name}", *strategies, direction)
            yield (*row, moment, moment)

    def terms(self, noun: str) -> Iterator[tuple]:
        """Yield genres or tags, the most popular first."""
        for i, name in enumerate(self._names[noun], 1):
            yield (i, self._uuid(), name, fold(name), self._moment(0))

    def series(self) -> Iterator[MadeSeries]:
        """Yield all series; their links and alternate titles are gathered beside."""
        chosen = self._rng.choices(range(1, 6), _SHARES, k=len(self._sizes))
        chosen[:10] = (1, 1, 1, 2, 2, 3, 3, 4, 5, 5)
        for i, (size, library) in enumerate(zip(self._sizes, chosen, strict=True), 1):
            yield self._one_series(i, size, library)

    def _one_series(self, number: int, size: int, library: int) -> MadeSeries:
        rng = self._rng
        is_asian = rng.random() < (0.3 if library == 2 else 0.01)
        title = self._words.east_asian() if is_asian else self._words.title()
        title = self._only(library, title)
        has_folder = library != 4
        path = title.replace("/", "_") if has_folder else None
        year = rng.randint(1960, 2024) if rng.random() > 0.15 else None
        day = rng.randrange(len(_DAYS))
        publisher = None
        if rng.random() > 0.2:
            weights = self._publisher_shares
            publisher = rng.choices(self._publishers, cum_weights=weights)[0]
        language = _one_of(_LANGUAGES, rng.random())
        self._link("genre", number, rng.randint(0, 5), self.genre_links)
        self._link("tag", number, rng.randint(0, 7), self.tag_links)
        title_key = fold(title)
        moment = self._moment(day)
        row = (
            *(number, self._uuid(), library),
            f"/{path}" if has_folder else f"={title_key}",
            *(path, title, None, title_sort_key(title)),
            _SUMMARY * rng.randint(1, 6) if rng.random() < 0.6 else None,
            *(publisher, _one_of(_STATUSES, rng.random())),
            rng.choice((None, None, 0, 13, 16, 18)),
            *(language, "rtl" if language == "ja" else None, year),
            size + rng.randint(0, 5) if rng.random() < 0.3 else None,
            *(moment, self._moment(rng.randrange(day, len(_DAYS)))),
            *(title_key, other_keys(title_key, *self._alternates(number, moment))),
        )
        is_deleted = rng.random() < 0.005
        facts = (number, library, path, title, size, year, day, publisher, language)
        return MadeSeries(row, *facts, is_deleted)

    def _only(self, library: int, title: str) -> str:
        """Return a title that no other series of a library has."""
        name, count = title, 1
        while (library, fold(name)) in self._places:
            count += 1
            name = f"{title} ({count})"
        self._places.add((library, fold(name)))
        return name

    def _link(self, noun: str, series: int, count: int, links: list) -> None:
        weights = self._term_shares[noun]
        terms = range(1, len(weights) + 1)
        found = self._rng.choices(terms, cum_weights=weights, k=count)
        links += [(series, term) for term in sorted(set(found))]

    def _alternates(self, series: int, moment: str) -> list[str]:
        rng = self._rng
        if rng.random() > 0.05:
            return []
        found = [("Japanese", self._words.east_asian())]
        if rng.random() < 0.4:
            found.append(("English", self._words.title()))
        for label, title in found:
            row_id = len(self.alternate_titles) + 1
            row = (row_id, self._uuid(), series, label, title, moment, moment)
            self.alternate_titles.append(row)
        return [title for _, title in found]

    def books(self, series: MadeSeries) -> Iterator[tuple[tuple, tuple | None]]:
        """Yield the rows of a series' books and of what their files say."""
        rng = self._rng
        run = _Run(
            titles=rng.choice(("file", "file", "own", "series")),
            suffix=rng.choice(("cbz", "cbz", "cbz", "cbr", "pdf", "epub")),
            pages=180 if series.language in ("ja", "ko") else 24,
            people=("\n".join(rng.sample(self._people, 2)), rng.choice(self._people)),
        )
        day = series.day
        pause = min(30, 2 * (len(_DAYS) - day) / series.size)
        for place in range(1, series.size + 1):
            day = min(day + int(rng.random() * pause), len(_DAYS) - 1)
            self._next_book += 1
            yield self._book(series, run, place, day)

    def _book(
        self, series: MadeSeries, run: _Run, place: int, day: int
    ) -> tuple[tuple, tuple | None]:
        rng = self._rng
        title, file_name = self._names_of(series, run, place)
        title_key, moment = fold(title), self._moment(day)
        is_bad = rng.random() < 0.005
        is_deleted = series.is_deleted or rng.random() < 0.005
        is_edited = rng.random() < 0.1
        pages = 0 if is_bad else int(run.pages * (0.7 + rng.random()))
        date = self._date(series.year, place)
        book = (
            *(self._next_book, self._uuid(), series.library, series.id),
            f"{series.path}/{file_name}" if series.path else file_name,
            *(file_name, sort_key(file_name), run.suffix),
            int(max(pages, 5) * 700_000 * (0.3 + rng.random() ** 3)),
            (_FIRST_MS + day * 86_400_000) * 10**6 + place * 10**9,
            None if is_bad else rng.randbytes(16),
            *(pages, title, title_sort_key(title), self._number(place)),
            place // 6 + 1 if run.titles == "series" else None,
            rng.choice(_ERRORS) if is_bad else None,
            *(None if is_bad else moment, moment),
            self._moment(rng.randrange(day, len(_DAYS))) if is_edited else moment,
            self._moment(len(_DAYS) - 1) if is_deleted else None,
            *(title_key, other_keys(title_key, file_name)),
            None if is_bad else release_date(date),
        )
        data = (
            *(self._next_book, "comicinfo", title if run.titles == "own" else None),
            *(series.title, str(place), _SUMMARY if place % 3 == 0 else None),
            *(date["year"], date["month"], date["day"], *run.people),
            *(series.publisher, series.language),
        )
        return book, None if is_bad else data

    def _names_of(self, series: MadeSeries, run: _Run, place: int) -> tuple[str, str]:
        """Return a book's title and the name of its file."""
        stem = f"{series.title} #{place:03} ({series.year or 'no year'}) (digital)"
        title = stem
        if run.titles == "own":
            title = self._words.title(4)
        elif run.titles == "series":
            title = f"{series.title} v.{place:03}"
        return title, f"{stem}.{run.suffix}"

    def _number(self, place: int) -> float | None:
        draw = self._rng.random()
        if draw < 0.04:
            return None
        return place + 0.5 if draw > 0.99 else float(place)

    def _date(self, year: int | None, place: int) -> dict[str, int | None]:
        """Return when a book came out: one a month, if anybody knows."""
        if year is None or self._rng.random() < 0.1:
            return dict.fromkeys(("year", "month", "day"))
        years, month = divmod(place - 1, 12)
        year = min(year + years, 2024)
        return {"year": year, "month": month + 1, "day": self._rng.randint(1, 28)}

    def _uuid(self) -> str:
        """Return the next UUID of version 7: one a millisecond."""
        self._ids += 1
        moment = f"{_FIRST_MS + self._ids:012x}"
        tail = f"{self._rng.getrandbits(60):015x}"
        return f"{moment[:8]}-{moment[8:]}-7{tail[:3]}-b{tail[3:6]}-{tail[3:]}"

    def _moment(self, day: int) -> str:
        second = int(self._rng.random() * 86_400_000_000)
        minute, micro = divmod(second, 60_000_000)
        clock = f"{minute // 60:02}:{minute % 60:02}:{micro // 10**6:02}"
        return f"{_DAYS[day]}T{clock}.{micro % 10**6:06}Z"


def series_sizes(rng: Random, books: int) -> list[int]:
    """Return how many books each of a tenth as many series has, adding up to all."""
    count = books // 10
    most = min(MOST_BOOKS, max(books // 20, 10))
    drawn = [min(most, int(rng.paretovariate(_SIZE_POWER))) for _ in range(count)]
    drawn[0] = most
    while (missing := books - sum(drawn)) != 0:
        step = 1 if missing > 0 else -1
        for i in rng.choices(range(1, count), drawn[1:], k=abs(missing)):
            if 1 <= drawn[i] + step <= most:
                drawn[i] += step
    return drawn


def _one_of(choices: tuple, at: float) -> str | None:
    *names, limits = choices
    return next(name for name, limit in zip(names, limits, strict=True) if at <= limit)
