"""What a list has to hold, worked out the slow and obvious way: row by row.

Conditions are those of the API, as JSON. Nothing of the library's filters is used here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from codex_lib.db import rows

LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th"}
VOICING = "\u3099\u309a"  # of kana: another sound, not an accent
SERIES_SORTS = {
    "name": "sort_key",
    "date_added": "created_at",
    "date_updated": "updated_at",
    "release_date": "year",
    "book_count": "book_count",
    "page_count": "page_count",
    "file_size": "file_size",
    "filename": "path",
    "date_read": "date_read",
}
BOOK_SORTS = {
    "title": "sort_key",
    "number": "number",
    "filename": "file_key",
    "file_size": "file_size",
    "page_count": "page_count",
    "release_date": "release_date",
    "modified_at": "mtime_ns",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "series": "shelf",
}


class Shelves(NamedTuple):
    """All rows of a catalog; series know their live books, books their series."""

    series: list[dict]
    books: list[dict]


def folded(text):
    """Return a text as people compare it: no case, no accents, single blanks."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = [c for c in text if c in VOICING or not unicodedata.combining(c)]
    text = "".join(LETTERS.get(c, c) for c in kept)
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_shelves(db, user=None):
    """Read the whole catalog; user is the id of who asks."""
    libraries = {r["id"]: r["uuid"] for r in rows(db, "SELECT * FROM libraries")}
    series = {r["id"]: dict(r) for r in rows(db, "SELECT * FROM series")}
    books = [dict(r) for r in rows(db, "SELECT * FROM books")]
    progress = progress_of(db, user)
    names = named(db)
    for row in series.values():
        row["library"] = libraries[row["library_id"]]
        row["genre"], row["tag"] = names["genre", row["id"]], names["tag", row["id"]]
        row["titles"] = [row["title"], *names["title", row["id"]]]
        row["live"] = []
    for book in books:
        book["of"] = series[book["series_id"]]
        book["library"] = book["of"]["library"]
        book["read"] = progress.get(book["id"])
        book["status"] = status_of(book["read"])
        book["titles"] = [book["title"]]
        if folded(book["file_name"]).rpartition(".")[0] != folded(book["title"]):
            book["titles"].append(book["file_name"])
        if book["deleted_at"] is None:
            book["of"]["live"].append(book)
    for row in series.values():
        times = [book["read"]["updated_at"] for book in row["live"] if book["read"]]
        row["date_read"] = max(times, default=None)
    return Shelves(list(series.values()), books)


def progress_of(db, user):
    sql = """
        SELECT read_progress.* FROM read_progress
        JOIN users ON users.id = read_progress.user_id WHERE users.uuid = ?
    """
    return {row["book_id"]: row for row in rows(db, sql, [user])}


def named(db):
    """Return the genres, tags and other titles of every series."""
    names = Names()
    for noun in ("genre", "tag"):
        sql = f"""
            SELECT series_id, name FROM series_{noun}s JOIN {noun}s
            ON {noun}s.id = series_{noun}s.{noun}_id
        """  # noqa: S608 - one of two words
        for row in rows(db, sql):
            names[noun, row["series_id"]].append(row["name"])
    for row in rows(db, "SELECT series_id, title FROM alternate_titles"):
        names["title", row["series_id"]].append(row["title"])
    return names


class Names(dict):
    def __missing__(self, key):
        return self.setdefault(key, [])


def status_of(progress):
    """Contract section 5.1."""
    if progress is None:
        return "unread"
    if progress["completed"]:
        return "read"
    begun = progress["current_page"] > 0 or (progress["progress_percentage"] or 0) > 0
    return "in_progress" if begun else "unread"


def series_status_of(series):
    """Contract section 5.2."""
    found = [book["status"] for book in series["live"]]
    if found and all(status == "read" for status in found):
        return "read"
    if "in_progress" in found or "read" in found:
        return "in_progress"
    return "unread"


def fits(condition, row, *, of):
    """Tell whether a row fulfils a condition."""
    ((key, inner),) = condition.items()
    if key == "allOf":
        return all(fits(child, row, of=of) for child in inner)
    if key == "anyOf":
        return any(fits(child, row, of=of) for child in inner)
    operator, value = inner["operator"], inner.get("value")
    if key in ("genre", "tag"):
        names = row[key] if of == "series" else row["of"][key]
        return fits_names(operator, value, names)
    if key in ("libraryId", "seriesId", "readStatus", "hasError"):
        return fits_exactly(operator, value, actual(key, row, of=of))
    column = "title" if key in ("name", "title") else key
    return fits_text(operator, value, row[column])


def actual(key, row, *, of):
    if key == "libraryId":
        return row["library"]
    if key == "seriesId":
        return row["of"]["uuid"]
    if key == "hasError":
        return row["analysis_error"] is not None
    return row["status"] if of == "books" else series_status_of(row)


def fits_exactly(operator, value, known):
    if operator in ("isTrue", "isFalse"):
        return known == (operator == "isTrue")
    return (known == value) == (operator == "is")


def fits_text(operator, value, text):
    if operator == "isNull":
        return text is None
    if operator == "isNotNull":
        return text is not None
    if operator == "is":
        return text == value
    if operator == "isNot":
        return text != value
    if operator == "doesNotContain":
        return not fits_text("contains", value, text)
    return text is not None and holds(operator, folded(value), folded(text))


def fits_names(operator, value, names):
    if operator == "isNull":
        return not names
    if operator == "isNotNull":
        return bool(names)
    if operator == "isNot":
        return not fits_names("is", value, names)
    if operator == "doesNotContain":
        return not fits_names("contains", value, names)
    return any(holds(operator, folded(value), folded(name)) for name in names)


def holds(operator, part, whole):
    if operator == "contains":
        return part in whole
    if operator == "beginsWith":
        return whole.startswith(part)
    if operator == "endsWith":
        return whole.endswith(part)
    assert operator == "is"
    return whole == part


def words_of(text):
    text = folded(text)
    return re.findall(r"[^\W_]+", text) or [text]


def starts_a_word(word, title):
    """Tell whether a word of a title begins so; signs begin none."""
    is_word = re.match(r"[^\W_]", word) is not None
    return is_word and re.search(rf"(?<![^\W_]){re.escape(word)}", title) is not None


def is_unspaced(word):
    """Tell whether a word is of a script that puts no blanks between words."""
    scripts = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
    return all(unicodedata.name(sign, "").startswith(scripts) for sign in word)


def is_found(text, row):
    """Tell whether every word stands in a title: short ones where a word begins."""
    titles = [folded(title) for title in row["titles"]]
    return all(
        any(
            word in title
            if len(word) > 2 or is_unspaced(word)
            else starts_a_word(word, title)
            for title in titles
        )
        for word in words_of(text)
    )


def tier(text, row):
    """Return how well a text fits a title; 0 is best."""
    title, whole = folded(row["title"]), folded(text)
    if title == whole:
        return 0
    if title.startswith(whole):
        return 1
    return 2 if all(starts_a_word(word, title) for word in words_of(text)) else 3


def listed(shelves, *, of, text="", series=None, sort=None, order="asc", **more):
    """Return the ids that a list has to hold, in order.

    more is what selected() takes.
    """
    found = selected(shelves, of=of, text=text, series=series, **more)
    if sort is None and text.strip():
        found.sort(key=lambda row: (tier(text, row), row["sort_key"], row["id"]))
    elif sort is None:
        found = in_order(found, "shelf" if series else "sort_key", order)
    else:
        sorts = SERIES_SORTS if of == "series" else BOOK_SORTS
        found = in_order(found, sorts[sort], order)
    return [row["uuid"] for row in found]


def selected(
    shelves,
    *,
    of,
    condition=None,
    text="",
    library=None,
    series=None,
    include_deleted=False,
    with_errors=False,
):
    def is_wanted(row):
        is_live = row["live"] if of == "series" else row["deleted_at"] is None
        return (
            (is_live or include_deleted)
            and (library is None or row["library"] == library)
            and (series is None or row["of"]["uuid"] == series)
            and (not with_errors or row["analysis_error"] is not None)
            and (condition is None or fits(condition, row, of=of))
            and (not text.strip() or is_found(text, row))
        )

    return [row for row in getattr(shelves, of) if is_wanted(row)]


def in_order(found, column, order):
    """Return rows by a column; those without a value are last, ids break ties.

    The shelf is not one column but all that follow each other in it.
    """
    is_down = order == "desc"
    found = sorted(found, key=lambda row: row["id"], reverse=is_down)
    if column == "shelf":
        found = by(by(found, "sort_key", is_down=is_down), "number", is_down=is_down)
        found.sort(
            key=lambda book: (book["of"]["sort_key"], book["series_id"]),
            reverse=is_down,
        )
        return found
    return by(found, column, is_down=is_down)


def by(found, column, *, is_down):
    """Return rows by a column, equal ones as they were."""
    known = [row for row in found if row[column] is not None]
    rest = [row for row in found if row[column] is None]
    return sorted(known, key=lambda row: row[column], reverse=is_down) + rest
