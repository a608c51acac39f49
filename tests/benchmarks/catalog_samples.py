"""What calls are made with: names, words and ids that a made catalog has."""

# ruff: noqa: S608 - statements of this module alone

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from made_reading import HEAVY, LIGHT

from codex_lib.db import rows
from codex_lib.db.folding import fold

if TYPE_CHECKING:
    from random import Random

    from codex_lib.db import Database

COMMON, RARE = 10, 100  # so many of the most, and of the least frequent
SOME = 1000


@dataclass(frozen=True)
class Samples:
    """Values of one catalog, and the counts that say how deep its lists are."""

    books: int
    series: int
    libraries: list[tuple[str, int, int]]  # uuid, series, books
    users: dict[str, tuple[int, str]]  # heavy, light: row id and uuid
    terms: dict[str, list[tuple[int, str]]]  # of genre and tag, by popularity
    publishers: list[str]  # by popularity
    words: list[str]  # of titles of series, by frequency
    characters: list[str]  # pairs of titles in other scripts
    some: dict[str, list[tuple[int, str]]]  # of books and of series: id and uuid

    def term(self, rng: Random, noun: str, *, rare: bool = False) -> tuple[int, str]:
        """Return the row id and the name of a genre or tag."""
        terms = self.terms[noun]
        return rng.choice(terms[-RARE:] if rare else terms[:COMMON])

    def word(self, rng: Random, *, rare: bool = False) -> str:
        """Return a folded word of three letters or more."""
        return rng.choice(
            self.words[len(self.words) // 10 :] if rare else self.words[:COMMON]
        )

    def one(self, rng: Random, table: str) -> tuple[int, str]:
        """Return the row id and the uuid of some book or series."""
        return rng.choice(self.some[table])


def samples_of(db: Database) -> Samples:
    """Read what a made catalog has to choose from."""
    libraries = rows(db, "SELECT uuid, series_count, book_count FROM libraries")
    users = dict(tuple(row) for row in rows(db, "SELECT id, uuid FROM users"))
    titles = [row[0] for row in rows(db, "SELECT title FROM series")]
    counts: dict[str, int] = {}
    for title in titles:
        for word in fold(title).split():
            counts[word] = counts.get(word, 0) + 1
    words = sorted(counts, key=lambda word: (-counts[word], word))
    return Samples(
        books=sum(row["book_count"] for row in libraries),
        series=sum(row["series_count"] for row in libraries),
        libraries=[tuple(row) for row in libraries],
        users={
            "heavy": (HEAVY, users[HEAVY]),
            "light": (LIGHT, users[LIGHT]),
        },
        terms={
            noun: [
                tuple(row)
                for row in rows(
                    db,
                    f"""
                    SELECT id, name FROM {noun}s WHERE series_count > 0
                    ORDER BY series_count DESC, id
                    """,
                )
            ]
            for noun in ("genre", "tag")
        },
        publishers=[
            row[0]
            for row in rows(
                db,
                """
                SELECT publisher FROM series WHERE publisher IS NOT NULL
                GROUP BY publisher ORDER BY count(*) DESC, publisher
                """,
            )
        ],
        words=[
            word
            for word in words
            if word.isascii() and word.isalpha() and len(word) > 2
        ],
        characters=[title[:2] for title in titles if title[0] > "\u3000"],
        some={table: _some(db, table) for table in ("books", "series")},
    )


def _some(db: Database, table: str) -> list[tuple[int, str]]:
    """Return a thousand rows from all over a table."""
    last = rows(db, f"SELECT max(id) FROM {table}")[0][0]
    ids = [str(1 + last * i // SOME) for i in range(SOME)]
    sql = f"SELECT id, uuid FROM {table} WHERE id IN ({', '.join(ids)})"
    return [tuple(row) for row in rows(db, sql)]
