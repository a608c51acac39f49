"""What a person types into a search: words of titles and file names, best first.

Every word has to be there, in any order: from three signs on anywhere in the text,
shorter ones at the beginning of a word. Case and accents do not matter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codex_lib.catalog.paths import stored_path
from codex_lib.catalog.sort_keys import title_sort_key
from codex_lib.catalog.titles_like import phrase
from codex_lib.db import rows
from codex_lib.db.folding import fold

if TYPE_CHECKING:
    from codex_lib.db import Database, Row

_SURROGATE = re.compile("[\ud800-\udfff\0]")
# What SQLite's tokenizer takes for words: private signs too, which stand for bytes of
# file names that are no text.
_WORD = re.compile("(?:[^\\W_]|[\ue000-\uf8ff])+")
_MAX_WORDS = 20
_MAX_CHARS = 500
_SHORTEST = 3  # signs that a trigram index needs
# Of more matches only so many are looked at to find the best: ranking all books with a
# common word takes 180 ms at a million.
CONSIDERED = 500


def query_words(query: str) -> list[str]:
    """Return the folded words of a query, at most 20; a query of signs alone is one."""
    text = _folded(query)
    words = list(dict.fromkeys(_WORD.findall(text)))[:_MAX_WORDS]
    return words or ([text] if text else [])


def _folded(query: str) -> str:
    """Return a query without case and accents; bytes that are no text as stored."""
    text = query[:_MAX_CHARS]
    if _SURROGATE.search(text):
        text = _SURROGATE.sub("", stored_path(text))
    return fold(text)


def matching_ids(table: str, query: str) -> tuple[str, list[str]]:
    """Return a query for the ids of all matches, unordered; none for a blank one."""
    words = query_words(query)
    parts, params = [], []
    for index, some in (
        (f"{table}_trigrams", [w for w in words if len(w) >= _SHORTEST]),
        (f"{table}_search", [w for w in words if len(w) < _SHORTEST]),
    ):
        if some:
            end = "*" if index.endswith("search") else ""
            parts.append(f"SELECT rowid AS id FROM {index} WHERE {index} MATCH ?")  # noqa: S608 - a closed list
            params.append(" AND ".join(phrase(word) + end for word in some))
    if not parts:
        return f"SELECT id FROM {table} WHERE 0", []  # noqa: S608 - a closed list
    found, *rest = parts
    return " ".join([found, *(f"AND rowid IN ({other})" for other in rest)]), params


def best_matches(
    db: Database, table: str, query: str, *, among: list[int] | None = None
) -> list[int]:
    """Return inner ids of the best matches, deleted ones too, at most 500.

    among is what matches, where that is known and not too much to look at.

    First the title itself, then titles that begin with the query, titles with all words
    at the beginning of words, and all others; equal ones by name.
    """
    words = query_words(query)
    whole = _folded(query)
    sql = f"""
        SELECT id, title_key, sort_key FROM {table}
        WHERE id IN (SELECT value FROM json_each(?))
    """  # noqa: S608 - a closed list
    ids = _candidates(db, table, whole, words) if among is None else among
    found = rows(db, sql, [str(ids)])
    at_words = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in words]

    def rank(row: Row) -> tuple[int, str, int]:
        title = row["title_key"]
        if title.startswith(whole):
            tier = int(title != whole)
        else:
            tier = 2 if all(word.search(title) for word in at_words) else 3
        return tier, row["sort_key"], row["id"]

    return [int(row["id"]) for row in sorted(found, key=rank)]


def _candidates(db: Database, table: str, whole: str, words: list[str]) -> list[int]:
    """Return the ids that are worth ranking: likely ones first, at most 500."""
    trigrams, search = f"{table}_trigrams", f"{table}_search"
    same = f"SELECT id FROM {table} WHERE sort_key = ? ORDER BY id LIMIT ?"  # noqa: S608 - a closed list
    queries = [(same, title_sort_key(whole))]
    if len(whole) >= _SHORTEST:
        queries.append((_matching(trigrams), f"title_key : ^ {phrase(whole)}"))
    if words:
        beginnings = " AND ".join(f"title_key : {phrase(word)} *" for word in words)
        queries.append((_matching(search), beginnings))
    ids: dict[int, None] = {}
    for sql, match in queries:
        ids |= dict.fromkeys(row["id"] for row in rows(db, sql, [match, CONSIDERED]))
    sql, params = matching_ids(table, " ".join(words))
    limited = f"{sql} LIMIT {CONSIDERED}"
    ids |= dict.fromkeys(row["id"] for row in rows(db, limited, params))
    return list(ids)[:CONSIDERED]


def _matching(index: str) -> str:
    return f"SELECT rowid AS id FROM {index} WHERE {index} MATCH ? LIMIT ?"  # noqa: S608 - a closed list
